"""Manifests: lists of what was sent, item by item, and which file each item turned out to be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from psycopg.rows import class_row
from pydantic import BaseModel, ConfigDict

from intake.store.database import Conn
from models.errors import NotFoundError


class ManifestRow(BaseModel):
    """One manifest. `folder` and `name` say where it came in; `settled_at` is None while something is missing or differs."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    folder: str
    name: str
    sha256: str
    bytes: int
    arrived_at: datetime
    settled_at: datetime | None


class ManifestItemRow(BaseModel):
    """One item. `difference` says how the file disagrees: missing, not_listed, listed_twice, or words with both values."""

    model_config = ConfigDict(frozen=True)

    manifest_id: UUID
    number: int
    name: str
    pages: int | None
    sha256: str | None
    received_at: datetime | None
    sender: str | None
    reference: str | None
    file_id: UUID | None
    difference: str | None


class ManifestSums(BaseModel):
    """One manifest in a list: how many items it has, how many have not come, how many disagree."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    folder: str
    name: str
    arrived_at: datetime
    settled_at: datetime | None
    items: int
    outstanding: int
    differing: int


class CandidateRow(BaseModel):
    """A file that may be what an item says."""

    model_config = ConfigDict(frozen=True)

    number: int
    file_id: UUID
    taken_at: datetime
    pages_in: int
    sha256: str
    stage: str
    is_same_name: bool


class UnlistedRow(BaseModel):
    """A file of a watched folder that no manifest lists, and the manifest that came nearest to it, if one came near."""

    model_config = ConfigDict(frozen=True)

    file_id: UUID
    name: str
    manifest_id: UUID | None


ADD = """
    INSERT INTO manifest (id, folder, name, sha256, bytes, arrived_at, settled_at)
    VALUES (%(id)s, %(folder)s, %(name)s, %(sha256)s, %(bytes)s, %(arrived_at)s, %(settled_at)s)
        ON CONFLICT (folder, name, sha256) DO NOTHING
"""
ADD_ITEM = """
    INSERT INTO manifest_item (manifest_id, number, name, pages, sha256, received_at, sender, reference, file_id, difference)
    VALUES (%(manifest_id)s, %(number)s, %(name)s, %(pages)s, %(sha256)s, %(received_at)s, %(sender)s, %(reference)s,
            %(file_id)s, %(difference)s)
"""


def add(conn: Conn, manifest: ManifestRow, items: Iterable[ManifestItemRow]) -> bool:
    """Write a manifest and its items down; False for one that is there already. The caller commits."""
    if conn.execute(ADD, manifest.model_dump()).rowcount == 0:
        return False
    with conn.cursor() as cursor:
        cursor.executemany(ADD_ITEM, [item.model_dump() for item in items])
    return True


ALONE = "SELECT pg_try_advisory_xact_lock(%(number)s)"
_RECONCILING = 0x5AA9_0010


def try_alone(conn: Conn) -> bool:
    """Say whether this transaction is the only one that reconciles now; the lock ends with it."""
    row = conn.execute(ALONE, {"number": _RECONCILING}).fetchone()
    return row is not None and bool(row[0])


UNSETTLED = """
    SELECT id, folder, name, sha256, bytes, arrived_at, settled_at
      FROM manifest
     WHERE settled_at IS NULL AND arrived_at >= %(since)s AND folder = ANY(%(folders)s)
     ORDER BY arrived_at, id
"""


def unsettled(conn: Conn, folders: Sequence[str], since: datetime) -> list[ManifestRow]:
    """Give the manifests of these folders that something is missing from or differs in, oldest first."""
    with conn.cursor(row_factory=class_row(ManifestRow)) as cursor:
        return cursor.execute(UNSETTLED, {"since": since, "folders": list(folders)}).fetchall()


GET = "SELECT id, folder, name, sha256, bytes, arrived_at, settled_at FROM manifest WHERE id = %(id)s"
LOCK = f"{GET} FOR UPDATE"


def get(conn: Conn, manifest_id: UUID, *, lock: bool = False) -> ManifestRow:
    """Give one manifest, locked until the transaction ends if asked. Raises NotFoundError."""
    with conn.cursor(row_factory=class_row(ManifestRow)) as cursor:
        manifest = cursor.execute(LOCK if lock else GET, {"id": manifest_id}).fetchone()
    if manifest is None:
        raise NotFoundError("manifest", str(manifest_id))
    return manifest


ITEMS = """
    SELECT manifest_id, number, name, pages, sha256, received_at, sender, reference, file_id, difference
      FROM manifest_item
     WHERE manifest_id = %(manifest_id)s
     ORDER BY number
"""


def items_of(conn: Conn, manifest_id: UUID) -> list[ManifestItemRow]:
    with conn.cursor(row_factory=class_row(ManifestItemRow)) as cursor:
        return cursor.execute(ITEMS, {"manifest_id": manifest_id}).fetchall()


AWAITED = """
    SELECT item.manifest_id, item.number, item.name, item.pages, item.sha256, item.received_at, item.sender, item.reference,
           item.file_id, item.difference
      FROM manifest_item AS item
      JOIN manifest ON manifest.id = item.manifest_id
     WHERE manifest.folder = %(folder)s AND manifest.arrived_at >= %(since)s
       AND item.file_id IS NULL AND item.difference IS DISTINCT FROM 'listed_twice'
       AND (lower(normalize(item.name)) = lower(normalize(%(name)s)) OR item.sha256 = %(sha256)s)
     ORDER BY lower(normalize(item.name)) = lower(normalize(%(name)s)) DESC, manifest.arrived_at DESC, item.number
     LIMIT 1
"""


def awaited(conn: Conn, folder: str, name: str, sha256: str, since: datetime) -> ManifestItemRow | None:
    """Give the item that a file fits which has just come: by its name, else by its bytes."""
    values = {"folder": folder, "name": name, "sha256": sha256, "since": since}
    with conn.cursor(row_factory=class_row(ManifestItemRow)) as cursor:
        return cursor.execute(AWAITED, values).fetchone()


CANDIDATES = """
    SELECT item.number, file.id AS file_id, batch.taken_at, file.pages_in, file.sha256, file.stage,
           lower(normalize(file.name)) = lower(normalize(item.name)) AS is_same_name
      FROM batch
      JOIN file ON file.batch_id = batch.id
      JOIN manifest_item AS item
        ON lower(normalize(file.name)) = lower(normalize(item.name)) OR file.sha256 = item.sha256
     WHERE batch.door = 'watch' AND batch.taken_at >= %(since)s AND starts_with(batch.idempotency_key, %(key)s)
       AND item.manifest_id = %(manifest_id)s
       AND (item.file_id IS NULL OR item.difference IS NOT NULL)
       AND coalesce(item.difference, '') NOT IN ('listed_twice', 'not_listed')
       AND NOT EXISTS (SELECT 1
                         FROM manifest_item AS other
                        WHERE other.file_id = file.id AND other.difference IS DISTINCT FROM 'not_listed'
                          AND (other.manifest_id, other.number) <> (item.manifest_id, item.number))
     ORDER BY is_same_name DESC, file.sha256 = item.sha256 DESC NULLS LAST,
              abs(extract(epoch FROM batch.taken_at - %(arrived_at)s::timestamptz)), item.number, file.id
"""


def candidates(conn: Conn, manifest: ManifestRow, key: str, since: datetime) -> list[CandidateRow]:
    """Give the files that may be what the manifest's open items say, best first: name, bytes, nearness in time.

    `key` begins the idempotency keys of the manifest's folder. Files that another item has got are left out.
    """
    values = {"manifest_id": manifest.id, "arrived_at": manifest.arrived_at, "key": key, "since": since}
    with conn.cursor(row_factory=class_row(CandidateRow)) as cursor:
        return cursor.execute(CANDIDATES, values).fetchall()


NO_LONGER_UNLISTED = "DELETE FROM manifest_item WHERE file_id = %(file_id)s AND difference = 'not_listed'"
MATCH = """
    UPDATE manifest_item SET file_id = %(file_id)s, difference = %(difference)s
     WHERE manifest_id = %(manifest_id)s AND number = %(number)s
"""


def match(conn: Conn, manifest_id: UUID, number: int, file_id: UUID, difference: str | None) -> None:
    """Say which file an item is, and how it disagrees. A manifest that missed it in its list no longer does."""
    conn.execute(NO_LONGER_UNLISTED, {"file_id": file_id})
    conn.execute(MATCH, {"manifest_id": manifest_id, "number": number, "file_id": file_id, "difference": difference})


MARK_MISSING = """
    UPDATE manifest_item SET difference = 'missing'
     WHERE manifest_id = %(manifest_id)s AND file_id IS NULL AND difference IS NULL
"""


def mark_missing(conn: Conn, manifest_id: UUID) -> int:
    """Say of all items that have not come that they are missing; gives how many."""
    return conn.execute(MARK_MISSING, {"manifest_id": manifest_id}).rowcount


UNLISTED = """
    SELECT file.id AS file_id, file.name,
           (SELECT manifest.id
              FROM manifest
             WHERE manifest.folder = %(folder)s
               AND manifest.arrived_at BETWEEN batch.taken_at - %(near)s::interval AND batch.taken_at + %(near)s::interval
             ORDER BY abs(extract(epoch FROM batch.taken_at - manifest.arrived_at))
             LIMIT 1) AS manifest_id
      FROM batch
      JOIN file ON file.batch_id = batch.id
     WHERE batch.door = 'watch' AND batch.taken_at BETWEEN %(since)s AND %(until)s
       AND starts_with(batch.idempotency_key, %(key)s)
       AND NOT EXISTS (SELECT 1 FROM manifest_item AS item WHERE item.file_id = file.id)
     ORDER BY batch.taken_at, file.number
     LIMIT %(most)s
"""


def unlisted(
    conn: Conn, folder: str, key: str, near_s: float, since: datetime, until: datetime, most: int = 1_000
) -> list[UnlistedRow]:
    """Give the files taken from a folder that no manifest lists, with the manifest within `near_s` of each, oldest first."""
    values = {"folder": folder, "key": key, "near": f"{near_s} seconds", "since": since, "until": until, "most": most}
    with conn.cursor(row_factory=class_row(UnlistedRow)) as cursor:
        return cursor.execute(UNLISTED, values).fetchall()


ADD_UNLISTED = """
    INSERT INTO manifest_item (manifest_id, number, name, file_id, difference)
    SELECT %(manifest_id)s, coalesce(max(number), 0) + 1, %(name)s, %(file_id)s, 'not_listed'
      FROM manifest_item
     WHERE manifest_id = %(manifest_id)s
"""
REOPEN = "UPDATE manifest SET settled_at = NULL WHERE id = %(manifest_id)s"


def add_unlisted(conn: Conn, manifest_id: UUID, file: UnlistedRow) -> None:
    """Add a file to the manifest that should have listed it, behind its own items."""
    conn.execute(ADD_UNLISTED, {"manifest_id": manifest_id, "name": file.name, "file_id": file.file_id})
    conn.execute(REOPEN, {"manifest_id": manifest_id})


SETTLE = "UPDATE manifest SET settled_at = %(now)s WHERE id = %(manifest_id)s AND settled_at IS NULL"


def settle(conn: Conn, manifest_id: UUID, now: datetime) -> bool:
    """Say that all is well with a manifest; False when it was settled before."""
    return conn.execute(SETTLE, {"manifest_id": manifest_id, "now": now}).rowcount == 1


NEWEST = """
    SELECT manifest.id, manifest.folder, manifest.name, manifest.arrived_at, manifest.settled_at,
           count(item.number)::int AS items,
           count(item.number) FILTER (WHERE item.file_id IS NULL)::int AS outstanding,
           count(item.difference)::int AS differing
      FROM (SELECT id, folder, name, arrived_at, settled_at
              FROM manifest
             WHERE NOT %(open_only)s OR settled_at IS NULL
             ORDER BY arrived_at DESC, id DESC
             LIMIT %(limit)s) AS manifest
      LEFT JOIN manifest_item AS item ON item.manifest_id = manifest.id
     GROUP BY manifest.id, manifest.folder, manifest.name, manifest.arrived_at, manifest.settled_at
     ORDER BY manifest.arrived_at DESC, manifest.id DESC
"""


def newest(conn: Conn, limit: int, *, open_only: bool = False) -> list[ManifestSums]:
    with conn.cursor(row_factory=class_row(ManifestSums)) as cursor:
        return cursor.execute(NEWEST, {"limit": limit, "open_only": open_only}).fetchall()


class QuarantinedRow(BaseModel):
    """One file in quarantine and why: `problem` is {code, problem, remedy}."""

    model_config = ConfigDict(frozen=True)

    file_id: UUID
    batch_id: UUID
    channel: str | None
    name: str
    sha256: str
    bytes: int
    received_at: datetime
    taken_at: datetime
    problem: dict[str, str]
    is_open: bool


QUARANTINED = """
    SELECT file.id AS file_id, file.batch_id, batch.channel, file.name, file.sha256, file.bytes, batch.received_at,
           batch.taken_at, file.problem,
           EXISTS (SELECT 1
                     FROM alarm
                    WHERE alarm.kind = 'quarantined' AND alarm.subject = 'file:' || file.id
                      AND alarm.cleared_at IS NULL) AS is_open
      FROM file
      JOIN batch ON batch.id = file.batch_id
     WHERE file.stage = 'quarantined'
     ORDER BY batch.taken_at DESC, file.id DESC
     LIMIT %(limit)s
"""


def quarantined(conn: Conn, limit: int) -> list[QuarantinedRow]:
    """Give the files that could not be opened, newest first; `is_open` says that nobody has seen to one yet."""
    with conn.cursor(row_factory=class_row(QuarantinedRow)) as cursor:
        return cursor.execute(QUARANTINED, {"limit": limit}).fetchall()
