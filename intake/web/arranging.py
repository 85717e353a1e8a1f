"""Door: the screen on which a person says how a file's pages belong together."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, Field

from extractors.catalog import load_types
from intake.pipeline import file_as_arranged, protection, rereading
from intake.pipeline.file_as_arranged import Progress
from intake.web.access import PersonDep
from intake.web.deps import DatabaseDep, Now
from intake.web.pages import page
from models.arrangement import MISDIRECTED, Arrangement

router = APIRouter(include_in_schema=False)


class Arranging(BaseModel):
    """What a person confirms: `revision` is the file's that was seen; without `arrangement`, reading decides again."""

    model_config = ConfigDict(extra="forbid")

    revision: Annotated[int, Field(ge=0)]
    arrangement: Arrangement | None
    gives_up: Annotated[list[UUID], Field(max_length=1000)] = []


@router.get("/mailroom/files/{file_id}/arrange", response_class=HTMLResponse)
def show_arranging(file_id: UUID, request: Request, person: PersonDep, database: DatabaseDep, now: Now) -> HTMLResponse:
    """Show a file's pages in rows to cut, join, turn and name."""
    protection.look_at(database, person, "file", file_id, now)
    shown = file_as_arranged.show(database, file_id)
    types = [name for name in load_types() if name not in MISDIRECTED]
    return page(request, person, "mailroom/arrange.html", shown=shown, types=types, misdirected=MISDIRECTED)


@router.post("/mailroom/files/{file_id}/arrange")
def arrange_file(file_id: UUID, asked: Arranging, person: PersonDep, database: DatabaseDep, now: Now) -> Progress:
    """Keep what a person says and put the file in line to be read so."""
    protection.look_at(database, person, "file", file_id, now)
    rereading.arrange(
        database, file_id, asked.revision, asked.arrangement, load_types(), person.login, now, gives_up=asked.gives_up
    )  # fmt: skip
    return file_as_arranged.progress(database, file_id)


@router.get("/mailroom/files/{file_id}/arrange/progress")
def show_arranging_progress(file_id: UUID, database: DatabaseDep) -> Progress:
    """Say how far the file is that was put in line."""
    return file_as_arranged.progress(database, file_id)
