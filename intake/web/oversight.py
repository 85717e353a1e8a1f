"""Door: the screens of whoever oversees the service."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from intake.logs import masked_within
from intake.pipeline import alarm_clearing, deliver, oversight, taking
from intake.pipeline.oversight import Asked
from intake.store.deliveries import State
from intake.web.access import Person, PersonDep
from intake.web.audit_words import EVENT_WORDS
from intake.web.deps import BlobsDep, DatabaseDep, Now, SettingsDep
from intake.web.oversight_pictures import pictures
from intake.web.pages import language_for, page

router = APIRouter(prefix="/oversight", include_in_schema=False)

Here = Literal["", "/deliveries", "/workers", "/audit"]
AsText = Annotated[str, Form(max_length=80)]


@router.get("", response_class=HTMLResponse)
def show_oversight(
    request: Request, person: PersonDep, database: DatabaseDep, blobs: BlobsDep, settings: SettingsDep, now: Now,
    part: Literal["whole", "live"] = "whole",
) -> HTMLResponse:  # fmt: skip
    """Show how the service stands; `part=live` gives what a page that is open replaces every some seconds."""
    standing = oversight.standing(database, blobs, settings.data, now, settings.lost_after_s)
    drawn = pictures(standing, language_for(request, person))
    template = "oversight/_standing.html" if part == "live" else "oversight/standing.html"
    return page(request, person, template, standing=standing, drawn=drawn)


@router.get("/workers", response_class=HTMLResponse)
def show_workers(
    request: Request,
    person: PersonDep,
    database: DatabaseDep,
    settings: SettingsDep,
    now: Now,
    part: Literal["whole", "live"] = "whole",
) -> HTMLResponse:
    """Show what each worker does, and how the latest attempts ended."""
    crew = oversight.crew(database, now, settings.lost_after_s)
    template = "oversight/_workers.html" if part == "live" else "oversight/workers.html"
    return page(request, person, template, crew=crew, now=now)


@router.get("/deliveries", response_class=HTMLResponse)
def show_deliveries(
    request: Request, person: PersonDep, database: DatabaseDep, now: Now, state: State | Literal["all"] = "parked",
    part: Literal["whole", "live"] = "whole",
) -> HTMLResponse:  # fmt: skip
    """Show what waits for the rules core, what it refused, and what it said."""
    outbox = oversight.outbox(database, None if state == "all" else state)
    template = "oversight/_deliveries.html" if part == "live" else "oversight/deliveries.html"
    answers = {row.id: masked_within(row.answer) for row in outbox.deliveries if row.answer}
    return page(request, person, template, outbox=outbox, answers=answers, state=state, now=now)


@router.post("/deliveries/{delivery_id}/replay")
def send_again(
    delivery_id: UUID, person: PersonDep, database: DatabaseDep, now: Now, state: Annotated[str, Form(max_length=20)] = "parked"
) -> RedirectResponse:  # fmt: skip
    """Send one delivery once more."""
    deliver.replay(database, delivery_id, person.login, now)
    return _to(f"/deliveries?state={state if state.isalpha() else 'parked'}")


@router.post("/deliveries/replay")
def send_all_again(person: PersonDep, database: DatabaseDep, now: Now) -> RedirectResponse:
    """Send every refused delivery once more."""
    deliver.replay_parked(database, person.login, now)
    return _to("/deliveries?state=waiting")


@router.post("/alarms/{alarm_id}/clear")
def see_to_alarm(alarm_id: UUID, person: PersonDep, database: DatabaseDep, now: Now) -> RedirectResponse:
    """Say that somebody has seen to an alarm."""
    alarm_clearing.clear(database, alarm_id, person.login, now)
    return _to("")


@router.post("/locks/{item_id}/free")
def free_held(item_id: UUID, person: PersonDep, database: DatabaseDep, now: Now) -> RedirectResponse:
    """Take a work item from whoever holds it."""
    taking.free(database, item_id, person.login, now)
    return _to("")


@router.get("/audit", response_class=HTMLResponse)
def show_trail(
    request: Request, person: PersonDep, database: DatabaseDep, now: Now,
    subject: Annotated[str, Query(max_length=110, pattern=r"^([a-z_]+:)?[0-9A-Za-z-]*$")] = "",
) -> HTMLResponse:  # fmt: skip
    """Show the newest events, or those of one subject. Persons are looked for by POST: addresses are kept by many."""
    return _trail(request, person, database, now, Asked(text=subject))


@router.post("/audit", response_class=HTMLResponse)
def search_trail(
    request: Request, person: PersonDep, database: DatabaseDep, now: Now,
    text: AsText = "", event: AsText = "", actor: AsText = "",
    day: Annotated[str, Form(pattern=r"^(\d{4}-\d\d-\d\d)?$")] = "", before: Annotated[str, Form(pattern=r"^\d{0,18}$")] = "",
) -> HTMLResponse:  # fmt: skip
    """Show the events that were asked for."""
    asked = Asked(text, event, actor.strip(), date.fromisoformat(day) if day else None, int(before) if before else None)
    return _trail(request, person, database, now, asked)


@router.post("/audit/verify", response_class=HTMLResponse)
def verify_trail(request: Request, person: PersonDep, database: DatabaseDep, now: Now) -> HTMLResponse:
    """Hold the whole trail against its hashes."""
    return _trail(request, person, database, now, Asked(), oversight.verify_trail(database))


def _trail(
    request: Request, person: Person, database: DatabaseDep, now: Now, asked: Asked,
    verification: oversight.Verification | None = None,
) -> HTMLResponse:  # fmt: skip
    found = oversight.search_trail(database, asked, person, now)
    events = [(event, None if event.seq in found.hidden else masked_within(event.told)) for event in found.events]
    return page(
        request, person, "oversight/audit.html", found=found, events=events, asked=asked, words=EVENT_WORDS,
        verification=verification, head_of_trail=oversight.head_of_trail(database), now=now,
    )  # fmt: skip


def _to(place: str) -> RedirectResponse:
    return RedirectResponse(f"/oversight{place}", HTTPStatus.SEE_OTHER)
