"""The visible quarantine: files that could not be taken, each with a note beside it that says why and what to do."""

from __future__ import annotations

import contextlib
import errno
import filecmp
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from uuid import UUID, uuid4

from intake.durable import make_folder, sync_folder
from intake.pipeline.taking_away import Meant, give_back, take_away

NOTE_ENDING = ".reason.txt"
_SIGN_ENDING = ".quarantined"
_COMING_ENDING = ".coming"
"""A sign until its file lies there: another watcher must not take it for one that somebody has taken out."""
_MAX_NAME_BYTES = 255
_MOST_CLASHES = 10_000


@dataclass(frozen=True)
class PutAside:
    """A file on its way to quarantine: where it lies now, as what, and what is to be said of it."""

    meant: Meant
    name: str
    file_id: UUID
    note: str


def put_aside(file: PutAside, quarantine: Path) -> None:
    """Move a file into quarantine with its note. Done again after a crash, it ends in the same state.

    A file that changed or went away meanwhile stays where it is: it will be looked at anew. Raises OSError when the
    file cannot be moved; it then lies in one of the two places, whole.
    """
    folder = quarantine / PurePosixPath(file.name).parent
    make_folder(folder, mode=0o777)
    source = take_away(file.meant)
    if source is None:
        return
    try:
        target = _free_name(folder, PurePosixPath(file.name).name, source)
        _write(target.with_name(target.name + NOTE_ENDING), file.note)
        coming = quarantine / f".{file.file_id}{_COMING_ENDING}"
        _write(coming, str(target.relative_to(quarantine)))
        _move(source, target)
        _has_come(coming)
    except OSError:
        give_back(source, file.meant.path)
        raise


def seen_to(quarantine: Path) -> Iterator[UUID]:
    """Name the files that somebody has taken out of quarantine; their notes are removed with `drop`."""
    with contextlib.suppress(FileNotFoundError):
        for coming in quarantine.glob(f".*{_COMING_ENDING}"):
            with contextlib.suppress(FileNotFoundError):
                if (quarantine / _named_in(coming)).exists():
                    _has_come(coming)  # the watcher that moved it there was killed before it could say so
        for sign in quarantine.glob(f".*{_SIGN_ENDING}"):
            with contextlib.suppress(FileNotFoundError, ValueError):
                if not (quarantine / _named_in(sign)).exists():
                    yield UUID(sign.name[1 : -len(_SIGN_ENDING)])


def drop(quarantine: Path, file_id: UUID) -> None:
    """Remove the note of a file that is no longer there."""
    sign = quarantine / f".{file_id}{_SIGN_ENDING}"
    with contextlib.suppress(FileNotFoundError):
        target = quarantine / _named_in(sign)
        if not target.exists():
            target.with_name(target.name + NOTE_ENDING).unlink(missing_ok=True)
        sign.unlink()


def _has_come(coming: Path) -> None:
    with contextlib.suppress(FileNotFoundError):  # another watcher has said so
        coming.rename(coming.with_suffix(_SIGN_ENDING))


def _free_name(folder: Path, name: str, source: Path) -> Path:
    """Find a name that is free, or that bears these very bytes since a move that was broken off."""
    stem, ending = _shortened(name)
    for number in range(1, _MOST_CLASHES):
        target = folder / (f"{stem}{ending}" if number == 1 else f"{stem} ({number}){ending}")
        if not target.exists() or _is_same(source, target):
            return target
    return folder / f"{stem} ({uuid4()}){ending}"


def _shortened(name: str) -> tuple[str, str]:
    """Leave room in the name for a number and for the note's ending."""
    ending = PurePosixPath(name).suffix
    stem = name.removesuffix(ending)
    room = _MAX_NAME_BYTES - len(NOTE_ENDING) - 40 - len(os.fsencode(ending))
    return os.fsdecode(os.fsencode(stem)[: max(room, 1)]), ending[:100]


def _is_same(source: Path, target: Path) -> bool:
    with contextlib.suppress(OSError):
        return target.is_file() and filecmp.cmp(source, target, shallow=False)
    return False


def _move(source: Path, target: Path) -> None:
    try:
        with contextlib.suppress(FileNotFoundError):  # another watcher took it for left behind: it is looked at anew
            source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _copy_over(source, target)
        source.unlink(missing_ok=True)
    sync_folder(target.parent)
    with contextlib.suppress(FileNotFoundError):
        sync_folder(source.parent)


def _copy_over(source: Path, target: Path) -> None:
    """Copy to another disk under a passing name, so that the name never stands for half a file."""
    passing = target.with_name(f".{uuid4()}.part")
    try:
        shutil.copy2(source, passing)
        with passing.open("rb") as written:
            os.fsync(written.fileno())
        passing.rename(target)
    finally:
        passing.unlink(missing_ok=True)


def _write(path: Path, text: str) -> None:
    """The byte order mark lets an old editor on Windows show ä, ö and å. Names of files may be no UTF-8 at all."""
    passing = path.with_name(f".{uuid4()}.part")
    try:
        passing.write_text(text, encoding="utf-8-sig" if path.name.endswith(NOTE_ENDING) else "utf-8", errors="surrogateescape")
        passing.rename(path)
    finally:
        passing.unlink(missing_ok=True)


def _named_in(sign: Path) -> str:
    return sign.read_text(encoding="utf-8", errors="surrogateescape")
