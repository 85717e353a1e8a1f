"""What routes ask for, named once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request

from intake import wiring
from intake.pipeline.registers import Registers
from intake.settings import Settings
from intake.store.blobs import BlobStore
from intake.store.database import Database
from intake.wiring import Wired


def wired(request: Request) -> Wired:
    """Give what the process was built with."""
    given: Wired = request.app.state.wired
    return given


def database(wired: Annotated[Wired, Depends(wired)]) -> Database:
    return wired.database


def blobs(wired: Annotated[Wired, Depends(wired)]) -> BlobStore:
    return wired.blobs


def settings(wired: Annotated[Wired, Depends(wired)]) -> Settings:
    return wired.settings


def registers(request: Request) -> Registers:
    """Give the registers, opened once a process: when the first question needs them."""
    state = request.app.state
    if not hasattr(state, "registers"):
        state.registers = wiring.registers(state.wired.settings)
    given: Registers = state.registers
    return given


def now() -> datetime:
    """The time of the request, as its moment counts in the database."""
    return datetime.now(UTC)


WiredDep = Annotated[Wired, Depends(wired)]
DatabaseDep = Annotated[Database, Depends(database)]
BlobsDep = Annotated[BlobStore, Depends(blobs)]
SettingsDep = Annotated[Settings, Depends(settings)]
RegistersDep = Annotated[Registers, Depends(registers)]
Now = Annotated[datetime, Depends(now)]
