"""`saapuva audit`, `saapuva backup` and `saapuva restore` as a person types them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
import typer
from psycopg import sql
from psycopg.conninfo import make_conninfo
from typer.testing import CliRunner, Result

from intake.commands import audit as audit_commands
from intake.commands import backup as backup_commands
from intake.running import only_one
from intake.store import audit, dumps
from intake.store.database import Database
from models.errors import BackupError

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
Run = Callable[..., Result]


@pytest.fixture
def run(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("SAAPUVA_DATABASE_URL", database_url)
    monkeypatch.setenv("SAAPUVA_DATA", str(tmp_path / "data"))
    app = typer.Typer()
    audit_commands.register(app)
    backup_commands.register(app)
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def fresh_url(server_url: str) -> Iterator[str]:
    name = f"restored_{uuid4().hex[:12]}"
    with psycopg.connect(server_url, autocommit=True) as conn:
        conn.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield make_conninfo(server_url, dbname=name)
        conn.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def add(database: Database, event: str = "file.read") -> None:
    with database.transaction() as conn:
        audit.append(
            conn, event, "file:1", actor="saapuva", at=NOW, versions={"types": "abc"},
            before={"stage": "received", "hetu": "010190-123A"}, after={"stage": "read", "hetu": "010190-123A", "pages": 3},
        )  # fmt: skip


def test_verify_prints_the_head_to_keep_and_takes_it_back(run: Run, database: Database) -> None:
    add(database)
    first = run("audit", "verify")
    kept = re.search(r"\b1:[0-9a-f]{64}\b", first.stdout)
    add(database)

    assert first.exit_code == 0
    assert "1 events, the trail is whole." in first.stdout
    assert kept is not None
    assert run("audit", "verify", "--expect", kept[0]).exit_code == 0
    assert run("audit", "verify", "--expect", "1:" + "0" * 64).exit_code == 47
    assert run("audit", "head").stdout.startswith("2:")


@pytest.mark.parametrize("word", ["1", "x:" + "0" * 64, "1:abc"])
def test_a_head_that_is_none_is_refused(run: Run, word: str) -> None:
    assert run("audit", "verify", "--expect", word).exit_code == 2


def test_a_broken_trail_ends_with_its_own_exit_code_and_names_the_event(run: Run, database: Database) -> None:
    add(database)
    with database.transaction() as conn:
        conn.execute("ALTER TABLE audit_event DISABLE TRIGGER USER")
        conn.execute("UPDATE audit_event SET subject = 'file:2'")

    answer = run("audit", "verify")

    assert answer.exit_code == 47
    assert "event 1" in answer.stderr


@pytest.mark.parametrize("subject", ["1", "file:1"])
def test_show_tells_what_happened_in_finnish_time_with_codes_masked(run: Run, database: Database, subject: str) -> None:
    add(database)

    shown = run("audit", "show", subject).stdout
    full = run("audit", "show", "--full", subject).stdout

    assert "02.03.2026 11:00:00  file read by saapuva  (event 1)" in shown
    assert "stage: received → read" in shown
    assert "pages: 3" in shown
    assert "types abc" in shown
    assert "010190" not in shown
    assert "hetu" not in shown  # it did not change
    assert "010190" not in full


def test_only_full_shows_a_code(run: Run, database: Database) -> None:
    with database.transaction() as conn:
        audit.append(conn, "document.corrected", "document:1", actor="maija", at=NOW, before=None, after={"hetu": "010190-123A"})

    assert "010190" not in run("audit", "show", "document:1").stdout
    assert "010190-123A" in run("audit", "show", "document:1", "--full").stdout


def test_a_subject_nobody_knows_is_not_found(run: Run) -> None:
    assert run("audit", "show", "file:none").exit_code == 31


@pytest.mark.end_to_end
@pytest.mark.parametrize("known_from", [dumps.KNOWS_EVERY_SETTING, 99], ids=["newest server", "as into an older server"])
def test_backup_verify_and_restore_go_hand_in_hand(
    run: Run, database: Database, fresh_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, known_from: int
) -> None:
    monkeypatch.setattr(dumps, "KNOWS_EVERY_SETTING", known_from)
    add(database)
    head = run("audit", "head").stdout.strip()
    taken = run("backup", tmp_path / "copy")
    verified = run("backup", "verify", tmp_path / "copy")
    refused = run("restore", tmp_path / "copy")
    monkeypatch.setenv("SAAPUVA_DATABASE_URL", fresh_url)
    restored = run("restore", tmp_path / "copy")

    assert (taken.exit_code, verified.exit_code, refused.exit_code, restored.exit_code) == (0, 0, 58, 0), (
        taken.stderr + restored.stderr
    )
    assert f"Keep this elsewhere: {head}" in taken.stdout
    assert "every file has its hash" in verified.stdout
    assert "not empty" in refused.stderr
    assert "Audit trail whole (1 events)" in restored.stdout
    assert run("audit", "verify", "--expect", head).exit_code == 0


@pytest.mark.parametrize("words", [["backup"], ["backup", "a", "b"], ["backup", "verify", "a", "b"]])
def test_words_that_mean_nothing_are_refused(run: Run, words: list[str]) -> None:
    assert run(*words).exit_code == 2


def test_verifying_what_is_no_backup_says_so(run: Run, tmp_path: Path) -> None:
    assert run("backup", "verify", tmp_path).exit_code == 58


def test_a_database_that_is_away_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAAPUVA_DATABASE_URL", "host=127.0.0.1 port=1 dbname=x")

    assert run("audit", "head").exit_code == 41


def test_nothing_is_restored_into_the_place_of_a_running_service(run: Run, database: Database, tmp_path: Path) -> None:
    add(database)
    assert run("backup", tmp_path / "kept").exit_code == 0

    with only_one(tmp_path / "data"):
        refused = run("restore", "--force", tmp_path / "kept")

    assert refused.exit_code == 58
    assert run("audit", "head").stdout.startswith("1:")


def test_a_mistyped_place_is_not_a_new_place(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SAAPUVA_DATABASE_URL")
    monkeypatch.setenv("SAAPUVA_DATA", str(tmp_path / "typo"))

    refused = run("audit", "verify")

    assert refused.exit_code == 50
    assert not (tmp_path / "typo").exists()


def test_a_database_without_our_schema_is_named(
    run: Run, fresh_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SAAPUVA_DATABASE_URL", fresh_url)

    assert run("audit", "verify").exit_code == 51
    assert run("backup", tmp_path / "kept").exit_code == 51


def test_a_script_that_breaks_off_leaves_nothing_in_an_older_server(
    run: Run, database: Database, fresh_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(database)
    assert run("backup", tmp_path / "copy").exit_code == 0
    monkeypatch.setattr(dumps, "KNOWS_EVERY_SETTING", 99)
    cut = (tmp_path / "copy" / "database.dump").read_bytes()
    (tmp_path / "cut.dump").write_bytes(cut[: len(cut) * 2 // 3])

    with Database(fresh_url) as empty:
        with empty.transaction() as conn, pytest.raises(BackupError):
            dumps.load(conn, fresh_url, tmp_path / "cut.dump")
        with empty.transaction() as conn:
            assert dumps.row_counts(conn) == {}
