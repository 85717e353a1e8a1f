"""Verify the audit trail, and tell from it how a value came about."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from intake.store import audit, histories
from intake.store.database import Conn, Database
from models.errors import ChainError, NotFoundError

Head = tuple[int, str]


class Verified(BaseModel):
    """A chain that holds. Keep `seq` and `hash` elsewhere: with them a later verification finds a trail rewritten whole."""

    model_config = ConfigDict(frozen=True)

    events: int
    seq: int
    hash: str


def verify(database: Database, expected_head: Head | None = None) -> Verified:
    """Read the whole trail and recompute it. Raises ChainError naming the first event that is wrong.

    Finds: a changed, removed, added or moved event; columns that say other than the entry; a tail cut off; triggers
    switched off; a version of a record or a delivery made that no event tells of. Whoever may do all in the database
    can write a whole new chain that fits: only `expected_head`, kept elsewhere, finds that.
    """
    with database.transaction() as conn:
        audit.hold_still(conn)
        last = _walk(audit.every(conn), expected_head)
        _end(last, audit.head(conn), expected_head)
        _guards(conn, last[0])
    return Verified(events=last[0], seq=last[0], hash=last[1])


def _walk(rows: Iterable[audit.AuditRow], expected: Head | None) -> Head:
    seq, previous = 0, audit.START
    for row in rows:
        seq += 1
        if row.seq != seq:
            raise ChainError(seq, f"it is missing; event {row.seq} follows event {seq - 1}")
        _one(row, previous)
        if expected is not None and expected[0] == seq and expected[1] != row.hash:
            raise ChainError(seq, "its hash is not the one kept elsewhere: the trail was written anew")
        previous = row.hash
    return seq, previous


def _one(row: audit.AuditRow, previous: str) -> None:
    if row.previous != previous:
        raise ChainError(row.seq, "it is not chained to the event before it")
    if audit.chained(row.previous, row.entry) != row.hash:
        raise ChainError(row.seq, "its entry does not have its hash")
    try:
        told = json.loads(row.entry)
        agrees = (told["seq"], told["subject"], told["event"]) == (row.seq, row.subject, row.event)
        agrees = agrees and datetime.fromisoformat(told["at"]) == row.at
    except (ValueError, KeyError, TypeError):
        raise ChainError(row.seq, "its entry cannot be read") from None
    if not agrees:
        raise ChainError(row.seq, "its columns say other than its entry")


def _end(last: Head, head: Head, expected: Head | None) -> None:
    if head[0] > last[0]:
        raise ChainError(last[0] + 1, f"it is missing: the chain's end says {head[0]} events, {last[0]} are here")
    if head != last:
        raise ChainError(last[0], "the chain's end does not name it")
    if expected is not None and expected[0] > last[0]:
        raise ChainError(last[0] + 1, f"it is missing: event {expected[0]} is kept elsewhere, {last[0]} are here")
    if expected is not None and expected[0] == 0 and expected[1] != audit.START:
        raise ChainError(0, "no event has this hash")


def _guards(conn: Conn, seq: int) -> None:
    gone = audit.missing_guards(conn)
    if gone:
        raise ChainError(seq, f"the guard {gone[0]} is gone or switched off, so what follows could be changed")
    untold = audit.first_untold(conn)
    if untold is not None:
        raise ChainError(seq, f"no event up to it tells of {untold}")


class HistoryStep(BaseModel):
    """One step in how a field came to its value. `seq` is the audit event that tells of it."""

    model_config = ConfigDict(frozen=True)

    what: Literal["read", "corrected", "offered", "delivered"]
    at: datetime
    by: str
    version: int
    value: Any = None
    was: Any = None
    raw: Any = None
    page: int | None = None
    box: tuple[float, ...] | None = None
    confidence: float | None = None
    accepted: bool | None = None
    seen_by: str | None = None
    evidence: tuple[str, ...] = ()
    versions: dict[str, Any] = {}
    reading: UUID | None = None
    delivery: UUID | None = None
    seq: int | None = None


def history(conn: Conn, document_id: UUID, field: str) -> list[HistoryStep]:
    """Tell how a field came to its value, oldest step first. A cell of a table is `field.0.column`.

    Steps of a field nobody touched and that was never sent are one: it was read. Raises NotFoundError when there is
    no such document, or no version of it has the field.
    """
    reading = histories.reading_of(conn, document_id)
    if reading is None:
        raise NotFoundError("document", str(document_id))
    records = histories.records_of(conn, document_id)
    if all(_cell(record.body, field) is None for record in records):
        raise NotFoundError("field", field)
    seqs = {event.told["after"]["version"]: event.seq for event in _with_version(conn, document_id)}
    steps = [*_values(records, field, reading, seqs), *_sendings(conn, document_id, records, field)]
    return sorted(steps, key=lambda step: step.at)


def _with_version(conn: Conn, document_id: UUID) -> Iterator[audit.AuditEvent]:
    for event in audit.of_subject(conn, f"document:{document_id}"):
        after = event.told.get("after")
        if isinstance(after, Mapping) and isinstance(after.get("version"), int):
            yield event


def _values(
    records: list[histories.RecordVersion], field: str, reading: histories.DocumentReading, seqs: Mapping[int, int]
) -> Iterator[HistoryStep]:
    before: dict[str, Any] | None = None
    for record in records:
        cell = _cell(record.body, field)
        first = record.version == records[0].version
        if first or cell != before:
            yield _value_step(record, cell or {}, before or {}, reading if first else None, seqs.get(record.version))
        before = cell


def _value_step(
    record: histories.RecordVersion, cell: dict[str, Any], before: dict[str, Any],
    reading: histories.DocumentReading | None, seq: int | None,
) -> HistoryStep:  # fmt: skip
    box = cell.get("box")
    return HistoryStep(
        what="read" if record.origin == "reading" else "corrected",
        at=record.made_at, by=record.author, version=record.version, value=cell.get("value"), was=before.get("value"),
        raw=cell.get("raw"), page=cell.get("page"), box=None if box is None else tuple(box), confidence=cell.get("confidence"),
        accepted=cell.get("accepted"), seen_by=cell.get("seen_by"), evidence=tuple(cell.get("evidence", ())),
        versions={} if reading is None else reading.versions, reading=None if reading is None else reading.reading_id, seq=seq,
    )  # fmt: skip


def _sendings(conn: Conn, document_id: UUID, records: list[histories.RecordVersion], field: str) -> Iterator[HistoryStep]:
    cells = {record.version: _cell(record.body, field) or {} for record in records}
    for sent in histories.deliveries_of(conn, document_id):
        told: dict[str, Any] = {"by": "saapuva", "version": sent.version, "delivery": sent.id}
        told["value"] = cells[sent.version].get("value")
        yield HistoryStep(what="offered", at=sent.created_at, **told)
        if sent.delivered_at is not None:
            yield HistoryStep(what="delivered", at=sent.delivered_at, **told)


def _cell(body: Mapping[str, Any], path: str) -> dict[str, Any] | None:
    """Find a field by its name, a cell by `field.row.column`; a whole table is its rows as value."""
    found: Any = body.get("fields", {})
    for part in path.split("."):
        if isinstance(found, list) and part.isdecimal() and int(part) < len(found):
            found = found[int(part)]
        elif isinstance(found, dict):
            found = found.get(part)
        else:
            return None
    if isinstance(found, list):
        return {"value": [{column: cell.get("value") for column, cell in row.items()} for row in found]}
    return found if isinstance(found, dict) else None
