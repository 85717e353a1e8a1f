"""What lies in a watched folder, and what of it has rested long enough to be taken. Knows no database.

Times here are seconds of a clock that never jumps (time.monotonic): a server's wall clock may be set, a share's may be wrong.
"""

from __future__ import annotations

import contextlib
import heapq
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath
from stat import S_ISREG

MOST_KEPT = 2_000
"""So many files of one folder are kept in mind at once, oldest first; those behind them wait their turn."""
MOST_AT_ONCE = 100
"""So many are given at one look, so that a full folder does not keep the others waiting."""

_UNFINISHED = (".part", ".tmp", ".temp", ".filepart", ".partial", ".crdownload", ".download", ".swp", ".lock", ".saapuva")
_FIRST_DAY = date(1990, 1, 1)
_DAY_NAMES = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})"),
)


@dataclass(frozen=True, slots=True)
class Trace:
    """What changes when a file is written to, or another one takes its name."""

    device: int
    inode: int
    size: int
    mtime_ns: int

    @classmethod
    def of(cls, stat: os.stat_result) -> Trace:
        return cls(stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns)


@dataclass(slots=True)
class Resting:
    """One file that lies in a folder. `name` is relative to the folder, at most one folder deep, with slashes.

    `finish` is what is left to do with a file that has been taken already: it is not read again.
    """

    name: str
    trace: Trace
    since: float
    not_before: float = 0.0
    refused_since: float | None = None
    is_held: bool = False
    finish: Callable[[], None] | None = None

    def hold(self, until: float) -> None:
        """Leave the file in peace until then, unless it changes."""
        self.is_held, self.not_before = True, until

    def rested_s(self, clock: float) -> float:
        return clock - self.since


@dataclass(frozen=True)
class Look:
    """What one look found: `count` files, of which `ready` have rested, oldest first; `is_more` says that others have too.

    `gone` were held at the look before and are no longer there, or not as they were. `overlooked` counts what is no file to
    take and lies there all the same: links, sockets, folders within folders. `next_s` is when the next one has rested.
    """

    ready: list[Resting]
    gone: list[Resting]
    count: int
    is_more: bool
    overlooked: int
    next_s: float | None


@dataclass
class RestingPlace:
    """One watched folder as the looks so far have found it."""

    path: Path
    quiet_s: float
    _kept: dict[str, Resting] = field(default_factory=dict)

    def look(self, clock: float) -> Look:
        """Look into the folder once. Raises OSError when it, or a folder in it, cannot be listed."""
        seen = _Seen()
        fresh = heapq.nsmallest(MOST_KEPT, self._new_and_old(seen), key=lambda one: (one[1].mtime_ns, one[0]))
        held = {name: self._noted(name, trace, clock) for name, trace in seen.held}
        now_there = held | {name: self._noted(name, trace, clock) for name, trace in fresh}
        gone = [one for name, one in self._kept.items() if one.is_held and now_there.get(name) is not one]
        self._kept = now_there
        due = [self._due(one) for one in self._kept.values()]
        ready = [one for one, at in zip(self._kept.values(), due, strict=True) if at <= clock]
        ready.sort(key=lambda one: (one.is_held, one.trace.mtime_ns, one.name))
        later = min((at - clock for at in due if at > clock), default=None)
        return Look(ready[:MOST_AT_ONCE], gone, seen.count, len(ready) > MOST_AT_ONCE, seen.overlooked, later)

    def forget(self, one: Resting) -> None:
        """Drop what has left the folder."""
        if self._kept.get(one.name) is one:
            del self._kept[one.name]

    def _due(self, one: Resting) -> float:
        return max(one.since + self.quiet_s, one.not_before)

    def _new_and_old(self, seen: _Seen) -> Iterator[tuple[str, Trace]]:
        """Give the files of the folder but for those held, which are put by: they must not crowd out the others."""
        for name, trace in _files(self.path, seen):
            seen.count += 1
            before = self._kept.get(name)
            if before is not None and before.is_held:
                seen.held.append((name, trace))
            else:
                yield name, trace

    def _noted(self, name: str, trace: Trace, clock: float) -> Resting:
        before = self._kept.get(name)
        if before is not None and before.trace == trace:
            return before
        return Resting(name, trace, clock)


@dataclass
class _Seen:
    count: int = 0
    overlooked: int = 0
    held: list[tuple[str, Trace]] = field(default_factory=list)


def _files(folder: Path, seen: _Seen, within: str = "") -> Iterator[tuple[str, Trace]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if is_unfinished(entry.name):
                continue
            with contextlib.suppress(FileNotFoundError):  # taken away since the listing
                if entry.is_dir(follow_symlinks=False) and not within:
                    yield from _files(folder / entry.name, seen, f"{entry.name}/")
                elif S_ISREG((stat := entry.stat(follow_symlinks=False)).st_mode):
                    yield within + entry.name, Trace.of(stat)
                else:
                    seen.overlooked += 1


def is_unfinished(name: str) -> bool:
    """Tell by its name what somebody is still writing, or hides: dot files, Office's lock files, parts of downloads."""
    return name.startswith((".", "~$")) or name.endswith("~") or name.casefold().endswith(_UNFINISHED)


def day_of_folder(name: str, today: date) -> date | None:
    """Read the day that a file's folder is named after: 2020-03-16, or 16.3.2020. None for no day, or one still to come."""
    parent = PurePosixPath(name).parent.name
    for form in _DAY_NAMES:
        found = form.fullmatch(parent)
        if found is not None:
            with contextlib.suppress(ValueError):
                day = date(int(found["year"]), int(found["month"]), int(found["day"]))
                return day if _FIRST_DAY <= day <= today else None
    return None
