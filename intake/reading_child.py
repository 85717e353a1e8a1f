"""A child process that reads files: whatever a file does to it costs that file alone.

What the child does is a module-level function that the caller hands over, so nothing heavy is imported on this side.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]

from models.errors import DiskFullError, ReaderDiedError, ReadingTimeError, SaapuvaError

FILES_PER_CHILD = 40
"""A child is replaced after so many files: what native libraries leak stays bounded."""

MEMORY_MB = 1500
"""A child that has grown beyond this is replaced before the next file. One page of 300 dpi needs some 400 MB at its worst."""

IDLE_S = 60.0
"""A child without work for so long is ended: it holds some 300 MB."""


@dataclass(frozen=True)
class Failure:
    """Why a file has no record: an error's words, without the error's class, so that any process can hold it.

    `retryable` says that the same file may well be read another time; `is_away` that nothing is wrong with it.
    """

    code: str
    exit_code: int
    problem: str
    remedy: str
    retryable: bool = False
    is_away: bool = False

    @property
    def words(self) -> dict[str, str]:
        """As it is kept with a file."""
        return {"code": self.code, "problem": self.problem, "remedy": self.remedy}


def failure_of(error: Exception, name: str) -> Failure:
    """Put an error into words. Of an unforeseen one only kind and place: its text may quote the paper."""
    if isinstance(error, SaapuvaError):
        return Failure(error.code, error.exit_code, error.problem, error.remedy, error.retryable)
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    words = f"{name}: {type(error).__name__}{place}."
    return Failure("internal", 1, words, "This is our mistake: report it with these words.", retryable=True)


class Child:
    """One process in a session of its own, which answers one question at a time with `answer`.

    `answer` must be a module-level function (or a partial of one) that gives back what can be pickled and raises nothing.
    """

    def __init__(self, answer: Callable[[Any], Any]) -> None:
        # spawn, not fork: a forked child would inherit the pipes of its siblings and hide their death.
        context = multiprocessing.get_context("spawn")
        self.answers, theirs = context.Pipe()
        self._process: BaseProcess = context.Process(target=_serve, args=(theirs, answer), daemon=False)
        self._process.start()
        theirs.close()
        self.answered = 0

    @property
    def pid(self) -> int | None:
        return self._process.pid

    @property
    def memory_mb(self) -> float:
        """What the child alone holds; 0 once it is gone."""
        with contextlib.suppress(psutil.Error):
            return float(psutil.Process(self.pid).memory_info().rss) / 2**20
        return 0.0

    def ask(self, question: Any) -> None:
        """Put a question. A child that died meanwhile is noticed in `answer`, as one that dies while it works."""
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.answers.send(question)

    def answer(self) -> Any:
        """Take the answer, which must have come. Raises EOFError when the child has died."""
        try:
            given = self.answers.recv()
        except ConnectionResetError as error:
            raise EOFError from error
        self.answered += 1
        return given

    def stop(self) -> None:
        """End the child with everything it has started, at once; an idle one has nothing to lose."""
        self.answers.close()
        self.kill()
        self._process.join()
        self._process.close()

    def kill(self) -> None:
        """End it at once, and leave the clearing up to whoever waits for its answer."""
        with contextlib.suppress(ProcessLookupError, PermissionError, ValueError):  # ValueError: cleared up already
            if self._process.pid is not None:
                os.killpg(self._process.pid, signal.SIGKILL)
        with contextlib.suppress(ValueError):
            self._process.kill()  # also when the child had not yet made its own session


class ReadingChild:
    """The one child of a worker: started with the first file, replaced when it has died, grown or served its time.

    May be used from several threads: they wait for each other. `close` ends it at once, also amid a file.
    """

    def __init__(
        self, *, limit_s: float, files_per_child: int = FILES_PER_CHILD, memory_mb: float = MEMORY_MB, idle_s: float = IDLE_S
    ) -> None:
        self._limit_s = limit_s
        self._files_per_child = files_per_child
        self._memory_mb = memory_mb
        self._idle_s = idle_s
        self._turn = threading.Lock()
        self._child: Child | None = None
        self._work: Callable[[Any], Any] | None = None
        self._idle: threading.Timer | None = None
        self._is_closed = False

    @property
    def pid(self) -> int | None:
        """Of the child; None while there is none."""
        child = self._child
        return None if child is None else child.pid

    def ask(self, work: Callable[[Any], Any], question: Any, name: str) -> Any:
        """Let the child do `work(question)`; what it gives may be a Failure. `name` is what the file is called in words.

        A child that dies or takes too long gives a Failure too. The thread waits with the interpreter's lock released.
        """
        with self._turn:
            if self._is_closed:
                return _given_back(name)
            self._rest(False)
            child = self._ready(work)
            child.ask(question)
            try:
                if not child.answers.poll(self._limit_s):
                    raise ReadingTimeError(name, round(self._limit_s))
                given = child.answer()
            except (EOFError, OSError):
                self._drop()
                return _given_back(name) if self._is_closed else failure_of(ReaderDiedError(name), name)
            except ReadingTimeError as error:
                self._drop()
                return failure_of(error, name)
            if child.answered >= self._files_per_child or child.memory_mb > self._memory_mb:
                self._drop()
            self._rest(True)
            return given

    def close(self) -> None:
        """End the child for good. A thread that waits for it is told that the file was given back."""
        self._is_closed = True
        child = self._child
        if child is not None:
            child.kill()
        with self._turn:
            self._rest(False)
            self._drop()

    def _ready(self, work: Callable[[Any], Any]) -> Child:
        if self._child is not None and self._work is not work:
            self._drop()
        if self._child is None:
            self._child, self._work = Child(work), work
        return self._child

    def _drop(self) -> None:
        if self._child is not None:
            self._child.stop()
            self._child = None

    def _rest(self, begins: bool) -> None:
        """Set or stop the clock that ends an idle child."""
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
        if begins and self._child is not None:
            self._idle = threading.Timer(self._idle_s, self._end_idle, [self._child])
            self._idle.daemon = True
            self._idle.start()

    def _end_idle(self, child: Child) -> None:
        if self._turn.acquire(blocking=False):
            try:
                if self._child is child:
                    self._drop()
            finally:
                self._turn.release()


def _given_back(name: str) -> Failure:
    words = f"{name}: the worker was told to stop while it read the file."
    return Failure("stopped", 1, words, "Nothing to do: another worker reads it.", retryable=True, is_away=True)


def out_of_room(path: Path) -> Failure:
    """Say that the disk is full: nothing is wrong with the file, and waiting helps."""
    status = os.statvfs(path)
    error = DiskFullError(status.f_bavail * status.f_frsize // 2**20, 0)
    return Failure(error.code, error.exit_code, error.problem, error.remedy, retryable=True, is_away=True)


def _serve(questions: Connection[Any, Any], answer: Callable[[Any], Any]) -> None:
    """Be the child: answer what is asked until the parent is gone.

    Its own session, so that Ctrl-C reaches the parent alone, which then ends the whole group.
    """
    os.setsid()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    while True:
        try:
            question = questions.recv()
        except (EOFError, ConnectionResetError):
            return
        questions.send(answer(question))


def _end_with_parent() -> None:
    """End the group when the parent was killed: nobody waits for the file any more, however long it would take."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os.killpg(0, signal.SIGKILL)
