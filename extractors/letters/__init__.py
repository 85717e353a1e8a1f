"""Letters: papers without ruled cells, read by label pairs, sentence patterns and the place on the page."""
