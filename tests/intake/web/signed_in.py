"""Somebody who has signed in with an account of their own."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi.testclient import TestClient

from intake.pipeline.access import accounts
from intake.pipeline.access.accounts import Decided
from intake.store.database import Database

PASSWORD = "hiljainen-postihuone-7"


def account(database: Database, login: str, *roles: str, sees_protected: bool = False) -> None:
    """Make an account with a password."""
    now = datetime.now(UTC)
    _, link = accounts.make(database, login, Decided(login.title(), frozenset(roles), sees_protected), "test", now)
    accounts.set_password(database, link.path.rpartition("/")[2].rpartition("=")[2], PASSWORD, now)


def sign_in(client: TestClient, login: str) -> str:
    """Sign in, and give the form token."""
    answer = client.post("/sign-in", data={"login": login, "password": PASSWORD}, headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.text
    csrf: str = answer.json()["csrf"]
    return csrf
