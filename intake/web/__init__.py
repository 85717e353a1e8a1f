"""The web door: the API, and the pages people look at."""
