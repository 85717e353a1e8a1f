"""The error report as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.box import SIMPLE_HEAD
from rich.table import Table

from intake.scoring.report import percent
from intake.scoring.tally import BREAKDOWNS, FieldTally, breakdown, tallies
from intake.scoring.verdicts import FileVerdict

MOST_ROWS = 25
"""A breakdown ends after so many groups, the worst; the web page has all."""


def summary_table(files: Sequence[FileVerdict]) -> Table:
    """One line for everything, for typed and hand, and for every medium."""
    table = _table(
        "", "files", "docs", "type%", "split%", "fields", "exact%", "acc%", "acc.wrong%", "silent%", "extra",
        "queue%", "spec%", "blank%", "arriv%", "arriv.wrong",
    )  # fmt: skip
    for name, tally in tallies(files).items():
        counts = tally.fields
        table.add_row(
            name, str(tally.files), str(tally.documents), percent(tally.types_right, tally.documents),
            percent(tally.pages_right, tally.documents), *_shares(counts), str(counts.extra),
            percent(tally.queues_right, tally.files), percent(tally.specifiers_right, tally.files),
            percent(tally.blanks_right, tally.files), percent(tally.arrivals_right, tally.arrivals), str(tally.arrivals_wrong),
        )  # fmt: skip
    return table


def breakdown_tables(files: Sequence[FileVerdict]) -> Iterator[Table]:
    for title, groups in BREAKDOWNS.items():
        table = _table(f"by {title}", "fields", "exact%", "acc%", "acc.wrong%", "silent%", "wrong", "acc.wrong", "extra")
        rows = breakdown(files, groups)
        for name, counts in rows[:MOST_ROWS]:
            table.add_row(name, *_shares(counts), str(counts.wrong), str(counts.accepted_wrong), str(counts.extra))
        if len(rows) > MOST_ROWS:
            table.add_row(f"… and {len(rows) - MOST_ROWS} with fewer wrong")
        yield table


def _shares(counts: FieldTally) -> tuple[str, ...]:
    return (
        str(counts.fields), percent(counts.exact, counts.fields), percent(counts.accepted, counts.fields),
        percent(counts.accepted_wrong, counts.accepted), percent(counts.silent, counts.fields),
    )  # fmt: skip


def _table(first: str, *rest: str) -> Table:
    table = Table(header_style="bold", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column(first, overflow="fold")
    for heading in rest:
        table.add_column(heading, justify="right", no_wrap=True)
    return table
