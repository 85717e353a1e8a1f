"""Door: letters that ask for what is missing, on the screen: drawn up, edited, printed, sent, given longer time."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from intake.pipeline.requests import keeping
from intake.store.requests import Language
from intake.web.access import PersonDep
from intake.web.caseworkers import ItemDep, LetterDep
from intake.web.deps import DatabaseDep, Now
from intake.web.pages import page
from models.work import Addressee

router = APIRouter(include_in_schema=False)

Version = Annotated[int, Form(ge=1)]


@router.post("/work/{item_id}/letters")
def draft_letter(
    item_id: ItemDep, person: PersonDep, database: DatabaseDep, now: Now, addressee: Annotated[Addressee, Form()],
    language: Annotated[Language | Literal[""], Form()] = "", abroad: Annotated[bool, Form()] = False,
) -> RedirectResponse:  # fmt: skip
    """Draw up a letter of all that the matter lacks from one party."""
    kept = keeping.draft(database, item_id, addressee, language or None, person.login, now, abroad=abroad)
    return _to(kept.row.id)


@router.get("/letters/{request_id}")
def show_letter(request: Request, request_id: LetterDep, person: PersonDep, database: DatabaseDep, now: Now) -> HTMLResponse:
    """Show a letter: a draft to edit, or what has become of it."""
    return page(request, person, "review/letter.html", kept=keeping.show(database, request_id, now), longest=keeping.LONGEST_TEXT)


@router.get("/letters/{request_id}/pdf", response_class=Response)
def show_letter_pdf(request_id: LetterDep, database: DatabaseDep, now: Now) -> Response:
    """Give the letter with the cover page for its answer, to print."""
    from intake.pipeline.requests.printing import as_pdf  # reportlab: an idle web process does without

    kept = keeping.show(database, request_id, now)
    headers = {"Content-Disposition": f'inline; filename="{kept.reference}.pdf"'}
    return Response(as_pdf(keeping.printed(kept)), media_type="application/pdf", headers=headers)


@router.post("/letters/{request_id}/edit")
def edit_letter(
    request_id: LetterDep, person: PersonDep, database: DatabaseDep, now: Now, version: Version,
    text: Annotated[str, Form(max_length=keeping.LONGEST_TEXT + 5000)], due_day: Annotated[date, Form()],
    recipient: Annotated[str | None, Form(max_length=600)] = None,
) -> RedirectResponse:  # fmt: skip
    """Put a person's words in the place of the draft's."""
    lines = None if recipient is None else [line.strip() for line in recipient.splitlines() if line.strip()][:6]
    keeping.edit(database, request_id, version, text, person.login, now, recipient=lines, due_day=due_day)
    return _to(request_id)


@router.post("/letters/{request_id}/sent")
def mark_letter_sent(
    request_id: LetterDep, person: PersonDep, database: DatabaseDep, now: Now, version: Version
) -> RedirectResponse:
    """Note that the letter has gone out."""
    keeping.mark_sent(database, request_id, version, person.login, now)
    return _to(request_id)


@router.post("/letters/{request_id}/withdraw")
def withdraw_letter(request_id: LetterDep, person: PersonDep, database: DatabaseDep, now: Now) -> RedirectResponse:
    """Give a letter up."""
    keeping.withdraw(database, request_id, person.login, now)
    return _to(request_id)


@router.post("/letters/{request_id}/extend")
def extend_letter(
    request_id: LetterDep, person: PersonDep, database: DatabaseDep, now: Now, due_day: Annotated[date, Form()]
) -> RedirectResponse:  # fmt: skip
    """Give longer time, once."""
    keeping.extend(database, request_id, due_day, person.login, now)
    return _to(request_id)


@router.post("/letters/{request_id}/seen")
def mark_letter_answer_seen(request_id: LetterDep, person: PersonDep, database: DatabaseDep, now: Now) -> RedirectResponse:
    """Note that a person has looked at the answer."""
    keeping.seen(database, request_id, person.login, now)
    return _to(request_id)


def _to(request_id: UUID) -> RedirectResponse:
    return RedirectResponse(f"/letters/{request_id}", HTTPStatus.SEE_OTHER)
