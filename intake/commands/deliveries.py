"""`saapuva deliveries`, `saapuva contract`, `saapuva core-echo`: what goes to the rules core."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

import typer

from intake.commands.ending import at_the_door

if TYPE_CHECKING:
    from intake.store.deliveries import DeliveryRow

deliveries_app = typer.Typer(help="Show deliveries to the rules core, and send them once more.", rich_markup_mode=None)


class State(StrEnum):
    """What has become of a delivery."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    PARKED = "parked"
    SUPERSEDED = "superseded"


Only = Annotated[State | None, typer.Option("--state", help="Only those in this state.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=1000, help="At most so many, newest first.")]
Delivery = Annotated[UUID, typer.Argument(metavar="ID", help="The delivery's id.")]
MaybeDelivery = Annotated[UUID | None, typer.Argument(metavar="[ID]", help="The delivery's id.")]
Body = Annotated[bool, typer.Option("--body", help="Print what is sent as well: it holds personal data.")]
Parked = Annotated[bool, typer.Option("--parked", help="All that are parked.")]
OutFile = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write to FILE.")]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes a free one.")]
Host = Annotated[str, typer.Option("--host", help="Address to listen on.")]
Folder = Annotated[Path, typer.Option("--folder", metavar="DIR", help="Where what comes is stored.")]
Secret = Annotated[
    str, typer.Option("--secret", envvar="SAAPUVA_CORE_SECRET", help="The key that signs; better in the environment.")
]
FailRate = Annotated[float, typer.Option("--fail-rate", min=0, max=1, help="Share of answers that fail, half after storing.")]
Slow = Annotated[float, typer.Option("--slow-s", min=0, help="Answer so many seconds after storing.")]
Refuse = Annotated[int | None, typer.Option("--refuse", min=300, max=599, metavar="STATUS", help="Answer everything so.")]
Pem = Annotated[Path | None, typer.Option(metavar="PEM")]


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.add_typer(deliveries_app, name="deliveries")
    app.command("contract")(contract)
    app.command("core-echo")(core_echo)


@deliveries_app.callback(invoke_without_command=True)
def listing(context: typer.Context, state: Only = None, limit: Limit = 50) -> None:
    """List deliveries, newest first."""
    if context.invoked_subcommand is not None:
        return
    with at_the_door() as wired:
        from intake.store import deliveries

        with wired.database.transaction() as conn:
            rows = deliveries.listing(conn, None if state is None else state.value, limit)
            counts = deliveries.counts(conn)
    for row in rows:
        typer.echo(_line(row))
    typer.echo(", ".join(f"{counts.get(each.value, 0)} {each.value}" for each in State))


@deliveries_app.command()
def show(delivery_id: Delivery, body: Body = False) -> None:
    """Show one delivery with the core's last answer."""
    with at_the_door() as wired:
        from intake.pipeline import deliver

        shown = deliver.show(wired.database, delivery_id)
    typer.echo(json.dumps(shown.row.model_dump(mode="json"), ensure_ascii=False, indent=1))
    if body:
        typer.echo(shown.body)


@deliveries_app.command()
def replay(delivery_id: MaybeDelivery = None, parked: Parked = False) -> None:
    """Send one delivery, or all parked ones, once more."""
    if (delivery_id is None) != parked:
        raise typer.BadParameter("name one delivery, or say --parked")
    with at_the_door() as wired:
        from intake.pipeline import deliver

        now = datetime.now(UTC)
        if delivery_id is None:
            typer.echo(f"{deliver.replay_parked(wired.database, 'command', now)} deliveries go out again.")
        else:
            typer.echo(_line(deliver.replay(wired.database, delivery_id, "command", now)))


def contract(out: OutFile = None) -> None:
    """Print the JSON Schema of what goes to the rules core."""
    from intake.terminal import complain, stderr
    from models.delivery import contract_text

    if out is None:
        typer.echo(contract_text(), nl=False)
        return
    try:
        out.write_text(contract_text(), encoding="utf-8")
    except OSError as error:
        complain(stderr(), "output", f"{out}: {error.strerror}.", "Name a file that you may write.")
        raise typer.Exit(24) from None


def core_echo(
    secret: Secret, port: Port = 8351, host: Host = "127.0.0.1", folder: Folder = Path("core-echo"),
    fail_rate: FailRate = 0.0, slow_s: Slow = 0.0, refuse: Refuse = None,
    tls_cert: Pem = None, tls_key: Pem = None, client_ca: Pem = None,
) -> None:  # fmt: skip
    """Be a small rules core that verifies, de-duplicates and stores, for demo and tests."""
    from intake.core_echo import Certificates, Misbehaviour, serve
    from intake.terminal import complain, stderr
    from models.errors import SaapuvaError

    if (tls_cert is None) != (tls_key is None) or (client_ca is not None and tls_cert is None):
        raise typer.BadParameter("--tls-cert and --tls-key go together, --client-ca with both")
    certificates = None if tls_cert is None or tls_key is None else Certificates(tls_cert, tls_key, client_ca)
    try:
        serve(folder, secret, host, port, Misbehaviour(fail_rate, slow_s, refuse), certificates)
    except SaapuvaError as error:
        complain(stderr(), error.code, error.problem, error.remedy)
        raise typer.Exit(error.exit_code) from None
    except OSError as error:
        complain(stderr(), "output", f"core-echo cannot start: {error.strerror}.", "Choose another port or folder.")
        raise typer.Exit(24) from None


def _line(row: DeliveryRow) -> str:
    """One delivery: ids and numbers only."""
    when = row.created_at.astimezone(ZoneInfo("Europe/Helsinki")).strftime("%d.%m.%Y %H:%M:%S")
    status = (row.answer or {}).get("status")
    answered = "" if row.answer is None else f"  answer {status or 'none'}"
    return (
        f"{row.id}  {row.state:<10}  {when}  document {row.document_id} version {row.version}  attempts {row.attempts}{answered}"
    )
