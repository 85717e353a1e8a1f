"""A person says which matter papers belong to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from extractors.values.identity import is_hetu
from intake.pipeline import joining
from intake.pipeline.judging import Answers, Judgement, hold, judge, publish
from intake.pipeline.registers import Registers
from intake.pipeline.rerouting import records_of
from intake.pipeline.routing_table import routing_table
from intake.store import audit, documents, matters, work_items
from intake.store.database import Conn, Database
from intake.store.matters import PacketRow
from intake.store.work_items import WorkItemRow
from models.errors import ConflictError, NotFoundError, RefusedError


def assign(
    database: Database, item_id: UUID, version: int, actor: str, now: datetime, *, matter_id: UUID | None = None,
    person_hetu: str | None = None, only: Collection[UUID] = (), registers: Registers | None = None,
) -> WorkItemRow:  # fmt: skip
    """Lay a work item's papers, or `only` some of them, into a matter, or into one of a person; both matters are judged anew.

    Gives the work item that has them now. No code or name on the papers moves them again; a code that somebody corrects
    later does. Raises NotFoundError, ConflictError when the work item has changed since `version` or the matter is closed,
    RefusedError when it is not said, or twice, where they go.
    """
    if (matter_id is None) == (person_hetu is None):
        raise RefusedError("Say either the matter or the person the papers belong to.", "Give one of the two.")
    if person_hetu is not None and not is_hetu(person_hetu):
        raise RefusedError("This identity code does not hold its check.", "Look at the code again.")
    answers = Answers(registers, [person_hetu] if person_hetu else ())
    with database.transaction() as conn:
        matters.lock(conn)
        item = _seen(conn, item_id, version)
        packets = [_whole(conn, packet, only) for packet in _asked(conn, item, only)]
        target, person = _target(conn, packets[0], matter_id, person_hetu, now)
        touched = {one for packet in packets for one in joining.lay_by_person(conn, packet, target, person)}
        touched |= joining.place(conn, [packet.id for packet in packets], now)  # others may be known by these papers now
        judgements = [_judge(conn, one, target, packets, answers, actor, now) for one in sorted(touched)]
        hold(conn, judgements)
        _tell(conn, item, packets, target, actor, now)
        publish(conn, judgements, actor, now)
        moved = work_items.of_matter(conn, target)
    assert moved is not None
    return moved


def _seen(conn: Conn, item_id: UUID, version: int) -> WorkItemRow:
    item = work_items.get(conn, item_id)
    if item.version != version:
        raise ConflictError("Somebody has changed this work item since you saw it.", "Look at it again, then assign it.")
    if item.matter_id is None:
        raise RefusedError("This work item has no papers that were read.", "Read its file again, or index its pages.")
    return item


def _asked(conn: Conn, item: WorkItemRow, only: Collection[UUID]) -> Sequence[PacketRow]:
    assert item.matter_id is not None
    unknown = sorted(str(document) for document in only if document not in item.documents)
    if unknown:
        raise NotFoundError("document of this work item", unknown[0])
    packets = matters.packets_of_matter(conn, item.matter_id)
    chosen = {matters.packet_of(conn, document) for document in only}
    return [packet for packet in packets if not only or packet.id in chosen]


def _whole(conn: Conn, packet: PacketRow, only: Collection[UUID]) -> PacketRow:
    """A packet of just the papers that are to move; those that came before go with their originals."""
    papers = matters.papers_in(conn, [packet.id])
    moving = [paper for paper in papers if not only or paper.id in only or paper.duplicate_of in only]
    if len(moving) == len(papers):
        return packet
    own = {paper.id: paper.body for paper in moving if paper.duplicate_of is None} or {p.id: p.body for p in moving}
    parted = joining.part(conn, packet, records_of(own), routing_table())
    matters.put(conn, parted, [paper.id for paper in moving])
    [row] = matters.packets(conn, [parted])
    return row.model_copy(update={"matter_id": packet.matter_id})


def _target(
    conn: Conn, packet: PacketRow, matter_id: UUID | None, person_hetu: str | None, now: datetime
) -> tuple[UUID, str | None]:
    if matter_id is None:
        assert person_hetu is not None
        return joining.matter_of_person(conn, packet, person_hetu, now), person_hetu
    matter = matters.get(conn, matter_id)
    if matter.closed_at is not None:
        raise ConflictError("This matter has no papers any more.", "Look at the candidates again.")
    return matter.id, matter.person_hetu


def _judge(
    conn: Conn, matter_id: UUID, target: UUID, packets: Sequence[PacketRow], answers: Answers, actor: str, now: datetime
) -> Judgement:
    if matter_id != target:
        return judge(conn, matter_id, answers, now)
    fresh = [paper.id for paper in matters.papers_in(conn, [packet.id for packet in packets])]
    return judge(conn, matter_id, answers, now, fresh=fresh, reviewer=actor)


def _tell(
    conn: Conn, item: WorkItemRow, packets: Sequence[PacketRow], target: UUID, actor: str, now: datetime
) -> None:  # fmt: skip
    moved = sorted(str(paper.id) for paper in matters.papers_in(conn, [packet.id for packet in packets]))
    audit.append(
        conn, "work_item.assigned", f"work_item:{item.id}", actor=actor, at=now,
        before={"matter": str(item.matter_id), "version": item.version}, after={"matter": str(target), "documents": moved},
    )  # fmt: skip


def assign_document(
    database: Database, document_id: UUID, actor: str, now: datetime, *, matter_id: UUID | None = None,
    person_hetu: str | None = None, registers: Registers | None = None,
) -> WorkItemRow:  # fmt: skip
    """As `assign`, for one document, whatever work item it is in now."""
    with database.transaction() as conn:
        documents.get(conn, document_id)
        items = work_items.of_document(conn, document_id)
    if not items:
        raise NotFoundError("work item of document", str(document_id))
    return assign(
        database, items[-1].id, items[-1].version, actor, now, matter_id=matter_id, person_hetu=person_hetu,
        only=(document_id,), registers=registers,
    )  # fmt: skip
