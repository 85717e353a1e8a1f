"""`saapuva explain`: why a paper goes where it goes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer


def register(app: typer.Typer) -> None:
    app.command()(explain)


def explain(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A paper, or a record (.json) that `read` has written.")],
    swedish: Annotated[bool, typer.Option("--sv", help="Findings in Swedish.")] = False,
) -> None:
    """Print the reasons as a tree: papers, matters, rules with their evidence, days of law, findings, side tasks."""
    from intake import terminal
    from intake.explain import tree

    terminal.stdout().print(tree(_record(file), swedish=swedish))


def _record(file: Path) -> dict[str, Any]:
    from intake.readers import ReadJob, read_all, read_record
    from models.errors import FileMissingError

    if file.suffix.lower() == ".json":
        try:
            record: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            words = f"{file.name}: this is no record."
            raise _ended(FileMissingError.exit_code, FileMissingError.code, words, "Write one with `read --out`.") from None
        return record
    (outcome,) = read_all([file], ReadJob(read_record), jobs=1)
    if outcome.failure:
        raise _ended(outcome.failure.exit_code, outcome.failure.code, outcome.failure.problem, outcome.failure.remedy)
    assert outcome.record is not None
    return outcome.record


def _ended(exit_code: int, code: str, problem: str, remedy: str) -> typer.Exit:
    from intake import terminal

    terminal.complain(terminal.stderr(), code, problem, remedy)
    return typer.Exit(exit_code)
