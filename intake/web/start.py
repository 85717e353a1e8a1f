"""Door: where a person's day begins, and the language before anybody has signed in."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import RedirectResponse

from intake.web.access import Person, PersonDep, Right
from intake.web.pages import LANGUAGE_COOKIE

router = APIRouter(include_in_schema=False)

_YEAR_S = 365 * 24 * 3600
# In the order of a day's work: whoever may do several things begins with the first.
_BEGINNINGS = (
    (Right.REVIEW, "/work"),
    (Right.UPLOAD, "/mailroom"),
    (Right.SUPERVISE, "/oversight"),
    (Right.ADMINISTER, "/accounts"),
)


@router.get("/")
def show_start(person: PersonDep) -> RedirectResponse:
    """Send a person to where their work is."""
    return RedirectResponse(beginning_of(person), HTTPStatus.SEE_OTHER)


def beginning_of(person: Person) -> str:
    return next((address for right, address in _BEGINNINGS if person.may(right)), "/account")


@router.get("/language/{language}")
def choose_language(language: Literal["fi", "sv", "en"], back: Annotated[str, Query(max_length=500)] = "/") -> RedirectResponse:
    """Keep a language in a cookie and go back. Only to a page of ours: anything else would lead people astray."""
    place = back if back.startswith("/") and not back.startswith(("//", "/\\")) else "/"
    answer = RedirectResponse(place, HTTPStatus.SEE_OTHER)
    answer.set_cookie(LANGUAGE_COOKIE, language, max_age=_YEAR_S, samesite="lax", httponly=True)
    return answer
