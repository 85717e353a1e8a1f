"""Door: papers that a person brings, file by file from a script, or all at once from a plain form."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Header, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from intake.pipeline import mailroom, papers_shown, uploading
from intake.pipeline.receive import IncomingFile, finnish_day
from intake.pipeline.uploading import TakenFile
from intake.store.blobs import BlobStore, chunks_of
from intake.store.database import Database
from intake.web.access import PersonDep
from intake.web.batches_api import examined_file, store_file
from intake.web.deps import BlobsDep, DatabaseDep, Now, SettingsDep
from intake.web.mailroom_form import Brought, BroughtDep
from intake.web.pages import language_for, page, part
from intake.web.uploads import UploadedFile
from models.errors import InputError, SaapuvaError

router = APIRouter(include_in_schema=False)

_UNKNOWN = "application/octet-stream"
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=80, pattern=r"^[\x21-\x7e]+$")]


@dataclass(frozen=True)
class Refused:
    """A file that was not taken, and why."""

    name: str
    error: SaapuvaError


@router.get("/mailroom")
def show_mailroom(request: Request, person: PersonDep, database: DatabaseDep, settings: SettingsDep, now: Now) -> HTMLResponse:
    """Show where papers are brought, and what came last."""
    standing = mailroom.standing(database)
    limits = {"max_files": settings.max_upload_files, "max_bytes": settings.max_upload_mb << 20}
    return page(
        request, person, "mailroom/mailroom.html", standing=standing, group=uuid4(), today=finnish_day(now), limits=limits,
        now=now,
    )  # fmt: skip


@router.post("/mailroom")
def bring_papers(
    request: Request, person: PersonDep, form: BroughtDep, database: DatabaseDep, blobs: BlobsDep, now: Now
) -> Response:
    """Take all files of a plain form that can be opened, and name the others with what to do about them."""
    found = [_take(database, blobs, form, file, f"form-{number}", now) for number, file in enumerate(form.files, start=1)]
    refused = [one for one in found if isinstance(one, Refused)]
    taken = [one for one in found if isinstance(one, TakenFile)]
    batch_id = taken[0].file.batch_id if taken else None
    if not refused:
        return RedirectResponse(f"/mailroom/batches/{batch_id}", HTTPStatus.SEE_OTHER)
    status = HTTPStatus.OK if taken else HTTPStatus.UNPROCESSABLE_ENTITY
    return page(request, person, "mailroom/refused.html", status, refused=refused, taken=taken, batch_id=batch_id)


@router.post("/mailroom/files")
def bring_paper(
    request: Request, person: PersonDep, form: BroughtDep, database: DatabaseDep, blobs: BlobsDep, now: Now, key: Key
) -> Response:
    """Take the one file of a script's form into its sending's batch; sent again under its key it is taken once."""
    found = _take(database, blobs, form, form.files[0], key, now)
    language = language_for(request, person)
    if isinstance(found, Refused):
        drawn = part(language, "mailroom/_refused_file.html", refused=found, person=person)
        return JSONResponse({"code": found.error.code, "html": drawn}, HTTPStatus.UNPROCESSABLE_ENTITY)
    shown = papers_shown.one_file(database, found.file.id, sees_protected=person.sees_protected)
    drawn = part(language, "mailroom/_file.html", file=shown, person=person)
    return JSONResponse({"batch": str(found.file.batch_id), "file": str(found.file.id), "html": drawn})


def _take(
    database: Database, blobs: BlobStore, form: Brought, file: UploadedFile, key: str, now: Now
) -> TakenFile | Refused:  # fmt: skip
    """Take one file; one that cannot be opened goes to quarantine where the person has asked for that."""
    try:
        media_type, pages = examined_file(file)
    except InputError as error:
        if not form.keeps_unopened:
            return Refused(file.name, error)
        file.stream.seek(0)
        blob = blobs.put(chunks_of(file.stream))
        incoming = IncomingFile(file.name, blob.sha256, blob.size, _UNKNOWN, 0)
        return uploading.take_unopened(database, form.sending, incoming, error, key, now)
    return uploading.take_one(database, form.sending, store_file(file, blobs, media_type, pages), key, now)


@router.get("/mailroom/batches/{batch_id}")
def show_taken_batch(request: Request, batch_id: UUID, person: PersonDep, database: DatabaseDep, now: Now) -> HTMLResponse:
    """Show a batch file by file, and what each became."""
    shown = papers_shown.batch(database, batch_id, sees_protected=person.sees_protected)
    return page(request, person, "mailroom/batch.html", shown=shown, now=now)
