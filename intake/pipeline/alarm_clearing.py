"""A person says that an alarm is seen to."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from intake.store import alarms, audit
from intake.store.alarms import Alarm
from intake.store.database import Database
from models.errors import NotFoundError


def clear(database: Database, alarm_id: UUID, by: str, now: datetime) -> Alarm:
    """Clear it and write down who did. It comes again when its cause has stayed. Raises NotFoundError when none is open."""
    with database.transaction() as conn:
        cleared = alarms.clear_one(conn, alarm_id, now)
        if cleared is None:
            raise NotFoundError("open alarm", str(alarm_id))
        audit.append(
            conn, "alarm.cleared", f"alarm:{alarm_id}", actor=by, at=now,
            before={"kind": cleared.kind, "subject": cleared.subject, "raised_at": cleared.raised_at.isoformat()},
        )  # fmt: skip
    return cleared
