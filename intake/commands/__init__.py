"""The service's commands, one module per group; `intake.cli` puts them together."""
