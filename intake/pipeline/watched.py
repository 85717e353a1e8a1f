"""Take files out of a watched folder: bytes and rows are kept for good before the file leaves it."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from pathlib import Path, PurePosixPath
from uuid import UUID

from intake.pipeline import manifests, receive
from intake.pipeline.quarantine_folder import PutAside, put_aside
from intake.pipeline.reasons import reason_text
from intake.pipeline.receive import HELSINKI, ArrivalClaim, IncomingFile, NewBatch
from intake.pipeline.resting import Resting, Trace, day_of_folder
from intake.pipeline.taking_away import Meant, lies_there, remove
from intake.store import alarms, batches, files
from intake.store.batches import Channel
from intake.store.blobs import CHUNK_BYTES, Blob, BlobStore
from intake.store.database import Database
from models.errors import (
    ConflictError,
    DamagedFileError,
    EmptyFileError,
    EngineError,
    FileTooLargeError,
    ManifestError,
    NotADocumentError,
    SaapuvaError,
)

_LOCKED_AGAIN_S = 5.0
_SNIFFED_BYTES = 1_024
"""So much of a file's head must be there before anybody can say that it is no document."""
_OLDEST_FILE = timedelta(days=3 * 365)
"""A file time before this is a scanner's or camera's unset clock."""
_UNSHOWABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""In a name: what breaks a line, commands a terminal, or turns the direction of writing, so that it shows as another."""
_UNKNOWN = "application/octet-stream"


@dataclass(frozen=True)
class WatchedPlace:
    """One watched folder, its channel, and where that channel's quarantine is."""

    channel: Channel
    path: Path
    quarantine: Path


@dataclass(frozen=True)
class TakingRules:
    """When a file is not taken: still incomplete for `incomplete_s`, larger than `max_bytes`, too little room."""

    incomplete_s: float
    max_bytes: int
    reserve_mb: int
    looks_for_manifests: bool


@dataclass(frozen=True)
class Keeping:
    """Where what is taken goes."""

    database: Database
    blobs: BlobStore


class _LockedError(Exception):
    """Somebody holds the file, or we may not read it."""


class _ChangedError(Exception):
    """The file was written to, replaced or taken away while it was read."""


def take(keeping: Keeping, place: WatchedPlace, one: Resting, rules: TakingRules, now: datetime, clock: float) -> str:
    """Take one file that has rested, or say why not yet; gives a word for the log.

    Raises AwayError when database, originals or room are missing: the file stays, and nothing has happened.
    """
    if one.finish is None:
        receive.ensure_room(keeping.blobs.free_mb(), rules.reserve_mb)
        try:
            one.finish = _written_down(keeping, place, one, rules, now, clock)
        except _ChangedError:
            return "changed"
        except _LockedError:
            return _locked(keeping, place, one, rules, now, clock)
        except EngineError:
            one.hold(clock + _LOCKED_AGAIN_S)
            return "not examined"
        if one.finish is None:
            return "incomplete"
    return _leave(keeping, place, one, now, clock)


def _written_down(
    keeping: Keeping, place: WatchedPlace, one: Resting, rules: TakingRules, now: datetime, clock: float
) -> partial[None] | None:
    """Write one file down and give what is left to do with it in the folder; None for one that may still grow."""
    path = place.path / one.name
    name = shown(one.name)
    if one.trace.size > rules.max_bytes:
        blob = keeping.blobs.put(_chunks(path, one.trace))
        return _quarantined(keeping, place, one, blob, FileTooLargeError(name, one.trace.size, rules.max_bytes), now)
    content = _read(path, one.trace)
    try:
        if rules.looks_for_manifests and manifests.is_manifest(one.name):
            return _manifest_taken(keeping, place, one, content, now)
        pages, media_type = _examined(content, name)
    except EngineError:
        raise
    except SaapuvaError as problem:
        if may_still_grow(problem, content) and one.rested_s(clock) < rules.incomplete_s:
            one.hold(one.since + rules.incomplete_s)
            return None
        return _quarantined(keeping, place, one, _kept(keeping, path, one.trace, content), problem, now)
    blob = _kept(keeping, path, one.trace, content)
    taken = IncomingFile(PurePosixPath(name).name, blob.sha256, blob.size, media_type, pages)
    return _taken(keeping, place, one, taken, now)


def _examined(content: bytes, name: str) -> tuple[int, str]:
    from extractors.pages import examine  # numpy: an idle watcher does without

    kind = examine(content, name, whole=True)
    return kind.page_count or 0, kind.media_type


def may_still_grow(problem: SaapuvaError, content: bytes) -> bool:
    """Tell a file that is cut, or begun, from one that will never be a document.

    Some file servers reserve the room first: then there are zeros where the head will be.
    """
    if isinstance(problem, NotADocumentError):
        return len(content) < 16 or not any(content[:_SNIFFED_BYTES])
    if isinstance(problem, ManifestError):
        return problem.may_be_cut
    return isinstance(problem, DamagedFileError | EmptyFileError)


def _taken(keeping: Keeping, place: WatchedPlace, one: Resting, file: IncomingFile, now: datetime) -> partial[None]:
    listed = manifests.listed_for(keeping.database, place.path, file.name, file.sha256, now)
    key = _key(place, one, file.sha256, "")
    batch = new_batch(place, one, listed, key, now)
    with contextlib.suppress(ConflictError):  # the same file, but what we know of it has grown since: it was taken
        receive.take(keeping.database, batch, [file], now)
    return partial(remove, Meant(place.path / one.name, one.trace, file.sha256))


def new_batch(place: WatchedPlace, one: Resting, listed: manifests.ListedFile | None, key: str, now: datetime) -> NewBatch:
    """Say when a file reached us, by the best evidence there is: manifest, then the folder's day, then the file's time."""
    claims = _claims(one, listed, now)
    best = claims[0] if claims else ArrivalClaim("clock", receive.finnish_day(now), now)
    return NewBatch(
        door="watch",
        channel=place.channel,
        sender=listed.sender if listed else None,
        reference=listed.reference if listed else None,
        received_at=best.at or datetime.combine(best.day, time(), HELSINKI),
        received_evidence=best.evidence,  # type: ignore[arg-type]
        idempotency_key=key,
        evidence=tuple(claims),
    )


def _claims(one: Resting, listed: manifests.ListedFile | None, now: datetime) -> list[ArrivalClaim]:
    claims = []
    if listed is not None and listed.received_at is not None and listed.received_at <= now:
        claims.append(ArrivalClaim("manifest", receive.finnish_day(listed.received_at), listed.received_at))
    day = day_of_folder(one.name, receive.finnish_day(now))
    if day is not None:
        claims.append(ArrivalClaim("folder", day))
    written = datetime.fromtimestamp(one.trace.mtime_ns / 1e9, tz=UTC)
    if now - _OLDEST_FILE <= written <= now:
        claims.append(ArrivalClaim("file_time", receive.finnish_day(written), written))
    return claims


def _manifest_taken(keeping: Keeping, place: WatchedPlace, one: Resting, content: bytes, now: datetime) -> partial[None]:
    listed = manifests.parse(content, PurePosixPath(shown(one.name)).name)
    path = place.path / one.name
    blob = _kept(keeping, path, one.trace, content)
    manifests.keep(keeping.database, place.path, PurePosixPath(shown(one.name)).name, blob, listed, now)
    return partial(remove, Meant(path, one.trace, blob.sha256))


def _quarantined(
    keeping: Keeping, place: WatchedPlace, one: Resting, blob: Blob, problem: SaapuvaError, now: datetime
) -> partial[None]:
    """Write an unreadable file down; what is left is moving it to where a person sees it."""
    name = shown(one.name)
    file = IncomingFile(PurePosixPath(name).name, blob.sha256, blob.size, _UNKNOWN, 0)
    key = _key(place, one, blob.sha256, "quarantine")
    try:
        file_id = receive.quarantine(keeping.database, new_batch(place, one, None, key, now), file, problem, now)
    except ConflictError:
        file_id = _file_of(keeping.database, key)
    with keeping.database.transaction() as conn:
        words = problem.problem.replace(name, f"A file that came by {place.channel}")
        remedy = f"Look into {place.quarantine} (file {file_id}; the note beside it says why). {problem.remedy}"
        alarms.raise_alarm(conn, "quarantined", f"file:{file_id}", words, remedy, now)
    note = reason_text(name, problem, file_id)
    return partial(
        put_aside, PutAside(Meant(place.path / one.name, one.trace, blob.sha256), one.name, file_id, note), place.quarantine
    )


def _file_of(database: Database, key: str) -> UUID:
    with database.transaction() as conn:
        batch = batches.of_key(conn, key)
        assert batch is not None
        return files.of_batch(conn, batch.id)[0].id


def _leave(keeping: Keeping, place: WatchedPlace, one: Resting, now: datetime, clock: float) -> str:
    """Let the file leave the folder. One that cannot be removed stays written down and is never taken twice."""
    assert one.finish is not None
    subject = _subject(place, one)
    try:
        one.finish()
    except OSError as error:
        one.hold(clock + _LOCKED_AGAIN_S)
        words = f"{_which(place, one)} was taken but cannot be removed from there ({_why(error)})."
        _alarm(keeping, "file_stays", subject, words, "Let Saapuva's account delete files there; it tries again by itself.", now)
        return "stays"
    if one.is_held:
        no_longer_there(keeping, place, one, now)
    return "done"


def no_longer_there(keeping: Keeping, place: WatchedPlace, one: Resting, now: datetime) -> None:
    """Clear the alarms of a file that waited and has left the folder, or is being written to again."""
    with keeping.database.transaction() as conn:
        for kind in ("file_stays", "file_locked"):
            alarms.clear(conn, kind, _subject(place, one), now)


def _locked(keeping: Keeping, place: WatchedPlace, one: Resting, rules: TakingRules, now: datetime, clock: float) -> str:
    """Wait for whoever holds the file; longer than the limit is an alarm, and the file stays."""
    one.refused_since = clock if one.refused_since is None else one.refused_since
    one.hold(clock + _LOCKED_AGAIN_S)
    if clock - one.refused_since >= rules.incomplete_s:
        words = f"{_which(place, one)} cannot be read: it is in use, or Saapuva may not open it."
        _alarm(
            keeping,
            "file_locked",
            _subject(place, one),
            words,
            "Close it, or let Saapuva's account read it; it tries again by itself.",
            now,
        )
    return "locked"


def _alarm(keeping: Keeping, kind: str, subject: str, problem: str, remedy: str, now: datetime) -> None:
    with keeping.database.transaction() as conn:
        alarms.raise_alarm(conn, kind, subject, problem, remedy, now)


def _which(place: WatchedPlace, one: Resting) -> str:
    """Say which file without its name, which may hold an identity code."""
    written = datetime.fromtimestamp(one.trace.mtime_ns / 1e9, tz=HELSINKI)
    return f"A file of {one.trace.size} bytes in {place.path}, last changed {written:%Y-%m-%d %H:%M:%S},"


def _subject(place: WatchedPlace, one: Resting) -> str:
    return f"waiting:{_digest(str(place.path), one.name, one.trace.mtime_ns)[:16]}"


def _why(error: OSError) -> str:
    return errno.errorcode.get(error.errno or 0, "OSError")


# --- reading what may change under our hands -----------------------------------------------------------------


def _read(path: Path, trace: Trace) -> bytes:
    return b"".join(_chunks(path, trace))


def _chunks(path: Path, trace: Trace) -> Iterator[bytes]:
    """Read a file that nobody else is writing. Raises _LockedError or _ChangedError."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            _check_unlocked(handle)
            if Trace.of(os.fstat(handle)) != trace:
                raise _ChangedError
            while chunk := file.read(CHUNK_BYTES):
                yield chunk
            if Trace.of(os.fstat(handle)) != trace:
                raise _ChangedError
    except FileNotFoundError:
        raise _ChangedError from None
    except OSError as error:
        raise _ChangedError if error.errno in (errno.ELOOP, errno.ENOTDIR) else _LockedError from error


def _check_unlocked(handle: int) -> None:
    """Raise _LockedError when a writer holds a lock; a share that knows no locks has none."""
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        fcntl.lockf(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EACCES, errno.EBUSY):
            raise _LockedError from error


def _kept(keeping: Keeping, path: Path, trace: Trace, content: bytes) -> Blob:
    """Store the bytes for good, and make sure that they are still the file's."""
    view = memoryview(content)
    blob = keeping.blobs.put(bytes(view[at : at + CHUNK_BYTES]) for at in range(0, len(content), CHUNK_BYTES))
    if not lies_there(path, trace):
        raise _ChangedError
    return blob


def shown(name: str) -> str:
    """Give a name that can be written down: old systems wrote names in Latin-1."""
    raw = os.fsencode(name)
    try:
        told = raw.decode()
    except UnicodeDecodeError:
        told = raw.decode("cp1252", errors="replace")
    return _UNSHOWABLE.sub("\N{REPLACEMENT CHARACTER}", told)


def _key(place: WatchedPlace, one: Resting, sha256: str, what: str) -> str:
    """Give the same key for the same file at the same place: taken twice, it is one batch. Says nothing of its name."""
    content = _digest(one.name, one.trace.mtime_ns, one.trace.size, sha256)
    return f"{manifests.key_of_folder(place.path)}{what and what + ':'}{content}"


def _digest(*parts: object) -> str:
    return hashlib.sha256(os.fsencode(json.dumps([str(part) for part in parts], ensure_ascii=False))).hexdigest()
