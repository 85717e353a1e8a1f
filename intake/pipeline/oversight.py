"""How the service stands, for whoever oversees it: throughput, waiting, workers, deliveries, alarms, days of law, the trail."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from extractors.values.identity import is_hetu
from intake.pipeline import audit_trail, protection
from intake.pipeline.protection import Viewer
from intake.store import alarms, audit, deliveries, figures, held_locks, throughput, waiting_times, workers
from intake.store.alarms import Alarm
from intake.store.audit import AuditEvent
from intake.store.blobs import BlobStore
from intake.store.database import Conn, Database
from intake.store.deliveries import DeliveryRow, State
from intake.store.held_locks import HeldLock
from intake.store.throughput import Automation, Through
from intake.store.waiting_times import AtRisk, QueueWaits
from intake.store.workers import AttemptMade, WorkerRow
from models.errors import ChainError, RefusedError, SaapuvaError

HELSINKI = ZoneInfo("Europe/Helsinki")
DAYS = 14
"""So far back the figures go, and so far ahead the days of law."""

EVENTS_SHOWN = 50
ATTEMPTS_SHOWN = 50
DELIVERIES_SHOWN = 200
_WITH_VALUES: tuple[Literal["file", "document", "matter", "work_item"], ...] = ("file", "document", "matter", "work_item")


@dataclass(frozen=True)
class Room:
    """Of the database and of the place where originals are kept. `free_mb` is None where nobody can tell."""

    database_mb: int
    connections: int
    free_mb: int | None
    disk_mb: int | None


@dataclass(frozen=True)
class Standing:
    """All that the first page of oversight shows, counted in one transaction."""

    now: datetime
    days: Sequence[Through]
    hours: Sequence[Through]
    automation: Sequence[Automation]
    queues: Sequence[QueueWaits]
    at_risk: Sequence[AtRisk]
    workers: Sequence[WorkerRow]
    deliveries: dict[str, int]
    alarms: Sequence[Alarm]
    locks: Sequence[HeldLock]
    unread: int
    oldest_unread_at: datetime | None
    ledger_difference: int
    room: Room

    @property
    def today(self) -> date:
        return self.now.astimezone(HELSINKI).date()

    @property
    def waiting(self) -> int:
        """Matters that wait for a person, in all queues."""
        return sum(queue.waiting for queue in self.queues)


def standing(database: Database, blobs: BlobStore, data: Path, now: datetime, lost_after_s: float) -> Standing:
    """Count how the service stands."""
    today = now.astimezone(HELSINKI).date()
    first = today - timedelta(days=DAYS - 1)
    with database.transaction() as conn:
        size, connections = figures.size_and_connections(conn)
        return Standing(
            now=now,
            days=throughput.by_day(conn, first, today),
            hours=throughput.by_hour(conn, today),
            automation=throughput.automation(conn, first, today),
            queues=waiting_times.by_queue(conn, now, now - timedelta(days=DAYS)),
            at_risk=waiting_times.at_risk(conn, today + timedelta(days=DAYS)),
            workers=workers.workers(conn, lost_after_s),
            deliveries=deliveries.counts(conn),
            alarms=alarms.open_alarms(conn),
            locks=held_locks.held(conn, now),
            unread=figures.unread(conn),
            oldest_unread_at=figures.oldest_unread(conn),
            ledger_difference=figures.ledger_difference(conn),
            room=_room(size, connections, blobs, data),
        )


def _room(size: int, connections: int, blobs: BlobStore, data: Path) -> Room:
    try:
        free = blobs.free_mb()
    except SaapuvaError:
        free = None
    disk = shutil.disk_usage(data).total // 2**20 if data.is_dir() and free is not None else None
    return Room(size // 2**20, connections, free, disk)


@dataclass(frozen=True)
class Crew:
    """Workers, the latest attempts, and how those of the last day ended."""

    workers: Sequence[WorkerRow]
    attempts: Sequence[AttemptMade]
    ended: dict[str, int]


def crew(database: Database, now: datetime, lost_after_s: float) -> Crew:
    """Say what the workers do and have done."""
    with database.transaction() as conn:
        return Crew(
            workers.workers(conn, lost_after_s), workers.latest_attempts(conn, ATTEMPTS_SHOWN),
            workers.ended_since(conn, now - timedelta(days=1)),
        )  # fmt: skip


@dataclass(frozen=True)
class Outbox:
    """Deliveries of one state, or of all, the newest first; and how many there are of each."""

    deliveries: Sequence[DeliveryRow]
    counts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def outbox(database: Database, state: State | None) -> Outbox:
    """Say what waits for the rules core, was refused or has gone."""
    with database.transaction() as conn:
        return Outbox(deliveries.listing(conn, state, DELIVERIES_SHOWN), deliveries.counts(conn))


@dataclass(frozen=True)
class Asked:
    """What somebody looks for in the trail. `text` is an id, a subject (`file:ID`) or an identity code."""

    text: str = ""
    event: str = ""
    actor: str = ""
    day: date | None = None
    before: int | None = None


@dataclass(frozen=True)
class Found:
    """Events, the newest first; `next` is the `before` of the following page, None on the last.

    `hidden` are numbers of those whose values the viewer may not see.
    """

    events: Sequence[AuditEvent]
    kinds: Sequence[str]
    next: int | None
    hidden: frozenset[int] = frozenset()


def search_trail(database: Database, asked: Asked, viewer: Viewer, now: datetime) -> Found:
    """Find events of the audit trail. Whoever looks a person up leaves a word of that, without the code.

    Raises RefusedError for a text that is neither an id nor a code, and for persons whom this viewer may not see.
    """
    text = "".join(asked.text.split())
    is_person = is_hetu(text.upper())
    if text and not is_person and not _is_subject(text):
        raise RefusedError(
            "This is neither an id nor an identity code.", "Give an id as other screens show it, or a whole identity code."
        )
    with database.transaction() as conn:
        subjects = None
        if is_person:
            if protection.hidden_persons(conn, viewer, [text.upper()]):
                raise protection.refusal()
            subjects = audit.subjects_of_person(conn, text.upper())
            audit.append(conn, "audit.searched", "audit:person", actor=viewer.login, at=now, after={"found": len(subjects)})
        elif text:
            subjects = [text] if ":" in text else audit.subjects_with_id(text.lower())
        events = audit.search(
            conn, subjects=subjects, event=asked.event or None, actor=asked.actor or None, day=asked.day, before=asked.before,
            limit=EVENTS_SHOWN + 1,
        )  # fmt: skip
        shown = events[:EVENTS_SHOWN]
        hidden = _hidden(conn, viewer, shown)
        return Found(shown, audit.events(conn), shown[-1].seq if len(events) > EVENTS_SHOWN else None, hidden)


def _hidden(conn: Conn, viewer: Viewer, events: Sequence[AuditEvent]) -> frozenset[int]:
    """Numbers of the events whose values this viewer may not see."""
    seqs: set[int] = set()
    for kind in _WITH_VALUES:
        seq_by_id = {UUID(one.subject.partition(":")[2]): one.seq for one in events if one.subject.startswith(f"{kind}:")}
        if hidden := protection.hidden_among(conn, viewer, kind, list(seq_by_id)):
            seqs |= {one.seq for one in events if any(one.subject == f"{kind}:{each}" for each in hidden)}
    return frozenset(seqs)


def _is_subject(text: str) -> bool:
    return re.fullmatch(r"([a-z_]{1,40}:)?[0-9A-Za-z-]{1,64}", text) is not None


@dataclass(frozen=True)
class Verification:
    """What holding the trail against its hashes came to: how many events hold together, or what is wrong."""

    events: int
    hash: str
    problem: SaapuvaError | None = None


def verify_trail(database: Database) -> Verification:
    """Read the whole trail and recompute it."""
    try:
        verified = audit_trail.verify(database)
    except ChainError as error:
        return Verification(0, "", error)
    return Verification(verified.events, verified.hash)


def head_of_trail(database: Database) -> dict[str, Any]:
    """How long the trail is and what its end's hash is."""
    with database.transaction() as conn:
        seq, digest = audit.head(conn)
    return {"events": seq, "hash": digest}
