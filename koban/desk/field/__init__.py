"""The app for work outside: a shift on the phone that needs no network, and what comes back from it."""
