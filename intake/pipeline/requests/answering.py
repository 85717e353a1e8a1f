"""Answers find the matter that asked, and those that do not come are noticed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from intake.pipeline.requests.reference import number_in, reference_of
from intake.pipeline.requests.waiting import finnish_day, renew
from intake.store import audit, requests
from intake.store.database import Conn, Database
from intake.store.requests import RequestRow

AUTHOR = "saapuva"


def asked_by(conn: Conn, references: Iterable[str]) -> dict[str, UUID]:
    """By reference, the matter whose request bears it, whatever has become of that; unknown ones are left out. Only looks."""
    return {reference_of(row.number): row.work_item_id for row in _rows(conn, references)}


def answered_by(conn: Conn, references: Iterable[str], file_id: UUID, now: datetime) -> dict[str, UUID]:
    """Note that a file answers these requests: their matters wait for a person. Gives the matters by reference.

    Name only references whose documents were put to the matter. Appends to the audit trail: call it last in a transaction.
    """
    named = list(references)
    answered = note(conn, named, file_id, now)
    for item_id in sorted({row.work_item_id for row in answered}):
        renew(conn, item_id, now)
    tell(conn, answered, file_id, now)
    return asked_by(conn, named)


def note(conn: Conn, references: Iterable[str], file_id: UUID, now: datetime) -> list[RequestRow]:
    """Mark the sent requests among these answered, and give them as they were. The first half of `answered_by`.

    For whoever judges the matters himself: `waiting.reasons_of` knows of the answer from now on.
    """
    rows = _rows(conn, references)
    for item_id in sorted({row.work_item_id for row in rows}):
        requests.lock_items(conn, item_id)
    return [row for row in rows if _is_first_answer(conn, row.id, file_id, now)]


def tell(conn: Conn, answered: Iterable[RequestRow], file_id: UUID, now: datetime) -> None:
    """Append to the audit trail what `note` has noted: the second half of `answered_by`, last in a transaction."""
    for row in answered:
        after = {"state": "answered", "file": str(file_id), "work_item": str(row.work_item_id)}
        audit.append(
            conn, "request.answered", f"request:{row.id}", actor=AUTHOR, at=now, before={"state": row.state}, after=after
        )


def overdue(database: Database, now: datetime) -> int:
    """Let the matters of requests whose answer has not come in time wait for a person. Gives how many are new."""
    with database.transaction() as conn:
        due = requests.newly_overdue(conn, finnish_day(now))
    return sum(_note_overdue(database, request_id, now) for request_id in due)


def _rows(conn: Conn, references: Iterable[str]) -> list[RequestRow]:
    numbers = {number for reference in references if (number := number_in(reference)) is not None}
    return requests.of_numbers(conn, sorted(numbers))


def _is_first_answer(conn: Conn, request_id: UUID, file_id: UUID, now: datetime) -> bool:
    """Mark a sent request answered. One that was answered before stays so; a draft or a withdrawn one waits for nothing."""
    if requests.lock(conn, request_id).state != "sent":
        return False
    requests.set_answered(conn, request_id, file_id, now)
    return True


def _note_overdue(database: Database, request_id: UUID, now: datetime) -> bool:
    """One request in a transaction of its own; what was answered meanwhile is not overdue."""
    with database.transaction() as conn:
        requests.lock_items(conn, requests.get(conn, request_id).work_item_id)
        row = requests.lock(conn, request_id)
        if row.state != "sent" or row.overdue_at is not None or row.due_day >= finnish_day(now):
            return False
        requests.set_overdue(conn, request_id, now)
        renew(conn, row.work_item_id, now)
        after = {"due_day": row.due_day.isoformat(), "work_item": str(row.work_item_id)}
        audit.append(conn, "request.overdue", f"request:{row.id}", actor=AUTHOR, at=now, after=after)
    return True
