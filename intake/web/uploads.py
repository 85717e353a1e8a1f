"""An upload: a multipart form becomes files on disk and the words that came with them."""

from __future__ import annotations

import errno
import re
import unicodedata
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, BinaryIO

from fastapi import Depends, Header, Request
from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from intake.pipeline.receive import HELSINKI, ensure_room
from intake.settings import Settings
from intake.store.batches import Channel
from intake.store.blobs import BlobStore
from intake.web.deps import BlobsDep, SettingsDep
from models.errors import DiskFullError, RefusedError

FILES = "files"
_MAX_FIELDS = 20
_MAX_FIELD_BYTES = 4096
_MAX_NAME = 200
# The clocks of two machines differ; papers of this benefit are not older.
_SKEW = timedelta(minutes=10)
_OLDEST = datetime(2000, 1, 1, tzinfo=UTC)
_REMEDY = "Send multipart/form-data with one part `files` for each file; docs/api.md shows how."


def _finnish_time(value: datetime) -> datetime:
    """A time without a zone is Finnish time."""
    at = value if value.tzinfo else value.replace(tzinfo=HELSINKI)
    if at > datetime.now(UTC) + _SKEW:
        raise ValueError("lies in the future")
    if at < _OLDEST:
        raise ValueError("lies too far back")
    return at


def _none_if_blank(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


def _one_line(value: str) -> str:
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in value):
        raise ValueError("holds control characters")
    return value


Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(_one_line)]
_Optional = BeforeValidator(_none_if_blank)


class UploadFields(BaseModel):
    """What may be said beside the files. A field that is misspelt is refused: a lost `received_at` would cost a day of law."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    channel: Annotated[Channel | None, _Optional] = None
    received_at: Annotated[Annotated[datetime, AfterValidator(_finnish_time)] | None, _Optional] = None
    sender: Annotated[Words | None, _Optional] = None
    reference: Annotated[Words | None, _Optional] = None


@dataclass(frozen=True)
class UploadedFile:
    """One file of the form: a clean name, and its bytes on disk (small ones in memory)."""

    name: str
    stream: BinaryIO


@dataclass(frozen=True)
class Upload:
    files: tuple[UploadedFile, ...]
    fields: UploadFields


async def received_upload(request: Request, blobs: BlobsDep, settings: SettingsDep) -> AsyncIterator[Upload]:
    """Stream the form to disk, once there is room for it. Its files are gone when the answer is sent."""
    await ensure_room_for(request, blobs, settings)
    form = await parsed_form(request, settings.max_upload_files)
    try:
        yield Upload(files_of(form), _fields(form))
    finally:
        await form.close()


async def ensure_room_for(request: Request, blobs: BlobStore, settings: Settings) -> None:
    """Raise DiskFullError before a form is read that the disk could not hold."""
    said = request.headers.get("content-length", "")
    length = int(said) if said.isdecimal() else 0
    await run_in_threadpool(lambda: ensure_room(blobs.free_mb(), settings.reserve_mb + (length >> 20)))


UploadDep = Annotated[Upload, Depends(received_upload)]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key", min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$",
        description="The same upload sent again under the same key is taken only once: send one, so that you may repeat it.",
    ),
]  # fmt: skip


class _WholeForm(MultiPartParser):
    """Knows whether the last boundary came: the library takes a form that breaks off for one with fewer files."""

    is_whole = False

    def on_end(self) -> None:
        self.is_whole = True

    def close_files(self) -> None:
        """Also the one in the middle of which the form broke off, and which is in no list of ours."""
        for file in self._files_to_close_on_error:
            file.close()


async def parsed_form(request: Request, max_files: int) -> FormData:
    """Stream a form to disk; whoever gets it closes it. Raises RefusedError for one that is none, or breaks off."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "multipart/form-data":
        raise RefusedError("An upload is a multipart form.", _REMEDY, 415)
    parser = _WholeForm(
        request.headers, request.stream(), max_files=max_files, max_fields=_MAX_FIELDS, max_part_size=_MAX_FIELD_BYTES
    )
    try:
        form = await parser.parse()
    except MultiPartException as error:
        if error.message.startswith("Too many files"):
            raise RefusedError(f"More than {max_files} files in one upload.", "Send them in several uploads.", 413) from error
        raise RefusedError("The form is not well-formed.", _REMEDY, 400) from error
    except UnicodeError as error:  # the sender names a charset that says no to everything
        parser.close_files()
        raise RefusedError("The form's words cannot be read in the charset it names.", _REMEDY, 400) from error
    except OSError as error:
        parser.close_files()
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise DiskFullError(0, 1) from error
    if not parser.is_whole:
        parser.close_files()
        raise RefusedError("The form breaks off before its last boundary.", "Send all of it again: nothing was taken.", 400)
    return form


def files_of(form: FormData) -> tuple[UploadedFile, ...]:
    """Give the files of a form. Raises RefusedError when there are none, or under another name."""
    parts = [(key, part) for key, part in form.multi_items() if isinstance(part, UploadFile)]
    if any(key != FILES for key, _ in parts):
        raise RefusedError("A file came under another name than `files`.", _REMEDY)
    # A browser sends an empty part for a file that nobody chose.
    chosen = [part for _, part in parts if part.filename or part.size]
    if not chosen:
        raise RefusedError("The upload holds no files.", _REMEDY)
    return tuple(UploadedFile(clean_name(part.filename or "", number), part.file) for number, part in enumerate(chosen, start=1))


def _fields(form: FormData) -> UploadFields:
    said = [(key, value) for key, value in form.multi_items() if isinstance(value, str)]
    _refuse_twice([key for key, _ in said])
    try:
        return UploadFields.model_validate(dict(said))
    except ValidationError as error:
        raise RequestValidationError(
            [each | {"loc": ("body", *each["loc"])} for each in error.errors(include_input=False)]
        ) from None


def _refuse_twice(keys: Sequence[str]) -> None:
    if FILES in keys:
        raise RefusedError("A part `files` came as text, without a file name.", _REMEDY)
    if len(set(keys)) < len(keys):
        raise RefusedError("A field came twice.", _REMEDY)


def clean_name(name: str, number: int) -> str:
    """Keep a file's last name only: no folders, nothing that does not show, at most 200 letters and its ending."""
    last = re.split(r"[\\/]", name)[-1]
    shown = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C").strip()
    if not shown.strip("."):
        return f"file-{number}"
    stem, dot, ending = shown.rpartition(".")
    if len(shown) > _MAX_NAME and 0 < len(ending) <= 10:
        return stem[: _MAX_NAME - len(ending) - 1] + dot + ending
    return shown[:_MAX_NAME]
