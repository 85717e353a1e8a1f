"""Door: matters across files and days; papers of which a person says whose they are."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from intake.pipeline import assigning, matter_file, protection
from intake.pipeline.matter_file import ShownMatter
from intake.store.matters import MatterRow
from intake.store.work_items import WorkItemRow
from intake.web.access import PersonDep
from intake.web.deps import DatabaseDep, Now, RegistersDep
from intake.web.review_api import Problems, Reviewer

router = APIRouter(prefix="/api/v1", tags=["matters"])

Hetu = Annotated[str, StringConstraints(pattern=r"^\d{6}[-+A-FU-Y]\d{3}[0-9A-Z]$")]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Assignment(_Asked):
    """Where papers belong: a matter, or a person whose matter is opened if there is none. `documents`: only these of them."""

    version: Annotated[int, Field(ge=1)]
    reviewer: Reviewer
    matter_id: UUID | None = None
    person_hetu: Hetu | None = None
    documents: Annotated[list[UUID], Field(max_length=1000)] = []

    @model_validator(mode="after")
    def _goes_to_one_place(self) -> Self:
        if (self.matter_id is None) == (self.person_hetu is None):
            raise ValueError("give either matter_id or person_hetu")
        return self


class MatterSearch(_Asked):
    """Whose matters are sought. In the body, for addresses are logged and kept in histories."""

    person_hetu: Hetu
    closed: bool = False


class MatterFound(BaseModel):
    id: UUID
    kind: str
    person_hetu: str | None
    opened_at: datetime
    closed_at: datetime | None


class MattersFound(BaseModel):
    matters: list[MatterFound]


class MatterDocument(BaseModel):
    """A paper of the matter; one that came before (`duplicate_of`) is shown and counts for its arrival only."""

    id: UUID
    file_id: UUID
    document_type: str
    version: int
    arrival_day: date
    duplicate_of: UUID | None
    possible_duplicate_of: UUID | None
    record: dict[str, Any]


class AmountSource(BaseModel):
    document: str
    field: str
    is_doubtful: bool


class AmountShown(BaseModel):
    key: str
    fi: str
    sv: str
    formula: str
    euros: Decimal
    section: str
    sources: list[AmountSource]


class AmountsShown(BaseModel):
    """What the papers imply for the daily amount: a preview, always. The rules core decides."""

    is_preview: bool
    lines: list[AmountShown]


class MatterAnswer(MatterFound):
    """A matter with its papers; `work_item` says where it is, what the checks found and what it waits for."""

    documents: list[MatterDocument]
    work_item: WorkItemRow | None
    amounts: AmountsShown


@router.get("/matters/{matter_id}", responses={404: Problems[404]})
def show_matter(matter_id: UUID, database: DatabaseDep, person: PersonDep, now: Now) -> MatterAnswer:
    """Show a matter with its papers, its work item and the preview of its daily amounts."""
    protection.look_at(database, person, "matter", matter_id, now)
    return _answer(matter_file.show(database, matter_id))


@router.post("/matters/search")
def search_matters(asked: MatterSearch, database: DatabaseDep, person: PersonDep) -> MattersFound:
    """List a person's matters, oldest first; none of a protected person's to somebody who may not see them."""
    with database.transaction() as conn:
        if protection.hidden_persons(conn, person, [asked.person_hetu]):
            return MattersFound(matters=[])
    found = matter_file.of_person(database, asked.person_hetu, with_closed=asked.closed)
    return MattersFound(matters=[MatterFound.model_validate(_told(matter)) for matter in found])


@router.post("/work-items/{item_id}/assign", responses=Problems)
def assign_work_item(
    item_id: UUID, asked: Assignment, database: DatabaseDep, registers: RegistersDep, person: PersonDep, now: Now
) -> WorkItemRow:
    """Lay a work item's papers into a matter, or into a person's. Answers with the work item that has them now."""
    protection.look_at(database, person, "work_item", item_id, now)
    return assigning.assign(
        database, item_id, asked.version, person.named(asked.reviewer), now,
        matter_id=asked.matter_id, person_hetu=asked.person_hetu, only=asked.documents, registers=registers,
    )  # fmt: skip


def _told(matter: MatterRow) -> dict[str, Any]:
    return matter.model_dump(include=set(MatterFound.model_fields))


def _answer(shown: ShownMatter) -> MatterAnswer:
    documents = [
        MatterDocument(
            **paper.model_dump(include=set(MatterDocument.model_fields)), document_type=paper.body["type"], record=paper.body
        )
        for paper in shown.papers
    ]
    lines = [AmountShown.model_validate(line, from_attributes=True) for line in shown.amounts.lines]
    return MatterAnswer(
        **_told(shown.matter), documents=documents, work_item=shown.work_item,
        amounts=AmountsShown(is_preview=shown.amounts.is_preview, lines=lines),
    )  # fmt: skip
