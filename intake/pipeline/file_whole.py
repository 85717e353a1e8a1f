"""One file whole: its pages by document, when it came and how we know, what has happened to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from intake.pipeline import protection
from intake.pipeline.papers_shown import ShownFile, ShownPaper, shown_files
from intake.pipeline.protection import Viewer
from intake.store import arrivals, audit, batches, files, pages, papers
from intake.store.arrivals import ArrivalRow
from intake.store.batches import BatchRow
from intake.store.database import Conn, Database
from intake.store.files import FileRow
from intake.store.pages import PageRow

MOST_EVENTS = 200


@dataclass(frozen=True)
class Group:
    """Pages that lie together: those of one document, or neighbours of one state that lie in none."""

    paper: ShownPaper | None
    pages: Sequence[PageRow]

    @property
    def state(self) -> str:
        return self.pages[0].state


@dataclass(frozen=True)
class Event:
    """Something that happened; `reason` is what a person has said of it."""

    at: datetime
    name: str
    actor: str
    reason: str | None


@dataclass(frozen=True)
class WholeFile:
    """A file with all that is known of it. `arrival` is the day that counts, with the evidence for it."""

    shown: ShownFile
    file: FileRow
    batch: BatchRow
    groups: Sequence[Group]
    arrival: tuple[date, str]
    evidence: Sequence[ArrivalRow]
    events: Sequence[Event]


def of(database: Database, viewer: Viewer, file_id: UUID, now: datetime) -> WholeFile:
    """Gather one file; a look at papers of a protected client is noted. Raises NotFoundError."""
    with database.transaction() as conn:
        file = files.get(conn, file_id)
        if viewer.sees_protected:
            protection.look(conn, viewer, "file", file_id, now)
        [shown] = shown_files(conn, papers.files_by_ids(conn, [file_id]), sees_protected=viewer.sees_protected)
        rows = pages.of_file(conn, file.duplicate_of or file.id)
        return WholeFile(
            shown=shown,
            file=file,
            batch=batches.get(conn, file.batch_id),
            groups=grouped(rows, shown.papers),
            arrival=arrivals.legal_day(conn, file_id),
            evidence=arrivals.of_file(conn, file_id),
            events=_events(conn, file, shown.papers),
        )


def grouped(rows: Sequence[PageRow], found: Sequence[ShownPaper]) -> list[Group]:
    """Lay pages together in their order; a document's pages lie together where its first one does."""
    by_id = {paper.id: paper for paper in found}
    groups: list[Group] = []
    placed: set[UUID] = set()
    for row in rows:
        paper = by_id.get(row.document_id) if row.document_id else None
        if paper is None:
            if groups and groups[-1].paper is None and groups[-1].state == row.state:
                groups[-1] = Group(None, [*groups[-1].pages, row])
            else:
                groups.append(Group(None, [row]))
        elif paper.id not in placed:
            placed.add(paper.id)
            groups.append(Group(paper, [each for each in rows if each.document_id == paper.id]))
    return groups


def _events(conn: Conn, file: FileRow, found: Sequence[ShownPaper]) -> list[Event]:
    """What the audit trail tells of a file and its documents, oldest first; of documents withheld nothing."""
    subjects = [f"batch:{file.batch_id}", f"file:{file.id}"]
    subjects += [f"document:{paper.id}" for paper in found if not paper.person.is_withheld]
    events = [event for subject in subjects for event in audit.of_subject(conn, subject, limit=MOST_EVENTS)]
    return [_event(event) for event in sorted(events, key=lambda one: one.seq)]


def _event(event: audit.AuditEvent) -> Event:
    told: dict[str, Any] = event.told
    after = told.get("after")
    reason = after.get("reason") if isinstance(after, dict) else None
    return Event(event.at, event.event, str(told.get("actor", "")), reason if isinstance(reason, str) else None)
