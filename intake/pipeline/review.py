"""People look at records: correct and confirm values, say where a matter goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from extractors.catalog import load_types
from intake.pipeline import deliver, rerouting
from intake.pipeline.correcting import Corrected, Seen, corrected
from intake.pipeline.settle import waits_because
from intake.store import audit, deliveries, documents, reviews, work_items
from intake.store.database import Conn, Database
from intake.store.deliveries import DeliveryRow
from intake.store.documents import DocumentRow, RecordRow
from intake.store.work_items import WorkItemRow
from models.errors import ConflictError, NotFoundError, RefusedError
from models.review import Correction
from models.work import Queue

Bodies = dict[UUID, Mapping[str, Any]]


@dataclass(frozen=True)
class Reviewed:
    """What a person's word led to. `delivery_id` is None while something still waits for a person."""

    document_id: UUID
    version: int
    delivery_id: UUID | None
    waits_because: tuple[str, ...]


@dataclass(frozen=True)
class ShownDocument:
    """A document with its newest record, its matters and its deliveries."""

    document: DocumentRow
    record: RecordRow
    work_items: list[WorkItemRow]
    deliveries: list[DeliveryRow]


def show(database: Database, document_id: UUID) -> ShownDocument:
    """Give one document whole. Raises NotFoundError."""
    with database.transaction() as conn:
        return ShownDocument(
            documents.get(conn, document_id), documents.newest_record(conn, document_id),
            work_items.of_document(conn, document_id), deliveries.of_document(conn, document_id),
        )  # fmt: skip


def correct(
    database: Database, document_id: UUID, version: int, corrections: Sequence[Correction], reviewer: str, now: datetime
) -> Reviewed:
    """Lay a person's word over the newest record: its next version, its matter judged again, and what is ready goes out.

    `version` is the record's that the person saw. Raises NotFoundError, ConflictError when there is a newer one, and
    RefusedError when a value cannot be one of its field; then nothing is kept.
    """
    with database.transaction() as conn:
        beside = reviews.lock_with_matters(conn, document_id)
        record = _seen_record(conn, document_id, version)
        next_one = corrected(record.body, corrections, load_types(), Seen(reviewer, now))
        documents.add_record(conn, document_id, version + 1, next_one.body, "correction", reviewer, now)
        if next_one.changes_type:
            documents.set_type(conn, document_id, next_one.body["type"])
        waits: list[str] = []
        for item in work_items.of_document(conn, document_id):
            waits += _judge_corrected(conn, item.id, document_id, record.body, next_one, reviewer, now)
        audit.append(
            conn, "document.corrected", f"document:{document_id}", actor=reviewer, at=now,
            before={"version": version, **next_one.before}, after={"version": version + 1, **next_one.after},
        )  # fmt: skip
        offered = {one: deliver.offer(conn, one, now) for one in beside}
    return Reviewed(document_id, version + 1, offered[document_id], tuple(dict.fromkeys(waits)))


def reroute(
    database: Database, item_id: UUID, version: int, queue: Queue, reason: str, reviewer: str, now: datetime,
    *, person_hetu: str | None = None,
) -> WorkItemRow:  # fmt: skip
    """Move a matter to another queue; `reason` becomes its comment, `person_hetu` says whose it is.

    What the rules core decides goes out when nothing else waits. Raises NotFoundError, ConflictError when the matter has
    changed since `version`, RefusedError without a reason.
    """
    if not reason.strip():
        raise RefusedError("A matter is moved with a reason.", "Say why: whoever gets it reads it.")
    with database.transaction() as conn:
        locked = reviews.lock_documents(conn, item_id)
        item = _seen_item(conn, item_id, version)
        reviews.set_route(
            conn, item_id, queue=queue, owner=rerouting.owner_after(queue, item.owner),
            specifier=rerouting.SPECIFIERS.get(queue, ""), comment=" ".join(reason.split()),
            person_hetu=person_hetu or item.person_hetu, reasons=[rerouting.reason_of_person(), *item.reasons],
        )  # fmt: skip
        _judge(conn, item_id, reviewer, now)
        moved = work_items.get(conn, item_id)
        audit.append(
            conn, "work_item.rerouted", f"work_item:{item_id}", actor=reviewer, at=now,
            before=_told_route(item), after=_told_route(moved),
        )  # fmt: skip
        for document_id in locked:
            deliver.offer(conn, document_id, now)
    return moved


def _seen_record(conn: Conn, document_id: UUID, version: int) -> RecordRow:
    record = documents.newest_record(conn, document_id)
    if record.version != version:
        raise ConflictError(
            f"The document has a newer record ({record.version}) than you saw.", "Look at it again, then correct it."
        )
    return record


def _seen_item(conn: Conn, item_id: UUID, version: int) -> WorkItemRow:
    newest = reviews.lock_item(conn, item_id)
    if newest is None:
        raise NotFoundError("work item", str(item_id))
    if newest != version:
        raise ConflictError("Somebody has changed this work item since you saw it.", "Look at it again, then move it.")
    return work_items.get(conn, item_id)


def _judge_corrected(
    conn: Conn, item_id: UUID, document_id: UUID, before: Mapping[str, Any], next_one: Corrected, reviewer: str, now: datetime
) -> list[str]:
    """Let the corrected values say anew whose the matter is and, where the table may, where it goes."""
    reviews.lock_item(conn, item_id)
    item = work_items.get(conn, item_id)
    if not rerouting.is_moved_by_person(item.reasons):
        bodies = _bodies(conn, item)
        _route_again(conn, item, {**bodies, document_id: before}, bodies, next_one.changes_type)
    return _judge(conn, item_id, reviewer, now)


def _route_again(conn: Conn, item: WorkItemRow, before: Bodies, after: Bodies, changes_type: bool) -> None:
    """Only a matter without a place, or one with a paper of another type, is routed anew: the rest stays where people know it."""
    route = {"queue": item.queue, "owner": item.owner, "specifier": item.specifier, "comment": item.comment}
    if rerouting.is_torn_apart(before, after):
        route |= {"queue": "indexing", "owner": "indexing", "specifier": "", "comment": rerouting.SEVERAL_PERSONS}
        reviews.set_route(conn, item.id, **route, person_hetu=item.person_hetu, reasons=item.reasons)
        return
    again = rerouting.routed_again(after) if changes_type or item.queue == "indexing" else None
    reasons = item.reasons
    if again is not None:
        route |= {"queue": again.queue, "owner": again.owner, "specifier": again.specifier, "comment": again.comment}
        reasons = [reason.model_dump(mode="json") for reason in again.reasons]
    person_hetu = rerouting.person_of(after) or item.person_hetu
    reviews.set_route(conn, item.id, **route, person_hetu=person_hetu, reasons=reasons)


def _judge(conn: Conn, item_id: UUID, reviewer: str, now: datetime) -> list[str]:
    """Say anew why a matter waits; it is closed when it waits for nothing, open again when it does."""
    item = work_items.get(conn, item_id)
    rows = [documents.get(conn, document_id) for document_id in item.documents]
    fresh = [row for row in rows if row.duplicate_of is None]
    bodies = [documents.newest_record(conn, row.id).body for row in fresh]
    because = waits_because(item.queue, bodies, any(row.possible_duplicate_of for row in fresh)) if fresh else []
    if not rows and "unread" in item.waits_because:
        because = item.waits_because  # pages that nobody has read: moving the matter reads none of them
    reviews.set_reviewer(conn, item_id, reviewer)
    work_items.set_waiting(conn, item_id, because, now)
    if not because:
        work_items.close(conn, item_id, now)
    return because


def _bodies(conn: Conn, item: WorkItemRow) -> Bodies:
    return {document_id: documents.newest_record(conn, document_id).body for document_id in item.documents}


def _told_route(item: WorkItemRow) -> dict[str, Any]:
    return {
        "queue": item.queue, "owner": item.owner, "specifier": item.specifier, "comment": item.comment,
        "person_hetu": item.person_hetu, "state": item.state,
    }  # fmt: skip
