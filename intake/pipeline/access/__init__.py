"""Who works here: accounts, passwords, signing in, sessions."""
