"""`saapuva routing`: the routing table for people, and a check of an edited copy."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

routing = typer.Typer(help="Show the routing table in plain words, or check an edited copy.", rich_markup_mode=None)


class Tongue(StrEnum):
    """Languages the table can be shown in."""

    FI = "fi"
    SV = "sv"
    EN = "en"


def register(app: typer.Typer) -> None:
    """Add the command and its part to the command line."""
    app.add_typer(routing, name="routing")


@routing.callback(invoke_without_command=True)
def show(
    context: typer.Context,
    language: Annotated[Tongue, typer.Option("--language", metavar="fi|sv|en", help="Language of the plain words.")] = Tongue.FI,
) -> None:
    """Print the rules in the order they are read: when they hold, and where a matter then goes.

    Shows the own copy that SAAPUVA_ROUTING names, else the table that is shipped.
    """
    if context.invoked_subcommand:
        return
    from intake.pipeline.routing_table import routing_table
    from intake.routing_report import routing_report
    from intake.terminal import complain, stderr, stdout
    from models.errors import SaapuvaError

    try:
        stdout().print(routing_report(routing_table(), datetime.now(UTC).date(), language.value))
    except SaapuvaError as error:
        complain(stderr(), error.code, error.problem, error.remedy)
        raise typer.Exit(error.exit_code) from None


@routing.command()
def check(file: Annotated[Path, typer.Argument(metavar="FILE", help="An edited copy of routing.toml.")]) -> None:
    """Tell whether an edited copy can be used; faults are named with line and rule."""
    from intake.pipeline.routing_faults import checked_table
    from intake.terminal import complain, stderr
    from models.errors import SaapuvaError

    try:
        table = checked_table(file)
    except SaapuvaError as error:
        complain(stderr(), error.code, error.problem, error.remedy)
        raise typer.Exit(error.exit_code) from None
    typer.echo(f"{len(table.rules)} rules, {len(table.sides)} side tasks, {len(table.markers)} markers: the table can be used.")
