"""Requests ready to send: everything that must be asked of one party, in one letter (guide 1.5.4: ask once)."""
