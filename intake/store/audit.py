"""The audit trail: append-only, each event chained to the one before by its hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from psycopg.rows import class_row
from pydantic import BaseModel, ConfigDict

from intake.store.database import Conn


class AuditEvent(BaseModel):
    """`entry` is canonical JSON: seq, at, actor, event, subject, before, after, versions."""

    model_config = ConfigDict(frozen=True)

    seq: int
    entry: str
    previous: str
    hash: str
    subject: str
    event: str
    at: datetime


LOCK_HEAD = "SELECT seq, hash FROM audit_head FOR UPDATE"
ADD = """
    INSERT INTO audit_event (seq, entry, previous, hash, subject, event, at)
    VALUES (%(seq)s, %(entry)s, %(previous)s, %(hash)s, %(subject)s, %(event)s, %(at)s)
"""
MOVE_HEAD = "UPDATE audit_head SET seq = %(seq)s, hash = %(hash)s"


def append(
    conn: Conn, event: str, subject: str, *, actor: str, at: datetime,
    before: Any = None, after: Any = None, versions: Mapping[str, str] | None = None,
) -> int:  # fmt: skip
    """Add one event and give its number. The caller commits, soon: the chain's end is locked until then.

    So call it last in a transaction. `event` is noun.verb (`file.read`, `document.corrected`); `subject` is kind:id
    (`file:…`); `before` and `after` are plain JSON values.
    """
    row = conn.execute(LOCK_HEAD).fetchone()
    assert row is not None
    seq, previous = row[0] + 1, row[1]
    entry = canonical(
        {
            "seq": seq, "at": at.isoformat(timespec="microseconds"), "actor": actor, "event": event, "subject": subject,
            "before": before, "after": after, "versions": dict(versions or {}),
        }
    )  # fmt: skip
    digest = chained(previous, entry)
    conn.execute(ADD, {"seq": seq, "entry": entry, "previous": previous, "hash": digest, "subject": subject, "event": event, "at": at})
    conn.execute(MOVE_HEAD, {"seq": seq, "hash": digest})
    return seq


def canonical(value: Any) -> str:
    """JSON in one spelling: keys sorted, no spaces, no NaN, letters as they are."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def chained(previous: str, entry: str) -> str:
    return hashlib.sha256(f"{previous}\n{entry}".encode()).hexdigest()


EVERY = "SELECT seq, entry, previous, hash, subject, event, at FROM audit_event ORDER BY seq"


def every(conn: Conn) -> Iterator[AuditEvent]:
    """All events, oldest first, a few at a time."""
    with conn.cursor("every_audit_event", row_factory=class_row(AuditEvent)) as cursor:
        cursor.execute(EVERY)
        yield from cursor


HEAD = "SELECT seq, hash FROM audit_head"


def head(conn: Conn) -> tuple[int, str]:
    """Number and hash of the newest event, as the chain's end says."""
    row = conn.execute(HEAD).fetchone()
    assert row is not None
    return row[0], row[1]
