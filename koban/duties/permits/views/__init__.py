"""What the addresses of this duty answer."""
