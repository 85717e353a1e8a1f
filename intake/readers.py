"""Read many files side by side, each in a child process of its own session.

A child that dies, hangs or swells costs one file, never the run: it is replaced and the file gets an error.
"""

from __future__ import annotations

import json
import os
import time
from collections import deque
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from intake import reading_child
from intake.reading_child import Child, Failure, failure_of
from models.errors import FileMissingError, ReaderDiedError, ReadingTimeError

if TYPE_CHECKING:
    from models.result import Channel  # pydantic: the parent process never needs it

# As the service's children, and its own number to be set by tests.
FILES_PER_CHILD = reading_child.FILES_PER_CHILD
# The slowest honest file (some hundred pages) needs minutes; beyond this something hangs.
LIMIT_S = 1800.0

Printed = dict[str, Any]


@dataclass(frozen=True)
class ReadJob:
    """What the children are told once: `read` must be a module-level function, for it crosses to another process."""

    read: Callable[[Path, str | None, datetime | None], Printed]
    channel: str | None = None
    received_at: datetime | None = None


@dataclass(frozen=True)
class Outcome:
    """One file's end: its printed record, or why there is none. `position` counts from 0 in the order given."""

    position: int
    path: Path
    record: Printed | None = None
    failure: Failure | None = None


def read_record(path: Path, channel: str | None, received_at: datetime | None) -> Printed:
    """Read one file and give the record as it is printed (schema intake-result/1)."""
    from intake.pipeline.read import read_file  # heavy: the parent process never needs it

    # The command line has already held the word against the list.
    return read_file(path, channel=cast("Channel | None", channel), received_at=received_at).to_json()


def read_all(paths: Sequence[Path], job: ReadJob, *, jobs: int, limit_s: float = LIMIT_S) -> Generator[Outcome, None, None]:
    """Give every file's outcome as it comes, in no order; each file has exactly one.

    Closing the iterator early, as Ctrl-C does, kills what is still being read.
    """
    waiting = deque(enumerate(paths))
    readers: list[_Reader] = []
    try:
        while waiting or readers:
            while waiting and len(readers) < max(1, jobs):
                readers.append(_Reader(job, limit_s))
                readers[-1].begin(*waiting.popleft())
            for reader in _settled(readers):
                yield reader.end()
                if waiting and reader.may_go_on:
                    reader.begin(*waiting.popleft())
                else:
                    reader.stop()
                    readers.remove(reader)
    finally:
        for reader in readers:
            reader.stop()


def _settled(readers: Sequence[_Reader]) -> list[_Reader]:
    """Wait until at least one reader has answered, died or run out of time, and give those."""
    pause_s = max(0.0, min(reader.deadline for reader in readers) - time.monotonic())
    ready = wait([reader.answers for reader in readers], timeout=pause_s)
    return [reader for reader in readers if reader.answers in ready or reader.is_overdue]


class _Reader:
    """One child process and the file it is reading."""

    def __init__(self, job: ReadJob, limit_s: float) -> None:
        self.child = Child(partial(_answer, job=job))
        self.limit_s = limit_s
        self.deadline = time.monotonic() + limit_s
        self.current: tuple[int, Path] = (0, Path())
        self.is_well = True

    @property
    def answers(self) -> Connection[Any, Any]:
        return self.child.answers

    @property
    def is_overdue(self) -> bool:
        return time.monotonic() >= self.deadline

    @property
    def may_go_on(self) -> bool:
        return self.is_well and self.child.answered < FILES_PER_CHILD

    def begin(self, position: int, path: Path) -> None:
        self.current = (position, path)
        self.deadline = time.monotonic() + self.limit_s
        self.child.ask(path)

    def end(self) -> Outcome:
        """Take the answer, or say why none will come."""
        position, path = self.current
        try:
            if not self.answers.poll():
                raise ReadingTimeError(path.name, round(self.limit_s))
            answer: str | Failure = self.child.answer()
        except EOFError:
            self.is_well = False
            return Outcome(position, path, failure=failure_of(ReaderDiedError(path.name), path.name))
        except ReadingTimeError as error:
            self.is_well = False
            return Outcome(position, path, failure=failure_of(error, path.name))
        if isinstance(answer, Failure):
            return Outcome(position, path, failure=answer)
        return Outcome(position, path, record=json.loads(answer))

    def stop(self) -> None:
        self.child.stop()


def _answer(path: Path, job: ReadJob) -> str | Failure:
    """As JSON text already here, so that a record which cannot be printed is this file's error and no other's."""
    try:
        return json.dumps(job.read(path, job.channel, job.received_at), allow_nan=False)
    except OSError as error:
        return _unreadable(error, path) or failure_of(error, path.name)
    except Exception as error:  # noqa: BLE001 - the door: no file may stop the others
        return failure_of(error, path.name)


def _unreadable(error: OSError, path: Path) -> Failure | None:
    """Say why the paper itself could not be opened: no permission, a name too long, a disk that fails."""
    if error.filename is None or Path(os.fsdecode(error.filename)) != path:
        return None
    words = f"{path.name}: it cannot be opened: {error.strerror}."
    return Failure(FileMissingError.code, FileMissingError.exit_code, words, "Check the path, and that you may read the file.")
