"""Files that nobody could open: tried again, or put away with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from intake.pipeline import receive
from intake.pipeline.receive import IncomingFile
from intake.pipeline.uploading import QUARANTINED
from intake.store import alarms, audit, batches, files, jobs, manifests, pages, watched_folders
from intake.store.blobs import BlobStore
from intake.store.database import Conn, Database
from intake.store.files import FileRow
from intake.store.manifests import ManifestItemRow, ManifestSums, QuarantinedRow
from intake.store.watched_folders import WatchedFolderRow
from models.errors import ConflictError, RefusedError

MOST_SHOWN = 200
LONGEST_REASON = 300


@dataclass(frozen=True)
class Standing:
    """All that could not simply be taken: files, lists that differ with their items, and how the watched folders stand."""

    files: Sequence[QuarantinedRow]
    lists: Sequence[tuple[ManifestSums, Sequence[ManifestItemRow]]]
    folders: Sequence[WatchedFolderRow]

    @property
    def open(self) -> list[QuarantinedRow]:
        return [file for file in self.files if file.is_open]

    @property
    def seen_to(self) -> list[QuarantinedRow]:
        return [file for file in self.files if not file.is_open]


def standing(database: Database) -> Standing:
    """Gather what lies in quarantine and what lists miss."""
    with database.transaction() as conn:
        open_lists = manifests.newest(conn, MOST_SHOWN, open_only=True)
        differing = [(one, manifests.items_of(conn, one.id)) for one in open_lists]
        return Standing(manifests.quarantined(conn, MOST_SHOWN), differing, watched_folders.every(conn))


def try_again(database: Database, blobs: BlobStore, file_id: UUID, by: str, now: datetime) -> FileRow:
    """Open a file anew, as after an update, and take it in if that succeeds. Its arrival counts as it did.

    Raises the InputError that says why it still cannot be opened, ConflictError when it lies there no more.
    """
    from extractors.pages import examine  # numpy and more: an idle web process does without

    with database.transaction() as conn:
        file = _lying_there(files.get(conn, file_id))
    found = examine(blobs.read(file.sha256), file.name, whole=True)
    incoming = IncomingFile(file.name, file.sha256, file.bytes, found.media_type, found.page_count or 1)
    with database.transaction() as conn:
        batches.lock(conn, bytes.fromhex(file.sha256))
        file = _lying_there(files.lock(conn, file_id))
        opened = _opened(conn, file, incoming)
        alarms.clear(conn, QUARANTINED, f"file:{file_id}", now)
        if opened.duplicate_of is not None:
            receive.let_earliest_count(conn, [file_id], now)
        before, after = {"stage": file.stage}, receive.told_file(opened)
        audit.append(conn, "file.opened", f"file:{file_id}", actor=by, at=now, before=before, after=after)
    return opened


def dismiss(database: Database, file_id: UUID, reason: str, by: str, now: datetime) -> None:
    """Let a person put a file away for good, with a reason; its bytes are kept. Raises RefusedError, ConflictError."""
    said = " ".join(reason.split())
    if not said or len(said) > LONGEST_REASON:
        raise RefusedError("A file is put away with a reason.", f"Say why, in at most {LONGEST_REASON} letters.")
    with database.transaction() as conn:
        _lying_there(files.lock(conn, file_id))
        if not any(each.subject == f"file:{file_id}" for each in alarms.open_alarms(conn) if each.kind == QUARANTINED):
            raise ConflictError("This file has been seen to already.", "Nothing to do.")
        alarms.clear(conn, QUARANTINED, f"file:{file_id}", now)
        audit.append(conn, "file.dismissed", f"file:{file_id}", actor=by, at=now, after={"reason": said})


def _opened(conn: Conn, file: FileRow, incoming: IncomingFile) -> FileRow:
    first = files.first_of_bytes(conn, file.sha256)
    is_again = first is not None and first.pages_in == incoming.pages
    if first is not None and is_again:
        files.lock(conn, first.id)
    opened = file.model_copy(
        update={
            "stage": "duplicate" if is_again else "received", "pages_in": incoming.pages, "media_type": incoming.media_type,
            "duplicate_of": first.id if first is not None and is_again else None, "problem": None,
            "revision": file.revision + 1,
        }
    )  # fmt: skip
    files.open_after_all(conn, opened)
    if first is not None and is_again:
        pages.add_duplicates(conn, file.id, first.id, incoming.pages)
    else:
        pages.add_received(conn, file.id, incoming.pages)
        jobs.enqueue(conn, jobs.READ_FILE, file.id)
    return opened


def _lying_there(file: FileRow) -> FileRow:
    if file.stage != "quarantined":
        raise ConflictError("This file is not in quarantine any more.", "Look at it under its batch.")
    return file
