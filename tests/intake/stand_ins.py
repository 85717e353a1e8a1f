"""Readers that need no engine: what a file says in its first word decides what becomes of it.

Module-level functions, because they cross to a child process by name.
"""

from __future__ import annotations

import os
import signal
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from models.errors import DamagedFileError, EmptyFileError, FileMissingError


def read_by_first_word(path: Path, channel: str | None, received_at: datetime | None) -> dict[str, Any]:
    if not path.is_file():
        raise FileMissingError(path.name)
    word = path.read_text().partition(" ")[0]
    if word == "":
        raise EmptyFileError(path.name)
    if word == "damaged":
        raise DamagedFileError(path.name, "page 2")
    if word == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if word == "hang":
        (path.parent / f"{path.stem}.pid").write_text(str(os.getpid()))
        time.sleep(600)
    if word == "bug":
        raise KeyError("131052-308T stands on this paper")
    if word == "slow":
        time.sleep(0.5)
    return record(path.name, channel=channel, received_at=received_at and received_at.isoformat(), says=word, pid=os.getpid())


def record(file: str, **source: Any) -> dict[str, Any]:
    """A printed record with one document, two fields and a table."""
    return {
        "schema": "intake-result/1",
        "source": {"file": file, **source},
        "pages": [{"number": 1, "blank": False}, {"number": 2, "blank": False}, {"number": 3, "blank": True}],
        "documents": [
            {
                "id": "d1",
                "type": "sv8_application",
                "accepted": True,
                "language": "fi",
                "pages": [1, 2],
                "fields": {
                    "absence_start": {"value": "2019-03-12", "confidence": 0.998, "accepted": True},
                    "absence_end": {"value": None, "confidence": 0.31, "accepted": False},
                    "employers": [{"name": {"value": "Leipomo Kaura Oy", "confidence": 0.97, "accepted": True}}],
                },
            }
        ],
        "work_items": [{"documents": ["d1"], "queue": "southern_district", "specifier": "Tartuntatautipäiväraha"}],
    }
