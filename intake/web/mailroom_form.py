"""What a person sends from the mailroom: files, and the words that go with them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, Request
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from starlette.datastructures import FormData

from intake.pipeline.receive import finnish_day
from intake.pipeline.uploading import Sending
from intake.store.batches import Channel
from intake.web.access import CSRF_HEADER, Person, PersonDep, check_form
from intake.web.deps import BlobsDep, Now, SettingsDep
from intake.web.typed_days import typed_day
from intake.web.uploads import UploadedFile, Words, ensure_room_for, files_of, parsed_form
from models.errors import RefusedError

OLDEST = date(2000, 1, 1)


def _none_if_blank(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


_Optional = BeforeValidator(_none_if_blank)


class SaidFields(BaseModel):
    """The fields of the form beside its files. A misspelt one is refused: a lost day of arrival would cost a day of law."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    csrf: str = ""
    group: UUID
    channel: Annotated[Channel | None, _Optional] = None
    arrived: str = ""
    sender: Annotated[Words | None, _Optional] = None
    reference: Annotated[Words | None, _Optional] = None
    quarantine: Annotated[Literal["yes"] | None, _Optional] = None


@dataclass(frozen=True)
class Brought:
    """One form: its files, whom they are from, and whether what cannot be opened is to be kept all the same."""

    files: tuple[UploadedFile, ...]
    sending: Sending
    keeps_unopened: bool


async def brought(
    request: Request, person: PersonDep, blobs: BlobsDep, settings: SettingsDep, now: Now
) -> AsyncIterator[Brought]:  # fmt: skip
    """Stream the form to disk, once there is room for it. Its files are gone when the answer is sent."""
    await ensure_room_for(request, blobs, settings)
    form = await parsed_form(request, settings.max_upload_files)
    try:
        said = _said(form)
        check_form(request, person, request.headers.get(CSRF_HEADER, said.csrf))
        yield Brought(files_of(form), _sending(said, person, finnish_day(now)), said.quarantine is not None)
    finally:
        await form.close()


BroughtDep = Annotated[Brought, Depends(brought)]


def _said(form: FormData) -> SaidFields:
    try:
        return SaidFields.model_validate({key: value for key, value in form.multi_items() if isinstance(value, str)})
    except ValidationError as error:
        place = ".".join(map(str, error.errors(include_input=False)[0]["loc"]))
        raise RefusedError(
            f"The form says something it may not: {place}.", "Load the page anew, then send the files again."
        ) from None


def _sending(said: SaidFields, person: Person, today: date) -> Sending:
    return Sending(said.group, said.channel, arrived_day(said.arrived, today), said.sender, said.reference, person.login)


def arrived_day(typed: str, today: date) -> date | None:
    """The day of arrival as it was typed; None where nothing was. Raises RefusedError for one that cannot be."""
    if not typed.strip():
        return None
    try:
        day = typed_day(typed, today)
    except ValueError:
        raise RefusedError("The day of arrival cannot be read.", "Write it like 12.3.2026.") from None
    if day > today:
        raise RefusedError("The day of arrival lies in the future.", "Give the day on which the papers came.")
    if day < OLDEST:
        raise RefusedError("The day of arrival lies too far back.", "Give the day on which the papers came.")
    return day
