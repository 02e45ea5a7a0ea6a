"""The page that a person's day begins with: what I hold, what is due, what changed, when I am on, who covers."""
