"""Door: one file whole, its small pictures, its receipt, and the day's ledger."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

from intake.pipeline import day_ledger, file_whole, protection, rereading, thumbnails
from intake.pipeline.receive import finnish_day
from intake.pipeline.requests import receipt
from intake.pipeline.requests.letter import Language
from intake.pipeline.thumbnails import Width
from intake.web import statuses
from intake.web.access import PersonDep
from intake.web.batches_api import original_of
from intake.web.deps import BlobsDep, DatabaseDep, Now
from intake.web.ledger_picture import picture
from intake.web.pages import page

router = APIRouter(prefix="/mailroom", include_in_schema=False)

Number = Annotated[int, Path(ge=1, le=100_000)]


@router.get("/files/{file_id}")
def show_file(request: Request, file_id: UUID, person: PersonDep, database: DatabaseDep, now: Now) -> HTMLResponse:
    """Show a file whole: its pages by document, when it came, what has happened to it."""
    return page(request, person, "mailroom/file.html", whole=file_whole.of(database, person, file_id, now))


@router.get("/files/{file_id}/original")
def save_original(file_id: UUID, person: PersonDep, database: DatabaseDep, blobs: BlobsDep, now: Now) -> StreamingResponse:
    """Give the very bytes that came, unless they show a protected client to somebody who may not see one."""
    protection.look_at(database, person, "file", file_id, now)
    return original_of(statuses.file_row(database, file_id), blobs)


@router.post("/files/{file_id}/reread")
def reread_file(file_id: UUID, person: PersonDep, database: DatabaseDep, now: Now) -> RedirectResponse:
    """Put a file in line again."""
    rereading.reread(database, file_id, person.login, now)
    return RedirectResponse(f"/mailroom/files/{file_id}", HTTPStatus.SEE_OTHER)


@router.get("/files/{file_id}/pages/{number}/thumbnail")
def show_thumbnail(
    file_id: UUID, number: Number, person: PersonDep, database: DatabaseDep, blobs: BlobsDep, width: Width = Width.LISTED
) -> Response:
    """Show a page, small."""
    drawn = thumbnails.thumbnail(database, blobs, person, file_id, number, width)
    return Response(drawn, media_type="image/jpeg")


@router.get("/batches/{batch_id}/receipt")
def show_receipt(
    request: Request, batch_id: UUID, person: PersonDep, database: DatabaseDep, now: Now, letter: Language = "fi"
) -> HTMLResponse:
    """Show the receipt for papers left (YHT02) as it is printed."""
    given = receipt.of_batch(database, batch_id, now)
    words, rows = receipt.receipt_words(letter), receipt.rows(given, letter)
    return page(request, person, "mailroom/receipt.html", receipt=given, words=words, rows=rows, letter=letter)


@router.get("/batches/{batch_id}/receipt.pdf")
def print_receipt(batch_id: UUID, database: DatabaseDep, now: Now, letter: Language = "fi") -> Response:
    """Give the receipt as PDF."""
    from intake.pipeline.requests.receipt_printing import as_pdf  # reportlab: an idle web process does without

    drawn = as_pdf(receipt.of_batch(database, batch_id, now), letter)
    name = f'inline; filename="{receipt.LETTER}-{batch_id}.pdf"'
    return Response(drawn, media_type="application/pdf", headers={"Content-Disposition": name})


@router.get("/ledger")
def show_day_ledger(
    request: Request, person: PersonDep, database: DatabaseDep, now: Now, day: Annotated[date | None, Query()] = None
) -> HTMLResponse:
    """Show one day: what came in, and where every page of it is now."""
    today = finnish_day(now)
    shown = day_ledger.of_day(database, min(day or today, today))
    return page(request, person, "mailroom/ledger.html", ledger=shown, picture=picture(shown.pages), today=today, now=now)
