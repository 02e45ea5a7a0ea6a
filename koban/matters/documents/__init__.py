"""Papers that leave the office: certificates that prove themselves, and the register that says whether they still hold."""
