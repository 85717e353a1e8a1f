"""How things stand for those who bring papers in: what came last, what needs them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from intake.store import alarms, papers
from intake.store.database import Database
from intake.store.papers import BatchSeen

MOST_BATCHES = 20
THEIRS = (
    "ledger", "no_worker", "disk_full", "blobs_away", "folder_unreadable", "watch_failed", "file_stays", "file_locked",
    "quarantined", "manifest_differs", "manifest_missing", "page_count", "oldest_waiting",
)  # fmt: skip
"""Alarms that concern the mailroom, the gravest first."""


@dataclass(frozen=True)
class Standing:
    """The newest batches, and open alarms by kind, the gravest first."""

    batches: Sequence[BatchSeen]
    alarms: Mapping[str, int]


def standing(database: Database) -> Standing:
    """Gather what the mailroom sees first."""
    with database.transaction() as conn:
        counts = Counter(alarm.kind for alarm in alarms.open_alarms(conn))
        return Standing(papers.newest_batches(conn, MOST_BATCHES), {kind: counts[kind] for kind in THEIRS if counts[kind]})
