"""People look at records: correct and confirm values, say where a matter goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from extractors.catalog import known_types
from extractors.values.identity import is_hetu
from intake.pipeline import deliver, joining, rerouting
from intake.pipeline.correcting import Seen, corrected
from intake.pipeline.identity import sure_codes
from intake.pipeline.judging import Answers, Judgement, hold, judge, publish
from intake.pipeline.registers import Registers
from intake.store import audit, deliveries, documents, matters, reviews, work_items
from intake.store.database import Conn, Database
from intake.store.deliveries import DeliveryRow
from intake.store.documents import DocumentRow, RecordRow
from intake.store.work_items import WorkItemRow
from models.errors import ConflictError, NotFoundError, RefusedError
from models.review import Correction
from models.work import Queue


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
    database: Database, document_id: UUID, version: int, corrections: Sequence[Correction], reviewer: str, now: datetime,
    registers: Registers | None = None,
) -> Reviewed:  # fmt: skip
    """Lay a person's word over the newest record: its next version, its matter judged again, and what is ready goes out.

    A corrected code may take the document into another matter, which is judged too. `version` is the record's that the
    person saw. Raises NotFoundError, ConflictError when there is a newer one, and RefusedError when a value cannot be one
    of its field; then nothing is kept.
    """
    answers = Answers(registers, codes_said(corrections))
    with database.transaction() as conn:
        matters.lock(conn)
        documents.lock(conn, document_id)
        touched = lay_words(conn, document_id, version, corrections, reviewer, now)
        own = matters.of_documents(conn, [document_id])
        judgements = [judge(conn, one, answers, now, reviewer=reviewer if one in own else None) for one in sorted(touched | own)]
        publish(conn, judgements, reviewer, now)
        delivery_id = deliver.offer(conn, document_id, now)
        waits = [reason for item in work_items.of_document(conn, document_id) for reason in item.waits_because]
    return Reviewed(document_id, version + 1, delivery_id, tuple(dict.fromkeys(waits)))


def lay_words(
    conn: Conn, document_id: UUID, version: int, corrections: Sequence[Correction], reviewer: str, now: datetime
) -> set[UUID]:  # fmt: skip
    """Write down a locked document's next record and tell the audit trail; gives the matters that a changed code has touched.

    Judging them, and the document's own, is the caller's next step. Raises ConflictError and RefusedError as `correct`.
    """
    record = _seen_record(conn, document_id, version)
    next_one = corrected(record.body, corrections, known_types(), Seen(reviewer, now))
    documents.add_record(conn, document_id, version + 1, next_one.body, "correction", reviewer, now)
    if next_one.changes_type:
        documents.set_type(conn, document_id, next_one.body["type"])
    audit.append(
        conn, "document.corrected", f"document:{document_id}", actor=reviewer, at=now,
        before={"version": version, **next_one.before}, after={"version": version + 1, **next_one.after},
    )  # fmt: skip
    packet_id = matters.packet_of(conn, document_id)
    if packet_id is None:
        return set()
    former, newest = (sure_codes(rerouting.records_of({document_id: body})) for body in (record.body, next_one.body))
    return joining.regroup(conn, packet_id, codes_changed=former != newest, now=now)


def reroute(
    database: Database, item_id: UUID, version: int, queue: Queue, reason: str, reviewer: str, now: datetime,
    *, person_hetu: str | None = None, registers: Registers | None = None,
) -> WorkItemRow:  # fmt: skip
    """Move a matter to another queue; `reason` becomes its comment, `person_hetu` says whose it is.

    What the rules core decides goes out when nothing else waits. The table moves the matter again only when a new paper
    changes what the table says. Raises NotFoundError, ConflictError when the matter has changed since `version`,
    RefusedError without a reason.
    """
    answers = Answers(registers, [person_hetu] if person_hetu else ())
    with database.transaction() as conn:
        matters.lock(conn)
        item = seen_item(conn, item_id, version)
        set_place(conn, item, queue, reason, person_hetu)
        judgements = _judge_moved(conn, item, person_hetu, answers, reviewer, now)
        moved = work_items.get(conn, item_id)
        hold(conn, judgements)
        audit.append(
            conn, "work_item.rerouted", f"work_item:{item_id}", actor=reviewer, at=now,
            before=told_route(item), after=told_route(moved),
        )  # fmt: skip
        publish(conn, judgements, reviewer, now)
    return moved


def codes_said(corrections: Sequence[Correction]) -> list[str]:
    """Identity codes that a person has typed: registers are asked about them before the transaction."""
    typed = [said.value.strip().upper() for said in corrections if isinstance(said.value, str)]
    return [code for code in typed if is_hetu(code)]


def _judge_moved(
    conn: Conn, item: WorkItemRow, person_hetu: str | None, answers: Answers, reviewer: str, now: datetime
) -> list[Judgement]:
    """A matter that is said to be a person's bears that person's code from now on; without papers there is only the page."""
    if item.matter_id is None:
        reviews.set_reviewer(conn, item.id, reviewer)
        work_items.set_waiting(conn, item.id, item.waits_because, now)
        return []
    if person_hetu is not None and matters.get(conn, item.matter_id).person_hetu != person_hetu:
        matters.set_person(conn, item.matter_id, person_hetu)
        for packet in matters.packets_of_matter(conn, item.matter_id):
            joining.lay_by_person(conn, packet, item.matter_id, person_hetu)
    return [judge(conn, item.matter_id, answers, now, reviewer=reviewer)]


def _seen_record(conn: Conn, document_id: UUID, version: int) -> RecordRow:
    record = documents.newest_record(conn, document_id)
    if record.version != version:
        raise ConflictError(
            f"The document has a newer record ({record.version}) than you saw.", "Look at it again, then correct it."
        )
    return record


def set_place(conn: Conn, item: WorkItemRow, queue: Queue, reason: str, person_hetu: str | None = None) -> None:
    """Write down where a person sends a matter; judging it is the caller's next step. Raises RefusedError without a reason."""
    if not reason.strip():
        raise RefusedError("A matter is moved with a reason.", "Say why: whoever gets it reads it.")
    reviews.set_route(
        conn, item.id, queue=queue, owner=rerouting.owner_after(queue, item.owner),
        specifier=rerouting.SPECIFIERS.get(queue, ""), comment=" ".join(reason.split()),
        person_hetu=person_hetu or item.person_hetu, reasons=[rerouting.reason_of_person(), *item.reasons],
    )  # fmt: skip


def seen_item(conn: Conn, item_id: UUID, version: int) -> WorkItemRow:
    newest = reviews.lock_item(conn, item_id)
    if newest is None:
        raise NotFoundError("work item", str(item_id))
    if newest != version:
        raise ConflictError("Somebody has changed this work item since you saw it.", "Look at it again, then move it.")
    return work_items.get(conn, item_id)


def told_route(item: WorkItemRow) -> dict[str, Any]:
    return {
        "queue": item.queue, "owner": item.owner, "specifier": item.specifier, "comment": item.comment,
        "person_hetu": item.person_hetu, "state": item.state,
    }  # fmt: skip
