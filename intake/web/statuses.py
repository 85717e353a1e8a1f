"""What the API tells of a batch or a file, gathered in one transaction that only reads."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from uuid import UUID

from intake.pipeline import protection
from intake.pipeline.protection import MASK, Viewer
from intake.store import arrivals, batches, documents, files, pages, readings, work_items
from intake.store.database import Conn, Database
from intake.store.files import FileRow
from intake.store.readings import ReadingRow
from intake.web.answers import ArrivalSeen, BatchList, BatchStatus, DocumentFound, FileDetails, WorkItemOpen
from models.errors import NotFoundError, NotReadYetError, RefusedError


def batch_status(database: Database, batch_id: UUID, viewer: Viewer) -> BatchStatus:
    with database.transaction() as conn:
        batch = batches.get(conn, batch_id)
        states = batches.pages_by_state(conn, batch_id)
        of_batch = files.of_batch(conn, batch_id)
        hidden = protection.hidden_among(conn, viewer, "file", [file.id for file in of_batch])
        found = [_details(conn, file, states.get(file.id, {}), is_hidden=file.id in hidden) for file in of_batch]
    return BatchStatus.model_validate(batch.model_dump() | {"files": found})


def file_details(database: Database, file_id: UUID, viewer: Viewer) -> FileDetails:
    with database.transaction() as conn:
        file = files.get(conn, file_id)
        states = batches.pages_by_state(conn, file.batch_id).get(file_id, {})
        return _details(conn, file, states, is_hidden=protection.is_hidden(conn, viewer, "file", file_id))


def _details(conn: Conn, file: FileRow, states: dict[str, int], *, is_hidden: bool) -> FileDetails:
    """A hidden file keeps its pages' sums; its name may be a person's."""
    if is_hidden:
        file = file.model_copy(update={"name": MASK})
    return FileDetails.model_validate(
        file.model_dump()
        | {
            "pages": file.pages_in,
            "pages_by_state": states,
            "arrival_day": arrivals.legal_day(conn, file.id)[0],
            "arrival": [ArrivalSeen.model_validate(each) for each in arrivals.of_file(conn, file.id)],
            "documents": [DocumentFound.model_validate(each) for each in documents.of_file(conn, file.id)],
            "work_items": [WorkItemOpen.model_validate(each) for each in work_items.of_file(conn, file.id)],
        }
    )


def batch_list(database: Database, limit: int, cursor: str | None) -> BatchList:
    """Give one page of the list; the cursor says where the last one ended, so that new batches shift nothing."""
    with database.transaction() as conn:
        found = batches.newest(conn, limit + 1, None if cursor is None else _from_cursor(cursor))
    shown = found[:limit]
    is_end = len(found) <= limit
    return BatchList(batches=shown, next=None if is_end else _cursor(shown[-1].taken_at, shown[-1].id))


def file_row(database: Database, file_id: UUID) -> FileRow:
    with database.transaction() as conn:
        return files.get(conn, file_id)


def newest_reading(database: Database, file_id: UUID) -> ReadingRow:
    """Give the reading that counts; for a file whose very bytes came before, that one's. Raises NotReadYetError."""
    with database.transaction() as conn:
        file = files.get(conn, file_id)
        first = files.get(conn, file.duplicate_of) if file.duplicate_of is not None else file
        reading = readings.newest(conn, first.id) if first.stage == "read" else None
    if reading is None:
        raise NotReadYetError(str(file_id), first.stage)
    return reading


def page_image(database: Database, file_id: UUID, number: int) -> str:
    """Name the blob that shows a page. Raises NotFoundError, or NotReadYetError while nobody has drawn it."""
    with database.transaction() as conn:
        file = files.get(conn, file_id)
        shown_as = next((page for page in pages.of_file(conn, file.duplicate_of or file.id) if page.number == number), None)
    if shown_as is None:
        raise NotFoundError("page", f"{number} of file {file_id}")
    if shown_as.image_sha256 is None:
        raise NotReadYetError(str(file_id), file.stage)
    return shown_as.image_sha256


def _cursor(taken_at: datetime, batch_id: UUID) -> str:
    return base64.urlsafe_b64encode(f"{taken_at.isoformat()} {batch_id}".encode()).decode()


def _from_cursor(cursor: str) -> tuple[datetime, UUID]:
    try:
        taken_at, _, batch_id = base64.urlsafe_b64decode(cursor).decode("ascii").partition(" ")
        at = datetime.fromisoformat(taken_at)
        if at.tzinfo is None:
            raise ValueError
        return at, UUID(batch_id)
    except (binascii.Error, ValueError):
        raise RefusedError("This cursor is none of ours.", "Take it from `next` of the page before, unchanged.") from None
