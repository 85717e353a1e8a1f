"""Put printed records where they go: whole or not at all, and never one over another unsaid."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from models.errors import OutputError


def record_paths(files: Sequence[Path], out: Path) -> list[Path]:
    """Name each file's record: `out`/<file name without ending>.json. Makes `out`.

    Raises OutputError before anything is read when two files would share a record or `out` cannot be made.
    """
    file_by_record: dict[Path, Path] = {}
    for file in files:
        record = out / f"{file.stem}.json"
        if record in file_by_record:
            raise OutputError(
                f"{file_by_record[record]} and {file} would both become {record.name}.",
                "Read them in two runs, each with its own --out.",
            )
        file_by_record[record] = file
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{out}: {error.strerror}.", "Give --out a folder that you may write in.") from None
    return list(file_by_record)


def write_record(record: dict[str, Any], path: Path) -> bool:
    """Write a record so that nobody ever sees half of it. Tells whether an earlier one was replaced.

    Raises OutputError when it cannot be written; an earlier record then stays as it was.
    """
    # Not named after the record: a name of the longest length would grow beyond it.
    part = path.with_name(f".saapuva.{os.getpid()}.part")
    try:
        replaces = path.exists()
        with part.open("wb") as stream:
            stream.write(pretty(record))
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink()
        raise OutputError(f"{path}: {error.strerror}.", "Make room, or give --out another folder.") from None
    return replaces


def pretty(record: dict[str, Any]) -> bytes:
    return _encoded(json.dumps(record, ensure_ascii=False, indent=1))


def line(record: dict[str, Any]) -> bytes:
    """One record as one line, for several on one stream (JSON Lines)."""
    return _encoded(json.dumps(record, ensure_ascii=False, separators=(",", ":")))


def _encoded(text: str) -> bytes:
    # A file name may hold bytes that are no text; JSON is UTF-8 whatever the terminal speaks.
    return (text + "\n").encode("utf-8", "replace")
