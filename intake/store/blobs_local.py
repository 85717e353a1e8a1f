"""Blobs in a folder, of this machine or shared by several.

A blob is written under a passing name, forced to disk, renamed to its hash, and its folders are forced to disk:
whatever is killed when, there is the whole blob under its name or none.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from intake.durable import make_folder, sync_folder
from intake.store.blobs import Blob, checked_name, chunks_of, copy_hashed, is_sha256, verified
from models.errors import BlobDamagedError, BlobsAwayError, DiskFullError

# A passing file this old belongs to a process that died; the longest honest upload takes minutes.
_LEFT_OVER_S = 24 * 3600.0
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


class LocalBlobs:
    """`sha256/ab/cd/abcd…` below `root`; `tmp` holds what is being written.

    The folder is made at the first use of all only. One that is gone later (a share that is not mounted) means
    BlobsAwayError: made anew it would hide all that was stored before, and be hidden itself when the share is back.
    """

    def __init__(self, root: Path, was_used: Callable[[], bool] = lambda: False) -> None:
        self._root = root
        self._was_used = was_used
        self._passing = root / "tmp"
        self._is_ready = False

    def put(self, chunks: Iterable[bytes]) -> Blob:
        self._make_ready()
        with self._failures():
            handle, name = tempfile.mkstemp(dir=self._passing)
        passing = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                blob = copy_hashed(chunks, lambda chunk: self._write(file, chunk))
                with self._failures(blob.size):
                    file.flush()
                    os.fsync(file.fileno())
            with self._failures(blob.size):
                self._keep(passing, blob.sha256)
        finally:
            passing.unlink(missing_ok=True)
        return blob

    def read(self, sha256: str) -> bytes:
        with self.open(sha256) as stream:
            return stream.read()

    def open(self, sha256: str) -> BinaryIO:
        path = self._path(sha256)
        with self._failures():
            try:
                return verified(sha256, path.open("rb"))
            except FileNotFoundError:
                self._seek_root()
                raise BlobDamagedError(sha256, "are not there") from None

    @contextlib.contextmanager
    def as_file(self, sha256: str) -> Generator[Path, None, None]:
        """The stored file itself, which is read-only."""
        self.open(sha256).close()
        yield self._path(sha256)

    def exists(self, sha256: str) -> bool:
        self._make_ready()
        with self._failures():
            if self._path(sha256).is_file():
                return True
            self._seek_root()
            return False

    def every(self) -> Iterator[str]:
        self._make_ready()
        with self._failures():
            self._seek_root()
            for path in (self._root / "sha256").glob("*/*/*"):
                if is_sha256(path.name):
                    yield path.name

    def check(self) -> None:
        self._make_ready()
        with self._failures():
            handle, name = tempfile.mkstemp(dir=self._passing)
            os.close(handle)
            Path(name).unlink()

    def free_mb(self) -> int | None:
        for folder in (self._root, *self._root.absolute().parents):
            with contextlib.suppress(OSError):
                return shutil.disk_usage(folder).free >> 20
        return None

    def sweep(self, now_s: float | None = None) -> int:
        """Remove what processes that died have left in the middle of writing, and say how much."""
        before = (time.time() if now_s is None else now_s) - _LEFT_OVER_S
        removed = 0
        self._make_ready()
        with self._failures():
            for path in self._passing.iterdir():
                with contextlib.suppress(FileNotFoundError):  # another process sweeps as well
                    if path.stat().st_mtime < before:
                        path.unlink()
                        removed += 1
        return removed

    def _path(self, sha256: str) -> Path:
        return self._root / "sha256" / sha256[:2] / sha256[2:4] / checked_name(sha256)

    def _write(self, file: BinaryIO, chunk: bytes) -> None:
        with self._failures(len(chunk)):
            file.write(chunk)

    def _keep(self, passing: Path, sha256: str) -> None:
        """Give a written file its name. The same bytes there already stay; damaged ones are replaced."""
        path = self._path(sha256)
        make_folder(path.parent)
        if not self._is_whole(path, sha256):
            passing.chmod(0o400)
            _rename(passing, path)
        # Also for bytes that another process has just put there: it may not have come so far.
        for folder in (path.parent, *path.parent.parents[:3]):
            sync_folder(folder)

    def _is_whole(self, path: Path, sha256: str) -> bool:
        try:
            verified(sha256, path.open("rb")).close()
        except (FileNotFoundError, BlobDamagedError):
            return False
        return True

    def _make_ready(self) -> None:
        if self._is_ready:
            return
        with self._failures():
            if not (self._root / "sha256").is_dir() and self._was_used():
                raise BlobsAwayError("folder: what was kept in it is not there; is it mounted?")
            for folder in (self._root, self._root / "sha256", self._passing):
                make_folder(folder)
            sync_folder(self._root.parent)
        self._is_ready = True
        self.sweep()

    def _seek_root(self) -> None:
        """Raise FileNotFoundError for a folder that is not there: it must not pass for one without blobs."""
        (self._root / "sha256").stat()

    @contextlib.contextmanager
    def _failures(self, size: int = 0) -> Generator[None, None, None]:
        """The file system's failures in our words, without the path."""
        try:
            yield
        except OSError as error:
            if error.errno in _NO_ROOM:
                free = self.free_mb() or 0
                raise DiskFullError(free, max(free, size >> 20) + 1) from error
            raise BlobsAwayError(f"folder: {error.strerror or type(error).__name__}") from error


def _rename(passing: Path, path: Path) -> None:
    """Rename, also where the two lie on different disks; the name never stands for half a file."""
    try:
        passing.replace(path)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".")
        try:
            with os.fdopen(handle, "wb") as target, passing.open("rb") as source:
                for chunk in chunks_of(source):
                    target.write(chunk)
                target.flush()
                os.fsync(target.fileno())
            Path(beside).chmod(0o400)
            Path(beside).replace(path)
        finally:
            Path(beside).unlink(missing_ok=True)
