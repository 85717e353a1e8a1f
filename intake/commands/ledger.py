"""`saapuva ledger`: what came in against where it is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from intake.commands.ending import at_the_door

if TYPE_CHECKING:
    from rich.table import Table

    from intake.pipeline.ledger import Batches, Days
    from intake.store.ledger import BatchLedgerRow, DayRow, Fault

Day = Annotated[
    datetime | None, typer.Option("--day", metavar="D", formats=["%Y-%m-%d"], help="Batches of one Finnish day (2019-03-12).")
]
Batch = Annotated[UUID | None, typer.Option("--batch", metavar="ID", help="One batch.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]

STATES = ("received", "in_document", "blank", "separator", "duplicate", "parked")
# Two lines each: the table of days fits a terminal of 80 columns.
HEADINGS = (
    "pages\nin",
    "re-\nceived",
    "in docu-\nment",
    "blank\n",
    "sepa-\nrator",
    "dupli-\ncate",
    "parked\n",
    "differ-\nence",
    "unopened\nfiles",
)
FULL_WIDTH = 110


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(ledger)


def ledger(day: Day = None, batch: Batch = None, as_json: AsJson = False) -> None:
    """Show pages that came in against pages by state; ends with 1 when they do not balance.

    Without an option, the last 31 days on which anything came in.
    """
    with at_the_door() as wired:
        from intake.pipeline import ledger as ledgers

        with wired.database.transaction() as conn:
            found: Days | Batches
            if batch is not None:
                found = ledgers.of_batch(conn, batch)
            elif day is not None:
                found = ledgers.of_day(conn, day.date())
            else:
                found = ledgers.last_days(conn, datetime.now(UTC))
    rows: Sequence[DayRow | BatchLedgerRow] = found.days if isinstance(found, ledgers.Days) else found.batches
    if as_json:
        told = {
            "balances": found.balances,
            "rows": [row.model_dump(mode="json") for row in rows],
            "faults": [fault.model_dump(mode="json") for fault in found.faults],
        }
        typer.echo(json.dumps(told))
    else:
        _show(rows, found.faults, found.balances)
    raise typer.Exit(0 if found.balances else 1)


def _show(rows: Sequence[DayRow | BatchLedgerRow], faults: Sequence[Fault], balances: bool) -> None:
    from intake.terminal import stdout

    console = stdout()
    # No figure is ever cut: a table of batches, which have long ids, is broken by a narrow terminal rather than by us.
    console.width = max(console.width, FULL_WIDTH)
    console.print(table(rows))
    for fault in faults:
        page = "" if fault.number is None else f", page {fault.number}"
        console.print(f"file {fault.file_id}{page}: {fault.says}", soft_wrap=True, highlight=False)
    console.print("The ledger balances." if balances else "The ledger does not balance.", highlight=False)


def table(rows: Sequence[DayRow | BatchLedgerRow]) -> Table:
    """Draw the ledger; a difference stands out."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from intake.store.ledger import DayRow

    drawn = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=0)
    drawn.add_column("day" if not rows or isinstance(rows[0], DayRow) else "batch", no_wrap=True)
    for heading in HEADINGS:
        drawn.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        name = row.day.isoformat() if isinstance(row, DayRow) else str(row.batch_id)
        states = [str(getattr(row, state) or "·") for state in STATES]
        difference = Text(str(row.difference), style="bold red" if row.difference else "green")
        drawn.add_row(name, str(row.pages_in), *states, difference, str(row.unopened or "·"))
    return drawn
