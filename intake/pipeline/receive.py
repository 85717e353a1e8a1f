"""Take what comes in: every file and page of a batch is written down in one transaction, or none."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from intake.store import arrivals, audit, batches, files, jobs, pages
from intake.store.arrivals import Evidence
from intake.store.batches import BatchRow, Channel, Door, ReceivedEvidence
from intake.store.database import Conn, Database, again
from intake.store.files import FileRow
from models.errors import ConflictError, DiskFullError, SaapuvaError

HELSINKI = ZoneInfo("Europe/Helsinki")


@dataclass(frozen=True)
class IncomingFile:
    """A file whose bytes lie in the store. `pages` were counted without reading; 0 only on the way to quarantine."""

    name: str
    sha256: str
    bytes: int
    media_type: str
    pages: int


@dataclass(frozen=True)
class ArrivalClaim:
    """What speaks for a day of arrival."""

    evidence: Evidence
    day: date
    at: datetime | None = None
    confidence: float = 1.0


@dataclass(frozen=True)
class NewBatch:
    """What a door knows of a batch. `received_at` with its evidence counts as a claim; `evidence` holds further ones.

    `by` is the account of the person who brought it, where one did.
    """

    door: Door
    channel: Channel | None
    sender: str | None
    reference: str | None
    received_at: datetime
    received_evidence: ReceivedEvidence
    idempotency_key: str | None = None
    evidence: tuple[ArrivalClaim, ...] = ()
    by: str | None = None

    @property
    def actor(self) -> str:
        """Who has brought it: a person's account, else the door itself."""
        return self.by or self.door


@dataclass(frozen=True)
class TakenBatch:
    """What was written down. `already_taken` says that this very request had come before."""

    id: UUID
    files: tuple[FileRow, ...]
    already_taken: bool

    @property
    def file_ids(self) -> tuple[UUID, ...]:
        return tuple(file.id for file in self.files)


def take(database: Database, batch: NewBatch, incoming: Sequence[IncomingFile], now: datetime) -> TakenBatch:
    """Take a batch into custody: its rows, its pages and the jobs that read it, in one transaction.

    The bytes must be durable already. The same idempotency key with the same content gives the batch that was taken
    before; with another content it raises ConflictError. A file whose very bytes came before is linked to the first
    one and not read again; its arrival still counts.
    """
    return again(lambda: _take(database, batch, incoming, now))


def _take(database: Database, batch: NewBatch, incoming: Sequence[IncomingFile], now: datetime) -> TakenBatch:
    digest = request_digest(batch, incoming)
    with database.transaction() as conn:
        before = _taken_before(conn, batch, digest)
        if before is not None:
            return before
        batches.lock(conn, *(bytes.fromhex(file.sha256) for file in incoming))
        row = batch_row(batch, digest, now)
        batches.add(conn, row)
        taken = [take_file(conn, row.id, number, file) for number, file in enumerate(incoming, start=1)]
        for file in taken:
            note_arrival(conn, file.id, batch, now)
        let_earliest_count(conn, [file.id for file in taken if file.duplicate_of is not None], now)
        audit.append(conn, "batch.taken", f"batch:{row.id}", actor=batch.actor, at=now, after=told(row, taken))
    return TakenBatch(row.id, tuple(taken), already_taken=False)


def quarantine(database: Database, batch: NewBatch, file: IncomingFile, problem: SaapuvaError, now: datetime) -> UUID:
    """Write a file down that cannot be opened, so that it is seen and not silently lost. Gives the file's id.

    The same idempotency key again gives the same id.
    """
    digest = request_digest(batch, [file])
    with database.transaction() as conn:
        before = _taken_before(conn, batch, digest)
        if before is not None:
            return before.file_ids[0]
        row = batch_row(batch, digest, now)
        batches.add(conn, row)
        quarantined = add_unopened(conn, row.id, 1, file, problem)
        note_arrival(conn, quarantined.id, batch, now)
        after = told(row, [quarantined]) | {"code": problem.code}
        audit.append(conn, "file.quarantined", f"file:{quarantined.id}", actor=batch.actor, at=now, after=after)
    return quarantined.id


def add_unopened(conn: Conn, batch_id: UUID, number: int, file: IncomingFile, problem: SaapuvaError) -> FileRow:
    """Write one file down that cannot be opened; nobody knows its pages."""
    words = {"code": problem.code, "problem": problem.problem, "remedy": problem.remedy}
    update = {"stage": "quarantined", "problem": words}
    quarantined = file_row(batch_id, number, replace(file, pages=0)).model_copy(update=update)
    files.add(conn, quarantined)
    return quarantined


def finnish_day(at: datetime) -> date:
    """The day of law that a moment falls on."""
    return at.astimezone(HELSINKI).date()


def ensure_room(free_mb: int | None, reserve_mb: int) -> None:
    """Raise DiskFullError before anything is taken that the disk could not hold; None free: nobody can say."""
    if free_mb is not None and free_mb < reserve_mb:
        raise DiskFullError(free_mb, reserve_mb)


def request_digest(batch: NewBatch, incoming: Sequence[IncomingFile]) -> str:
    """Tell one request from another by what was sent. A time that only our clock gave is no part of it."""
    received = None if batch.received_evidence == "clock" else batch.received_at.isoformat()
    said = [batch.door, batch.channel, batch.sender, batch.reference, received]
    sent = [[file.name, file.sha256] for file in incoming]
    return hashlib.sha256(audit.canonical([said, sent]).encode()).hexdigest()


def _taken_before(conn: Conn, batch: NewBatch, digest: str) -> TakenBatch | None:
    """Find the batch of this key; whoever sends the same key at the same time waits here."""
    if batch.idempotency_key is None:
        return None
    batches.lock(conn, hashlib.sha256(b"idempotency-key:" + batch.idempotency_key.encode()).digest())
    before = batches.of_key(conn, batch.idempotency_key)
    if before is None:
        return None
    if before.request_digest != digest:
        raise ConflictError("This idempotency key was used for another upload.", "Send a new upload under a new key.")
    return TakenBatch(before.id, tuple(files.of_batch(conn, before.id)), already_taken=True)


def take_file(conn: Conn, batch_id: UUID, number: int, incoming: IncomingFile) -> FileRow:
    """Write one file and its pages down, and line it up for reading unless its bytes came before."""
    file = file_row(batch_id, number, incoming)
    first = files.first_of_bytes(conn, file.sha256)
    # Another count of the same bytes comes of another version of the decoder: then it is read anew.
    if first is None or first.pages_in != file.pages_in:
        files.add(conn, file)
        pages.add_received(conn, file.id, file.pages_in)
        jobs.enqueue(conn, jobs.READ_FILE, file.id)
        return file
    # Whoever settles the first file's reading must either see this arrival or be done before it.
    files.lock(conn, first.id)
    file = file.model_copy(update={"stage": "duplicate", "duplicate_of": first.id})
    files.add(conn, file)
    pages.add_duplicates(conn, file.id, first.id, file.pages_in)
    return file


def note_arrival(conn: Conn, file_id: UUID, batch: NewBatch, now: datetime) -> None:
    claims = [ArrivalClaim(batch.received_evidence, finnish_day(batch.received_at), batch.received_at), *batch.evidence]
    if all(claim.evidence != "clock" for claim in claims):
        claims.append(ArrivalClaim("clock", finnish_day(now), now))
    for claim in claims:
        arrivals.add(conn, file_id, claim.evidence, claim.day, claim.at, claim.confidence, now)


def let_earliest_count(conn: Conn, duplicates_of_bytes: Sequence[UUID], now: datetime) -> None:
    """Lower the day of law of documents already read, when the same bytes now turn out to have come earlier."""
    if duplicates_of_bytes:
        from intake.pipeline import duplicates  # with all that delivers: a door that takes only new files never loads it

        duplicates.note_earlier_arrival(conn, duplicates_of_bytes, now)


def batch_row(batch: NewBatch, digest: str, now: datetime) -> BatchRow:
    return BatchRow(
        id=uuid4(),
        door=batch.door,
        channel=batch.channel,
        sender=batch.sender,
        reference=batch.reference,
        received_at=batch.received_at,
        received_evidence=batch.received_evidence,
        taken_at=now,
        idempotency_key=batch.idempotency_key,
        request_digest=digest,
    )


def file_row(batch_id: UUID, number: int, file: IncomingFile) -> FileRow:
    return FileRow(
        id=uuid4(),
        batch_id=batch_id,
        number=number,
        name=file.name,
        sha256=file.sha256,
        bytes=file.bytes,
        media_type=file.media_type,
        pages_in=file.pages,
        stage="received",
        revision=0,
        duplicate_of=None,
        problem=None,
    )


def told(batch: BatchRow, taken: Sequence[FileRow]) -> dict[str, Any]:
    """What the audit trail says of a batch: no names of files or people."""
    return {
        "channel": batch.channel,
        "received_at": batch.received_at.isoformat(),
        "received_evidence": batch.received_evidence,
        "files": [told_file(file) for file in taken],
    }


def told_file(file: FileRow) -> dict[str, Any]:
    """What the audit trail says of a file."""
    return {
        "id": str(file.id),
        "sha256": file.sha256,
        "pages": file.pages_in,
        "stage": file.stage,
        "duplicate_of": None if file.duplicate_of is None else str(file.duplicate_of),
    }
