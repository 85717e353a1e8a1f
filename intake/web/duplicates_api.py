"""Door: which documents are the same paper, and a person's word on it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, StringConstraints

from intake.pipeline import duplicate_decision, protection
from intake.store.documents import DocumentRow
from intake.web.access import PersonDep
from intake.web.deps import DatabaseDep, Now

router = APIRouter(prefix="/api/v1", tags=["duplicates"])

Reviewer = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")]
Problems: dict[int | str, dict[str, Any]] = {
    404: {"description": "There is no document with this id."},
    409: {"description": "Nobody asks whether this document came before."},
}


class DuplicateDecision(BaseModel):
    """A person's word: the same paper again, or another."""

    model_config = ConfigDict(extra="forbid")

    is_same: bool
    reviewer: Reviewer


class DuplicateAnswer(BaseModel):
    """One document that is this one again."""

    id: UUID
    is_sure: bool


class DuplicatesAnswer(BaseModel):
    """What a document has to do with others. `arrival_day` is the earliest of all that surely are the same paper."""

    document_id: UUID
    arrival_day: date
    arrival_evidence: str
    duplicate_of: UUID | None
    possible_duplicate_of: UUID | None
    came_again: list[DuplicateAnswer]


@router.get("/documents/{document_id}/duplicates", operation_id="getDuplicates", responses=Problems)
def get_duplicates(document_id: UUID, database: DatabaseDep, person: PersonDep, now: Now) -> DuplicatesAnswer:
    """Show which document this one is again, and which are this one again."""
    protection.look_at(database, person, "document", document_id, now)
    shown = duplicate_decision.show(database, document_id)
    return _answer(shown.document, shown.again)


@router.post("/documents/{document_id}/duplicate-decision", operation_id="decideDuplicate", responses=Problems)
def decide_duplicate(
    document_id: UUID, word: DuplicateDecision, database: DatabaseDep, person: PersonDep, now: Now
) -> DuplicatesAnswer:
    """Keep a person's word: the same paper is shown and not delivered; another is judged and delivered for itself."""
    protection.look_at(database, person, "document", document_id, now)
    duplicate_decision.decide(database, document_id, word.is_same, person.named(word.reviewer), now)
    shown = duplicate_decision.show(database, document_id)
    return _answer(shown.document, shown.again)


def _answer(row: DocumentRow, again: list[tuple[UUID, bool]]) -> DuplicatesAnswer:
    return DuplicatesAnswer(
        document_id=row.id,
        arrival_day=row.arrival_day,
        arrival_evidence=row.arrival_evidence,
        duplicate_of=row.duplicate_of,
        possible_duplicate_of=row.possible_duplicate_of,
        came_again=[DuplicateAnswer(id=one, is_sure=is_sure) for one, is_sure in again],
    )
