"""From pixels to fields. Pure functions: no database, no network, no settings, no clock."""
