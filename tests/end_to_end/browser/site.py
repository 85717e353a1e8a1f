"""A running Saapuva and people in front of it: each in a browser of their own, signed in by role."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

import psycopg
from argon2 import PasswordHasher
from playwright.sync_api import Browser, BrowserContext, Page

from intake.pipeline.access import links, passwords
from intake.store import accounts, sessions
from intake.store.database import Database
from intake.web.access import SESSION_COOKIE
from samples.running import Running

PASSWORD = "kolme sinistä hevosta"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
ROLES = ("mailroom", "caseworker", "supervisor", "administrator")
SHOTS = "SAAPUVA_TEST_SHOTS"
"""Names a folder into which `Site.shot` writes its pictures; without it none are made."""

Size = Literal["small", "large"]
_SIZES: dict[Size, Any] = {"small": {"width": 1280, "height": 720}, "large": {"width": 1920, "height": 1080}}


@dataclass
class Site:
    """One service and one browser program. Every person gets a context of their own, which `close` ends.

    What a page's scripts complain of is collected: `complaints` must be empty at a test's end.
    """

    running: Running
    browser: Browser
    complaints: list[str] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.running.url

    def account(
        self, login: str, roles: Iterable[str] = ROLES, *, sees_protected: bool = False, language: str | None = "en",
        theme: str | None = None,
    ) -> UUID:  # fmt: skip
        """Make an account that signs in with PASSWORD, or take the one of that login."""
        with closing(Database(self.running.database_url)) as database, database.transaction() as conn:
            known = accounts.by_login(conn, login)
            if known is not None:
                return known.id
            now = datetime.now(UTC)
            account_id = accounts.add(conn, login, login.title(), frozenset(roles), sees_protected, now)
            accounts.set_password(conn, account_id, QUICK.hash(passwords.normalised(PASSWORD)), now)
            accounts.prefer(conn, account_id, language, theme)
        return account_id

    def visitor(self, *, size: Size = "small", language: str = "en", dark: bool = False) -> Page:
        """A browser in which nobody is signed in."""
        context = self.browser.new_context(
            base_url=self.url, viewport=_SIZES[size], locale=language, color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )  # fmt: skip
        self._contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error.message}"))
        page.on("console", lambda said: self._note(page, said.type, said.text))
        return page

    def signed_in(
        self, login: str, roles: Iterable[str] = ROLES, *, size: Size = "small", dark: bool = False, **account: Any
    ) -> Page:
        """A browser in which a person of these roles is signed in."""
        account_id = self.account(login, roles, **account)
        page = self.visitor(size=size, dark=dark)
        self.give_session(page, account_id)
        return page

    def give_session(self, page: Page, account_id: UUID, *, seen_ago: timedelta = timedelta()) -> str:
        """Sign somebody in without the sign-in page; `seen_ago`: so long ago was it used last. Gives the cookie's token."""
        token, now = links.new_token(), datetime.now(UTC)
        with closing(Database(self.running.database_url)) as database, database.transaction() as conn:
            sessions.begin(conn, links.kept(token), account_id, "browser of a test", now - seen_ago)
        page.context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": self.url, "httpOnly": True, "sameSite": "Lax"}])
        return token

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Look at, or change, what is kept behind the service's back."""
        with psycopg.connect(self.running.database_url) as conn:
            done = conn.execute(statement.encode(), values)
            return done.fetchall() if done.description else []

    def shot(self, page: Page, name: str) -> None:
        """Draw the page into the folder that SAAPUVA_TEST_SHOTS names, if it names one."""
        folder = os.environ.get(SHOTS)
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)

    def close(self) -> None:
        """Close every person's browser."""
        for context in self._contexts:
            context.close()
        self._contexts.clear()

    def _note(self, page: Page, sort: str, text: str) -> None:
        """An answer of 4xx or 5xx is written to the console by the browser itself: tests look at those their own way."""
        if sort == "error" and "Failed to load resource" not in text:
            self.complaints.append(f"{page.url}: {text}")
