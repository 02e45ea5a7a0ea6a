"""What an operator does with an office: serve, migrate, look it over, back it up, bring it back."""
