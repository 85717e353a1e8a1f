"""Door: what nobody could open, lists that differ from what came, and how the watched folders stand."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from intake.pipeline import manifests, quarantine
from intake.web.access import PersonDep
from intake.web.deps import BlobsDep, DatabaseDep, Now
from intake.web.pages import page

router = APIRouter(prefix="/mailroom", include_in_schema=False)

PLACE = "/mailroom/quarantine"


@router.get("/quarantine")
def show_quarantine(request: Request, person: PersonDep, database: DatabaseDep, now: Now) -> HTMLResponse:
    """Show what could not simply be taken, and what to do about each."""
    return page(request, person, "mailroom/quarantine.html", standing=quarantine.standing(database), now=now)


@router.post("/quarantine/{file_id}/again")
def try_file_again(file_id: UUID, person: PersonDep, database: DatabaseDep, blobs: BlobsDep, now: Now) -> RedirectResponse:
    """Open a file anew; one that opens is taken in."""
    quarantine.try_again(database, blobs, file_id, person.login, now)
    return RedirectResponse(f"/mailroom/files/{file_id}", HTTPStatus.SEE_OTHER)


@router.post("/quarantine/{file_id}/dismiss")
def dismiss_file(
    file_id: UUID, person: PersonDep, database: DatabaseDep, now: Now, reason: Annotated[str, Form(max_length=2_000)] = ""
) -> RedirectResponse:
    """Put a file away with a reason."""
    quarantine.dismiss(database, file_id, reason, person.login, now)
    return RedirectResponse(PLACE, HTTPStatus.SEE_OTHER)


@router.post("/manifests/{manifest_id}/close")
def accept_list(manifest_id: UUID, person: PersonDep, database: DatabaseDep, now: Now) -> RedirectResponse:
    """Settle a list as it is."""
    manifests.close(database, manifest_id, person.login, now)
    return RedirectResponse(PLACE, HTTPStatus.SEE_OTHER)
