"""The one stage of machine work: a file is read, and what comes of it is written down in one commit.

A job is only a wake-up and may come twice; the file's (stage, revision) is the truth. Whatever ends the process
between two of the steps here, the next wake-up finds the file as it was.
"""

from __future__ import annotations

import errno
import random
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from intake.pipeline import settle
from intake.pipeline.file_reading import FileRead, FileReader, Question
from intake.pipeline.judging import Answers
from intake.pipeline.reading_progress import told_progress
from intake.pipeline.registers import Registers
from intake.pipeline.upkeep import SCRATCH
from intake.reading_child import Failure, failure_of
from intake.store import (
    alarms,
    arrangements,
    attempts,
    audit,
    batches,
    files,
    fingerprints,
    jobs,
    pages,
    wake_ups,
)
from intake.store.arrangements import ArrangementRow
from intake.store.batches import BatchRow
from intake.store.blobs import BlobStore
from intake.store.database import Conn, Database, again
from intake.store.files import FileRow
from models.errors import AwayError, BlobDamagedError, DatabaseAwayError, StaleWorkError

if TYPE_CHECKING:
    from intake.pipeline.page_keeping import KeptPage

Clock = Callable[[], datetime]
Outcome = Literal["nothing_to_do", "read", "parked", "failed", "postponed", "stale"]

PARKED = "file_parked"
LONGEST_WAIT_S = 120.0
"""Between two attempts while something is away."""

_MACHINES = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.ENOMEM, errno.EAGAIN, errno.EMFILE, errno.ENFILE})
"""What this machine is short of when such a call of the worker's own fails: nothing is wrong with the file."""


@dataclass(frozen=True)
class Limits:
    """When a person gets a file, and when a worker is taken for dead."""

    max_failures: int = 3
    max_lost: int = 8
    lost_after_s: float = 6.0


@dataclass(frozen=True)
class Worker:
    """Who works: `name` is one process's alone, `job` the wake-up's number (0: none)."""

    name: str
    job: int = 0


@dataclass(frozen=True)
class _Begun:
    """An attempt that has begun. `exhausted` says why the file shall not be read any more."""

    attempt: int
    file: FileRow
    batch: BatchRow
    tally: attempts.Tally
    exhausted: Failure | None
    may_draw: bool
    arranged: ArrangementRow | None


@dataclass(frozen=True)
class _StoredPage:
    kept: KeptPage
    sha256: str


def run_stage(
    database: Database, blobs: BlobStore, reader: FileReader, file_id: UUID, worker: Worker, clock: Clock, limits: Limits,
    registers: Registers | None = None,
) -> Outcome:  # fmt: skip
    """Read one file and settle it, or leave it to a person after too many attempts. Never raises for what a file holds.

    A file that is not waiting to be read, or that a living worker is reading already, is nothing to do. Raises
    DatabaseAwayError: then nobody has written down how it ended, and the job must come again.
    """
    begun = _begin(database, file_id, worker, clock(), limits)
    if begun is None:
        return "nothing_to_do"
    try:
        return _work(database, blobs, reader, begun, clock, limits, registers)
    except StaleWorkError:
        return _end(database, begun, "stale", clock())
    except DatabaseAwayError:
        raise
    except AwayError as error:
        return _postpone(database, begun, failure_of(error, ""), clock())


def _work(
    database: Database, blobs: BlobStore, reader: FileReader, begun: _Begun, clock: Clock, limits: Limits,
    registers: Registers | None,
) -> Outcome:  # fmt: skip
    if begun.exhausted is not None:
        return _park(database, blobs, reader, begun, begun.exhausted, clock, "done")
    try:
        return _read(database, blobs, reader, begun, clock, limits, registers)
    except (AwayError, StaleWorkError):
        raise
    except OSError as error:
        failure = failure_of(error, f"file {begun.file.id}")
        failure = replace(failure, is_away=error.errno in _MACHINES)
        return _fail(database, blobs, reader, begun, failure, clock, limits)
    except Exception as error:  # noqa: BLE001 - the stage's own door: no file may end a worker, and each gets to a person
        return _fail(database, blobs, reader, begun, failure_of(error, f"file {begun.file.id}"), clock, limits)


def _begin(database: Database, file_id: UUID, worker: Worker, now: datetime, limits: Limits) -> _Begun | None:
    """Write down that an attempt begins; attempts without an end are given up for lost, for their workers are dead."""
    with database.transaction() as conn:
        file = files.lock(conn, file_id)
        if file.stage != "received":
            return None
        unended = attempts.unended(conn, file_id)
        if unended and wake_ups.read_elsewhere(conn, file_id, worker.job, limits.lost_after_s):
            return None
        if unended:
            attempts.lose_unended(conn, file_id, worker.name, now)
        tally = attempts.tally(conn, file)
        batch = batches.get(conn, file.batch_id)
        attempt = attempts.begin(conn, file, worker.name, now)
        arranged = arrangements.newest(conn, file_id)
    # Should even drawing the pages end the worker, the file is parked without pictures.
    return _Begun(attempt, file, batch, tally, _exhausted(tally, limits), tally.lost <= limits.max_lost, arranged)


def _exhausted(tally: attempts.Tally, limits: Limits) -> Failure | None:
    if tally.lost >= limits.max_lost:
        problem = f"Reading was begun {tally.lost} times, and each time the worker was lost."
        return Failure(
            "workers_lost", 1, problem, "Look at the pages by hand; tell your administrator, and read it again once mended."
        )
    if tally.failed >= limits.max_failures:
        return Failure(
            "too_many_failures", 1, f"Reading failed {tally.failed} times.", "Look at the pages by hand, or read it again."
        )
    return None


def _read(
    database: Database, blobs: BlobStore, reader: FileReader, begun: _Begun, clock: Clock, limits: Limits,
    registers: Registers | None,
) -> Outcome:  # fmt: skip
    """Read outside any transaction, keep the page images, then settle everything in one commit."""
    file = begun.file
    with tempfile.TemporaryDirectory(prefix=SCRATCH) as scratch, blobs.as_file(file.sha256) as path:
        question = Question(
            path, file.name, Path(scratch), channel=begun.batch.channel, received_at=begun.batch.received_at,
            arrangement=begun.arranged.body if begun.arranged else None,
        )  # fmt: skip
        with told_progress(database, begun.attempt, question.scratch):
            reading = reader.read(question)
        if isinstance(reading, FileRead):
            believed = settle.custody(reading.result, file.pages_in)
            stored = _store_images(blobs, reading.pages)
    if isinstance(reading, Failure):
        return _fail(database, blobs, reader, begun, reading, clock, limits)
    if isinstance(believed, Failure):
        return _fail(database, blobs, reader, begun, believed, clock, limits)
    answers = Answers(registers, settle.codes(reading.result))  # before the transaction: a register may take its time
    again(lambda: _commit(database, begun, reading, stored, answers, clock()))
    return "read"


def _commit(
    database: Database, begun: _Begun, reading: FileRead, stored: list[_StoredPage], answers: Answers, now: datetime
) -> None:
    file = begun.file
    with database.transaction() as conn:
        files.lock(conn, file.id)  # the file before its pages, as everywhere: no two wait for each other
        _keep_images(conn, file.id, stored)
        attempts.end(conn, begun.attempt, "done", now)
        settled = settle.settle_reading(conn, file, reading, now, answers, begun.arranged)
        after = {"stage": "read", "revision": file.revision + 1, **settled.told}
        subject = f"file:{file.id}"
        audit.append(
            conn, "file.read", subject, actor="saapuva", at=now, before=_state(file), after=after, versions=reading.versions
        )


def _fail(
    database: Database, blobs: BlobStore, reader: FileReader, begun: _Begun, failure: Failure, clock: Clock, limits: Limits
) -> Outcome:
    """Try again later, or leave the file to a person when that would not help or was tried often enough."""
    if failure.is_away:
        return _postpone(database, begun, failure, clock())
    failed = begun.tally.failed + 1
    if not failure.retryable or failed >= limits.max_failures:
        return _park(database, blobs, reader, begun, failure, clock, "failed")
    return _come_again(database, begun, "failed", failure, _wait_s(failed), clock())


def _postpone(database: Database, begun: _Begun, failure: Failure, now: datetime) -> Outcome:
    """Nothing is wrong with the file: something is away. That is no failure, however often it happens."""
    return _come_again(database, begun, "postponed", failure, _wait_s(begun.tally.postponed + 1), now)


def _come_again(
    database: Database, begun: _Begun, outcome: Literal["failed", "postponed"], failure: Failure, wait_s: float, now: datetime
) -> Outcome:
    """End the attempt and line up the next one in the same commit."""
    with database.transaction() as conn:
        file = files.lock(conn, begun.file.id)
        attempts.end(conn, begun.attempt, outcome, now, failure.words)
        if (file.stage, file.revision) == ("received", begun.file.revision):
            jobs.enqueue(conn, jobs.READ_FILE, file.id, delay_s=wait_s)
        after = {"attempt": begun.attempt, "outcome": outcome, "code": failure.code}
        audit.append(conn, "file.not_read", f"file:{file.id}", actor="saapuva", at=now, before=_state(file), after=after)
    return outcome


def _wait_s(times: int) -> float:
    """Double the wait each time, spread by a quarter so that not all files come back at once; at least a second."""
    spread: float = random.uniform(0.75, 1.25)
    return max(1.0, float(min(LONGEST_WAIT_S, 2.0**times)) * spread)


def _park(
    database: Database, blobs: BlobStore, reader: FileReader, begun: _Begun, failure: Failure, clock: Clock,
    outcome: Literal["done", "failed"],
) -> Outcome:  # fmt: skip
    """Leave a file to a person, with its pages drawn as far as they can be; nothing of it is dropped."""
    stored = _drawn(blobs, reader, begun)
    now, file = clock(), begun.file
    with database.transaction() as conn:
        files.advance(conn, file, "parked", failure.words)
        pages.park(conn, file.id, failure.code)
        _keep_images(conn, file.id, stored)
        item = settle.open_unread(conn, file.id, now)
        attempts.end(conn, begun.attempt, outcome, now, failure.words)
        problem = f"A file of {file.pages_in} pages could not be read ({failure.code}); a person must index it."
        remedy = f"See its work item in the queue indexing, or read it again: POST /api/v1/files/{file.id}/reread."
        alarms.raise_alarm(conn, PARKED, f"file:{file.id}", problem, remedy, now)
        after = {
            "stage": "parked", "revision": file.revision + 1, "code": failure.code, "work_item": str(item),
            "pages": file.pages_in, "drawn": len(stored), "failed": begun.tally.failed, "lost": begun.tally.lost,
        }  # fmt: skip
        audit.append(conn, "file.parked", f"file:{file.id}", actor="saapuva", at=now, before=_state(file), after=after)
    return "parked"


def _drawn(blobs: BlobStore, reader: FileReader, begun: _Begun) -> list[_StoredPage]:
    """Draw the pages without reading them. What cannot even be drawn is parked without a picture: the original is kept."""
    file = begun.file
    if not begun.may_draw:
        return []
    try:
        with tempfile.TemporaryDirectory(prefix=SCRATCH) as scratch, blobs.as_file(file.sha256) as path:
            drawn = reader.draw(Question(path, file.name, Path(scratch), is_drawn_only=True))
            if isinstance(drawn, Failure):
                return []
            return _store_images(blobs, tuple(page for page in drawn if page.number <= file.pages_in))
    except BlobDamagedError:
        return []


def _store_images(blobs: BlobStore, kept: tuple[KeptPage, ...]) -> list[_StoredPage]:
    return [_StoredPage(page, blobs.put([page.image.read_bytes()]).sha256) for page in kept]


def _keep_images(conn: Conn, file_id: UUID, stored: list[_StoredPage]) -> None:
    for page in stored:
        kept = page.kept
        pages.set_image(conn, file_id, kept.number, page.sha256, kept.width_px, kept.height_px, kept.text)
        if kept.fingerprint is not None:
            fingerprints.keep(conn, file_id, kept.number, kept.fingerprint.phash, kept.fingerprint.ink)


def _end(database: Database, begun: _Begun, outcome: Literal["stale"], now: datetime) -> Outcome:
    """Write down that this work was thrown away; the other worker's counts."""
    with database.transaction() as conn:
        attempts.end(conn, begun.attempt, outcome, now)
    return outcome


def _state(file: FileRow) -> Mapping[str, Any]:
    return {"stage": file.stage, "revision": file.revision}
