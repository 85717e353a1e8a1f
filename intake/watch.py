"""The watched folders' door: look, take what is ready, write down how it stands; for ever, whatever is away.

It always polls. Where the system tells of changes (inotify), it looks sooner; network shares tell nothing.
"""

from __future__ import annotations

import contextlib
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from watchdog.events import (
    FileClosedEvent,
    FileCreatedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

from intake.logs import log
from intake.pipeline import manifests, quarantine_folder, taking_away, watched
from intake.pipeline.manifests import Reconciling
from intake.pipeline.resting import Look, Resting, RestingPlace
from intake.pipeline.watched import Keeping, TakingRules, WatchedPlace
from intake.settings import Settings
from intake.store import alarms, watched_folders
from intake.store.watched_folders import WatchedFolderRow
from intake.wiring import Wired
from models.errors import AwayError, DatabaseAwayError, SaapuvaError

if TYPE_CHECKING:
    from watchdog.observers.api import BaseObserver, ObservedWatch

_RECONCILE_S = 20.0
"""A list is held against what came at least so often, and at once when something came."""
_IDLE_S = 30.0
"""After so long without a file the decoders are let go of."""
_AGAIN_S = 60.0
"""A file that met a mistake of ours is left so long."""
_LEFT_BEHIND_S = 60.0
"""What lies so long under a name of ours was left by a watcher that was killed; at start, whatever does."""
_PAUSE_S = 0.2
"""The least time between two looks: a file that is being written tells of every piece."""
_REMEDIES = {
    "folder_unreadable": "Check that it is there, is mounted, and that Saapuva may read it and delete in it; it is tried again.",
    "disk_full": "Make room on the disk of the originals: the files wait in their folders and are then taken by themselves.",
    "blobs_away": "Check SAAPUVA_BLOBS and the folder or S3 server it names: the files wait and are taken when it is back.",
    "watch_failed": "This is our mistake: report the log line. The other files go on.",
}
_TELLING = (FileCreatedEvent, FileModifiedEvent, FileClosedEvent, FileMovedEvent)


@dataclass
class _Folder:
    """One watched folder and what is known of it from sweep to sweep."""

    place: WatchedPlace
    resting: RestingPlace
    is_default: bool
    problem: str | None = None
    waiting: int = 0
    left_behind: set[Path] | None = None
    look_behind: float = float("-inf")
    alarms: set[str] = field(default_factory=lambda: {"folder_unreadable", "watch_failed"})
    """What may be open and has to be cleared once it is well: at start, anything a watcher before us has raised."""


def run(wired: Wired, stop: threading.Event) -> None:
    """Watch all folders until `stop` is set. Raises SettingsError for a folder setting that says nothing."""
    watch = _Watch(wired, stop)
    try:
        while not stop.is_set():
            pause_s = watch.sweep(datetime.now(UTC), time.monotonic())
            watch.waker.wait(pause_s, stop)
    finally:
        watch.close()


class _Watch:
    """All folders of this process."""

    def __init__(self, wired: Wired, stop: threading.Event) -> None:
        settings = wired.settings
        self.stop = stop
        self.settings = settings
        self.keeping = Keeping(wired.database, wired.blobs)
        self.rules = TakingRules(
            settings.watch_incomplete_s, settings.max_upload_mb << 20, settings.reserve_mb, settings.manifest != "off"
        )
        self.folders = [_folder(settings, channel, path) for channel, path in settings.watched]
        self.reconciling = Reconciling(
            tuple(folder.place.path for folder in self.folders), settings.manifest_wait_s, settings.manifest == "required"
        )
        self.waker = _Waker()
        self.away: str | None = None
        self.has_new = True
        self.reconciled = float("-inf")
        self.examined: float | None = None
        self.away_alarms = {"disk_full", "blobs_away", "watch_failed"}

    def sweep(self, now: datetime, clock: float) -> float:
        """Look into every folder once; gives the seconds until the next look."""
        pause_s = self.settings.watch_poll_s
        try:
            for folder in self.folders:
                if self.stop.is_set():
                    return 0.0
                pause_s = min(pause_s, self._sweep_folder(folder, now, clock))
            self._reconcile(now, clock)
            self._all_well(now)
        except AwayError as error:
            self._away(error, now)
            pause_s = self.settings.watch_poll_s
        except Exception as error:  # noqa: BLE001 - the door: a mistake of ours must not end the watching
            log("watch").exception("sweep failed")
            self._sweep_failed(error, now)
        self._let_go(clock)
        return pause_s

    def close(self) -> None:
        self.waker.close()
        self._let_go(float("inf"))

    # --- one folder ------------------------------------------------------------------------------------------

    def _sweep_folder(self, folder: _Folder, now: datetime, clock: float) -> float:
        try:
            if folder.is_default:
                folder.place.path.mkdir(parents=True, exist_ok=True)
            _bring_back(folder, clock)
            look = folder.resting.look(clock)
        except OSError as error:
            return self._unreadable(folder, error, now)
        self.waker.listen(folder.place.path)
        folder.problem = (
            f"{look.overlooked} things in it are no files to take (links, folders within folders)." if look.overlooked else None
        )
        folder.waiting = look.count
        try:
            self._gone(folder, look, now)
            for one in self._in_order(look.ready):
                if self.stop.is_set():
                    break
                self._take(folder, one, clock)
        finally:
            self._note(folder, now)
        self._clear(folder, "folder_unreadable", now)
        return _PAUSE_S if look.is_more else min(self.settings.watch_poll_s, look.next_s or self.settings.watch_poll_s)

    def _in_order(self, ready: list[Resting]) -> list[Resting]:
        """Lists first: what they say of a file is then known when it is taken."""
        return sorted(ready, key=lambda one: not (self.rules.looks_for_manifests and manifests.is_manifest(one.name)))

    def _take(self, folder: _Folder, one: Resting, clock: float) -> None:
        """Take one file; a mistake of ours, or an odd file, costs this one only."""
        self.examined = time.monotonic()
        now = datetime.now(UTC)  # a sweep of many files takes minutes
        try:
            outcome = watched.take(self.keeping, folder.place, one, self.rules, now, clock)
        except AwayError:
            raise
        except Exception as error:  # noqa: BLE001 - the door: whatever one file does, the others are taken
            log("watch").exception("file not taken", channel=folder.place.channel, bytes=one.trace.size)
            one.hold(clock + _AGAIN_S)
            kind = error.code if isinstance(error, SaapuvaError) else type(error).__name__
            self._raise(folder, "watch_failed", f"A file in {folder.place.path} could not be taken ({kind}).", now)
            return
        if outcome == "done":
            self.has_new = True
            folder.waiting -= 1
            folder.resting.forget(one)

    def _gone(self, folder: _Folder, look: Look, now: datetime) -> None:
        """Clear the alarms of files that are no longer there, here or in quarantine."""
        for one in look.gone:
            watched.no_longer_there(self.keeping, folder.place, one, now)
        for file_id in quarantine_folder.seen_to(folder.place.quarantine):
            with self.keeping.database.transaction() as conn:
                alarms.clear(conn, "quarantined", f"file:{file_id}", now)
            quarantine_folder.drop(folder.place.quarantine, file_id)

    def _unreadable(self, folder: _Folder, error: OSError, now: datetime) -> float:
        """Say that a folder cannot be read, and go on with the others."""
        folder.problem = f"It cannot be read: {error.strerror or type(error).__name__}."
        self.waker.forget(folder.place.path)
        self._raise(folder, "folder_unreadable", f"Watched folder {folder.place.path} cannot be read: {error.strerror}.", now)
        self._note(folder, now)
        return self.settings.watch_poll_s

    def _note(self, folder: _Folder, now: datetime) -> None:
        row = WatchedFolderRow(
            path=str(folder.place.path),
            channel=folder.place.channel,
            swept_at=now,
            waiting=folder.waiting,
            problem=folder.problem,
        )
        with self.keeping.database.transaction() as conn:
            watched_folders.note(conn, row)

    # --- all of them -----------------------------------------------------------------------------------------

    def _reconcile(self, now: datetime, clock: float) -> None:
        often_s = min(_RECONCILE_S, self.settings.manifest_wait_s)
        if self.settings.manifest == "off" or not (self.has_new or clock - self.reconciled >= often_s):
            return
        self.has_new = not manifests.reconcile(self.keeping.database, self.reconciling, now)
        self.reconciled = clock

    def _away(self, error: AwayError, now: datetime) -> None:
        """Wait for what is away. The alarm is written where that can be done; the files stay where they are."""
        if self.away != error.code:
            self.away = error.code
            log("watch").warning("waiting", code=error.code)
        if isinstance(error, DatabaseAwayError):
            return
        self.away_alarms.add(error.code)
        try:
            with self.keeping.database.transaction() as conn:
                remedy = _REMEDIES.get(error.code, error.remedy)
                alarms.raise_alarm(conn, error.code, "watch", f"The watched folders wait. {error.problem}", remedy, now)
        except DatabaseAwayError:
            return

    def _sweep_failed(self, error: Exception, now: datetime) -> None:
        """Say what else nobody sees: files may come in, but nothing is held against its list."""
        self.away_alarms.add("watch_failed")
        problem = f"A look into the watched folders broke off ({type(error).__name__}); lists may not be held against what came."
        with contextlib.suppress(DatabaseAwayError), self.keeping.database.transaction() as conn:
            alarms.raise_alarm(conn, "watch_failed", "watch", problem, _REMEDIES["watch_failed"], now)

    def _all_well(self, now: datetime) -> None:
        if self.away is not None:
            log("watch").info("going on")
        self.away = None
        if self.away_alarms:
            with self.keeping.database.transaction() as conn:
                for kind in self.away_alarms:
                    alarms.clear(conn, kind, "watch", now)
            self.away_alarms.clear()

    def _raise(self, folder: _Folder, kind: str, problem: str, now: datetime) -> None:
        if kind not in folder.alarms:
            log("watch").error(kind, channel=folder.place.channel)
        with self.keeping.database.transaction() as conn:
            alarms.raise_alarm(conn, kind, f"folder:{folder.place.path}", problem, _REMEDIES[kind], now)
        folder.alarms.add(kind)

    def _clear(self, folder: _Folder, kind: str, now: datetime) -> None:
        if kind in folder.alarms:
            with self.keeping.database.transaction() as conn:
                alarms.clear(conn, kind, f"folder:{folder.place.path}", now)
            folder.alarms.discard(kind)

    def _let_go(self, clock: float) -> None:
        """Give the decoders' memory back while nothing comes."""
        if self.examined is not None and clock - self.examined >= _IDLE_S:
            from extractors import decoding

            decoding.let_go()
            self.examined = None


def _bring_back(folder: _Folder, clock: float) -> None:
    """Give files that a killed watcher was about to remove their names back: they are looked at anew."""
    if clock < folder.look_behind:
        return
    found = set(taking_away.left_behind(folder.place.path))
    for ours in found if folder.left_behind is None else found & folder.left_behind:
        taking_away.bring_back(ours)
    folder.left_behind, folder.look_behind = found, clock + _LEFT_BEHIND_S


def _folder(settings: Settings, channel: str, path: Path) -> _Folder:
    absolute = path.absolute()  # not resolved: a share that is mounted anew elsewhere is still this folder
    place = WatchedPlace(channel, absolute, (settings.data / "quarantine" / channel).absolute())  # type: ignore[arg-type]
    return _Folder(place, RestingPlace(absolute, settings.watch_quiet_s), settings.watch is None)


class _Waker:
    """Ends the pause between two looks early when the system tells of a change in a folder."""

    def __init__(self) -> None:
        self._changed = threading.Event()
        self._observer: BaseObserver | None = None
        self._watches: dict[Path, ObservedWatch | None] = {}

    def listen(self, folder: Path) -> None:
        """Ask the system to tell; where it cannot (a share, too many watches), polling does it."""
        if folder in self._watches:
            return
        try:
            self._watches[folder] = self._started().schedule(
                _Teller(self._changed), str(folder), recursive=True, event_filter=list(_TELLING)
            )
        except (OSError, RuntimeError) as error:
            self._watches[folder] = None
            log("watch").info("polling only", why=type(error).__name__)

    def forget(self, folder: Path) -> None:
        watch = self._watches.pop(folder, None)
        if watch is not None and self._observer is not None:
            try:
                self._observer.unschedule(watch)
            except (KeyError, OSError):
                return

    def wait(self, pause_s: float, stop: threading.Event) -> None:
        """Wait until the pause is over, something changed, or `stop` is set."""
        stop.wait(min(_PAUSE_S, pause_s))
        until = time.monotonic() + pause_s - _PAUSE_S
        while not stop.is_set() and not self._changed.is_set() and (left := until - time.monotonic()) > 0:
            self._changed.wait(min(left, _PAUSE_S))
        self._changed.clear()

    def close(self) -> None:
        if self._observer is not None:
            self._observer.stop()
            self._observer.join(5)

    def _started(self) -> BaseObserver:
        if self._observer is None:
            self._observer = Observer()
            self._observer.start()
        return self._observer


class _Teller(FileSystemEventHandler):
    def __init__(self, changed: threading.Event) -> None:
        self._changed = changed

    def dispatch(self, event: FileSystemEvent) -> None:  # noqa: ARG002 - what it was, the next look finds out
        self._changed.set()
