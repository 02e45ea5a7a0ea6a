"""The live board: what waits, who is where, what is late; list, map and timers on one screen."""
