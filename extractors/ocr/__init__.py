"""Engines: page readers (labels, identity of the page, running text) and line readers (one tightened crop)."""
