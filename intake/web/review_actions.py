"""Door: what the review screen sends: a sign of life, a draft, all that was said; and single decisions by form."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from intake.pipeline import assigning, duplicate_decision, finishing, indexing, review, taking
from intake.pipeline.finishing import Moved, Said, SaidOfDocument
from intake.pipeline.settling import Settled
from intake.web.access import PersonDep
from intake.web.caseworkers import CaseworkerDep, ItemDep, QueuesDep, with_queues
from intake.web.deps import DatabaseDep, Now, RegistersDep
from intake.web.work_pages import next_address
from models.review import TYPE_PATH, Correction
from models.work import Queue

router = APIRouter(include_in_schema=False)

Reason = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000, pattern=r"^[^\x00]*$")]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SaidOfPaper(_Asked):
    document_id: UUID
    version: Annotated[int, Field(ge=1)]
    corrections: Annotated[list[Correction], Field(max_length=1000)]


class SettledSaid(_Asked):
    key: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    says: Annotated[str, StringConstraints(min_length=1, max_length=2000)]
    document: str | None = None
    reason: Reason = ""


class MovedSaid(_Asked):
    queue: Queue
    reason: Reason


class Finish(_Asked):
    """All that a person says of a work item."""

    version: Annotated[int, Field(ge=1)]
    papers: Annotated[list[SaidOfPaper], Field(max_length=200)] = []
    settled: Annotated[list[SettledSaid], Field(max_length=200)] = []
    moved: MovedSaid | None = None
    then: Literal["next", "list"] = "next"

    def said(self) -> Said:
        papers = tuple(
            SaidOfDocument(one.document_id, one.version, tuple(one.corrections)) for one in self.papers if one.corrections
        )
        settled = tuple(Settled(one.key, one.says, one.document, one.reason) for one in self.settled)
        return Said(self.version, papers, settled, Moved(self.moved.queue, self.moved.reason) if self.moved else None)


class Finished(BaseModel):
    """Where to go on. `waits_because` is empty when nobody needs to look at the matter any more."""

    next: str
    waits_because: list[str]
    delivered: int


class Turn(BaseModel):
    expires_at: datetime


class Draft(_Asked):
    """What was typed and decided so far, as the page keeps it."""

    decisions: dict[Annotated[str, StringConstraints(max_length=250)], dict[str, Any]] = Field(max_length=2000)
    saved_at: datetime | None = None


@router.post("/work/{item_id}/turn")
def renew_turn(item_id: ItemDep, worker: CaseworkerDep, database: DatabaseDep, now: Now) -> Turn:
    """Let a work item stay this person's."""
    return Turn(expires_at=taking.renew(database, item_id, worker, now).expires_at)


@router.post("/work/{item_id}/draft", status_code=204, response_class=Response)
def save_draft(item_id: ItemDep, asked: Draft, worker: CaseworkerDep, database: DatabaseDep, now: Now) -> None:
    """Keep what was typed so far."""
    taking.save_draft(database, item_id, worker, asked.model_dump(mode="json"), now)


@router.post("/work/{item_id}/drop-draft")
def drop_draft(
    item_id: ItemDep, worker: CaseworkerDep, database: DatabaseDep, now: Now, queue: QueuesDep = []  # noqa: B006
) -> RedirectResponse:  # fmt: skip
    """Give up what was typed."""
    taking.save_draft(database, item_id, worker, {"decisions": {}}, now)
    return RedirectResponse(with_queues(f"/work/{item_id}", queue), HTTPStatus.SEE_OTHER)


@router.post("/work/{item_id}/finish")
def finish_item(
    item_id: ItemDep, asked: Finish, worker: CaseworkerDep, database: DatabaseDep, registers: RegistersDep, now: Now,
    queue: QueuesDep = [],  # noqa: B006
) -> Finished:  # fmt: skip
    """Keep all that was said in one commit, and lead on."""
    done = finishing.finish(database, item_id, asked.said(), worker, now, registers)
    place = next_address(database, worker, queue, now) if asked.then == "next" else with_queues("/work", queue)
    return Finished(next=place, waits_because=list(done.waits_because), delivered=len(done.delivered))


@router.post("/work/{item_id}/assign")
def assign_item(
    item_id: ItemDep, person: PersonDep, database: DatabaseDep, registers: RegistersDep, now: Now,
    version: Annotated[int, Form(ge=1)], person_hetu: Annotated[str, Form(max_length=20)] = "",
    matter_id: Annotated[UUID | None, Form()] = None,
    paper: Annotated[list[UUID], Form(max_length=200)] = [],  # noqa: B006
) -> RedirectResponse:  # fmt: skip
    """Lay papers into a matter, or into a person's, and show where they are now."""
    moved = assigning.assign(
        database, item_id, version, person.login, now, matter_id=matter_id, only=paper, registers=registers,
        person_hetu=person_hetu.strip().upper() or None,
    )  # fmt: skip
    return RedirectResponse(f"/work/{moved.id}", HTTPStatus.SEE_OTHER)


@router.post("/work/{item_id}/type")
def change_type(
    item_id: ItemDep, person: PersonDep, database: DatabaseDep, registers: RegistersDep, now: Now,
    document_id: Annotated[UUID, Form()], version: Annotated[int, Form(ge=1)], document_type: Annotated[str, Form(max_length=60)],
) -> RedirectResponse:  # fmt: skip
    """Say of what type a paper is: its fields are then those of that type."""
    said = Correction(field=TYPE_PATH, value=document_type)
    review.correct(database, document_id, version, [said], person.login, now, registers)
    return RedirectResponse(f"/work/{item_id}", HTTPStatus.SEE_OTHER)


@router.post("/work/{item_id}/duplicate")
def decide_duplicate_here(
    item_id: ItemDep, person: PersonDep, database: DatabaseDep, now: Now, document_id: Annotated[UUID, Form()],
    is_same: Annotated[bool, Form()],
) -> RedirectResponse:  # fmt: skip
    """Keep a person's word on whether a paper came before."""
    duplicate_decision.decide(database, document_id, is_same, person.login, now)
    return RedirectResponse(f"/work/{item_id}", HTTPStatus.SEE_OTHER)


@router.post("/work/{item_id}/index")
def index_pages(
    item_id: ItemDep, person: PersonDep, database: DatabaseDep, now: Now, page: Annotated[list[int], Form(max_length=1000)],
    document_type: Annotated[str, Form(max_length=60)],
) -> RedirectResponse:  # fmt: skip
    """Make a paper of pages that nobody could read; its fields are typed then."""
    opened = indexing.index(database, item_id, page, document_type, person.login, now)
    return RedirectResponse(f"/work/{opened}", HTTPStatus.SEE_OTHER)
