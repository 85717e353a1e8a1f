"""Whether the service can take files now, and what is missing when it cannot."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from intake.store import figures
from intake.store.blobs import BlobStore
from intake.store.database import Database
from models.errors import DiskFullError, SaapuvaError, SchemaError

Part = Literal["database", "schema", "blobs", "disk"]


class Check(BaseModel):
    """One thing the service needs. `problem` and `remedy` are None when it is there."""

    model_config = ConfigDict(frozen=True)

    part: Part
    problem: str | None = None
    remedy: str | None = None
    code: str | None = None


def checks(database: Database, blobs: BlobStore, data: Path, reserve_mb: int) -> list[Check]:
    """Ask each part, one after the other; one that fails does not stop the others."""
    return [
        _check("database", lambda: _answers(database)),
        _check("schema", lambda: _schema(database)),
        _check("blobs", blobs.check),
        _check("disk", lambda: _room(_free_mbs(blobs, data), reserve_mb)),
    ]


def _check(part: Part, ask: Callable[[], object]) -> Check:
    try:
        ask()
    except SaapuvaError as error:
        return Check(part=part, problem=error.problem, remedy=error.remedy, code=error.code)
    return Check(part=part)


def _answers(database: Database) -> None:
    with database.transaction() as conn:
        figures.schema_revision(conn)


def _schema(database: Database) -> None:
    with database.transaction() as conn:
        found, needed = figures.schema_revision(conn), figures.needed_revision()
    if found != needed:
        raise SchemaError(found or "empty", needed)


def _free_mbs(blobs: BlobStore, data: Path) -> Iterator[int]:
    free = blobs.free_mb()
    if free is not None:
        yield free
    if data.is_dir():
        yield shutil.disk_usage(data).free // (1024 * 1024)


def _room(free_mbs: Iterator[int], reserve_mb: int) -> None:
    least = min(free_mbs, default=reserve_mb)
    if least < reserve_mb:
        raise DiskFullError(least, reserve_mb)
