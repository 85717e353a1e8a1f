"""Commands that run the service: all of it (`up`) or one part of it (`web`, `worker`, `watch`, `maintain`).

Every process of the service starts here, so nothing is imported before it is needed: an idle service must stay small.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, TypeVar

import typer

if TYPE_CHECKING:
    import socket

    from intake.settings import Settings
    from intake.wiring import Wired

T = TypeVar("T")

SAY_AGAIN_S = 10.0
ASK_AGAIN_S = 1.0


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    for command in (up, web, worker, watch, maintain, migrate, status):
        app.command()(command)


def up() -> None:
    """Run the whole service on this machine until Ctrl-C.

    Starts PostgreSQL (unless SAAPUVA_DATABASE_URL names one), the web door, the workers, maintenance and the watched
    folders, and starts again whatever ends. docs/settings.md lists what can be set.
    """
    with _told():
        from intake.checked_settings import check_settings
        from intake.supervise import bring_up

        settings, stop = _settings("up"), _stop()
        check_settings(settings)
        _tell_unknown_settings()
        _load_what_parts_share()
        bring_up(settings, {"web": web, "worker": worker, "maintain": maintain, "watch": watch}, stop)


def _tell_unknown_settings() -> None:
    """Name misspelt settings. They stop nothing: clusters set variables of their own that begin like ours."""
    from intake.checked_settings import unknown

    for name, meant in unknown(os.environ).items():
        hint = "docs/settings.md lists every setting." if meant is None else f"Did you mean {meant}?"
        typer.echo(f"saapuva: {name} is no setting and changes nothing. {hint}", err=True)


def web() -> None:
    """Run the web door: uploads, results, figures."""
    from intake.listening import check_host

    with _told():
        check_host(_settings("web"))
        with _part("web") as (wired, _):
            from intake.web.serve import run

            run(wired, _given_sockets())


def worker() -> None:
    """Run one worker: it reads files and delivers records."""
    with _told(), _part("worker") as (wired, stop):
        from intake.tasks import run_worker

        _check_one_outbox(wired.settings)
        run_worker(wired, stop)


def _check_one_outbox(settings: Settings) -> None:
    """Refuse a worker of a shared database that would spool into a folder of its own machine.

    Records would be scattered over machines, and one delivered again by another machine would lie in two outboxes.
    One that `up` has started is told a database too, its own: there the folder is right.
    """
    from intake.listening import GIVEN
    from models.errors import SettingsError

    if settings.database_url is not None and settings.core is None and GIVEN not in os.environ:
        raise SettingsError(
            "SAAPUVA_CORE", "a worker of a shared database needs one place for all: an address or a shared folder"
        )


def watch() -> None:
    """Watch the folders by which files come in."""
    with _told(), _part("watch") as (wired, stop):
        from intake.watch import run

        run(wired, stop)


def maintain() -> None:
    """Give on the work of workers that died, check the ledger, raise alarms; of several, one at a time works."""
    with _told(), _part("maintain") as (wired, stop):
        from intake.maintain import run

        run(wired, stop)


def migrate() -> None:
    """Bring the database to this version's schema; run it before a new version starts. `up` does it by itself."""
    with _told():
        from intake.store.migrate import migrate as bring_to_newest
        from intake.wiring import embedded

        settings, stop = _settings("migrate"), _stop()
        if settings.database_url is not None:
            url = settings.database_url.get_secret_value()
            reached = _when_there(lambda: bring_to_newest(url), stop)
        else:
            with embedded(settings) as url:
                reached = bring_to_newest(url)
        if reached is not None:
            typer.echo(f"The database's schema is {reached}, the newest.")


def status() -> None:
    """Say whether the service runs here, what it has done and what waits. Exit code 1: it does not run."""
    with _told():
        from intake.status import tell

        settings = _settings("status")
        raise typer.Exit(tell(settings))


def _load_what_parts_share() -> None:
    """Import before the parts are forked what most of them use, so that it lies in memory once."""
    import intake.maintain
    import intake.tasks
    import intake.watch
    import intake.wiring  # noqa: F401


@contextlib.contextmanager
def _part(role: str) -> Generator[tuple[Wired, threading.Event], None, None]:
    """What one process of the service works with, once the database answers and has this version's schema."""
    from intake.wiring import wire

    settings, stop = _settings(role), _stop()
    wired = _when_there(lambda: wire(settings), stop)
    if wired is None:
        raise typer.Exit
    try:
        if _when_there(lambda: _check_schema(wired), stop) is None:
            raise typer.Exit
        yield wired, stop
    finally:
        wired.close()


def _check_schema(wired: Wired) -> str:
    from intake.store import figures
    from models.errors import SchemaError

    with wired.database.transaction() as conn:
        found = figures.schema_revision(conn)
    needed = figures.needed_revision()
    if found != needed:
        raise SchemaError(found or "not there yet", needed)
    return needed


def _when_there(ask: Callable[[], T], stop: threading.Event) -> T | None:
    """Ask until what we need is there: waiting helps against a server that restarts. None: we were told to stop meanwhile."""
    from models.errors import AwayError

    said = -SAY_AGAIN_S
    while not stop.is_set():
        try:
            return ask()
        except AwayError as error:
            if time.monotonic() - said > SAY_AGAIN_S:
                from intake.logs import log

                said = time.monotonic()
                log().warning("waiting", code=error.code, problem=error.problem, remedy=error.remedy)
        stop.wait(ASK_AGAIN_S)
    return None


def _settings(role: str) -> Settings:
    from intake import logs
    from intake.settings import load_settings

    settings = load_settings()
    _keep_out_others()
    logs.configure(settings.log_format)
    logs.bind_process(role)
    return settings


def _keep_out_others() -> None:
    """Let nobody but owner and group enter what is made from here on: papers, notes, logs, wherever the data folder lies."""
    os.umask(os.umask(0o077) | 0o027)


def _stop() -> threading.Event:
    """An event that SIGTERM and Ctrl-C set."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _given_sockets() -> list[socket.socket] | None:
    """The socket that `up` listens on for us, so that no caller is turned away while this process restarts."""
    import socket

    from intake.listening import GIVEN

    given = os.environ.get(GIVEN)
    return None if given is None else [socket.socket(fileno=int(given))]


@contextlib.contextmanager
def _told() -> Generator[None, None, None]:
    """Turn an error of ours into words on stderr and an exit code."""
    from models.errors import SaapuvaError

    try:
        yield
    except SaapuvaError as error:
        from intake.terminal import complain, stderr

        complain(stderr(), error.code, error.problem, error.remedy)
        raise typer.Exit(error.exit_code) from None
