"""What a worker's child process does with one file. Nothing heavy is imported before it is called."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from intake.reading_child import Failure, ReadingChild, failure_of, out_of_room

if TYPE_CHECKING:
    from intake.pipeline.page_keeping import KeptPage
    from models.arrangement import Arrangement
    from models.result import Channel


@dataclass(frozen=True)
class Question:
    """A file to read or to draw. Page images are left in `scratch`; `name` is what the sender called it."""

    path: Path
    name: str
    scratch: Path
    is_drawn_only: bool = False
    channel: str | None = None
    received_at: datetime | None = None
    arrangement: Arrangement | None = None


@dataclass(frozen=True)
class FileRead:
    """One file's reading: `result` is of schema intake-result/1; `pages` lie in the scratch folder of the question.

    `said` holds, by document, the words of papers that routing knows by their words.
    """

    result: Mapping[str, Any]
    versions: Mapping[str, str]
    seconds: float
    pages: tuple[KeptPage, ...]
    said: Mapping[str, str] = field(default_factory=dict)


class FileReader(Protocol):
    """Reads or draws a file, however long it takes; tests put their own in its place."""

    def read(self, question: Question) -> FileRead | Failure: ...

    def draw(self, question: Question) -> tuple[KeptPage, ...] | Failure: ...


class ChildFileReader:
    """Reads in the worker's child process."""

    def __init__(self, child: ReadingChild) -> None:
        self._child = child

    def read(self, question: Question) -> FileRead | Failure:
        return cast("FileRead | Failure", self._child.ask(answer, question, question.name))

    def draw(self, question: Question) -> tuple[KeptPage, ...] | Failure:
        return cast("tuple[KeptPage, ...] | Failure", self._child.ask(answer, question, question.name))


def answer(question: Question) -> FileRead | tuple[KeptPage, ...] | Failure:
    """Be the child's whole work: nothing escapes, and what is given can be kept by the database."""
    try:
        return _draw(question) if question.is_drawn_only else _read(question)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return out_of_room(question.scratch)
        return failure_of(error, question.name)
    except Exception as error:  # noqa: BLE001 - the door: no file may stop the others
        return failure_of(error, question.name)


def _read(question: Question) -> FileRead:
    from intake.pipeline.page_keeping import PageKeeper
    from intake.pipeline.read import read_file

    began = time.perf_counter()
    keeper = PageKeeper(question.scratch)
    result = read_file(
        question.path,
        name=question.name,
        channel=cast("Channel | None", question.channel),
        received_at=question.received_at,
        seen=keeper,
        arrangement=question.arrangement,
    )
    printed = storable(json.loads(json.dumps(result.to_json(), allow_nan=False)))
    seconds = round(time.perf_counter() - began, 3)
    return FileRead(printed, versions(), seconds, tuple(map(_storable_page, keeper.pages)), storable(result.said))


def _storable_page(page: KeptPage) -> KeptPage:
    return replace(page, text=storable(page.text))


def _draw(question: Question) -> tuple[KeptPage, ...]:
    from intake.pipeline.page_keeping import draw_only

    return tuple(draw_only(question.path, question.scratch, question.name))


@cache
def versions() -> dict[str, str]:
    """Name all that took part in a reading: product, engines, types, weights and calibration, by version or by hash."""
    import extractors
    from extractors.ocr.ppocr import weights_file
    from intake.pipeline.read import readers
    from intake.version import VERSION

    reading = readers()
    package = Path(extractors.__path__[0])
    return {
        "product": VERSION,
        "page_reader": f"{reading.page.name} {reading.page.version}",
        "line_reader": ", ".join(f"{reader.name} {reader.version}" for reader in (reading.line, reading.hand) if reader),
        "types": _digest(*sorted((package / "types").glob("*.toml"))),
        "weights": _digest(package / "weights" / "manifest.toml", weights_file(), *sorted((package / "lexicons").glob("*.txt"))),
        "calibration": _digest(package / "weights" / "confidence.json"),
    }


def _digest(*paths: Path) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(hashlib.sha256(os.fsencode(path.name)).digest() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def storable(value: Any) -> Any:
    """Leave out of all texts what PostgreSQL's JSON cannot hold: NUL, and halves of surrogate pairs."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, list):
        return [storable(each) for each in value]
    if isinstance(value, dict):
        return {storable(key): storable(each) for key, each in value.items()}
    return value
