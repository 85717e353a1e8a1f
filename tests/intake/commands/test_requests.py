"""`saapuva request`, as it is typed."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from intake.cli import app
from intake.store import requests
from intake.store.database import Database
from tests.intake.pipeline.requests.asked_matters import asked_matter


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    monkeypatch.setenv("SAAPUVA_DATABASE_URL", database_url)
    monkeypatch.setenv("SAAPUVA_DATA", str(tmp_path))
    return lambda *words: CliRunner().invoke(app, ["request", *map(str, words)])


def test_a_letter_is_drafted_and_written(run: Any, database: Database, tmp_path: Path) -> None:
    item, out = asked_matter(database).work_item, tmp_path / "letter.pdf"

    ended = run(item, "--of", "insured", "--language", "sv", "--out", out)

    with database.transaction() as conn:
        (row,) = requests.of_matter(conn, item)
    assert ended.exit_code == 0, ended.output
    assert out.read_bytes().startswith(b"%PDF-") and row.language == "sv"
    assert str(row.id) in ended.output and "Ålander" not in ended.output


def test_what_a_person_must_still_do_is_said(run: Any, database: Database, tmp_path: Path) -> None:
    protected = run(asked_matter(database, queue="protected_clients").work_item, "--out", tmp_path / "a.pdf")
    employer = run(asked_matter(database).work_item, "--of", "employer", "--out", tmp_path / "b.pdf")

    assert "protected" in protected.output and "by hand" in employer.output


def test_asked_already_unknown_and_unwritable_end_with_their_codes(run: Any, database: Database, tmp_path: Path) -> None:
    item = asked_matter(database).work_item
    missing = run(item, "--out", tmp_path / "no" / "letter.pdf")
    with database.transaction() as conn:
        kept = requests.of_matter(conn, item)
    codes = [run(item, "--out", tmp_path / name).exit_code for name in ("a.pdf", "b.pdf")]

    assert (missing.exit_code, kept) == (24, [])
    assert codes == [0, 32]
    assert run(uuid4(), "--out", tmp_path / "c.pdf").exit_code == 31
