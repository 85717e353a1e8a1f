"""Who runs on a data folder: one `up` at most, and where its processes are found (DATA/up.json)."""

from __future__ import annotations

import contextlib
import fcntl
import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

from models.errors import StartError


@contextlib.contextmanager
def only_one(data: Path) -> Generator[Path, None, None]:
    """Hold the data folder for this `up`, and give the file that says where its processes are. Raises StartError."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (data / "up.lock").open("ab")
    except OSError as error:
        remedy = "Check who owns it, or set SAAPUVA_DATA to another folder."
        raise StartError(f"{data} cannot be used ({error.strerror}).", remedy) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            running = up_now(data) or {}
            raise StartError(
                f"`saapuva up` runs already on {data} (pid {running.get('pid', '?')}, {running.get('url', 'starting')}).",
                "Use that one, end it first, or set SAAPUVA_DATA and SAAPUVA_PORT for a second service.",
            ) from None
        place = data / "up.json"
        place.unlink(missing_ok=True)
        try:
            yield place
        finally:
            place.unlink(missing_ok=True)


def up_now(data: Path) -> dict[str, Any] | None:
    """What the running `up` says of itself; empty while it starts, None when none runs on this data folder."""
    try:
        with (data / "up.lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return None
    except BlockingIOError:
        pass
    except OSError:
        return None
    try:
        said: dict[str, Any] = json.loads((data / "up.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return said


def write_place(place: Path, said: dict[str, Any]) -> None:
    """Write `up.json` whole: a reader sees the old or the new one."""
    half = place.with_suffix(".half")
    half.write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")
    half.replace(place)
