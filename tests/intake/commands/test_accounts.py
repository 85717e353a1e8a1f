"""`saapuva accounts`: the way in from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from intake import cli
from intake.store.database import Database
from tests.intake.persons import person

pytestmark = pytest.mark.usefixtures("quick_hashes")


@pytest.fixture(autouse=True)
def settings(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAAPUVA_DATABASE_URL", database_url)
    monkeypatch.setenv("SAAPUVA_DATA", str(tmp_path))


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli.app, ["accounts", *words])
    return done.exit_code, done.output


def test_the_first_link_is_printed_until_somebody_can_sign_in(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    code, told = run("link")
    assert code == 0 and told.startswith("http://127.0.0.1:8350/welcome/") and "works once" in told
    monkeypatch.setenv("SAAPUVA_PUBLIC_URL", "https://papers.example/")
    assert run("link")[1].startswith("https://papers.example/welcome/")

    person(database, "pomo", ["administrator"])

    assert run("link")[0] == 32
    assert run("link", "--if-first") == (0, "")
    assert "/welcome/" in run("link", "pomo")[1]
    assert run("link", "nobody")[0] == 33


def test_accounts_are_listed_with_state_and_roles(database: Database) -> None:
    person(database, "bertta", ["mailroom", "caseworker"], sees_protected=True)

    code, told = run("list")

    assert code == 0 and "bertta" in told and "in use" in told and "caseworker, mailroom, sees protected persons" in told
