"""A caseworker at work while everything falls down: sees to doubtful fields, meets conflicts, tries again."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from random import Random
from typing import Any

import httpx2
import psycopg
from psycopg.rows import dict_row

from models.review import TYPE_PATH
from samples.running import Running
from tests.proof.doors import WAITS

ACCOUNT = "ktodiste"

DOUBTFUL = """
    SELECT document.id, document.version, record.body
      FROM document
      JOIN record ON record.document_id = document.id AND record.version = document.version
      JOIN work_item_document ON work_item_document.document_id = document.id
      JOIN work_item ON work_item.id = work_item_document.work_item_id
     WHERE work_item.state = 'waiting' AND work_item.queue = 'southern_district' AND work_item.waits_because && %(because)s
       AND document.duplicate_of IS NULL
     ORDER BY random()
     LIMIT 1
"""


class Caseworker:
    """Takes doubtful documents one by one until told to stop. `tally` counts what the service answered."""

    def __init__(self, running: Running, rng: Random, pause_s: float = 1.0) -> None:
        self.tally: dict[str, int] = {"corrected": 0, "conflicts": 0, "refused": 0, "unanswered": 0}
        self.refusals: list[str] = []
        self.failure: BaseException | None = None
        self._running = running
        self._rng = rng
        self._pause_s = pause_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _work(self) -> None:
        try:
            while not self._stop.wait(self._rng.uniform(0.2, 2) * self._pause_s):
                found = self._doubtful()
                if found is not None:
                    self._see_to(found)
        except BaseException as error:
            self.failure = error
            raise

    def _doubtful(self) -> dict[str, Any] | None:
        try:
            with psycopg.connect(self._running.database_url, row_factory=dict_row, connect_timeout=3) as conn:
                return conn.execute(DOUBTFUL, {"because": ["doubtful_fields", "doubtful_type"]}).fetchone()
        except (psycopg.OperationalError, psycopg.errors.UndefinedTable, OSError):
            return None

    def _see_to(self, found: dict[str, Any]) -> None:
        """Confirm what stands there; at times with the version a colleague has left behind."""
        said = corrections(found["body"])
        if not said:
            return  # it waits for another document of its matter
        stale = self._rng.random() < 0.15
        asked = {
            "version": found["version"] + 1 if stale else found["version"],
            "reviewer": ACCOUNT,
            "corrections": said,
        }
        answer = self._ask(found["id"], asked)
        if answer is None:
            self.tally["unanswered"] += 1
        elif answer.status_code in (200, 201):
            self.tally["corrected"] += 1
        elif answer.status_code == 409:
            self.tally["conflicts"] += 1
        elif answer.status_code not in WAITS:
            self.tally["refused"] += 1
            self.refusals.append(f"{answer.status_code} {answer.text[:400]}")

    def _ask(self, document_id: object, asked: dict[str, Any]) -> httpx2.Response | None:
        with contextlib.suppress(httpx2.TransportError, LookupError):
            place = f"{self._running.url}/api/v1/documents/{document_id}/corrections"
            return httpx2.post(place, json=asked, headers=self._running.headers, timeout=20)
        time.sleep(0.3)
        return None


def corrections(body: dict[str, Any]) -> list[dict[str, Any]]:
    """See to everything doubtful in a record: confirm what was read, call unreadable what was not."""
    said = [] if body["accepted"] else [{"field": TYPE_PATH, "says": "confirmed"}]
    return said + [
        {"field": path, "says": "unreadable" if cell["value"] is None else "confirmed"}
        for path, cell in cells(body["fields"])
        if not cell["accepted"]
    ]


def cells(fields: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every field of a record with its path; those of tables row by row."""
    for name, found in fields.items():
        if isinstance(found, list):
            for number, row in enumerate(found):
                yield from ((f"{name}[{number}].{column}", cell) for column, cell in row.items())
        else:
            yield name, found
