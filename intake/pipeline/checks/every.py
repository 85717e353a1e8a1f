"""All modules that hold checks, imported so that they register themselves."""

from intake.pipeline.checks import deadline, order

__all__ = ["deadline", "order"]
