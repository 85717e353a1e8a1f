"""Tell, while a file is read, how many of its pages are done: the reader leaves each page's picture in its scratch folder."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Generator
from pathlib import Path

from intake.store import attempts
from intake.store.database import Database
from models.errors import DatabaseAwayError

LOOK_S = 0.5


@contextlib.contextmanager
def told_progress(database: Database, attempt: int, scratch: Path) -> Generator[None, None, None]:
    """Count pictures in `scratch` until the block ends, and write their number down whenever it has grown.

    Nobody's work depends on it: while the database is away, nothing is told.
    """
    ended = threading.Event()
    teller = threading.Thread(target=_tell, args=(database, attempt, scratch, ended), daemon=True)
    teller.start()
    try:
        yield
    finally:
        ended.set()
        teller.join()


def pages_done(scratch: Path) -> int:
    """How many pages the reader has done with."""
    with contextlib.suppress(OSError):
        return sum(path.suffix in (".png", ".jpg") for path in scratch.iterdir())
    return 0


def _tell(database: Database, attempt: int, scratch: Path, ended: threading.Event) -> None:
    told = 0
    while not ended.wait(LOOK_S):
        done = pages_done(scratch)
        if done == told:
            continue
        with contextlib.suppress(DatabaseAwayError):
            with database.transaction() as conn:
                attempts.set_pages_read(conn, attempt, done)
            told = done
