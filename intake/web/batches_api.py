"""Door: batches come in and are asked after."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any, BinaryIO
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import JSONResponse, StreamingResponse

from intake.pipeline import protection
from intake.pipeline.receive import IncomingFile, NewBatch, take
from intake.store.blobs import BlobStore, chunks_of
from intake.store.files import FileRow
from intake.web import statuses
from intake.web.access import PersonDep
from intake.web.answers import BatchList, BatchStatus, BatchTaken, FileDetails, FileTaken, Result
from intake.web.deps import BlobsDep, DatabaseDep, Now
from intake.web.problems import documented
from intake.web.uploads import IdempotencyKey, Upload, UploadDep, UploadedFile
from models.errors import InputError, UnreadableFilesError

router = APIRouter(prefix="/api/v1", tags=["batches"])

# Each examination holds a file's bytes twice in memory: no more than these at a time, whatever comes at once.
_EXAMINATIONS = threading.BoundedSemaphore(2)

FORM = {
    "type": "object",
    "required": ["files"],
    "properties": {
        "files": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "string", "format": "binary"},
            "description": "PDF, TIFF, JPEG, PNG or HEIC; one part for each file.",
        },
        "channel": {"type": "string", "enum": ["post", "fax", "office", "email"], "description": "How the papers reached us."},
        "received_at": {
            "type": "string",
            "description": "When they reached us, ISO 8601; without a zone it is Finnish time. Left out: now.",
            "examples": ["2026-03-12T10:22:00+02:00"],
        },
        "sender": {"type": "string", "maxLength": 200},
        "reference": {"type": "string", "maxLength": 200, "description": "What the sender calls this batch."},
    },
}
UPLOAD: dict[str, Any] = {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": FORM}}}}
_BYTES = {"schema": {"type": "string", "format": "binary"}}
# Generators of clients that know no image types fall back to plain bytes.
_IMAGE = {"image/png": _BYTES, "image/jpeg": _BYTES, "application/octet-stream": _BYTES}

FileId = Annotated[UUID, Path(description="Id of a file, from the answer to the upload.")]


@router.post(
    "/batches", status_code=201, operation_id="takeBatch", summary="Send files", openapi_extra=UPLOAD,
    responses={
        200: {"model": BatchTaken, "description": "This very upload was taken before; the same ids"},
        201: {"description": "Taken: durably written", "headers": {"Location": {"schema": {"type": "string"}}}},
        **documented(400, 401, 403, 408, 409, 413, 415, 422, 503, 507),
    },
)  # fmt: skip
def take_batch(
    upload: UploadDep, database: DatabaseDep, blobs: BlobsDep, now: Now, answer: Response, key: IdempotencyKey = None
) -> BatchTaken:
    """Take files into custody. All of them or none: when one cannot be opened, `errors` names it and nothing is taken.

    The answer comes once files and rows are on disk. A page counted here is accounted for from then on.
    """
    incoming = store_files(upload.files, blobs)
    taken = take(database, new_batch(upload, key, now), incoming, now)
    answer.headers["Location"] = f"/api/v1/batches/{taken.id}"
    if taken.already_taken:
        answer.status_code = 200
        answer.headers["Idempotent-Replayed"] = "true"
    return BatchTaken(
        id=taken.id, pages=sum(file.pages_in for file in taken.files), files=[FileTaken.of(file) for file in taken.files]
    )


def store_files(uploaded: Sequence[UploadedFile], blobs: BlobStore) -> list[IncomingFile]:
    """Open every file, then store all. Raises UnreadableFilesError that names each bad one, before any is stored."""
    examined: list[tuple[UploadedFile, str, int]] = []
    refused: list[tuple[str, str, str, str]] = []
    for file in uploaded:
        try:
            examined.append((file, *examined_file(file)))
        except InputError as error:
            refused.append((file.name, error.code, error.problem, error.remedy))
    if refused:
        raise UnreadableFilesError(tuple(refused), len(uploaded))
    return [store_file(file, blobs, media_type, pages) for file, media_type, pages in examined]


def store_file(file: UploadedFile, blobs: BlobStore, media_type: str, pages: int) -> IncomingFile:
    """Write a file's bytes to the store for good."""
    file.stream.seek(0)
    blob = blobs.put(chunks_of(file.stream))
    return IncomingFile(file.name, blob.sha256, blob.size, media_type, pages)


def examined_file(file: UploadedFile) -> tuple[str, int]:
    """Count a file's pages at the door, in a process of its own."""
    from extractors.pages import examine  # numpy and more: an idle web process does without

    with _EXAMINATIONS:
        file.stream.seek(0)
        found = examine(file.stream.read(), file.name)
    return found.media_type, found.page_count or 1


def new_batch(upload: Upload, key: str | None, now: datetime) -> NewBatch:
    said = upload.fields
    return NewBatch(
        door="api",
        channel=said.channel,
        sender=said.sender,
        reference=said.reference,
        received_at=said.received_at or now,
        received_evidence="told" if said.received_at else "clock",
        idempotency_key=None if key is None else f"api:{key}",
    )


@router.get("/batches", operation_id="listBatches", summary="Batches, newest first", responses=documented(401, 422, 503))
def list_batches(
    database: DatabaseDep,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=200, description="`next` of the page before.")] = None,
) -> BatchList:
    """Show batches with how many files and pages they have."""
    return statuses.batch_list(database, limit, cursor)


@router.get("/batches/{batch_id}", operation_id="getBatch", summary="One batch", responses=documented(401, 404, 422, 503))
def get_batch(batch_id: UUID, database: DatabaseDep, person: PersonDep) -> BatchStatus:
    """Show a batch file by file: stage, pages by state, documents, work items, and what is wrong."""
    return statuses.batch_status(database, batch_id, person)


@router.get("/files/{file_id}", operation_id="getFile", summary="One file", responses=documented(401, 404, 422, 503))
def get_file(file_id: FileId, database: DatabaseDep, person: PersonDep) -> FileDetails:
    """Show how far a file is."""
    return statuses.file_details(database, file_id, person)


@router.get(
    "/files/{file_id}/result",
    operation_id="getResult",
    summary="What was read",
    response_model=Result,
    responses=documented(401, 403, 404, 409, 422, 503),
)
def get_result(file_id: FileId, database: DatabaseDep, person: PersonDep, now: Now) -> Response:
    """Give what reading printed (intake-result/1). 409 with Retry-After while the file waits for its turn."""
    protection.look_at(database, person, "file", file_id, now)
    reading = statuses.newest_reading(database, file_id)
    return JSONResponse(reading.result, headers={"Content-Location": f"/api/v1/files/{reading.file_id}/result"})


@router.get(
    "/files/{file_id}/original", operation_id="getOriginal", summary="The file as it came", response_class=StreamingResponse,
    responses={200: {"content": {"application/octet-stream": _BYTES}}, **documented(401, 403, 404, 422, 503)},
)  # fmt: skip
def get_original(file_id: FileId, database: DatabaseDep, blobs: BlobsDep, person: PersonDep, now: Now) -> StreamingResponse:
    """Give the very bytes that came, held against their hash. They are foreign: to be saved, not shown."""
    protection.look_at(database, person, "file", file_id, now)
    return original_of(statuses.file_row(database, file_id), blobs)


def original_of(file: FileRow, blobs: BlobStore) -> StreamingResponse:
    """Stream a file's bytes to be saved under its name."""
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}",
        "Content-Length": str(file.bytes),
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "ETag": f'"{file.sha256}"',
    }
    return StreamingResponse(_drained(blobs.open(file.sha256)), media_type=file.media_type, headers=headers)


@router.get(
    "/files/{file_id}/pages/{number}/image", operation_id="getPageImage", summary="A page to look at", response_class=Response,
    responses={200: {"content": _IMAGE}, **documented(401, 403, 404, 409, 422, 503)},
)  # fmt: skip
def get_page_image(
    file_id: FileId,
    number: Annotated[int, Path(ge=1, le=100_000)],
    database: DatabaseDep,
    blobs: BlobsDep,
    person: PersonDep,
    now: Now,
) -> Response:
    """Show a page upright with square pixels. 409 while nobody has drawn it."""
    protection.look_at_page(database, person, file_id, number, now)
    image = blobs.read(statuses.page_image(database, file_id, number))
    return Response(image, media_type="image/png" if image.startswith(b"\x89PNG") else "image/jpeg")


def _drained(stream: BinaryIO) -> Iterator[bytes]:
    with stream:
        yield from chunks_of(stream)
