"""Read many files side by side, each in a child process of its own session.

A child that dies, hangs or swells costs one file, never the run: it is replaced and the file gets an error.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import signal
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from models.errors import FileMissingError, ReaderDiedError, ReadingTimeError, SaapuvaError

if TYPE_CHECKING:
    from models.result import Channel  # pydantic: the parent process never needs it

# A child is replaced after so many files: what native libraries leak stays bounded.
FILES_PER_CHILD = 40
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
class Failure:
    """Why a file has no record: an error's words, without the error's class, so that any process can hold it."""

    code: str
    exit_code: int
    problem: str
    remedy: str


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


def failure_of(error: Exception, name: str) -> Failure:
    """Put an error into words. Of an unforeseen one only kind and place: its text may quote the paper."""
    if isinstance(error, SaapuvaError):
        return Failure(error.code, error.exit_code, error.problem, error.remedy)
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return Failure("internal", 1, f"{name}: {type(error).__name__}{place}.", "This is our mistake: report it with these words.")


def _settled(readers: Sequence[_Reader]) -> list[_Reader]:
    """Wait until at least one reader has answered, died or run out of time, and give those."""
    pause_s = max(0.0, min(reader.deadline for reader in readers) - time.monotonic())
    ready = wait([reader.answers for reader in readers], timeout=pause_s)
    return [reader for reader in readers if reader.answers in ready or reader.is_overdue]


class _Reader:
    """One child process and the file it is reading."""

    def __init__(self, job: ReadJob, limit_s: float) -> None:
        # spawn, not fork: a forked child would inherit the pipes of its siblings and hide their death.
        context = multiprocessing.get_context("spawn")
        self.answers, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(target=_serve, args=(theirs, job), daemon=False)
        self.process.start()
        theirs.close()
        self.limit_s = limit_s
        self.deadline = time.monotonic() + limit_s
        self.current: tuple[int, Path] = (0, Path())
        self.files_read = 0
        self.is_well = True

    @property
    def is_overdue(self) -> bool:
        return time.monotonic() >= self.deadline

    @property
    def may_go_on(self) -> bool:
        return self.is_well and self.files_read < FILES_PER_CHILD

    def begin(self, position: int, path: Path) -> None:
        self.current = (position, path)
        self.deadline = time.monotonic() + self.limit_s
        # A child that died between two files is noticed in `end`, as one that dies while reading.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.answers.send(path)

    def end(self) -> Outcome:
        """Take the answer, or say why none will come."""
        position, path = self.current
        self.files_read += 1
        try:
            if not self.answers.poll():
                raise ReadingTimeError(path.name, round(self.limit_s))
            answer: str | Failure = self.answers.recv()
        except (EOFError, ConnectionResetError):
            self.is_well = False
            return Outcome(position, path, failure=failure_of(ReaderDiedError(path.name), path.name))
        except ReadingTimeError as error:
            self.is_well = False
            return Outcome(position, path, failure=failure_of(error, path.name))
        if isinstance(answer, Failure):
            return Outcome(position, path, failure=answer)
        return Outcome(position, path, record=json.loads(answer))

    def stop(self) -> None:
        """End the child with everything it has started, at once; an idle one has nothing to lose."""
        self.answers.close()
        if self.process.pid is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()  # also when the child had not yet made its own session
        self.process.join()
        self.process.close()


def _serve(requests: Connection[Any, Any], job: ReadJob) -> None:
    """Be the child: read what is asked for until the parent is gone.

    Its own session, so that Ctrl-C reaches the parent alone, which then ends the whole group.
    """
    os.setsid()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    while True:
        try:
            path: Path = requests.recv()
        except (EOFError, ConnectionResetError):
            return
        requests.send(_answer(path, job))


def _end_with_parent() -> None:
    """End the group when the parent was killed: nobody waits for the file any more, however long it would take."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os.killpg(0, signal.SIGKILL)


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
