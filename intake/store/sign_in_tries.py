"""Tries to sign in that did not succeed: kept here, so that no restart forgets them."""

from __future__ import annotations

from datetime import datetime, timedelta

from intake.store.database import Conn

LOCK = "SELECT failures, last_at, wait_until FROM sign_in_try WHERE subject = %(subject)s FOR UPDATE"
COUNT = """
    INSERT INTO sign_in_try (subject, failures, last_at, wait_until)
    VALUES (%(subject)s, 0, %(now)s, %(now)s)
        ON CONFLICT (subject) DO NOTHING
"""
SET = "UPDATE sign_in_try SET failures = %(failures)s, last_at = %(now)s, wait_until = %(wait_until)s WHERE subject = %(subject)s"


def lock(conn: Conn, subject: str, now: datetime, forgotten_after: timedelta) -> tuple[int, datetime]:
    """Give how often a subject has failed and until when it must wait; nobody else counts until the transaction ends."""
    conn.execute(COUNT, {"subject": subject, "now": now})
    row = conn.execute(LOCK, {"subject": subject}).fetchone()
    assert row is not None
    failures, last_at, wait_until = row
    return (0, now) if now - last_at > forgotten_after else (failures, wait_until)


def put(conn: Conn, subject: str, failures: int, wait_until: datetime, now: datetime) -> None:
    """Write down how often a subject has failed, and until when it must wait."""
    conn.execute(SET, {"subject": subject, "failures": failures, "wait_until": wait_until, "now": now})


FORGET = "DELETE FROM sign_in_try WHERE last_at < %(before)s"


def forget(conn: Conn, before: datetime) -> None:
    """Drop what counts no more."""
    conn.execute(FORGET, {"before": before})
