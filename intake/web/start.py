"""Door: where a person's day begins, and the language before anybody has signed in."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse

from intake.pipeline.access import accounts
from intake.web.access import Person, PersonDep, Right, who_asks
from intake.web.deps import Now, WiredDep
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


def own_place(address: str) -> str:
    """Give the address if it is one of ours, else the start: anything else would lead people astray."""
    is_ours = address.startswith("/") and not address.startswith("//") and "\\" not in address and address.isprintable()
    return address if is_ours else "/"


@router.get("/language/{language}")
def choose_language(
    language: Literal["fi", "sv", "en"], request: Request, wired: WiredDep, now: Now,
    back: Annotated[str, Query(max_length=1000)] = "/",
) -> RedirectResponse:  # fmt: skip
    """Keep a language in a cookie, and with the account of whoever is signed in; then go back."""
    person = who_asks(request, wired, now) if request.headers.get("sec-fetch-site", "same-origin") == "same-origin" else None
    if person is not None and person.account_id is not None:
        accounts.prefer(wired.database, person.account_id, language, person.theme)
    answer = RedirectResponse(own_place(back), HTTPStatus.SEE_OTHER)
    answer.set_cookie(LANGUAGE_COOKIE, language, max_age=_YEAR_S, samesite="lax", httponly=True)
    return answer
