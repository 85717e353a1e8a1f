"""Records held against truth: what was found, what was right, and what was wrong without saying so."""
