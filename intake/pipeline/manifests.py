"""Hold what came in against the lists that were sent with it, and name each difference."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from intake.pipeline.manifest_file import ListedFile, is_manifest, parse, plain_name
from intake.pipeline.receive import finnish_day
from intake.store import alarms, arrivals, audit, files, manifests
from intake.store.blobs import Blob
from intake.store.database import Conn, Database
from intake.store.manifests import CandidateRow, ManifestItemRow, ManifestRow
from models.errors import ConflictError

__all__ = ["ListedFile", "Reconciling", "close", "is_manifest", "keep", "key_of_folder", "listed_for", "parse", "reconcile"]

WATCHED = timedelta(days=30)
"""So long a list is held against what comes; what is still missing then is a person's to chase, and its alarm stays."""
BEFORE = timedelta(days=1)
"""A list may come so long after its files. Longer would take yesterday's scan0001.pdf for today's."""
MISSING, NOT_LISTED, TWICE = "missing", "not_listed", "listed_twice"
_MOST_NAMED = 40


@dataclass(frozen=True)
class Reconciling:
    """Which folders are held against their lists, how long anything may be late, and whether every file needs a list."""

    folders: tuple[Path, ...]
    wait_s: float
    is_required: bool


def key_of_folder(folder: Path) -> str:
    """Say how the idempotency keys of all files from one folder begin: that is how they are known again."""
    return f"watch:{hashlib.sha256(str(folder).encode(errors='surrogateescape')).hexdigest()[:16]}:"


def keep(database: Database, folder: Path, name: str, blob: Blob, listed: Sequence[ListedFile], now: datetime) -> UUID | None:
    """Write a list down. The very list again (a crash before it left the folder) changes nothing and gives None."""
    manifest = ManifestRow(
        id=uuid4(), folder=str(folder), name=name, sha256=blob.sha256, bytes=blob.size, arrived_at=now, settled_at=None
    )
    with database.transaction() as conn:
        if not manifests.add(conn, manifest, _items(manifest.id, listed)):
            return None
        after = {"sha256": blob.sha256, "items": len(listed)}
        audit.append(conn, "manifest.taken", f"manifest:{manifest.id}", actor="watch", at=now, after=after)
    return manifest.id


def _items(manifest_id: UUID, listed: Sequence[ListedFile]) -> list[ManifestItemRow]:
    seen: Counter[str] = Counter()
    items = []
    for number, file in enumerate(listed, start=1):
        seen[plain_name(file.name)] += 1
        items.append(
            ManifestItemRow(
                manifest_id=manifest_id,
                number=number,
                name=file.name,
                pages=file.pages,
                sha256=file.sha256,
                received_at=file.received_at,
                sender=file.sender,
                reference=file.reference,
                file_id=None,
                difference=TWICE if seen[plain_name(file.name)] > 1 else None,
            )
        )
    return items


def listed_for(database: Database, folder: Path, name: str, sha256: str, now: datetime) -> ListedFile | None:
    """Give what a list that is there already says of a file that is about to be taken."""
    with database.transaction() as conn:
        item = manifests.awaited(conn, str(folder), name, sha256, now - WATCHED)
    if item is None:
        return None
    return ListedFile(item.name, item.pages, item.sha256, item.received_at, item.sender, item.reference)


def reconcile(database: Database, rules: Reconciling, now: datetime) -> bool:
    """Hold all open lists against what has come; raise and clear their alarms. False when another watcher is at it."""
    with database.transaction() as conn:
        if not manifests.try_alone(conn):
            return False
        changed = [_reconcile_one(conn, manifest, rules, now) for manifest in _unsettled(conn, rules, now)]
        for folder in rules.folders:
            changed += _chase_lists(conn, folder, rules, now)
        settled = [_judge(conn, manifest, now) for manifest in _unsettled(conn, rules, now)]
        _let_earliest_count(conn, _matched_files(changed), now)
        for event in [*changed, *settled]:
            if event is not None:
                name, manifest_id, after = event
                audit.append(conn, name, f"manifest:{manifest_id}", actor="watch", at=now, after=after)
    return True


_Event = tuple[str, UUID, dict[str, object]]


def _let_earliest_count(conn: Conn, file_ids: Sequence[UUID], now: datetime) -> None:
    """Lower the day of law of documents already read; all at once, so that their documents are locked in one order."""
    if file_ids:
        from intake.pipeline.duplicates import note_earlier_arrival  # heavy: an idle watcher shall stay small

        note_earlier_arrival(conn, file_ids, now)


def _matched_files(changed: Sequence[_Event | None]) -> list[UUID]:
    """The files that lists have just found; for them the day of law may be earlier now."""
    files = [event[2].get("files") for event in changed if event is not None]
    return [UUID(str(file_id)) for matched in files if isinstance(matched, dict) for file_id in matched.values()]


def _unsettled(conn: Conn, rules: Reconciling, now: datetime) -> list[ManifestRow]:
    return manifests.unsettled(conn, [str(folder) for folder in rules.folders], now - WATCHED)


def _reconcile_one(conn: Conn, manifest: ManifestRow, rules: Reconciling, now: datetime) -> _Event | None:
    """Find the files of one list."""
    is_late = now >= manifest.arrived_at + timedelta(seconds=rules.wait_s)
    items = {item.number: item for item in manifests.items_of(conn, manifest.id)}
    since = manifest.arrived_at - max(BEFORE, timedelta(seconds=rules.wait_s))
    key = key_of_folder(Path(manifest.folder))
    matched: dict[str, str] = {}
    given: set[UUID] = set()
    for candidate in manifests.candidates(conn, manifest, key, since):
        item = items[candidate.number]
        if candidate.file_id in given or not _fits(item, candidate, manifest, is_late=is_late):
            continue
        given.add(candidate.file_id)
        difference = difference_of(item, candidate)
        manifests.match(conn, manifest.id, item.number, candidate.file_id, difference)
        items[item.number] = item.model_copy(update={"file_id": candidate.file_id, "difference": difference})
        _note_arrival(conn, item, candidate.file_id, now)
        matched[str(item.number)] = str(candidate.file_id)
    if is_late:
        manifests.mark_missing(conn, manifest.id)
    return ("manifest.matched", manifest.id, {"files": matched}) if matched else None


def _fits(item: ManifestItemRow, candidate: CandidateRow, manifest: ManifestRow, *, is_late: bool) -> bool:
    """Say whether a file is to be an item's: at once when they agree, else only when nothing better can be meant.

    A file from before the list that bears the name of an item and disagrees may be an earlier one of that name.
    """
    agrees = difference_of(item, candidate) is None
    if item.file_id is not None:
        return agrees and item.difference is not None
    return agrees or is_late or candidate.taken_at >= manifest.arrived_at


def difference_of(item: ManifestItemRow, file: CandidateRow) -> str | None:
    """Say in which points a file is not what the list says; None when it is."""
    found = []
    if file.stage == "quarantined":
        found.append("quarantined")
    elif item.pages is not None and item.pages != file.pages_in:
        found.append(f"pages: {item.pages} listed, {file.pages_in} came")
    if item.sha256 is not None and item.sha256 != file.sha256:
        found.append("sha256 differs")
    return "; ".join(found) or None


def _note_arrival(conn: Conn, item: ManifestItemRow, file_id: UUID, now: datetime) -> None:
    """Add what the list says of a file's arrival."""
    if item.received_at is None or item.received_at > now:
        return
    files.lock(conn, file_id)  # whoever settles its reading sees this arrival, or is done before it
    arrivals.add(conn, file_id, "manifest", finnish_day(item.received_at), item.received_at, 1.0, now)


def _chase_lists(conn: Conn, folder: Path, rules: Reconciling, now: datetime) -> list[_Event]:
    """Hold files without a list against the list that came nearest; without any, the list itself is missing."""
    wait = timedelta(seconds=rules.wait_s)
    unlisted = manifests.unlisted(conn, str(folder), key_of_folder(folder), rules.wait_s, now - WATCHED, now - wait)
    events: list[_Event] = []
    without = [file for file in unlisted if file.manifest_id is None]
    for file in unlisted:
        if file.manifest_id is not None:
            manifests.add_unlisted(conn, file.manifest_id, file)
            events.append(("manifest.unlisted", file.manifest_id, {"file": str(file.file_id)}))
    subject = f"folder:{folder}"
    if without and rules.is_required:
        problem = f"{len(without)} files came without a list (manifest); the oldest is file {without[0].file_id}."
        remedy = "Ask whoever scanned them for the list and put it into the same folder; the alarm then clears itself."
        alarms.raise_alarm(conn, "manifest_missing", subject, problem, remedy, now)
    else:
        alarms.clear(conn, "manifest_missing", subject, now)
    return events


def _judge(conn: Conn, manifest: ManifestRow, now: datetime) -> _Event | None:
    """Settle a list that everything agrees with; raise the alarm for one with differences."""
    items = manifests.items_of(conn, manifest.id)
    subject = f"manifest:{manifest.id}"
    differing = [item for item in items if item.difference is not None]
    if differing:
        named = "; ".join(f"item {item.number}: {item.difference}{_file(item)}" for item in differing[:_MOST_NAMED])
        more = f"; and {len(differing) - _MOST_NAMED} more" if len(differing) > _MOST_NAMED else ""
        problem = f"Manifest {manifest.id} and what came differ: {named}{more}."
        remedy = (
            f"See GET /api/v1/manifests/{manifest.id}. Send what is missing, and it clears by itself; "
            "or, when the list is wrong, POST to its /close."
        )
        alarms.raise_alarm(conn, "manifest_differs", subject, problem, remedy, now)
        return None
    alarms.clear(conn, "manifest_differs", subject, now)
    if all(item.file_id is not None for item in items) and manifests.settle(conn, manifest.id, now):
        return "manifest.settled", manifest.id, {"items": len(items)}
    return None


def _file(item: ManifestItemRow) -> str:
    return f" (file {item.file_id})" if item.file_id is not None else ""


def close(database: Database, manifest_id: UUID, by: str, now: datetime) -> None:
    """Let a person settle a list as it is. Raises NotFoundError, and ConflictError when it is settled already."""
    with database.transaction() as conn:
        manifest = manifests.get(conn, manifest_id, lock=True)
        if not manifests.settle(conn, manifest_id, now):
            raise ConflictError(f"Manifest {manifest_id} is settled already.", "Nothing to do.")
        alarms.clear(conn, "manifest_differs", f"manifest:{manifest.id}", now)
        differing = {str(item.number): item.difference for item in manifests.items_of(conn, manifest_id) if item.difference}
        audit.append(conn, "manifest.closed", f"manifest:{manifest_id}", actor=by, at=now, before=differing)
