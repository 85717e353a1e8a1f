"""What a person is shown of files and documents. Whoever may not see protected clients is given nothing of them to show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from intake.store import papers
from intake.store.database import Conn, Database
from intake.store.pages import State
from intake.store.papers import BatchSeen, FileSeen, PaperSeen
from models.errors import NotFoundError

Progress = Literal["waiting", "reading", "read", "parked", "duplicate", "quarantined"]
Place = Literal["delivered", "on_its_way", "refused", "waiting", "done"]

_PARTIES = ("applicant", "employee", "insured", "subject", "patient", "person", "debtor", "child")
"""Whose name a paper is known by, the insured first."""


@dataclass(frozen=True)
class ShownPerson:
    """Whose a paper is. `is_withheld`: a protected client, and whoever looks may not see who; then all else is None."""

    name: str | None
    hetu: str | None
    is_protected: bool = False
    is_withheld: bool = False


@dataclass(frozen=True)
class ShownPaper:
    """One document as a person sees it. `place` says what has become of it."""

    id: UUID
    file_id: UUID
    pages: tuple[int, ...]
    document_type: str
    is_type_sure: bool
    person: ShownPerson
    arrival_day: date
    arrival_evidence: str
    is_duplicate: bool
    may_be_duplicate: bool
    queue: str | None
    item_id: UUID | None
    place: Place


@dataclass(frozen=True)
class ShownFile:
    """One file as a person sees it. `shown_as` is the file whose pictures show it: its own, or the first of the same bytes."""

    id: UUID
    batch_id: UUID
    number: int
    name: str
    progress: Progress
    pages_in: int
    pages_read: int
    pages: Mapping[State, int]
    problem: Mapping[str, str] | None
    duplicate_of: UUID | None
    papers: tuple[ShownPaper, ...]
    mark: str
    is_withheld: bool
    """Whether it holds papers of a protected client, and whoever looks may not see who."""

    @property
    def shown_as(self) -> UUID:
        return self.duplicate_of or self.id

    @property
    def is_settled(self) -> bool:
        """Whether reading has done with it: what comes now is people's and the rules core's."""
        return self.progress not in ("waiting", "reading")


@dataclass(frozen=True)
class ShownBatch:
    """One batch with its files and what they sum up to."""

    batch: BatchSeen
    files: Sequence[ShownFile]

    @property
    def sums(self) -> dict[str, int]:
        """Files by how far they are."""
        counts: dict[str, int] = {}
        for file in self.files:
            counts[file.progress] = counts.get(file.progress, 0) + 1
        return counts

    @property
    def is_settled(self) -> bool:
        """Whether all of it has been read, as far as it can be."""
        return all(file.is_settled for file in self.files)

    @property
    def is_over(self) -> bool:
        """Whether nothing will change until a person does something."""
        papers_of_all = [paper for file in self.files for paper in file.papers]
        return self.is_settled and all(paper.is_duplicate or paper.place != "on_its_way" for paper in papers_of_all)


def batch(database: Database, batch_id: UUID, *, sees_protected: bool) -> ShownBatch:
    """Gather a batch as it stands. Raises NotFoundError."""
    with database.transaction() as conn:
        found = papers.batch(conn, batch_id)
        if found is None:
            raise NotFoundError("batch", str(batch_id))
        return ShownBatch(found, shown_files(conn, papers.files_of_batch(conn, batch_id), sees_protected=sees_protected))


def one_file(database: Database, file_id: UUID, *, sees_protected: bool) -> ShownFile:
    """Give one file. Raises NotFoundError."""
    with database.transaction() as conn:
        found = shown_files(conn, papers.files_by_ids(conn, [file_id]), sees_protected=sees_protected)
    if not found:
        raise NotFoundError("file", str(file_id))
    return found[0]


def shown_files(conn: Conn, files: Sequence[FileSeen], *, sees_protected: bool) -> list[ShownFile]:
    """Put files together with their documents; for a file whose very bytes came before, those of the first."""
    found: dict[UUID, list[ShownPaper]] = {}
    for paper in papers.of_files(conn, {file.duplicate_of or file.id for file in files}):
        found.setdefault(paper.file_id, []).append(shown_paper(paper, sees_protected=sees_protected))
    return [
        _file(file, found.get(file.duplicate_of or file.id, []), is_withheld=file.is_protected and not sees_protected)
        for file in files
    ]


def shown_paper(paper: PaperSeen, *, sees_protected: bool) -> ShownPaper:
    """What a person is shown of a document."""
    return ShownPaper(
        id=paper.id,
        file_id=paper.file_id,
        pages=tuple(paper.pages),
        document_type=paper.document_type,
        is_type_sure=bool(paper.body.get("accepted")),
        person=shown_person(paper, sees_protected=sees_protected),
        arrival_day=paper.arrival_day,
        arrival_evidence=paper.arrival_evidence,
        is_duplicate=paper.duplicate_of is not None,
        may_be_duplicate=paper.possible_duplicate_of is not None,
        queue=paper.queue,
        item_id=paper.item_id,
        place=_place(paper),
    )


def shown_person(paper: PaperSeen, *, sees_protected: bool) -> ShownPerson:
    """Whose a document is, as far as whoever looks may know."""
    if paper.is_protected and not sees_protected:
        return ShownPerson(None, None, is_protected=True, is_withheld=True)
    return ShownPerson(name_on(paper.body), paper.person_hetu, is_protected=paper.is_protected)


def name_on(body: Mapping[str, Any]) -> str | None:
    """The name that a paper bears of the person it is about; None where it bears none."""
    fields = body.get("fields", {})
    for party in _PARTIES:
        parts = [_value(fields.get(f"{party}_{part}")) for part in ("first_names", "last_name")]
        name = " ".join(part for part in parts if part) or _value(fields.get(f"{party}_name"))
        if name:
            return name
    return None


def _value(cell: Any) -> str | None:
    value = cell.get("value") if isinstance(cell, dict) else None
    return value if isinstance(value, str) and value.strip() else None


def _place(paper: PaperSeen) -> Place:
    places: dict[str, Place] = {"delivered": "delivered", "waiting": "on_its_way", "parked": "refused"}
    if paper.delivery_state in places:
        return places[paper.delivery_state]
    return "done" if paper.item_state == "done" else "waiting"


def _file(file: FileSeen, found: Sequence[ShownPaper], *, is_withheld: bool) -> ShownFile:
    return ShownFile(
        id=file.id,
        batch_id=file.batch_id,
        number=file.number,
        name=file.name,
        progress=_progress(file),
        pages_in=file.pages_in,
        pages_read=min(file.pages_read, file.pages_in),
        pages=file.pages,
        problem=file.problem,
        duplicate_of=file.duplicate_of,
        papers=tuple(found),
        mark=file.mark,
        is_withheld=is_withheld,
    )


def _progress(file: FileSeen) -> Progress:
    if file.stage == "received":
        return "waiting" if file.began_at is None else "reading"
    return file.stage
