"""Door: a document's record, corrected and confirmed; a matter, moved to another queue."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from intake.pipeline import protection, review
from intake.pipeline.review import Reviewed, ShownDocument
from intake.store.deliveries import DeliveryRow
from intake.store.work_items import WorkItemRow
from intake.web.access import PersonDep
from intake.web.deps import DatabaseDep, Now, RegistersDep
from models.review import Correction
from models.work import Queue

router = APIRouter(prefix="/api/v1", tags=["review"])

Reviewer = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")]
Problems: dict[int | str, dict[str, Any]] = {
    404: {"description": "There is none with this id."},
    409: {"description": "It has changed since you saw it."},
    422: {"description": "What was said cannot be; nothing is kept."},
}


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Corrections(_Asked):
    """What a person says about the version of the record that was seen."""

    version: Annotated[int, Field(ge=1)]
    reviewer: Reviewer
    corrections: Annotated[list[Correction], Field(min_length=1, max_length=1000)]


class Route(_Asked):
    """Where a matter goes; the reason becomes its comment."""

    version: Annotated[int, Field(ge=1)]
    reviewer: Reviewer
    queue: Queue
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000, pattern=r"^[^\x00]*$")]
    person_hetu: Annotated[str, StringConstraints(pattern=r"^\d{6}[-+A-FU-Y]\d{3}[0-9A-Z]$")] | None = None


class DocumentAnswer(BaseModel):
    """A document; `record` is a document of intake-result/1, in which a field that a person has seen bears `seen_by`."""

    id: UUID
    file_id: UUID
    pages: list[int]
    document_type: str
    version: int
    arrival_day: str
    arrival_evidence: str
    duplicate_of: UUID | None
    possible_duplicate_of: UUID | None
    record: dict[str, Any]
    author: str
    made_at: datetime
    work_items: list[WorkItemRow]
    deliveries: list[DeliveryRow]


class ReviewAnswer(BaseModel):
    """`delivery_id` is null while something waits for a person: `waits_because` says what."""

    document_id: UUID
    version: int
    delivery_id: UUID | None
    waits_because: list[str]


@router.get("/documents/{document_id}", responses={404: Problems[404]})
def show_document(document_id: UUID, database: DatabaseDep, person: PersonDep, now: Now) -> DocumentAnswer:
    """Show a document with its newest record, its matters and its deliveries."""
    protection.look_at(database, person, "document", document_id, now)
    return _document(review.show(database, document_id))


@router.post("/documents/{document_id}/corrections", responses=Problems)
def correct_document(
    document_id: UUID, asked: Corrections, database: DatabaseDep, registers: RegistersDep, person: PersonDep, now: Now
) -> ReviewAnswer:
    """Correct or confirm what was read. What is then complete goes to the rules core, replacing an earlier version."""
    protection.look_at(database, person, "document", document_id, now)
    reviewer = person.named(asked.reviewer)
    return _answer(review.correct(database, document_id, asked.version, asked.corrections, reviewer, now, registers))


@router.post("/work-items/{item_id}/route", responses=Problems)
def route_work_item(
    item_id: UUID, asked: Route, database: DatabaseDep, registers: RegistersDep, person: PersonDep, now: Now
) -> WorkItemRow:
    """Move a matter to another queue."""
    protection.look_at(database, person, "work_item", item_id, now)
    return review.reroute(
        database, item_id, asked.version, asked.queue, asked.reason, person.named(asked.reviewer), now,
        person_hetu=asked.person_hetu, registers=registers,
    )  # fmt: skip


def _answer(reviewed: Reviewed) -> ReviewAnswer:
    return ReviewAnswer(
        document_id=reviewed.document_id, version=reviewed.version, delivery_id=reviewed.delivery_id,
        waits_because=list(reviewed.waits_because),
    )  # fmt: skip


def _document(shown: ShownDocument) -> DocumentAnswer:
    kept = shown.document.model_dump(mode="json", exclude={"reading_id", "label"})
    return DocumentAnswer(
        **kept, record=shown.record.body, author=shown.record.author, made_at=shown.record.made_at,
        work_items=shown.work_items, deliveries=shown.deliveries,
    )  # fmt: skip
