"""Persons who work in tests, with passwords that are quickly hashed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient

from intake.pipeline.access import passwords
from intake.store import accounts
from intake.store.database import Database
from intake.web.access import SESSION_COOKIE

PASSWORD = "kolme sinistä hevosta"
WRONG = "neljä sinistä hevosta"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "HASHER", QUICK)


def person(
    database: Database, login: str = "anna.a", roles: Iterable[str] = ("caseworker",), *, sees_protected: bool = False
) -> UUID:
    """Make somebody who can sign in with PASSWORD."""
    with database.transaction() as conn:
        account_id = accounts.add(conn, login, login.title(), frozenset(roles), sees_protected, datetime.now(UTC))
        accounts.set_password(conn, account_id, QUICK.hash(passwords.normalised(PASSWORD)), datetime.now(UTC))
    return account_id


def sign_in(client: TestClient, login: str = "anna.a", password: str = PASSWORD) -> str:
    """Sign in as a page's script does; gives the form token, and the client sends it from here on."""
    answer = client.post("/sign-in", data={"login": login, "password": password}, headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.text
    assert SESSION_COOKIE in client.cookies
    csrf: str = answer.json()["csrf"]
    client.headers["X-CSRF-Token"] = csrf
    return csrf
