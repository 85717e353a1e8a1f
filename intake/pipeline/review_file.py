"""All that the review screen shows of a work item, gathered in one transaction that only reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from intake.pipeline import protection
from intake.pipeline.checks.amount_sheet import AmountSheet, amount_sheet
from intake.pipeline.judging import case_of
from intake.pipeline.requests.reference import reference_of
from intake.pipeline.requests.waiting import finnish_day
from intake.pipeline.taking import PROTECTED, Caseworker
from intake.store import audit, documents, drafts, histories, locks, matters, requests, viewing, work_items
from intake.store.database import Conn, Database
from intake.store.documents import DocumentRow, RecordRow
from intake.store.histories import DeliveryOfDocument, RecordVersion
from intake.store.locks import LockRow
from intake.store.matters import MatterRow
from intake.store.requests import RequestRow
from intake.store.viewing import FileView, PageView
from intake.store.work_items import WorkItemRow
from models.errors import NotFoundError


@dataclass(frozen=True)
class ShownPaper:
    """A paper with its newest record, its pages, and the paper it may be again."""

    document: DocumentRow
    record: RecordRow
    pages: tuple[PageView, ...]
    file: FileView


@dataclass(frozen=True)
class ShownRequest:
    row: RequestRow
    reference: str
    is_overdue: bool


@dataclass(frozen=True)
class ShownItem:
    """A work item whole. `loose_pages` are those of its file that lie in no paper; `amounts` is a preview."""

    item: WorkItemRow
    matter: MatterRow | None
    papers: tuple[ShownPaper, ...]
    loose_pages: tuple[PageView, ...]
    file: FileView
    requests: tuple[ShownRequest, ...]
    amounts: AmountSheet
    held: LockRow | None
    draft: dict[str, Any] | None
    originals: dict[UUID, ShownPaper]
    found_matters: dict[str, MatterRow]

    @property
    def is_protected(self) -> bool:
        return self.item.queue == PROTECTED


@dataclass(frozen=True)
class PaperHistory:
    """Every version of one paper's record, and where it went."""

    document: DocumentRow
    versions: list[RecordVersion]
    deliveries: list[DeliveryOfDocument]


@dataclass(frozen=True)
class MatterHistory:
    """A matter's papers with their versions and deliveries, and what the audit trail says of its work item."""

    papers: dict[UUID, PaperHistory]
    events: list[dict[str, Any]]


def show(database: Database, item_id: UUID, worker: Caseworker, now: datetime) -> ShownItem:
    """Give one work item. Raises NotFoundError, and RefusedError for a protected person's where the worker may not see it."""
    with database.transaction() as conn:
        item = work_items.get(conn, item_id)
        protection.look(conn, worker, "work_item", item_id, now)
        return _shown(conn, item, worker, now)


def _shown(conn: Conn, item: WorkItemRow, worker: Caseworker, now: datetime) -> ShownItem:
    matter = matters.get(conn, item.matter_id) if item.matter_id is not None else None
    papers = papers_of(conn, item.documents)
    views = viewing.of_files(conn, [item.file_id])
    originals = {
        paper.document.id: papers_of(conn, [paper.document.possible_duplicate_of])[0]
        for paper in papers if paper.document.possible_duplicate_of is not None
    }  # fmt: skip
    kept = matters.papers(conn, matter.id) if matter is not None else []
    has_own = any(paper.duplicate_of is None for paper in kept)
    loose = [view for view in views if view.document_id is None and view.state in ("parked", "received")]
    return ShownItem(
        item=item, matter=matter, papers=tuple(papers), loose_pages=tuple(loose), file=viewing.files(conn, [item.file_id])[0],
        requests=tuple(_request(row, now) for row in requests.of_matter(conn, item.id)),
        amounts=amount_sheet(case_of(matter, kept)) if matter is not None and has_own else AmountSheet(()),
        held=locks.of_item(conn, item.id, now), draft=drafts.of_person(conn, item.id, worker.login), originals=originals,
        found_matters={found["matter_id"]: matters.get(conn, UUID(found["matter_id"])) for found in item.candidates},
    )  # fmt: skip


def papers_of(conn: Conn, ids: Sequence[UUID]) -> list[ShownPaper]:
    """Give papers with their records and pages: by day of arrival, then as they lie in their file."""
    rows = [documents.get(conn, document_id) for document_id in ids]
    files = {row.file_id for row in rows}
    views = viewing.of_files(conn, files)
    names = {one.id: one for one in viewing.files(conn, files)}
    return [
        ShownPaper(row, documents.newest_record(conn, row.id), _pages(row, views), names[row.file_id])
        for row in sorted(rows, key=lambda one: (one.duplicate_of is not None, one.arrival_day, str(one.file_id), one.pages))
    ]


def _pages(row: DocumentRow, views: Sequence[PageView]) -> tuple[PageView, ...]:
    return tuple(view for view in views if view.file_id == row.file_id and view.number in row.pages)


def _request(row: RequestRow, now: datetime) -> ShownRequest:
    return ShownRequest(row, reference_of(row.number), row.state == "sent" and row.due_day < finnish_day(now))


def paper_history(database: Database, document_id: UUID, worker: Caseworker, now: datetime) -> PaperHistory:
    """Give every version of a paper's record. Raises NotFoundError, RefusedError."""
    with database.transaction() as conn:
        protection.look(conn, worker, "document", document_id, now)
        return _history(conn, document_id)


def matter_history(database: Database, item: WorkItemRow) -> MatterHistory:
    """Give what became of a matter's papers, and what was done with its work item, oldest first."""
    with database.transaction() as conn:
        papers = {document_id: _history(conn, document_id) for document_id in item.documents}
        told = [event.told for event in audit.of_subject(conn, f"work_item:{item.id}")]
    return MatterHistory(papers, told)


def _history(conn: Conn, document_id: UUID) -> PaperHistory:
    return PaperHistory(
        documents.get(conn, document_id), histories.records_of(conn, document_id), histories.deliveries_of(conn, document_id)
    )


def page_picture(database: Database, file_id: UUID, number: int, worker: Caseworker, now: datetime) -> str:
    """Name the blob that shows a page. Raises NotFoundError, RefusedError."""
    protection.look_at_page(database, worker, file_id, number, now)
    with database.transaction() as conn:
        found = next((view for view in viewing.of_files(conn, [file_id]) if view.number == number), None)
    if found is None or found.image_sha256 is None:
        raise NotFoundError("picture of page", f"{number} of file {file_id}")
    return found.image_sha256
