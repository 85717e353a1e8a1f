"""Make labelled incoming papers: drawn forms and letters, filled in, then scanned, faxed or photographed."""
