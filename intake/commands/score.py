"""`saapuva score`: records held against the truth of sample papers. Truth is read here only, never while reading."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from intake.scoring.verdicts import FileVerdict

MOST_SHOWN = 1500


def register(app: typer.Typer) -> None:
    app.command()(score)


def score(
    truth: Annotated[Path, typer.Argument(metavar="TRUTH_DIR", help="Folder with NAME.truth.json.")],
    records: Annotated[Path, typer.Argument(metavar="OUT_DIR", help="Folder with NAME.json, as `read --out` writes them.")],
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Also write a page with crops of what is wrong.")
    ] = None,
    files: Annotated[
        Path | None, typer.Option("--files", metavar="DIR", help="Folder of the papers, for the crops; default: TRUTH_DIR.")
    ] = None,
    most: Annotated[int, typer.Option("--most", min=1, metavar="N", help="Fields shown on the page at most.")] = MOST_SHOWN,
) -> None:
    """Say what was read right: by medium, hand, kind, reader, evidence and field.

    The page of --html shows values as they stand on the papers: keep it as you keep the papers.
    """
    from intake import terminal
    from models.errors import SaapuvaError

    try:
        _score(truth, records, html, files or truth, most)
    except SaapuvaError as error:
        terminal.complain(terminal.stderr(), error.code, error.problem, error.remedy)
        raise typer.Exit(error.exit_code) from None
    except OSError as error:
        terminal.complain(terminal.stderr(), "output", f"{html}: {error.strerror}.", "Give --html another place.")
        raise typer.Exit(24) from None


def _score(truth: Path, records: Path, html: Path | None, papers: Path, most: int) -> None:
    from extractors.catalog import load_types
    from intake import terminal
    from intake.scoring.gathering import judge_folder
    from intake.scoring.report import write_report

    verdicts = judge_folder(truth, records, load_types())
    _print(verdicts)
    if html is not None:
        said = terminal.stderr()
        shown = write_report(
            html, verdicts, truth, records, papers, most=most,
            missed=lambda file, problem: said.print(f"saapuva: no crops of {file}: {problem}", soft_wrap=True, highlight=False),
        )  # fmt: skip
        said.print(f"saapuva: {html} shows {shown} fields.", soft_wrap=True, highlight=False)


def _print(verdicts: Sequence[FileVerdict]) -> None:
    from intake import terminal
    from intake.scoring.tables import breakdown_tables, summary_table
    from intake.scoring.tally import calibration_error

    console = terminal.stdout()
    if not console.is_terminal:
        console.width = 200
    console.print(summary_table(verdicts))
    console.print(f"calibration error (10 bins): {calibration_error(verdicts):.4f}", highlight=False)
    for table in breakdown_tables(verdicts):
        console.print(table)
