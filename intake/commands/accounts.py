"""`saapuva accounts`: who may sign in, and one-time links for who cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from intake.commands.ending import at_the_door

if TYPE_CHECKING:
    from intake.pipeline.access.links import Link
    from intake.settings import Settings

app = typer.Typer(help="Who may sign in; one-time links for who cannot.", no_args_is_help=True, rich_markup_mode=None)

Login = Annotated[
    str | None,
    typer.Argument(metavar="[USER]", help="User name of the account; none: the first administrator's.", show_default=False),
]
IfFirst = Annotated[bool, typer.Option("--if-first", help="Say nothing when there is an administrator.")]


@app.command()
def link(login: Login = None, if_first: IfFirst = False) -> None:
    """Print a one-time link by which a person sets a password; earlier ones of that person work no more.

    Without a user name it is the one by which the first administrator comes in.
    """
    from datetime import UTC, datetime

    with at_the_door() as wired:
        from intake.pipeline.access import links
        from models.errors import ConflictError

        now = datetime.now(UTC)
        made = links.make_for_login(wired.database, login, now) if login else links.make_first(wired.database, now)
        if made is None and not if_first:
            raise ConflictError("There is an administrator.", "Name the account: `./saapuva accounts link USER`.")
        if made is not None:
            typer.echo(_told(made, wired.settings))


@app.command("list")
def list_accounts() -> None:
    """List the accounts: user name, state, roles, name."""
    with at_the_door() as wired:
        from intake.store import accounts

        with wired.database.transaction() as conn:
            found = accounts.every(conn)
    for account in found:
        state = "blocked" if account.blocked_at else "in use" if account.password_hash else "invited"
        rights = ", ".join(account.roles) + (", sees protected persons" if account.sees_protected else "")
        typer.echo(f"{account.login:<24} {state:<8} {rights}  ({account.name})")


def _told(made: Link, settings: Settings) -> str:
    from zoneinfo import ZoneInfo

    until = made.ends_at.astimezone(ZoneInfo("Europe/Helsinki"))
    return f"{_address(settings)}{made.path}  (works once, until {until:%d.%m.%Y %H:%M})"


def _address(settings: Settings) -> str:
    """Where the pages are: as people call them, else as `up` has said, else as the settings say."""
    from intake import running

    if settings.public_url is not None:
        return settings.public_url
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)
    host = f"[{name}]" if ":" in name else name
    return str((running.up_now(settings.data) or {}).get("url") or f"http://{host}:{settings.port}").rstrip("/")


def register(commands: typer.Typer) -> None:
    commands.add_typer(app, name="accounts")
