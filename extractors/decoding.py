"""Decode foreign bytes in a child process with limits.

A fork server holds the decoders in memory; for each file it forks a warden, and the warden forks the child that
decodes. The warden ends the child when the caller lets go (or dies), and reports how the child ended. So a crash,
an endless loop or a memory bomb in a decoder costs one file, a start costs a few milliseconds, and nothing survives
its caller.

multiprocessing's fork server is not used: it imports the caller's main module into each child (which fails for
`python -`, and runs a script without a main guard twice), refuses to start from pool workers, and breaks in
processes forked from one that has used it.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import socket
import struct
import sys
import threading
import time
from collections.abc import Generator, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from extractors.limits import Limits, RawPage, RawWord
from models.errors import DamagedFileError, DecodingLimitError, EngineError, InputError, SaapuvaError

_Message = dict[str, Any]

# The child's own alarm is the limit; the caller waits this much longer for a child that even the alarm cannot end.
_GRACE_SECONDS = 10.0
# Importing all decoders takes half a second; on a machine that swaps, much longer.
_START_SECONDS = 60.0
_HEAD = struct.Struct(">Q")
_MAX_HEAD_BYTES = 64_000_000
_BOOT = "import sys; sys.path[:] = sys.argv[1:]; from extractors.decoding_server import serve; serve()"
_CLOCK_SIGNALS = (signal.SIGALRM, signal.SIGXCPU)
_CRASH_SIGNALS = (signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL)


def decode_pages(data: bytes, name: str, media_type: str, limits: Limits) -> Iterator[RawPage]:
    """Give a file's pages one by one. Raises the InputError that the child met, or DecodingLimitError."""
    with _child({"task": "pages", "name": name, "media_type": media_type, "limits": asdict(limits)}, data) as child:
        number = 1
        while (message := child.next_message(name, number, limits)) is not None:
            yield _raw_page(message, child.pixels(message["bytes"], name, number, limits))
            number += 1


def count_pages(data: bytes, name: str, media_type: str, limits: Limits, *, whole: bool = False) -> int:
    """Count a file's pages in the child; with `whole`, see whether its end is there too. Raises as `decode_pages` does."""
    with _child(
        {"task": "whole" if whole else "count", "name": name, "media_type": media_type, "limits": asdict(limits)}, data
    ) as child:
        message = child.next_message(name, 1, limits)
        return int(message["count"]) if message else 0


def _raw_page(message: _Message, payload: bytearray) -> RawPage:
    height, width = message["shape"]
    words = message["words"]
    return RawPage(
        pixels=np.frombuffer(payload, dtype=np.uint8).reshape(height, width),
        dpi=(message["dpi"][0], message["dpi"][1]) if message["dpi"] else None,
        words=None if words is None else tuple(RawWord(*word) for word in words),
    )


class _Child:
    """The caller's ends of two sockets: pages come in on one, on the other the warden says how it ended."""

    def __init__(self, results: socket.socket, warden: socket.socket) -> None:
        self._results = results
        self._warden = warden

    def next_message(self, name: str, number: int, limits: Limits) -> _Message | None:
        """Wait for page `number`; None behind the last one."""
        wait = limits.max_page_seconds + _GRACE_SECONDS + (_START_SECONDS if number == 1 else 0)
        try:
            (size,) = _HEAD.unpack(self.read(_HEAD.size, wait))
            if size > _MAX_HEAD_BYTES:
                raise DamagedFileError(name, f"page {number} makes the decoder talk nonsense")
            message: _Message = json.loads(self.read(size, wait))
        except TimeoutError:
            raise DecodingLimitError(name, _seconds(limits, number)) from None
        except (EOFError, ConnectionError):
            raise self._death(name, number, limits) from None
        if message["kind"] == "error":
            raise _error_from(message, name)
        return None if message["kind"] == "end" else message

    def pixels(self, size: int, name: str, number: int, limits: Limits) -> bytearray:
        """Take a page's pixels; a child may also end in the middle of them."""
        try:
            return self.read(size, limits.max_page_seconds)
        except TimeoutError:
            raise DecodingLimitError(name, _seconds(limits, number)) from None
        except (EOFError, ConnectionError):
            raise self._death(name, number, limits) from None

    def read(self, size: int, wait: float) -> bytearray:
        """Read exactly `size` bytes. Raises TimeoutError when none comes for `wait` seconds, EOFError at the end."""
        taken = bytearray(size)
        rest = memoryview(taken)
        self._results.settimeout(wait)
        while rest:
            count = self._results.recv_into(rest)
            if not count:
                raise EOFError
            rest = rest[count:]
        return taken

    def _death(self, name: str, number: int, limits: Limits) -> SaapuvaError:
        """Say what ended the child, in the words of the limit that it ran into.

        No report at all means that the warden was killed as well, or that the fork server never came up.
        """
        self._warden.settimeout(_GRACE_SECONDS)
        try:
            report = self._warden.recv(64)
        except OSError:
            report = b""
        if not report.isdigit():
            return EngineError("decoder", "its process could not start, or was killed.", "Try again; then run `./saapuva test`.")
        ended_by = int(report)
        if ended_by in _CLOCK_SIGNALS:
            return DecodingLimitError(name, _seconds(limits, number))
        if ended_by in _CRASH_SIGNALS or not ended_by:
            return DamagedFileError(name, f"page {number}: the decoder broke down on it")
        return DecodingLimitError(name, _memory(limits))


def _seconds(limits: Limits, number: int) -> str:
    return f"{limits.max_page_seconds:g} seconds for page {number}, or {limits.max_seconds:g} for all pages"


def _memory(limits: Limits) -> str:
    return f"{limits.max_memory_bytes // 1_000_000} MB of memory"


def _error_from(message: _Message, name: str) -> InputError:
    """Build the child's error again, from a closed list of kinds: the child's words are not trusted further."""
    kinds = {kind.__name__: kind for kind in InputError.__subclasses__()}
    kind = kinds.get(message["error"])
    if kind is None:
        return DamagedFileError(name, "the decoder met an error of its own")
    return kind(name, *message["args"])


@contextlib.contextmanager
def _child(task: _Message, data: bytes) -> Generator[_Child, None, None]:
    """Start a child for one file, and end it with the block, whatever state it is in."""
    results, their_results = socket.socketpair()
    warden, their_warden = socket.socketpair()
    with results, warden:
        with their_results, their_warden, _in_memory(data) as file:
            _server.send(json.dumps(task).encode(), [file.fileno(), their_results.fileno(), their_warden.fileno()])
        yield _Child(results, warden)
        # Both ends close here. That is the warden's word to end the child.


@contextlib.contextmanager
def _in_memory(data: bytes) -> Generator[Any, None, None]:
    """Put bytes where a child can read them and no disk keeps them."""
    with os.fdopen(os.memfd_create("arrived", os.MFD_CLOEXEC), "wb") as file:
        file.write(data)
        file.flush()
        yield file


class _Server:
    """The fork server of this process, started with the first file and ended with the process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._control: socket.socket | None = None
        self._owner = 0
        self._pid = 0

    def send(self, task: bytes, files: list[int]) -> None:
        """Hand over one task; a server that has died, or that belongs to the process we were forked from, is replaced."""
        with self._lock:
            if self._control is None or self._owner != os.getpid():
                self._start()
            try:
                self._hand_over(task, files)
            except OSError:
                self._start()
                self._hand_over(task, files)

    def _hand_over(self, task: bytes, files: list[int]) -> None:
        assert self._control is not None
        socket.send_fds(self._control, [task], files)

    def _start(self) -> None:
        """Start `decoding_server` with our import path, no environment, and the control socket as its stdin."""
        self.close()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        root = str(Path(__file__).resolve().parents[1])
        with theirs:
            self._pid = os.posix_spawn(
                sys.executable,
                [sys.executable, "-c", _BOOT, root, *(path for path in sys.path if path)],
                {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"},
                file_actions=[
                    (os.POSIX_SPAWN_DUP2, theirs.fileno(), 0),
                    (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                    (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
                ],
            )
        self._control, self._owner = ours, os.getpid()

    def close(self) -> None:
        """End our server; one that we inherited with a fork is only let go of. Never waits."""
        if self._control is None:
            return
        if self._owner == os.getpid():
            with contextlib.suppress(OSError):
                self._control.shutdown(socket.SHUT_RDWR)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(self._pid, os.WNOHANG)
        self._control.close()
        self._control = None

    def let_go(self) -> None:
        """End our server and wait until its memory is free; the next file starts another."""
        with self._lock:
            pid = self._pid if self._control is not None and self._owner == os.getpid() else 0
            self.close()
            if pid:
                _reap(pid)


def _reap(pid: int) -> None:
    """Wait for a process that has been told to end, but not for ever."""
    for _ in range(200):
        with contextlib.suppress(ChildProcessError):
            if os.waitpid(pid, os.WNOHANG)[0] == 0:
                time.sleep(0.01)
                continue
        return


_server = _Server()
let_go = _server.let_go
"""For a process that seldom decodes: the server holds all decoders in memory, some 40 MB."""
atexit.register(_server.close)
