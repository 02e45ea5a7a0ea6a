"""OGC API - Features, part 1: the places of an office as layers for maps. No layer of persons exists."""
