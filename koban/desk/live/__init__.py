"""Live boards: the ledger is the outbox, a page is an event, and its number is the event's id.

One hub for each process. What wakes it (a commit in this process, another process's write, a database's NOTIFY) says
only "look again"; what was missed is read from the ledger, so nothing is lost and nothing comes twice.
"""
