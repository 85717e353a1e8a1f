"""Alarms: something is wrong and a person must act."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from psycopg.rows import class_row
from pydantic import BaseModel, ConfigDict

from intake.store.database import Conn


class Alarm(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: UUID
    kind: str
    subject: str
    problem: str
    remedy: str
    raised_at: datetime
    cleared_at: datetime | None


RAISE = """
    INSERT INTO alarm (id, kind, subject, problem, remedy, raised_at)
    VALUES (%(id)s, %(kind)s, %(subject)s, %(problem)s, %(remedy)s, %(now)s)
        ON CONFLICT (kind, subject) WHERE cleared_at IS NULL
        DO UPDATE SET problem = excluded.problem, remedy = excluded.remedy
"""


def raise_alarm(conn: Conn, kind: str, subject: str, problem: str, remedy: str, now: datetime) -> None:
    """Raise an alarm, or renew the words of the one that is open. `subject` holds ids, never a person's name or code."""
    conn.execute(RAISE, {"id": uuid4(), "kind": kind, "subject": subject, "problem": problem, "remedy": remedy, "now": now})


CLEAR = "UPDATE alarm SET cleared_at = %(now)s WHERE kind = %(kind)s AND subject = %(subject)s AND cleared_at IS NULL"


def clear(conn: Conn, kind: str, subject: str, now: datetime) -> None:
    """Say that the cause is gone; without an open alarm nothing happens."""
    conn.execute(CLEAR, {"kind": kind, "subject": subject, "now": now})


CLEAR_ONE = """
       UPDATE alarm SET cleared_at = %(now)s
        WHERE id = %(id)s AND cleared_at IS NULL
    RETURNING id, kind, subject, problem, remedy, raised_at, cleared_at
"""


def clear_one(conn: Conn, alarm_id: UUID, now: datetime) -> Alarm | None:
    """Clear an open alarm by its id; None when there is none open of this id."""
    with conn.cursor(row_factory=class_row(Alarm)) as cursor:
        return cursor.execute(CLEAR_ONE, {"id": alarm_id, "now": now}).fetchone()


OPEN = """
    SELECT id, kind, subject, problem, remedy, raised_at, cleared_at
      FROM alarm
     WHERE cleared_at IS NULL
     ORDER BY raised_at, id
"""


def open_alarms(conn: Conn) -> list[Alarm]:
    """All open alarms, oldest first."""
    with conn.cursor(row_factory=class_row(Alarm)) as cursor:
        return cursor.execute(OPEN).fetchall()
