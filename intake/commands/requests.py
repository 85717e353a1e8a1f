"""`saapuva request`: ask one party for all that a matter lacks."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal
from uuid import UUID

import typer

from intake.commands.ending import at_the_door

if TYPE_CHECKING:
    from intake.pipeline.requests.keeping import KeptRequest


class Of(StrEnum):
    """Who is asked."""

    INSURED = "insured"
    EMPLOYER = "employer"
    FUND = "fund"


class Language(StrEnum):
    """The letter's language."""

    FI = "fi"
    SV = "sv"


Item = Annotated[UUID, typer.Argument(metavar="WORK_ITEM", help="The work item's id.")]
Asked = Annotated[Of, typer.Option("--of", help="Who is asked.")]
Spoken = Annotated[Language | None, typer.Option("--language", help="Left out: the application's.")]
Abroad = Annotated[bool, typer.Option("--abroad", help="The letter goes abroad: there is longer to answer.")]
Out = Annotated[Path, typer.Option("--out", metavar="FILE", help="Write the letter and its cover page to FILE (PDF).")]


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(request)


def request(item: Item, out: Out, of: Asked = Of.INSURED, language: Spoken = None, abroad: Abroad = False) -> None:
    """Draft the letter that asks one party for all that a matter lacks; what is asked already is not asked again."""
    with at_the_door() as wired:
        from intake.pipeline.requests import keeping
        from intake.pipeline.requests.printing import as_pdf

        _must_be_free(out)
        now = datetime.now(UTC)
        spoken: Literal["fi", "sv"] | None = None if language is None else language.value
        kept = keeping.draft(wired.database, item, of.value, spoken, "command", now, abroad=abroad)
        _write(out, as_pdf(keeping.printed(kept)))
    typer.echo(_told(kept, out))


def _told(kept: KeptRequest, out: Path) -> str:
    """Ids, days and what a person must still do; no name."""
    row = kept.row
    lines = [f"{kept.reference}  draft of request {row.id}, due {row.due_day.isoformat()}, {len(row.asked)} asked: {out}"]
    if kept.is_address_withheld:
        lines.append("The client is protected: no address is printed. Add it by hand.")
    elif len(row.recipient) < 2:
        lines.append("No paper shows the whole address: add it by hand.")
    elif row.recipient_doubtful:
        lines.append("The address was read with doubt: hold it against the paper.")
    return "\n".join(lines)


def _must_be_free(out: Path) -> None:
    """Say so before anything is kept, where the letter could not be written."""
    from models.errors import OutputError

    if out.is_dir() or not os.access(out.parent, os.W_OK):
        raise OutputError(
            f"{out}: this is a folder, or lies in one that cannot be written to.", "Name a file that you may write."
        )


def _write(out: Path, drawn: bytes) -> None:
    from models.errors import OutputError

    try:
        out.write_bytes(drawn)
    except OSError as error:
        raise OutputError(f"{out}: {error.strerror}.", "The draft is kept: get its PDF again, or withdraw it.") from None
