"""The fork server of `decoding`: warden and child of each file. Imported in that process only.

stdin is the control socket; each message is one task with three files: the bytes, the socket for pages, the
socket to the caller's life.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import signal
import socket
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import pillow_heif
from PIL import Image

from extractors.image_file import image_pages
from extractors.image_file import page_count as image_page_count
from extractors.limits import Limits, RawPage
from extractors.pdf_file import check_whole as check_whole_pdf
from extractors.pdf_file import page_count as pdf_page_count
from extractors.pdf_file import pdf_pages
from extractors.whole import check_whole_image
from models.errors import DamagedFileError, DecodingLimitError, InputError, TooManyPagesError

_HEAD = struct.Struct(">Q")
_MAX_TASK_BYTES = 65_536
_MAX_CHATTER_BYTES = 1_000_000


def serve() -> None:
    """Fork a warden for every task until the caller's process is gone."""
    pillow_heif.register_heif_opener()
    Image.init()
    cv2.setNumThreads(0)  # threads do not survive a fork
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the caller, whose end is ours
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # wardens are reaped by the kernel
    control = socket.socket(fileno=0)
    while True:
        task, files, _, _ = socket.recv_fds(control, _MAX_TASK_BYTES, 3)
        if not task:
            return
        if os.fork() == 0:
            control.close()
            _guard(json.loads(task), *files)
        for file in files:
            os.close(file)


def _guard(task: dict[str, Any], data: int, results: int, caller: int) -> None:
    """Be the warden: fork the child, wait for its end or the caller's, report, leave nothing behind."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    alive, child_alive = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(alive)
        os.close(caller)
        _be_child(task, data, results)
    for file in (data, results, child_alive):
        os.close(file)
    ready, _, _ = select.select([alive, caller], [], [])
    if alive not in ready:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    with contextlib.suppress(OSError):
        os.write(caller, str(os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0).encode())
    os.killpg(0, signal.SIGKILL)


def _be_child(task: dict[str, Any], data: int, results: int) -> None:
    """Decode one file under its limits and send what comes of it; never returns."""
    limits = Limits(**task["limits"])
    try:
        chatter = _Chatter()
        _limit_child(limits)
        with os.fdopen(data, "rb") as file:
            file.seek(0)
            content = file.read()
        with socket.socket(fileno=results) as caller:
            _answer(task, content, limits, caller, chatter)
    finally:
        os._exit(0)


def _answer(task: dict[str, Any], content: bytes, limits: Limits, caller: socket.socket, chatter: _Chatter) -> None:
    name, media_type = task["name"], task["media_type"]
    watch = _Watch(limits)
    try:
        with watch:
            if task["task"] in ("count", "whole"):
                count = _count if task["task"] == "count" else _count_whole
                _send(caller, {"kind": "count", "count": count(content, name, media_type, limits)})
                return
        pages = _pages(content, name, media_type, limits, chatter)
        while True:
            with watch:
                page = next(pages, None)
            if page is None:
                break
            _send_page(caller, page)
        _send(caller, {"kind": "end"})
    except InputError as refused:
        _send(caller, {"kind": "error", "error": type(refused).__name__, "args": list(refused.args[1:])})
    except MemoryError:
        used_up = f"{limits.max_memory_bytes // 1_000_000} MB of memory"
        _send(caller, {"kind": "error", "error": DecodingLimitError.__name__, "args": [used_up]})


def _pages(content: bytes, name: str, media_type: str, limits: Limits, chatter: _Chatter) -> Iterator[RawPage]:
    if media_type == "application/pdf":
        return pdf_pages(content, name, limits)
    return image_pages(content, name, limits, chatter.take)


def _count(content: bytes, name: str, media_type: str, limits: Limits) -> int:
    """Count pages, never more than the caller allows: a small PDF may name one page a million times."""
    pages = pdf_page_count(content, name) if media_type == "application/pdf" else image_page_count(content, name, limits)
    if pages > limits.max_pages:
        raise TooManyPagesError(name, pages, limits.max_pages)
    return pages


def _count_whole(content: bytes, name: str, media_type: str, limits: Limits) -> int:
    """Count the pages of a file that is whole and within limits; no page is decoded."""
    Image.MAX_IMAGE_PIXELS = None  # sizes are held against our own limit, which names the page
    try:
        pages = _count(content, name, media_type, limits)
        if media_type == "application/pdf":
            check_whole_pdf(content, name)
        else:
            check_whole_image(content, name, media_type, pages, limits)
    except (InputError, MemoryError):
        raise
    except Exception as broken:  # Pillow's plugins let any exception of their parsers escape
        raise DamagedFileError(name, "its structure is broken") from broken
    return pages


def _send_page(caller: socket.socket, page: RawPage) -> None:
    message = {"kind": "page", "shape": page.pixels.shape, "dpi": page.dpi, "words": page.words, "bytes": page.pixels.nbytes}
    _send(caller, message)
    caller.sendall(page.pixels.data.cast("B"))


def _send(caller: socket.socket, message: dict[str, Any]) -> None:
    head = json.dumps(message).encode()
    caller.sendall(_HEAD.pack(len(head)) + head)


# --- limits -----------------------------------------------------------------------------------------------


class _Watch:
    """Ends the process when one page, or all pages together, take too long; sending to the caller is not counted.

    The alarm has no Python handler, so that it also ends a loop inside a C library.
    """

    def __init__(self, limits: Limits) -> None:
        self._per_page = limits.max_page_seconds
        self._left = limits.max_seconds
        self._set = 0.0

    def __enter__(self) -> None:
        self._set = max(min(self._per_page, self._left), 0.001)
        signal.setitimer(signal.ITIMER_REAL, self._set)

    def __exit__(self, *_: object) -> None:
        remaining, _interval = signal.setitimer(signal.ITIMER_REAL, 0)
        self._left -= self._set - remaining


def _limit_child(limits: Limits) -> None:
    """Bound memory and CPU time, forbid core dumps and writing files."""
    memory = _address_space() + limits.max_memory_bytes
    seconds = int(limits.max_seconds) + 1
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_MAX_CHATTER_BYTES, _MAX_CHATTER_BYTES))


def _address_space() -> int:
    """The address space that the decoders' code takes before the first page, in bytes."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()


class _Chatter:
    """Catches what C libraries write to stderr: none of it reaches a terminal, some of it tells of damage."""

    def __init__(self) -> None:
        self._file = os.memfd_create("chatter")
        os.dup2(self._file, 2)

    def take(self) -> str:
        """Give what was written since the last call."""
        size = min(os.fstat(self._file).st_size, _MAX_CHATTER_BYTES)
        text = os.pread(self._file, size, 0).decode("ascii", errors="replace")
        os.ftruncate(self._file, 0)
        os.lseek(self._file, 0, os.SEEK_SET)
        return text
