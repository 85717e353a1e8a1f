"""All modules that hold checks, imported so that they register themselves."""

from intake.pipeline.checks import bans, benefits, deadline, earnings, order, parties

__all__ = ["bans", "benefits", "deadline", "earnings", "order", "parties"]
