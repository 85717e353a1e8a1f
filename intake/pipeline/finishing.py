"""A person is through with a work item: all that was said of its papers, kept in one commit, judged, handed on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from intake.pipeline import deliver, settling
from intake.pipeline.judging import Answers, judge, publish
from intake.pipeline.registers import Registers
from intake.pipeline.review import codes_said, lay_words, seen_item, set_place, told_route
from intake.pipeline.settling import Settled
from intake.pipeline.taking import PASSED_OVER, Caseworker, hold_for
from intake.store import audit, documents, drafts, locks, matters, reviews, work_items
from intake.store.database import Conn, Database
from intake.store.work_items import WorkItemRow
from models.errors import RefusedError
from models.review import Correction
from models.work import Queue


@dataclass(frozen=True)
class SaidOfDocument:
    """What a person says of one paper. `version` is that of the record that was seen."""

    document_id: UUID
    version: int
    corrections: tuple[Correction, ...]


@dataclass(frozen=True)
class Moved:
    """Where a person sends the matter, and why."""

    queue: Queue
    reason: str


@dataclass(frozen=True)
class Said:
    """All that a person says of a work item. `version` is that of the work item that was seen."""

    version: int
    documents: tuple[SaidOfDocument, ...] = ()
    settled: tuple[Settled, ...] = ()
    moved: Moved | None = None


@dataclass(frozen=True)
class Finished:
    """What came of it. `waits_because` is empty when nobody needs to look any more; `delivered` are papers that go out."""

    item: WorkItemRow
    delivered: tuple[UUID, ...] = field(default=())

    @property
    def waits_because(self) -> tuple[str, ...]:
        return tuple(self.item.waits_because)


def finish(
    database: Database, item_id: UUID, said: Said, worker: Caseworker, now: datetime, registers: Registers | None = None
) -> Finished:  # fmt: skip
    """Keep all that a person says of a matter: records, what is settled, where it goes. Then it is judged, and free again.

    Raises NotFoundError; ConflictError when another person has the work item, or it or a paper has changed since it was
    seen; RefusedError when a value cannot be one of its field. Then nothing is kept, and the draft stays.
    """
    answers = Answers(registers, _codes(said))
    with database.transaction() as conn:
        matters.lock(conn)
        for paper in sorted(said.documents, key=lambda one: one.document_id):
            documents.lock(conn, paper.document_id)
        before = seen_item(conn, item_id, said.version)
        hold_for(conn, item_id, worker, now)
        _check_papers(said, before)
        touched = _keep(conn, before, said, worker.login, now)
        _judge(conn, before, touched, answers, worker.login, now)
        after = work_items.get(conn, item_id)
        audit.append(
            conn, "work_item.finished", f"work_item:{item_id}", actor=worker.login, at=now,
            before=told_route(before), after=told_route(after) | {"waits_because": after.waits_because},
        )  # fmt: skip
        delivered = tuple(paper for paper in after.documents if deliver.offer(conn, paper, now) is not None)
        locks.release(conn, item_id, worker.login)
        if after.state == "waiting":  # what is left of it is for others, or for later
            locks.pass_over(conn, item_id, worker.login, now, now + PASSED_OVER)
        drafts.drop(conn, item_id, worker.login)
    return Finished(after, delivered)


def _codes(said: Said) -> list[str]:
    return [code for paper in said.documents for code in codes_said(paper.corrections)]


def _check_papers(said: Said, item: WorkItemRow) -> None:
    own = set(item.documents)
    if any(paper.document_id not in own for paper in said.documents):
        raise RefusedError("One of the papers is not of this matter.", "Look at the matter again.")


def _keep(conn: Conn, item: WorkItemRow, said: Said, reviewer: str, now: datetime) -> set[UUID]:
    """Write everything down that was said; gives the matters that a changed code has touched."""
    touched: set[UUID] = set()
    for paper in said.documents:
        touched |= lay_words(conn, paper.document_id, paper.version, paper.corrections, reviewer, now)
    settled = settling.with_settled(item.settled, said.settled, item.findings, item.queue, reviewer, now)
    reviews.set_settled(conn, item.id, settled)
    if said.moved is not None:
        set_place(conn, item, said.moved.queue, said.moved.reason)
    return touched


def _judge(
    conn: Conn, item: WorkItemRow, touched: set[UUID], answers: Answers, reviewer: str, now: datetime
) -> None:  # fmt: skip
    """Judge the matters of the item's papers, wherever a changed code has taken them; without papers there is only the page."""
    if item.matter_id is None:
        waits = [] if settling.is_queue_settled(item.queue, reviews.settled_of(conn, item.id)) else item.waits_because
        reviews.set_reviewer(conn, item.id, reviewer)
        work_items.set_waiting(conn, item.id, waits, now)
        if not waits:
            work_items.close(conn, item.id, now)
        return
    own = matters.of_documents(conn, item.documents) | {item.matter_id}
    judged = [judge(conn, one, answers, now, reviewer=reviewer if one in own else None) for one in sorted(touched | own)]
    publish(conn, judged, reviewer, now)
