"""Take papers from a person's screen: file by file into one batch, each in a transaction of its own.

A file that nobody can open costs the others nothing, and one whose answer was lost is sent again under its key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from intake.pipeline import receive
from intake.pipeline.receive import HELSINKI, IncomingFile, NewBatch
from intake.store import alarms, audit, batches, files
from intake.store.batches import Channel
from intake.store.database import Conn, Database, again
from intake.store.files import FileRow
from models.errors import ConflictError, SaapuvaError

QUARANTINED = "quarantined"


@dataclass(frozen=True)
class Sending:
    """What a person brings at one time: one batch, however many requests it takes. `group` is the screen's name for it."""

    group: UUID
    channel: Channel | None
    arrived: date | None
    sender: str | None
    reference: str | None
    by: str


@dataclass(frozen=True)
class TakenFile:
    """A file that is in custody now. `already_taken` says that this very request had come before."""

    file: FileRow
    already_taken: bool


def take_one(database: Database, sending: Sending, incoming: IncomingFile, key: str, now: datetime) -> TakenFile:
    """Take one file into its sending's batch, which is opened with the first. The bytes must be durable already.

    Raises ConflictError when the key stands for another file, or the sending was begun with other words.
    """

    def add(conn: Conn, batch_id: UUID, number: int) -> FileRow:
        batches.lock(conn, bytes.fromhex(incoming.sha256))
        file = receive.take_file(conn, batch_id, number, incoming)
        receive.note_arrival(conn, file.id, new_batch(sending, now), now)
        if file.duplicate_of is not None:
            receive.let_earliest_count(conn, [file.id], now)
        return file

    return again(lambda: _added(database, sending, incoming, key, now, add))


def take_unopened(
    database: Database, sending: Sending, incoming: IncomingFile, problem: SaapuvaError, key: str, now: datetime
) -> TakenFile:
    """Keep a file that cannot be opened in quarantine, where the person has asked for that, and raise its alarm."""

    def add(conn: Conn, batch_id: UUID, number: int) -> FileRow:
        file = receive.add_unopened(conn, batch_id, number, incoming, problem)
        receive.note_arrival(conn, file.id, new_batch(sending, now), now)
        words = problem.problem.replace(incoming.name, "A file that a person brought")
        remedy = f"See it in the quarantine (file {file.id}). {problem.remedy}"
        alarms.raise_alarm(conn, QUARANTINED, f"file:{file.id}", words, remedy, now)
        return file

    return again(lambda: _added(database, sending, incoming, key, now, add))


def new_batch(sending: Sending, now: datetime) -> NewBatch:
    """What is known of the batch: a day that the person has named counts from its beginning, today is now."""
    is_told = sending.arrived is not None and sending.arrived != receive.finnish_day(now)
    return NewBatch(
        door="mailroom",
        channel=sending.channel,
        sender=sending.sender,
        reference=sending.reference,
        received_at=datetime.combine(sending.arrived, time(), HELSINKI) if is_told and sending.arrived else now,
        received_evidence="told" if is_told else "clock",
        idempotency_key=f"mailroom:{sending.group}",
        by=sending.by,
    )


def _added(
    database: Database, sending: Sending, incoming: IncomingFile, key: str, now: datetime,
    add: Callable[[Conn, UUID, int], FileRow],
) -> TakenFile:  # fmt: skip
    own_key = f"mailroom:{sending.group}:{key}"
    with database.transaction() as conn:
        batch_id = _batch(conn, sending, now)
        before = files.of_key(conn, own_key)
        if before is not None:
            return TakenFile(_same(before, incoming), already_taken=True)
        file = add(conn, batch_id, files.next_number(conn, batch_id))
        files.set_key(conn, file.id, own_key)
        event = "file.quarantined" if file.stage == "quarantined" else "file.taken"
        after = {**receive.told_file(file), "batch": str(batch_id)}
        audit.append(conn, event, f"file:{file.id}", actor=sending.by, at=now, after=after)
    return TakenFile(file, already_taken=False)


def _batch(conn: Conn, sending: Sending, now: datetime) -> UUID:
    """Give the sending's batch; whoever adds to it at the same time waits here."""
    batch = new_batch(sending, now)
    assert batch.idempotency_key is not None
    batches.lock(conn, hashlib.sha256(b"idempotency-key:" + batch.idempotency_key.encode()).digest())
    before = batches.of_key(conn, batch.idempotency_key)
    digest = _digest(sending)
    if before is None:
        row = receive.batch_row(batch, digest, now)
        batches.add(conn, row)
        audit.append(conn, "batch.taken", f"batch:{row.id}", actor=sending.by, at=now, after=receive.told(row, ()))
        return row.id
    if before.request_digest != digest:
        raise ConflictError(
            "This upload was begun with another channel, day, sender or reference.", "Begin a new upload for these files."
        )
    return before.id


def _digest(sending: Sending) -> str:
    """Tell one sending from another by what the person said: the clock is no part of it, midnight may pass meanwhile."""
    arrived = None if sending.arrived is None else sending.arrived.isoformat()
    said = [sending.channel, sending.sender, sending.reference, arrived]
    return hashlib.sha256(audit.canonical(said).encode()).hexdigest()


def _same(before: FileRow, incoming: IncomingFile) -> FileRow:
    if (before.sha256, before.name) != (incoming.sha256, incoming.name):
        raise ConflictError("This idempotency key was used for another file.", "Send it under a new key.")
    return before
