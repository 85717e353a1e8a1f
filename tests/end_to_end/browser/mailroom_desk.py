"""A running service, a person of the mailroom signed in to it in a real browser, and what the database says of it."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import psycopg
from playwright.sync_api import Browser, Page

from intake.pipeline.access import accounts
from intake.pipeline.access.accounts import Decided
from intake.store.database import Database
from samples.running import Running

PASSWORD = "hiljainen-postihuone-7"


class Desk:
    """The mailroom's desk: a page of the browser, and the service behind it."""

    def __init__(self, running: Running, page: Page) -> None:
        self.running = running
        self.page = page
        self.faults: list[str] = []
        page.on("pageerror", lambda error: self.faults.append(str(error)))

    def open(self, place: str) -> None:
        self.page.goto(self.running.url + place)

    def sign_in(self, login: str) -> None:
        self.open("/sign-in")
        self.page.fill("[name=login]", login)
        self.page.fill("[name=password]", PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/mailroom")

    def choose(self, *files: Path) -> None:
        self.page.set_input_files("#files-chosen", [str(file) for file in files])

    def send(self) -> None:
        self.page.locator("#send").focus()
        self.page.keyboard.press("Enter")

    def wait_for(self, ask: Callable[[], bool], within_s: float, what: str) -> None:
        until = time.monotonic() + within_s
        while not ask():
            assert time.monotonic() < until, f"not within {within_s:.0f} s: {what}"
            self.page.wait_for_timeout(300)

    def count(self, sql: str, *values: Any) -> int:
        """Count in the database; it may be away for a moment."""
        for _ in range(50):
            with contextlib.suppress(psycopg.OperationalError), psycopg.connect(self.running.database_url) as conn:
                row = conn.execute(sql.encode(), values).fetchone()
                assert row is not None
                return int(row[0])
            time.sleep(0.2)
        raise AssertionError("the database stays away")

    def kill(self, part: str) -> None:
        """Kill one part of the service, as the kernel does when memory runs out; it is started again by itself."""
        for process in self.running.part(part):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()


@contextlib.contextmanager
def desk_at(folder: Path, browser: Browser, login: str = "paula", **settings: str) -> Iterator[Desk]:
    """Start a service with one account of the mailroom, and sign in."""
    told = {"SAAPUVA_PORT": str(_free_port()), "SAAPUVA_RESERVE_MB": "0", "SAAPUVA_WORKERS": "1", **settings}
    with Running(folder / "data", told) as running:
        running.start()
        with Database(running.database_url) as database:
            now = datetime.now(UTC)
            _, link = accounts.make(database, login, Decided("Paula Posti", frozenset({"mailroom"})), "test", now)
            accounts.set_password(database, link.path.rpartition("/")[2], PASSWORD, now)
        page = browser.new_context(viewport={"width": 1280, "height": 720}, locale="fi-FI").new_page()
        desk = Desk(running, page)
        desk.sign_in(login)
        yield desk
        page.context.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port
