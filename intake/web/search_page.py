"""Door: search. What is sought comes in a form's body: an identity code must not stand in an address."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from intake.pipeline import searching
from intake.pipeline.receive import finnish_day
from intake.pipeline.searching import MOST_TYPED
from intake.store.search import Sought
from intake.web.access import PersonDep
from intake.web.deps import DatabaseDep, Now
from intake.web.pages import page
from intake.web.typed_days import typed_day

router = APIRouter(include_in_schema=False)


class Asked(BaseModel):
    """The form as it was typed, so that it is shown again as it was."""

    csrf: str = ""
    q: str = Field(default="", max_length=MOST_TYPED)
    first: str = Field(default="", max_length=20)
    last: str = Field(default="", max_length=20)
    offset: int = Field(default=0, ge=0, le=100_000)


@router.get("/search")
def show_search(request: Request, person: PersonDep) -> HTMLResponse:
    """Show where one searches."""
    return page(request, person, "mailroom/search.html", asked=Asked(), results=None, wrong={})


@router.post("/search")
def find_papers(
    request: Request, person: PersonDep, database: DatabaseDep, now: Now, asked: Annotated[Asked, Form()]
) -> HTMLResponse:
    """Find papers; days that cannot be read are named and nothing is sought."""
    sought, wrong = _sought(asked, finnish_day(now))
    results = None
    if not wrong and not sought.is_empty:
        results = searching.find(database, sought, sees_protected=person.sees_protected, offset=asked.offset)
    return page(request, person, "mailroom/search.html", asked=asked, results=results, wrong=wrong)


def _sought(asked: Asked, today: date) -> tuple[Sought, dict[str, bool]]:
    day_of = partial(typed_day, today=today)
    days: dict[str, date | None] = {}
    wrong = {}
    for name in ("first", "last"):
        typed = getattr(asked, name).strip()
        try:
            days[name] = day_of(typed) if typed else None
        except ValueError:
            wrong[name] = True
    found = searching.understood(asked.q, day_of)
    return Sought(found.words, found.keys, found.days, found.ids, days.get("first"), days.get("last")), wrong
