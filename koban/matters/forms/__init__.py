"""Forms for work outside: XLSForms by version, the OpenRosa door for telephones, and what comes back from them."""
