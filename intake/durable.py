"""Files and folders that are still there after a power cut."""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path


def make_folder(folder: Path, mode: int = 0o700) -> None:
    """Make a folder and those above it, each forced into the one above: a power cut leaves none without its entry."""
    if folder.is_dir():
        return
    make_folder(folder.parent, mode)
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=mode)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Force a folder's entries to disk; network shares that know no such thing do it themselves."""
    try:
        sync_path(folder, os.O_DIRECTORY)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF):
            raise


def sync_path(path: Path, flags: int = 0) -> None:
    """Force a file's bytes or a folder's entries to disk; `flags` are further ones to open it with."""
    handle = os.open(path, os.O_RDONLY | flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
