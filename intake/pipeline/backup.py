"""Copy everything that is kept to a folder while the service runs, and bring it back elsewhere.

A backup is a folder: `backup.json` (written last: what lies here, with hashes), `database.dump`, `blobs/ab/abcd…`.
It is made beside its place as `FOLDER.part` and renamed when whole, so a half one is never taken for a backup.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from intake.durable import make_folder, sync_path
from intake.pipeline.audit_trail import verify
from intake.store import audit, dumps, figures
from intake.store.blobs import BlobStore
from intake.store.database import Database
from intake.version import VERSION
from models.errors import BackupError, BlobDamagedError

INDEX, DUMP, BLOBS = "backup.json", "database.dump", "blobs"
CHUNK = 1 << 20

Progress = Callable[[str], None]


class Backup(BaseModel):
    """What `backup.json` says. `missing` are originals the store no longer had: the backup is whole without them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    form: str = "saapuva-backup/1"
    product: str
    made_at: datetime
    schema_revision: str
    server_major: int
    rows: dict[str, int]
    audit_seq: int
    audit_hash: str
    dump_sha256: str
    dump_bytes: int
    blobs: dict[str, int]
    missing: tuple[str, ...] = ()


def make(database: Database, blobs: BlobStore, folder: Path, now: datetime, say: Progress = lambda _: None) -> Backup:
    """Write a whole backup to `folder`; one that lies there already lends its blobs and is replaced at the end.

    The dump is of one moment, and the blobs are those it names; blobs never change, so nothing has to stand still.
    """
    part, old = folder.with_name(folder.name + ".part"), folder.with_name(folder.name + ".old")
    if old.exists() and not folder.exists():
        old.rename(folder)  # a run was killed between its two last steps
    _may_replace(folder)
    shutil.rmtree(part, ignore_errors=True)
    try:
        make_folder(part)
        backup, named = _dump(database, part, now, say)
        copied, missing = _copy_blobs(blobs, named, part / BLOBS, folder / BLOBS, say)
        backup = backup.model_copy(update={"blobs": copied, "missing": missing})
        _write(part / INDEX, backup.model_dump_json(indent=1).encode())
        _sync_tree(part)
        _swap(part, folder, old)
    except OSError as error:
        raise BackupError(
            f"{folder}: {error.strerror or type(error).__name__}.", "Check room and rights of the folder."
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return backup


def _may_replace(folder: Path) -> None:
    if folder.exists() and not (folder / INDEX).is_file() and (not folder.is_dir() or any(folder.iterdir())):
        raise BackupError(f"{folder} is there and is no backup.", "Name another folder; one that does not exist is made.")


def _dump(database: Database, part: Path, now: datetime, say: Progress) -> tuple[Backup, dict[str, bool]]:
    say("database")
    with database.transaction() as conn:
        audit.hold_still(conn)
        dumps.dump(conn, database.url, dumps.share_snapshot(conn), part / DUMP)
        seq, digest = audit.head(conn)
        backup = Backup(
            product=VERSION,
            made_at=now,
            schema_revision=figures.schema_revision(conn) or "",
            server_major=conn.info.server_version // 10000,
            rows=dumps.row_counts(conn),
            audit_seq=seq,
            audit_hash=digest,
            dump_sha256=_sha256(part / DUMP),
            dump_bytes=(part / DUMP).stat().st_size,
            blobs={},
        )
        return backup, dumps.named_blobs(conn)


def _copy_blobs(
    blobs: BlobStore, named: dict[str, bool], target: Path, before: Path, say: Progress
) -> tuple[dict[str, int], tuple[str, ...]]:
    copied: dict[str, int] = {}
    missing = []
    for number, (sha256, may_be_absent) in enumerate(named.items(), 1):
        if number % 1000 == 0:
            say(f"{number} of {len(named)} originals and images")
        path = _place(target, sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        if _link(_place(before, sha256), path) or _fetch(blobs, sha256, path):
            copied[sha256] = path.stat().st_size
        elif not may_be_absent:
            missing.append(sha256)
    return copied, tuple(missing)


def _fetch(blobs: BlobStore, sha256: str, path: Path) -> bool:
    """Take a blob out of the store, by a hard link where both are on one disk. The store has checked its hash."""
    try:
        with blobs.as_file(sha256) as source:
            if not _link(source, path):
                with source.open("rb") as stream, path.open("wb") as file:
                    shutil.copyfileobj(stream, file, CHUNK)
                    file.flush()
                    os.fsync(file.fileno())
    except BlobDamagedError:
        path.unlink(missing_ok=True)
        return False
    return True


def _link(source: Path, target: Path) -> bool:
    """Blobs are never changed in place, so one file may stand under two names."""
    try:
        os.link(source, target)
    except OSError:
        return False
    return True


def _swap(part: Path, folder: Path, old: Path) -> None:
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    part.rename(folder)
    sync_path(folder.parent)
    shutil.rmtree(old, ignore_errors=True)


def check(folder: Path) -> Backup:
    """Hold every file of a backup against its hash. Raises BackupError naming the first that is damaged."""
    backup = _index(folder)
    _hold(folder / DUMP, backup.dump_sha256, backup.dump_bytes)
    for sha256, size in backup.blobs.items():
        _hold(_place(folder / BLOBS, sha256), sha256, size)
    return backup


def _index(folder: Path) -> Backup:
    try:
        return Backup.model_validate(json.loads((folder / INDEX).read_bytes()))
    except FileNotFoundError:
        raise BackupError(
            f"{folder} is no backup: {INDEX} is missing.", "Name the folder that `./saapuva backup` made."
        ) from None
    except (OSError, ValueError, ValidationError):
        raise BackupError(f"{folder / INDEX} is damaged.", "Take another backup.") from None


def _hold(path: Path, sha256: str, size: int) -> None:
    damaged = "is missing"
    if path.is_file():
        damaged = "" if path.stat().st_size == size and _sha256(path) == sha256 else "is damaged"
    if damaged:
        raise BackupError(f"{path} {damaged}.", "Take another backup; nothing was restored from this one.")


class Restored(BaseModel):
    """A restored place that was checked: rows as in the backup, audit trail whole, ledger balanced, every blob's hash."""

    model_config = ConfigDict(frozen=True)

    rows: dict[str, int]
    audit_events: int
    blobs: int
    jobs_revived: int
    missing: tuple[str, ...]


def restore(
    database: Database, blobs: BlobStore, folder: Path, *, force: bool = False, say: Progress = lambda _: None
) -> Restored:
    """Check a backup, put it into an empty database and an empty store, and check the result.

    `force` empties a database that holds something first. Until the database's one transaction is committed nothing
    of the backup shows; run it again after a failure.
    """
    say("checking the backup")
    backup = check(folder)
    _fits(backup)
    _is_free(database, blobs, force=force)
    say("originals and images")
    for sha256 in backup.blobs:
        _put(blobs, sha256, _place(folder / BLOBS, sha256))
    say("database")
    with database.transaction() as conn:
        dumps.empty(conn)
    with database.transaction() as conn:
        dumps.load(conn, database.url, folder / DUMP)
    say("checking what was restored")
    return _checked(database, blobs, backup)


def _fits(backup: Backup) -> None:
    if backup.schema_revision > figures.needed_revision():
        raise BackupError(
            f"The backup has schema {backup.schema_revision}, newer than this version's {figures.needed_revision()}.",
            f"Install version {backup.product} or a newer one.",
        )


def _is_free(database: Database, blobs: BlobStore, *, force: bool) -> None:
    if force:
        return
    with database.transaction() as conn:
        rows = dumps.row_counts(conn)
    holds = [name for name in ("batch", "file", "audit_event", "record") if rows.get(name)]
    foreign = sorted(set(rows) - {"alembic_version"}) if rows and "batch" not in rows else []
    if holds or foreign:
        raise BackupError(
            f"The database is not empty (table {(holds or foreign)[0]}).",
            "Restore into a new place, or say --force to lose it.",
        )
    if next(iter(blobs.every()), None) is not None:
        raise BackupError("The store of originals is not empty.", "Restore into a new place, or say --force: it is added to.")


def _put(blobs: BlobStore, sha256: str, path: Path) -> None:
    with path.open("rb") as stream:
        stored = blobs.put(iter(lambda: stream.read(CHUNK), b""))
    if stored.sha256 != sha256:
        raise BackupError(f"{path} is damaged.", "Take another backup.")


def _checked(database: Database, blobs: BlobStore, backup: Backup) -> Restored:
    verified = verify(database, (backup.audit_seq, backup.audit_hash) if backup.audit_seq else None)
    with database.transaction() as conn:
        rows, difference = dumps.row_counts(conn), figures.ledger_difference(conn)
        wrong = sorted(name for name in {*rows, *backup.rows} if rows.get(name) != backup.rows.get(name))
        if wrong or difference:
            problem = f"Table {wrong[0]} differs from the backup." if wrong else f"The ledger differs by {difference} pages."
            raise BackupError(problem, "Do not start the service on it; take another backup.")
    for sha256 in backup.blobs:
        _whole(blobs, sha256)
    with database.transaction() as conn:
        revived = dumps.revive_jobs(conn)
    return Restored(
        rows=rows, audit_events=verified.events, blobs=len(backup.blobs), jobs_revived=revived, missing=backup.missing
    )


def _whole(blobs: BlobStore, sha256: str) -> None:
    """Read a blob back: the store itself holds it against its hash, and so do we."""
    digest = hashlib.sha256()
    with blobs.open(sha256) as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    if digest.hexdigest() != sha256:
        raise BackupError(f"Blob {sha256} was not restored whole.", "Check the new place's disk, then restore again.")


def _place(root: Path, sha256: str) -> Path:
    return root / sha256[:2] / sha256


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_tree(root: Path) -> None:
    """Force all files and folders to the disk: pg_dump does not promise it, and links live in folders."""
    for path in _all(root):
        sync_path(path)


def _all(root: Path) -> Iterator[Path]:
    for path in root.rglob("*"):
        if path.is_dir() or path.parent == root:
            yield path
    yield root
