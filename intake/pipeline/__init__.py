"""What is done with a file, stage by stage: read it, route what it holds."""
