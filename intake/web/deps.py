"""What routes ask for, named once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request

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


def now() -> datetime:
    """The time of the request, as its moment counts in the database."""
    return datetime.now(UTC)


WiredDep = Annotated[Wired, Depends(wired)]
DatabaseDep = Annotated[Database, Depends(database)]
BlobsDep = Annotated[BlobStore, Depends(blobs)]
SettingsDep = Annotated[Settings, Depends(settings)]
Now = Annotated[datetime, Depends(now)]
