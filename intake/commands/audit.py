"""`saapuva audit`: verify the trail, show one subject's, print the head to keep elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from intake.commands.ending import at_the_door

if TYPE_CHECKING:
    from intake.store.audit import AuditEvent

app = typer.Typer(help="Verify and show the audit trail.", no_args_is_help=True, rich_markup_mode=None)

Expect = Annotated[
    str | None, typer.Option("--expect", metavar="SEQ:HASH", help="A head kept elsewhere: finds a trail that was written anew.")
]
KINDS = ("batch", "file", "document", "work_item", "delivery", "manifest", "alarm")
Subject = Annotated[str, typer.Argument(metavar="SUBJECT", help="KIND:ID, or the ID of a file, document or delivery.")]
Full = Annotated[bool, typer.Option("--full", help="Show identity codes and accounts instead of masking them.")]


@app.command("verify")
def verify_trail(expect: Expect = None) -> None:
    """Recompute the whole trail; ends with 47 and names the first event that is wrong."""
    head = None if expect is None else _head(expect)
    with at_the_door() as wired:
        from intake.pipeline.audit_trail import verify

        found = verify(wired.database, head)
    typer.echo(f"{found.events} events, the trail is whole.")
    typer.echo(f"Keep this elsewhere: {found.seq}:{found.hash}")


@app.command()
def head() -> None:
    """Print the newest event's number and hash as SEQ:HASH, to keep elsewhere."""
    with at_the_door() as wired:
        from intake.store import audit

        with wired.database.transaction() as conn:
            seq, digest = audit.head(conn)
    typer.echo(f"{seq}:{digest}")


@app.command()
def show(subject: Subject, full: Full = False) -> None:
    """Tell what happened to one file, document or delivery, oldest first, in Finnish time."""
    with at_the_door() as wired:
        from intake.logs import masked
        from intake.store import audit
        from models.errors import NotFoundError

        with wired.database.transaction() as conn:
            subjects = (
                [subject]
                if ":" in subject
                else [f"{kind}:{subject}" for kind in ("batch", "file", "document", "delivery", "alarm")]
            )
            events = [event for one in subjects for event in audit.of_subject(conn, one)]
        if not events:
            raise NotFoundError("event about", subject)
        for event in events:
            for line in timeline(event):
                typer.echo(line if full else masked(line))


def timeline(event: AuditEvent) -> Iterator[str]:
    """One event in plain words: when, what, by whom; below it what changed, and the versions at work."""
    told = event.told
    when = event.at.astimezone(ZoneInfo("Europe/Helsinki")).strftime("%d.%m.%Y %H:%M:%S")
    noun, _, verb = event.event.partition(".")
    yield f"{when}  {noun} {verb.replace('_', ' ')} by {told['actor']}  (event {event.seq})"
    yield from (f"    {line}" for line in _changes(told.get("before"), told.get("after")))
    if told.get("versions"):
        yield "    with " + ", ".join(f"{part} {version}" for part, version in sorted(told["versions"].items()))


def _changes(before: Any, after: Any) -> Iterator[str]:
    if not isinstance(before, Mapping) and not isinstance(after, Mapping):
        if before is not None or after is not None:
            yield f"{_short(before)} → {_short(after)}"
        return
    was, now = (each if isinstance(each, Mapping) else {} for each in (before, after))
    for key in sorted({*was, *now}):
        if was.get(key) != now.get(key):
            yield f"{key}: {_short(was[key])} → {_short(now.get(key))}" if key in was else f"{key}: {_short(now[key])}"


def _short(value: Any) -> str:
    text = "nothing" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 300 else f"{text[:300]} …"


def _head(text: str) -> tuple[int, str]:
    seq, _, digest = text.strip().partition(":")
    if not seq.isdecimal() or len(digest) != 64:
        raise typer.BadParameter("write it as `saapuva audit head` prints it: SEQ:HASH", param_hint="--expect")
    return int(seq), digest.lower()


def register(commands: typer.Typer) -> None:
    commands.add_typer(app, name="audit")
