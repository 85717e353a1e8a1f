"""How a command that works on what is kept begins and ends."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

from models.errors import SaapuvaError

if TYPE_CHECKING:
    from intake.wiring import Wired


@contextlib.contextmanager
def at_the_door() -> Iterator[Wired]:
    """Wire the service for one command; an error is told on stderr and becomes the exit code.

    A built-in PostgreSQL that nobody else uses is stopped again.
    """
    from intake.settings import load_settings
    from intake.terminal import complain, stderr
    from intake.wiring import wire

    try:
        with contextlib.closing(wire(load_settings())) as wired:
            yield wired
    except SaapuvaError as error:
        complain(stderr(), error.code, error.problem, error.remedy)
        raise typer.Exit(error.exit_code) from None
