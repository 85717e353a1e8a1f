"""A person makes papers of pages that nobody could read: which pages, and what kind of paper; the fields are typed then."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from extractors.catalog import known_types
from intake.pipeline import joining
from intake.pipeline.correcting import fields_under
from intake.pipeline.joining import Group
from intake.pipeline.judging import Answers, hold, judge, publish
from intake.pipeline.rerouting import records_of
from intake.pipeline.settle import PAGE_COUNT
from intake.pipeline.stages import PARKED
from intake.store import alarms, arrivals, audit, documents, files, matters, pages, readings, work_items
from intake.store.database import Conn, Database
from intake.store.files import FileRow
from models.errors import ConflictError, RefusedError

BY_HAND = {"indexed": "by hand"}


def index(
    database: Database, item_id: UUID, numbers: Collection[int], document_type: str, actor: str, now: datetime
) -> UUID:  # fmt: skip
    """Make one paper of unread pages of a work item's file; gives the work item that it lies in now.

    When the last unread page has its paper, the file counts as read and its own work item is done. Raises NotFoundError,
    RefusedError without pages or for a type that is not there, ConflictError when a page lies elsewhere already.
    """
    wanted = sorted(set(numbers))
    if not wanted or document_type not in known_types():
        raise RefusedError("Say which pages make the paper, and what it is.", "Choose pages and a type.")
    with database.transaction() as conn:
        file = files.lock(conn, work_items.get(conn, item_id).file_id)
        matters.lock(conn)
        unread = {page.number for page in pages.of_file(conn, file.id) if page.state == "parked"}
        if not unread.issuperset(wanted):
            raise ConflictError("Some of these pages lie in a paper already.", "Look at the file again.")
        document_id = _add_paper(conn, file, wanted, document_type, actor, now)
        if unread == set(wanted):
            _close(conn, file, item_id, now)
        touched = _place(conn, document_id, now)
        judged = [judge(conn, one, Answers(), now, fresh=[document_id], reviewer=actor) for one in sorted(touched)]
        hold(conn, judged)
        after = {"document": str(document_id), "pages": wanted, "type": document_type, "version": 1}
        audit.append(conn, "document.indexed", f"document:{document_id}", actor=actor, at=now, after=after)
        publish(conn, judged, actor, now)
        return work_items.of_document(conn, document_id)[-1].id


def _add_paper(conn: Conn, file: FileRow, numbers: list[int], document_type: str, actor: str, now: datetime) -> UUID:
    day, evidence = arrivals.legal_day(conn, file.id)
    label = f"h{numbers[0]}"
    document_id = documents.add(
        conn, file_id=file.id, reading_id=_reading(conn, file, now), label=label, pages=numbers, document_type=document_type,
        arrival_day=day, arrival_evidence=evidence,
    )  # fmt: skip
    documents.add_record(conn, document_id, 1, _body(label, document_type, numbers, actor, now), "correction", actor, now)
    pages.set_in_document(conn, file.id, numbers, document_id)
    return document_id


def _reading(conn: Conn, file: FileRow, now: datetime) -> UUID:
    """The reading that the paper hangs on: the file's own, or, where it has none, one that says a person indexed it."""
    newest = readings.newest(conn, file.id)
    if newest is not None:
        return newest.id
    empty: dict[str, Any] = {"schema": "intake-result/1", "source": {}, "pages": [], "documents": [], "work_items": []}
    return readings.add(conn, file.id, file.revision, empty, BY_HAND, 0.0, now)


def _body(label: str, document_type: str, numbers: list[int], actor: str, now: datetime) -> dict[str, Any]:
    return {
        "id": label, "type": document_type, "type_confidence": 1.0, "accepted": True, "type_seen_by": actor,
        "type_seen_at": now.isoformat(), "language": None, "form_revision": None, "pages": numbers,
        "fields": fields_under(known_types()[document_type], None, {}),
    }  # fmt: skip


def _place(conn: Conn, document_id: UUID, now: datetime) -> set[UUID]:
    [record] = records_of({document_id: documents.newest_record(conn, document_id).body})
    return joining.join(conn, [Group(None, (document_id,))], {document_id: record}, now)


def _close(conn: Conn, file: FileRow, item_id: UUID, now: datetime) -> None:
    if file.stage == "parked":
        files.advance(conn, file, "read")
    work_items.close(conn, item_id, now)
    for kind in (PARKED, PAGE_COUNT):
        alarms.clear(conn, kind, f"file:{file.id}", now)
