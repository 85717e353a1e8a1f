"""Take a file out of a folder in which others write and rename, and be sure that it is the one that was meant.

Between a last look at a name and its removal, another program may give the name to another file. So the file first gets,
in its own folder, a name that nobody else uses. What then bears that name is looked at: it goes, or gets its own name back.
What a crash leaves in between is found by `left_behind`, and its name is given back to it.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from intake.durable import sync_folder
from intake.pipeline.resting import Trace

_MARK = ".saapuva-"
_MARKED = re.compile(r"\.saapuva-[0-9a-f]{8}-(?P<name>.+)", re.DOTALL)
_MAX_NAME_BYTES = 255


@dataclass(frozen=True)
class Meant:
    """The file that is to go: how it was found, and the hash of the bytes that are kept of it."""

    path: Path
    trace: Trace
    sha256: str


def lies_there(path: Path, trace: Trace) -> bool:
    """Say whether this very file, unchanged, still bears this name."""
    try:
        return Trace.of(path.stat(follow_symlinks=False)) == trace
    except (FileNotFoundError, NotADirectoryError):
        return False


def take_away(meant: Meant) -> Path | None:
    """Give the file a name of ours, which nobody looks at; None when it has gone or is another one by now, which stays.

    Whoever gets a path has the file to himself, and removes it or gives it back.
    """
    if not lies_there(meant.path, meant.trace):
        return None
    ours = meant.path.with_name(f"{_MARK}{uuid4().hex[:8]}-{_fitting(meant.path.name)}")
    try:
        meant.path.rename(ours)
    except FileNotFoundError:
        # Another watcher was faster; or a share did it, and its first answer was lost.
        if not lies_there(ours, meant.trace):
            return None
    if _is_it(ours, meant):
        return ours
    give_back(ours, meant.path)
    return None


def remove(meant: Meant) -> None:
    """Remove this very file; another one that bears its name by now stays. Raises OSError: then it is there as it was."""
    ours = take_away(meant)
    if ours is None:
        return
    try:
        with contextlib.suppress(FileNotFoundError):  # another watcher took it for left behind
            ours.unlink()
    except OSError:
        give_back(ours, meant.path)
        raise
    sync_folder(meant.path.parent)


def give_back(ours: Path, path: Path) -> None:
    """Let a file have its name again, or one like it where another file bears that by now; never over another file."""
    for number in itertools.count(1):
        name = path if number == 1 else path.with_name(f"{_cut(path.stem, 180)} ({number}){_cut(path.suffix, 40)}")
        try:
            if _named(ours, name):
                break
        except FileNotFoundError:
            return  # another watcher has done it
    sync_folder(path.parent)


def left_behind(folder: Path) -> Iterator[Path]:
    """Find what a crash has left under a name of ours, in a folder and the folders in it."""
    for path in (*folder.glob(f"{_MARK}*"), *folder.glob(f"*/{_MARK}*")):
        if _MARKED.fullmatch(path.name):
            yield path


def bring_back(ours: Path) -> None:
    """Give what was left behind its name: it is looked at anew, and what was taken is known by its content."""
    marked = _MARKED.fullmatch(ours.name)
    if marked is not None:
        give_back(ours, ours.with_name(marked["name"]))


def _named(ours: Path, name: Path) -> bool:
    """Rename unless the name is another file's. A link fails then; where there are no links, looking must do."""
    try:
        os.link(ours, name, follow_symlinks=False)
    except FileExistsError:
        if not name.samefile(ours):
            return False
    except FileNotFoundError:
        raise
    except OSError:
        if os.path.lexists(name):
            return False
        ours.rename(name)
        return True
    ours.unlink()
    return True


def _is_it(ours: Path, meant: Meant) -> bool:
    """Some shares number files by their names: then time, size and content say whether it is the same."""
    found, trace = Trace.of(ours.stat(follow_symlinks=False)), meant.trace
    if found == trace:
        return True
    if (found.size, found.mtime_ns) != (trace.size, trace.mtime_ns) or not ours.is_file() or ours.is_symlink():
        return False
    with ours.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest() == meant.sha256


def _fitting(name: str) -> str:
    """The name, cut where ours before it would make it too long: such a one comes back with a shorter name."""
    ending = Path(name).suffix
    ending = ending if len(os.fsencode(ending)) <= 40 else ""
    room = _MAX_NAME_BYTES - len(_MARK) - 9 - len(os.fsencode(ending))
    return _cut(name.removesuffix(ending) if ending else name, room) + ending


def _cut(words: str, most_bytes: int) -> str:
    return os.fsdecode(os.fsencode(words)[:most_bytes])
