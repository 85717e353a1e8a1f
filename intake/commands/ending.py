"""How a command that works on what is kept begins and ends."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

from models.errors import SaapuvaError, SchemaError, StartError

if TYPE_CHECKING:
    from intake.settings import Settings
    from intake.wiring import Wired


@contextlib.contextmanager
def at_the_door(*, may_be_new: bool = False, may_be_old: bool = False) -> Iterator[Wired]:
    """Wire the service for one command; an error is told on stderr and becomes the exit code.

    A built-in PostgreSQL that nobody else uses is stopped again. Where nothing is kept, none is made unless it may be new:
    of a mistyped SAAPUVA_DATA the ledger would balance and the trail be whole. The schema is this version's, unless it may
    be old.
    """
    from intake.settings import load_settings
    from intake.terminal import complain, stderr
    from intake.wiring import wire

    try:
        settings = load_settings()
        if not may_be_new:
            _check_kept(settings)
        with contextlib.closing(wire(settings)) as wired:
            if not may_be_new:
                _check_schema(wired, may_be_old=may_be_old)
            yield wired
    except SaapuvaError as error:
        complain(stderr(), error.code, error.problem, error.remedy)
        raise typer.Exit(error.exit_code) from None


def _check_kept(settings: Settings) -> None:
    from intake.wiring import embedded

    if settings.database_url is None and not embedded(settings).cluster.exists():
        remedy = "Check SAAPUVA_DATA; `./saapuva up` makes a new place."
        raise StartError(f"Nothing is kept in {settings.data.absolute()}.", remedy)


def _check_schema(wired: Wired, *, may_be_old: bool) -> None:
    from intake.store import figures

    with wired.database.transaction() as conn:
        found = figures.schema_revision(conn)
    needed = figures.needed_revision()
    if found is None or (found != needed and not may_be_old):
        raise SchemaError(found or "not there yet", needed)
