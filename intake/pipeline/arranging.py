"""What comes of a person's arrangement once the file was read under it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from intake.pipeline import rerouting
from intake.pipeline.judging import Answers, Judgement, judge
from intake.store import audit, matters, reviews, work_items
from intake.store.arrangements import ArrangementRow
from intake.store.database import Conn
from models.arrangement import ArrangedDocument
from models.work import Queue

ELSEWHERE: Queue = "other_authority"


def with_said_type(body: Mapping[str, Any], arranged: ArrangementRow | None) -> Mapping[str, Any]:
    """A document's body as it is kept: a type that a person has given counts as seen by that person."""
    said = _said_of(body, arranged)
    if arranged is None or said is None or said.type is None:
        return body
    seen = {"accepted": True, "type_seen_by": arranged.said_by, "type_seen_at": arranged.said_at.isoformat()}
    return {key: value for key, value in body.items() if key != "type_confidence"} | seen


def send_elsewhere(
    conn: Conn, arranged: ArrangementRow | None, bodies: Mapping[str, Mapping[str, Any]], fresh: Mapping[str, UUID], now: datetime
) -> list[Judgement]:
    """Move the matters of documents that a person says are for another authority; the reason becomes their comment."""
    judgements = []
    for document_id, because in _elsewhere(arranged, bodies, fresh):
        assert arranged is not None
        for matter_id in matters.of_documents(conn, [document_id]):
            judgements.append(_moved(conn, matter_id, because, arranged.said_by, now))
    return judgements


def _elsewhere(
    arranged: ArrangementRow | None, bodies: Mapping[str, Mapping[str, Any]], fresh: Mapping[str, UUID]
) -> Iterator[tuple[UUID, str]]:
    for label, document_id in fresh.items():
        said = _said_of(bodies[label], arranged)
        if said is not None and said.elsewhere_because is not None:
            yield document_id, said.elsewhere_because


def _moved(conn: Conn, matter_id: UUID, because: str, by: str, now: datetime) -> Judgement:
    item = work_items.of_matter(conn, matter_id)
    assert item is not None  # it was judged when the document joined it
    reviews.lock_item(conn, item.id)
    reviews.set_route(
        conn, item.id, queue=ELSEWHERE, owner=ELSEWHERE, specifier="", comment=" ".join(because.split()),
        person_hetu=item.person_hetu, reasons=[rerouting.reason_of_person(), *item.reasons],
    )  # fmt: skip
    after = {"queue": ELSEWHERE, "owner": ELSEWHERE}
    before = {"queue": item.queue, "owner": item.owner}
    audit.append(conn, "work_item.rerouted", f"work_item:{item.id}", actor=by, at=now, before=before, after=after)
    return judge(conn, matter_id, Answers(), now, reviewer=by)


def _said_of(body: Mapping[str, Any], arranged: ArrangementRow | None) -> ArrangedDocument | None:
    if arranged is None or arranged.body is None:
        return None
    return next((one for one in arranged.body.documents if list(one.pages) == list(body["pages"])), None)
