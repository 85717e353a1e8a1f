"""`saapuva backup` and `saapuva restore`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from intake.commands.ending import at_the_door

if TYPE_CHECKING:
    from collections.abc import Sequence

Words = Annotated[list[str], typer.Argument(metavar="[verify] FOLDER", help="Where the backup is written to, or lies.")]
Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="A backup.")]
Force = Annotated[bool, typer.Option("--force", help="Restore even where something is: the database's content is lost.")]


def backup(words: Words) -> None:
    """Copy everything that is kept to FOLDER while the service runs; `backup verify FOLDER` checks one.

    A backup that is in FOLDER already is brought up to date: only new originals are copied.
    """
    from intake.pipeline.backup import INDEX
    from models.errors import BackupError

    verifies = words[0] == "verify" and len(words) == 2
    if len(words) != 1 and not verifies:
        raise typer.BadParameter("write `backup FOLDER` or `backup verify FOLDER`", param_hint="FOLDER")
    if verifies:
        _verify(Path(words[1]))
        return
    folder = Path(words[0])
    with at_the_door(may_be_old=True) as wired:  # one takes a backup before migrating
        from intake.pipeline.backup import make

        made = make(wired.database, wired.blobs, folder.resolve(), datetime.now(UTC), _say)
        _lines(folder, made.rows, len(made.blobs))
        typer.echo(f"Keep this elsewhere: {made.audit_seq}:{made.audit_hash}")
        _tell_missing(made.missing)
        if made.missing:
            problem = f"{len(made.missing)} originals or images are missing in the store."
            raise BackupError(problem, f"{folder / INDEX} names them under `missing`.")


def _verify(folder: Path) -> None:
    from intake.pipeline.backup import check
    from intake.terminal import complain, stderr
    from models.errors import BackupError

    try:
        found = check(folder.resolve())
    except BackupError as error:
        complain(stderr(), error.code, error.problem, error.remedy)
        raise typer.Exit(error.exit_code) from None
    _lines(folder, found.rows, len(found.blobs))
    typer.echo(f"Made {found.made_at.isoformat(timespec='seconds')}; every file has its hash.")


def restore(folder: Folder, force: Force = False) -> None:
    """Bring a backup back into the place the settings name, and check the result. The service must not run."""
    with at_the_door(may_be_new=True) as wired:
        _refuse_while_up(wired.settings.data)
        from intake.pipeline.backup import restore as bring_back
        from intake.store.blobs import open_blobs
        from intake.wiring import place_of_blobs

        blobs = open_blobs(place_of_blobs(wired.settings), wired.settings.s3_endpoint)
        restored = bring_back(wired.database, blobs, folder.resolve(), force=force, say=_say)
        _lines(folder, restored.rows, restored.blobs)
        typer.echo(f"Audit trail whole ({restored.audit_events} events), ledger balanced, every original has its hash.")
        typer.echo(f"{restored.jobs_revived} jobs that were being worked on are lined up again. Start with `./saapuva up`.")
        _tell_missing(restored.missing)


def _refuse_while_up(data: Path) -> None:
    """`--force` says that what lies there may be lost, not that it may be drawn away from under running workers."""
    from intake.running import up_now
    from models.errors import BackupError

    if up_now(data) is not None:
        raise BackupError(f"`saapuva up` runs on {data}.", "End it first, or restore into another SAAPUVA_DATA.")


def _lines(folder: Path, rows: dict[str, int], blobs: int) -> None:
    counts = ", ".join(f"{rows.get(table, 0)} {words}" for table, words in _COUNTED)
    typer.echo(f"{folder}: {counts}, {blobs} originals and images.")


_COUNTED = (
    ("file", "files"), ("page", "pages"), ("document", "documents"), ("work_item", "work items"), ("delivery", "deliveries"),
    ("audit_event", "audit events"),
)  # fmt: skip


def _tell_missing(missing: Sequence[str]) -> None:
    for sha256 in missing:
        typer.echo(f"missing: {sha256}", err=True)


def _say(words: str) -> None:
    typer.echo(f"saapuva: {words} …", err=True)


def register(commands: typer.Typer) -> None:
    commands.command()(backup)
    commands.command()(restore)
