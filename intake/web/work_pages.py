"""Door: the queues, what waits in them, and whose turn it is."""

from __future__ import annotations

import base64
import binascii
from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from extractors.catalog import known_types
from intake.pipeline import taking, worklist
from intake.pipeline.requests.waiting import finnish_day
from intake.store.worklist import Asked, Deadline, Place, Wanted
from intake.web.access import PersonDep
from intake.web.caseworkers import CaseworkerDep, ItemDep, QueuesDep, with_queues
from intake.web.deps import DatabaseDep, Now
from intake.web.pages import page
from models.errors import RefusedError
from models.result import Channel

router = APIRouter(include_in_schema=False)

FormQueues = Annotated[list[str], Form(alias="queue", max_length=20)]
DocumentTypeWord = Annotated[str, Query(max_length=60, pattern=r"^[a-z0-9_]*$")]


@router.get("/work")
def show_work(
    request: Request, person: PersonDep, worker: CaseworkerDep, database: DatabaseDep, now: Now, queue: QueuesDep = [],  # noqa: B006
    type: DocumentTypeWord = "", language: Literal["", "fi", "sv", "en"] = "",  # noqa: A002 - the address says type
    channel: Channel | Literal[""] = "", deadline: Deadline | Literal[""] = "", asked: Asked | Literal[""] = "",
    mine: bool = False, after: Annotated[str | None, Query(max_length=300)] = None, nothing: bool = False,
) -> HTMLResponse:  # fmt: skip
    """Show queues with counts, ages and deadlines, and the list in the order of work."""
    wanted = Wanted(
        queues=queue, document_type=type or None, language=language or None, channel=channel or None,
        deadline=deadline or None, asked=asked or None, mine=worker.login if mine else None,
    )  # fmt: skip
    shown = worklist.show(database, worker, wanted, _from_cursor(after) if after else None, now)
    return page(
        request, person, "review/work.html", shown=shown, wanted=wanted, chosen=queue, now=now, today=finnish_day(now),
        soon=finnish_day(now) + worklist.SOON, types=sorted(known_types()), queues=worklist.QUEUES, is_further=after is not None,
        next=_cursor(shown.next) if shown.next else None, mine=mine, nothing=nothing, filtered=_filters(wanted, mine),
    )  # fmt: skip


@router.post("/work/next")
def take_next(worker: CaseworkerDep, database: DatabaseDep, now: Now, queue: FormQueues = []) -> RedirectResponse:  # noqa: B006
    """Give the most urgent free work item, and lead to it."""
    return RedirectResponse(next_address(database, worker, queue, now), HTTPStatus.SEE_OTHER)


@router.post("/work/{item_id}/put-back")
def put_back(
    item_id: ItemDep, worker: CaseworkerDep, database: DatabaseDep, now: Now, queue: FormQueues = [], then: str = Form("list")  # noqa: B006
) -> RedirectResponse:  # fmt: skip
    """Give a work item up for others, and go on to the next or to the list."""
    taking.put_back(database, item_id, worker, now)
    to_next = next_address(database, worker, queue, now) if then == "next" else with_queues("/work", queue)
    return RedirectResponse(to_next, HTTPStatus.SEE_OTHER)


@router.post("/work/{item_id}/free")
def free_item(item_id: ItemDep, person: PersonDep, database: DatabaseDep, now: Now, queue: FormQueues = []) -> RedirectResponse:  # noqa: B006
    """Take a work item from whoever has it."""
    taking.free(database, item_id, person.login, now)
    return RedirectResponse(with_queues("/work", queue), HTTPStatus.SEE_OTHER)


def next_address(database: DatabaseDep, worker: taking.Caseworker, queues: list[str], now: datetime) -> str:
    """Take the most urgent free work item and say where it is shown; the list, when there is none."""
    item_id = taking.next_item(database, worker, taking.queues_for(worker, queues, worklist.QUEUES), now)
    if item_id is None:
        return with_queues("/work", queues) + ("&" if queues else "?") + "nothing=true"
    return with_queues(f"/work/{item_id}", queues)


def _filters(wanted: Wanted, mine: bool) -> dict[str, str]:
    """What is chosen besides queues, for the address of the next page."""
    told = {"type": wanted.document_type, "language": wanted.language, "channel": wanted.channel, "deadline": wanted.deadline,
            "asked": wanted.asked, "mine": "true" if mine else None}  # fmt: skip
    return {name: value for name, value in told.items() if value}


def _cursor(place: Place) -> str:
    told = f"{place.due_day or ''} {place.opened_at.isoformat()} {place.id}"
    return base64.urlsafe_b64encode(told.encode()).decode()


def _from_cursor(cursor: str) -> Place:
    try:
        day, opened, item_id = base64.urlsafe_b64decode(cursor).decode("ascii").split(" ")
        return Place(date.fromisoformat(day) if day else None, datetime.fromisoformat(opened), UUID(item_id))
    except (binascii.Error, ValueError):
        raise RefusedError("This address is none of ours.", "Go back to the beginning of the list.") from None
