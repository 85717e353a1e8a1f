"""A backup taken while the service runs comes back whole in a new place."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from intake.pipeline import backup
from intake.pipeline.audit_trail import verify
from intake.pipeline.receive import IncomingFile, NewBatch, take
from intake.store import dumps, figures, jobs
from intake.store.blobs import BlobStore, open_blobs
from intake.store.database import Database
from intake.store.embedded import EmbeddedPostgres
from models.errors import BackupError

pytestmark = pytest.mark.end_to_end  # each starts pg_dump
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def blobs(tmp_path: Path) -> BlobStore:
    return open_blobs(str(tmp_path / "blobs"), None)


@pytest.fixture
def elsewhere(server_url: str) -> Iterator[Database]:
    """An empty database in the same server: a new place."""
    name = f"restored_{uuid4().hex[:12]}"
    with psycopg.connect(server_url, autocommit=True) as conn:
        conn.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        with Database(make_conninfo(server_url, dbname=name)) as database:
            yield database
        conn.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def receive(database: Database, blobs: BlobStore, *contents: bytes) -> tuple[UUID, ...]:
    kept = [blobs.put([content]) for content in contents]
    files = [IncomingFile(f"{n}.pdf", one.sha256, one.size, "application/pdf", n) for n, one in enumerate(kept, 1)]
    batch = NewBatch(
        door="api", channel="post", sender=None, reference=None, received_at=NOW, received_evidence="told",
        idempotency_key=uuid4().hex, evidence=(),
    )  # fmt: skip
    return take(database, batch, files, NOW).file_ids


def everything(database: Database) -> dict[str, list[Any]]:
    """Every row of every table."""
    with database.transaction() as conn:
        return {
            name: sorted(map(repr, conn.execute(sql.SQL("SELECT t FROM {} AS t").format(sql.Identifier(name))).fetchall()))
            for name in dumps.row_counts(conn)
        }


def pick_up(database: Database) -> int:
    """Let a worker that then dies take the first job."""
    with database.transaction() as conn:
        row = conn.execute("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id").fetchone()
        assert row is not None
        job = conn.execute("SELECT id FROM procrastinate_fetch_job_v2(NULL, %s)", row).fetchone()
        assert job is not None
        return int(job[0])


def test_everything_comes_back_row_by_row_and_byte_by_byte(
    database: Database, blobs: BlobStore, elsewhere: Database, tmp_path: Path
) -> None:
    receive(database, blobs, b"first", b"second")
    receive(database, blobs, b"first", b"third")  # the same bytes again: a row that points at another of its table
    made = backup.make(database, blobs, tmp_path / "backup", NOW)
    shutil.rmtree(tmp_path / "blobs")  # the old place is gone
    new = open_blobs(str(tmp_path / "new"), None)

    restored = backup.restore(elsewhere, new, tmp_path / "backup")

    assert everything(elsewhere) == everything(database)
    assert {new.read(sha256) for sha256 in made.blobs} == {b"first", b"second", b"third"}
    assert (restored.blobs, restored.rows["file"], restored.rows["page"]) == (3, 4, 6)
    assert verify(elsewhere, (made.audit_seq, made.audit_hash)).events == restored.audit_events == 2
    with pytest.raises(psycopg.errors.RestrictViolation), elsewhere.transaction() as conn:
        conn.execute("DELETE FROM audit_event")  # the guards came along


def test_a_job_that_was_being_worked_on_goes_on_after_the_restore(
    database: Database, blobs: BlobStore, elsewhere: Database, tmp_path: Path
) -> None:
    receive(database, blobs, b"first")
    job = pick_up(database)
    backup.make(database, blobs, tmp_path / "backup", NOW)

    restored = backup.restore(elsewhere, open_blobs(str(tmp_path / "new"), None), tmp_path / "backup")

    assert restored.jobs_revived == 1
    assert pick_up(elsewhere) == job
    with elsewhere.transaction() as conn:
        jobs.enqueue(conn, jobs.DELIVER, uuid4())  # numbers go on where they stopped


def test_a_backup_comes_back_in_a_built_in_server_of_its_own(database: Database, blobs: BlobStore, tmp_path: Path) -> None:
    receive(database, blobs, b"first", b"second")
    backup.make(database, blobs, tmp_path / "backup", NOW)
    server = EmbeddedPostgres(tmp_path / "postgres")
    try:
        with Database(server.start()) as fresh:
            backup.restore(fresh, open_blobs(str(tmp_path / "new"), None), tmp_path / "backup")
            assert everything(fresh) == everything(database)
            with pytest.raises(BackupError, match="not empty"):
                backup.restore(fresh, open_blobs(str(tmp_path / "newer"), None), tmp_path / "backup")
            backup.restore(fresh, open_blobs(str(tmp_path / "new"), None), tmp_path / "backup", force=True)
            assert everything(fresh) == everything(database)
            backup.make(fresh, open_blobs(str(tmp_path / "new"), None), tmp_path / "second", NOW)
    finally:
        server.stop()


def test_a_second_backup_copies_only_what_is_new(
    database: Database, blobs: BlobStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(database, blobs, b"first")
    backup.make(database, blobs, tmp_path / "backup", NOW)
    receive(database, blobs, b"second")
    asked: list[str] = []
    as_file = blobs.as_file
    monkeypatch.setattr(blobs, "as_file", lambda sha256: asked.append(sha256) or as_file(sha256))  # type: ignore[func-returns-value]

    made = backup.make(database, blobs, tmp_path / "backup", NOW)

    assert asked == [hashlib.sha256(b"second").hexdigest()]
    assert len(backup.check(tmp_path / "backup").blobs) == len(made.blobs) == 2
    assert sorted(path.name for path in tmp_path.iterdir() if "backup" in path.name) == ["backup"]


def whole(database: Database, blobs: BlobStore, tmp_path: Path) -> Path:
    receive(database, blobs, b"first")
    backup.make(database, blobs, tmp_path / "backup", NOW)
    return tmp_path / "backup"


def damage(path: Path) -> None:
    content = path.read_bytes()
    path.unlink()  # never through a hard link
    path.write_bytes(bytes([content[0] ^ 1]) + content[1:])


@pytest.mark.parametrize("change", [damage, Path.unlink])
@pytest.mark.parametrize("which", ["database.dump", "blobs/*/*"])
def test_a_damaged_backup_is_refused_by_the_name_of_the_file(
    database: Database, blobs: BlobStore, elsewhere: Database, tmp_path: Path, which: str, change: Any
) -> None:
    folder = whole(database, blobs, tmp_path)
    [path] = folder.glob(which)
    change(path)

    with pytest.raises(BackupError, match=path.name):
        backup.restore(elsewhere, open_blobs(str(tmp_path / "new"), None), folder)

    with elsewhere.transaction() as conn:
        assert dumps.row_counts(conn) == {}


@pytest.mark.parametrize("content", [None, b"", b"{}", b"\xff"])
def test_without_a_whole_index_it_is_no_backup(
    database: Database, blobs: BlobStore, tmp_path: Path, content: bytes | None
) -> None:
    folder = whole(database, blobs, tmp_path)
    (folder / "backup.json").unlink()
    if content is not None:
        (folder / "backup.json").write_bytes(content)

    with pytest.raises(BackupError, match=r"backup\.json"):
        backup.check(folder)


def test_a_folder_with_something_else_in_it_is_left_alone(database: Database, blobs: BlobStore, tmp_path: Path) -> None:
    (tmp_path / "backup").mkdir()
    (tmp_path / "backup" / "letters.txt").write_text("mine")

    with pytest.raises(BackupError, match="is no backup"):
        backup.make(database, blobs, tmp_path / "backup", NOW)

    assert (tmp_path / "backup" / "letters.txt").read_text() == "mine"


def test_a_backup_that_fails_leaves_the_one_before(
    database: Database, blobs: BlobStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = whole(database, blobs, tmp_path)
    before = (folder / "backup.json").read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup, "_write", full)
    with pytest.raises(BackupError, match="No space left"):
        backup.make(database, blobs, folder, NOW)

    assert (folder / "backup.json").read_bytes() == before
    assert not (tmp_path / "backup.part").exists()


def test_a_run_killed_between_its_last_two_steps_is_put_right(database: Database, blobs: BlobStore, tmp_path: Path) -> None:
    folder = whole(database, blobs, tmp_path)
    folder.rename(tmp_path / "backup.old")
    (tmp_path / "backup.part").mkdir()

    backup.make(database, blobs, folder, NOW)

    assert backup.check(folder)
    assert not (tmp_path / "backup.old").exists()


def test_an_original_that_is_gone_is_named_and_the_rest_is_kept(database: Database, blobs: BlobStore, tmp_path: Path) -> None:
    receive(database, blobs, b"first", b"second")
    gone = hashlib.sha256(b"first").hexdigest()
    [path] = (tmp_path / "blobs").rglob(gone)
    path.unlink()

    made = backup.make(database, blobs, tmp_path / "backup", NOW)

    assert made.missing == (gone,)
    assert list(backup.check(tmp_path / "backup").blobs) == [hashlib.sha256(b"second").hexdigest()]


def test_a_place_that_holds_something_is_refused(
    database: Database, blobs: BlobStore, elsewhere: Database, tmp_path: Path
) -> None:
    folder = whole(database, blobs, tmp_path)

    with pytest.raises(BackupError, match="database is not empty"):
        backup.restore(database, open_blobs(str(tmp_path / "new"), None), folder)
    with pytest.raises(BackupError, match="store of originals is not empty"):
        backup.restore(elsewhere, blobs, folder)


def test_a_backup_of_a_newer_schema_is_refused(database: Database, blobs: BlobStore, elsewhere: Database, tmp_path: Path) -> None:
    folder = whole(database, blobs, tmp_path)
    index = json.loads((folder / "backup.json").read_text())
    (folder / "backup.json").write_text(json.dumps(index | {"schema_revision": "9999"}))

    with pytest.raises(BackupError, match="newer than this version"):
        backup.restore(elsewhere, open_blobs(str(tmp_path / "new"), None), folder)


def test_programs_older_than_the_server_are_refused_with_a_remedy(
    database: Database, blobs: BlobStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "bin"
    old.mkdir()
    (old / "pg_dump").write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 12.3'\n")
    (old / "pg_dump").chmod(0o755)
    monkeypatch.setattr(dumps, "_candidates", lambda name: iter([old / name]))

    with pytest.raises(BackupError, match="only of version 12") as caught:
        backup.make(database, blobs, tmp_path / "backup", NOW)

    assert "PG_BINDIR" in caught.value.remedy
    assert not (tmp_path / "backup").exists()


def test_what_came_after_the_dump_began_is_not_half_in_it(
    database: Database, blobs: BlobStore, elsewhere: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(database, blobs, b"first")
    dump = dumps.dump

    def and_one_more(*given: Any) -> None:
        dump(*given)
        receive(database, blobs, b"meanwhile")

    monkeypatch.setattr(dumps, "dump", and_one_more)
    made = backup.make(database, blobs, tmp_path / "backup", NOW)

    restored = backup.restore(elsewhere, open_blobs(str(tmp_path / "new"), None), tmp_path / "backup")

    assert restored.rows["file"] == made.rows["file"] == 1
    with elsewhere.transaction() as conn:
        assert figures.ledger_difference(conn) == 0
