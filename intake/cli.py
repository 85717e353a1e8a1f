"""The command line: `saapuva --help`.

Nothing heavy is imported before a command needs it, so that help comes at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from intake.commands import accounts, audit, backup, deliveries, explain, ledger, requests, routing, score, up
from intake.version import VERSION

app = typer.Typer(
    name="saapuva",
    help="Reads scans, faxes, photos and PDFs that reach Kela's infectious-disease allowance into checked records.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

PROJECT = Path(__file__).resolve().parents[1]


class Channel(StrEnum):
    """How a file reached us, as far as the sender of the command knows."""

    POST = "post"
    FAX = "fax"
    OFFICE = "office"
    EMAIL = "email"


Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="PDF, TIFF, JPEG, PNG or HEIC.")]
Out = Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Write DIR/<file name without ending>.json.")]
Jobs = Annotated[int | None, typer.Option("--jobs", min=1, metavar="N", help="Files read at a time; default: one per core.")]
Came = Annotated[Channel | None, typer.Option("--channel", help="How the files came in.")]
ReceivedAt = Annotated[
    str | None,
    typer.Option("--received-at", metavar="TIME", help="When they came in: 2019-03-12T10:22; Finnish time unless it says."),
]


@app.command()
def read(files: Files, out: Out = None, jobs: Jobs = None, channel: Came = None, received_at: ReceivedAt = None) -> None:
    """Read files and print their records.

    One file is printed as an object, several as one line each, in the order given. A file that cannot be read
    is reported on stderr and the others go on; README.md lists the exit codes.
    """
    from intake.readers import ReadJob, read_record
    from intake.reading import read_and_deliver

    arrived = None if received_at is None else _moment(received_at)
    job = ReadJob(read_record, None if channel is None else channel.value, arrived)
    raise typer.Exit(read_and_deliver(files, job, out=out, jobs=jobs))


@app.command()
def demo() -> None:
    """Read the sample inbox and show the result.

    Prints what was found, how sure it is and where it goes; writes the records to demo-output.
    """
    from intake.demo import show_demo

    raise typer.Exit(show_demo(PROJECT / "samples" / "inbox", Path("demo-output")))


@app.command()
def types() -> None:
    """Check and list the document types."""
    from extractors.catalog import load_types
    from intake.report import types_table
    from intake.terminal import complain, stderr, stdout
    from models.errors import SaapuvaError

    try:
        stdout().print(types_table(load_types().values()))
    except SaapuvaError as error:
        complain(stderr(), error.code, error.problem, error.remedy)
        raise typer.Exit(error.exit_code) from None


@app.command(
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []},
    add_help_option=False,
)
def test(context: typer.Context) -> None:
    """Run the tests; more words go to pytest."""
    if not (PROJECT / "tests").is_dir():
        typer.echo("saapuva: the tests are not installed: run ./saapuva test in the project's folder.", err=True)
        raise typer.Exit(1)
    os.chdir(PROJECT)
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *context.args])


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(f"saapuva {VERSION}")


for _part in (up, accounts, ledger, deliveries, audit, backup, explain, routing, requests, score):
    _part.register(app)


def _moment(text: str) -> datetime:
    from zoneinfo import ZoneInfo

    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("write it as 2019-03-12 or 2019-03-12T10:22", param_hint="--received-at") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo("Europe/Helsinki"))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; Ctrl-C ends it with 130 and without a traceback."""
    app(args=None if arguments is None else list(arguments), prog_name="saapuva")


if __name__ == "__main__":
    main()
