"""Why a matter waits for a person on account of its requests. Light: the maintenance loop lives with it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from intake.store import requests, work_items
from intake.store.database import Conn

HELSINKI = ZoneInfo("Europe/Helsinki")
DUE, ANSWERED = "request_due", "answered"
KEPT_REASONS = frozenset({DUE, ANSWERED})
"""Whoever says anew why a matter waits asks `reasons_of` for these."""


def finnish_day(now: datetime) -> date:
    return now.astimezone(HELSINKI).date()


def reasons_of(conn: Conn, item_id: UUID) -> list[str]:
    """`request_due`: no answer came in time; `answered`: one came, and nobody has looked at it yet."""
    rows = requests.of_matter(conn, item_id)
    holds = {
        DUE: any(row.state == "sent" and row.overdue_at is not None for row in rows),
        ANSWERED: any(row.state == "answered" and row.seen_at is None for row in rows),
    }
    return [reason for reason, is_so in holds.items() if is_so]


def renew(conn: Conn, item_id: UUID, now: datetime) -> None:
    """Say anew why a matter waits, after one of its requests has changed. Its waiting work item says it, else this one."""
    speaks = requests.lock_items(conn, item_id)
    item = work_items.get(conn, speaks)
    because = [reason for reason in item.waits_because if reason not in KEPT_REASONS] + reasons_of(conn, speaks)
    if because == item.waits_because:
        return
    work_items.set_waiting(conn, speaks, because, now)
    if not because:
        work_items.close(conn, speaks, now)
