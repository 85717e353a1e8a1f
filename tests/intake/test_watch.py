"""The watched folders as they run: real threads and processes, real files that come piece by piece."""

from __future__ import annotations

import contextlib
import io
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from reportlab.pdfgen.canvas import Canvas

from extractors import decoding
from intake import watch
from intake.pipeline import watched
from intake.settings import Settings
from intake.store.blobs_local import LocalBlobs
from intake.store.database import Database
from intake.wiring import Wired
from models.errors import BlobsAwayError

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.end_to_end


def pdf(words: str) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1)
    canvas.drawString(60, 700, words)
    canvas.save()
    return buffer.getvalue()


class Running:
    """A watcher in a thread of its own."""

    def __init__(self, database: Database, folder: Path, **chosen: Any) -> None:
        quick = {"watch_poll_s": 0.2, "watch_quiet_s": 0.4, "watch_incomplete_s": 30.0, "reserve_mb": 0, "manifest_wait_s": 2.0}
        self.settings = Settings(data=folder, **(quick | chosen))
        self.database = database
        self.inbox = folder / "inbox" / "post"
        self.quarantine = folder / "quarantine" / "post"
        self.blobs = LocalBlobs(folder / "blobs")
        self.stop = threading.Event()
        self.thread = threading.Thread(target=watch.run, args=(Wired(self.settings, database, self.blobs), self.stop))

    def __enter__(self) -> Running:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join(20)
        assert not self.thread.is_alive()

    def files(self) -> list[tuple[Any, ...]]:
        return self.rows("SELECT name, stage FROM file ORDER BY name, stage")

    def alarms(self) -> list[str]:
        return [row[0] for row in self.rows("SELECT kind FROM alarm WHERE cleared_at IS NULL ORDER BY kind")]

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        with self.database.transaction() as conn:
            return list(conn.execute(statement))  # type: ignore[call-overload]


def soon(told: Callable[[], object], within_s: float = 30.0) -> None:
    until = time.monotonic() + within_s
    while not told():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.05)


@pytest.fixture(scope="module", autouse=True)
def no_decoders_left() -> Iterator[None]:
    yield
    decoding.let_go()


def test_default_folders_are_made_and_a_file_that_comes_in_pieces_is_taken_once_and_whole(
    database: Database, tmp_path: Path
) -> None:
    content = pdf("slowly " * 9)
    with Running(database, tmp_path) as running:
        soon(lambda: running.rows("SELECT 1 FROM watched_folder HAVING count(*) = 3"))

        # when each piece comes before the file has rested, and one pause is longer
        with (running.inbox / "a.pdf").open("wb", buffering=0) as slow:
            for number, at in enumerate(range(0, len(content), len(content) // 6 + 1)):
                slow.write(content[at : at + len(content) // 6 + 1])
                time.sleep(1.2 if number == 3 else 0.15)

        # then
        soon(lambda: running.files() == [("a.pdf", "received")] and not list(running.inbox.iterdir()))
        assert running.rows("SELECT bytes FROM file") == [(len(content),)] and running.alarms() == []


def test_what_a_killed_watcher_was_about_to_remove_is_taken_by_the_next(database: Database, tmp_path: Path) -> None:
    # given files it had given a name of its own, one after it was taken, one in whose place another had come
    inbox = tmp_path / "inbox" / "post"
    (inbox / "2026-03-16").mkdir(parents=True)
    (inbox / ".saapuva-0123abcd-a.pdf").write_bytes(pdf("a"))
    (inbox / "2026-03-16" / ".saapuva-0123abcd-b.pdf").write_bytes(pdf("b"))

    with Running(database, tmp_path) as running:
        soon(lambda: running.files() == [("a.pdf", "received"), ("b.pdf", "received")])
        soon(lambda: [path for path in inbox.rglob("*") if path.is_file()] == [])


def test_a_look_that_breaks_off_is_an_alarm_until_one_does_not(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> bool:
        raise ValueError

    with monkeypatch.context() as broken:
        broken.setattr(watch.manifests, "reconcile", breaks)
        with Running(database, tmp_path) as running:
            soon(lambda: running.alarms() == ["watch_failed"])

    with Running(database, tmp_path) as running:
        soon(lambda: running.alarms() == [])


def test_inotify_wakes_the_watcher_long_before_the_next_poll(database: Database, tmp_path: Path) -> None:
    with Running(database, tmp_path, watch_poll_s=60.0, watch_quiet_s=0.2) as running:
        soon(lambda: running.rows("SELECT 1 FROM watched_folder HAVING count(*) = 3"))
        (running.inbox / "a.pdf").write_bytes(pdf("a"))

        soon(lambda: running.files() == [("a.pdf", "received")], within_s=20)


def test_without_inotify_polling_finds_the_file(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(*_: object, **__: object) -> None:
        raise OSError(28, "inotify watch limit reached")

    monkeypatch.setattr("watchdog.observers.api.BaseObserver.schedule", silent)
    with Running(database, tmp_path) as running:
        soon(lambda: running.inbox.exists())
        (running.inbox / "a.pdf").write_bytes(pdf("a"))

        soon(lambda: running.files() == [("a.pdf", "received")])


def test_a_folder_that_is_missing_is_an_alarm_until_it_is_there_and_others_go_on(database: Database, tmp_path: Path) -> None:
    # given
    there, missing = tmp_path / "there", tmp_path / "missing"
    there.mkdir()
    with Running(database, tmp_path / "data", watch=f"post={there},fax={missing}") as running:
        # when, then
        soon(lambda: running.alarms() == ["folder_unreadable"])
        (there / "a.pdf").write_bytes(pdf("a"))
        soon(lambda: running.files() == [("a.pdf", "received")])
        assert not missing.exists()
        assert running.rows(f"SELECT problem IS NOT NULL FROM watched_folder WHERE path = '{missing}'") == [(True,)]
        missing.mkdir()
        (missing / "b.pdf").write_bytes(pdf("b"))
        soon(lambda: running.files() == [("a.pdf", "received"), ("b.pdf", "received")] and running.alarms() == [])
        assert running.rows("SELECT channel FROM batch ORDER BY taken_at") == [("post",), ("fax",)]


def test_it_goes_on_by_itself_when_the_originals_are_back(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise BlobsAwayError("gone")

    with Running(database, tmp_path) as running:
        soon(lambda: running.inbox.exists())
        monkeypatch.setattr(LocalBlobs, "put", away)
        (running.inbox / "a.pdf").write_bytes(pdf("a"))
        soon(lambda: running.alarms() == ["blobs_away"])
        assert running.files() == [] and (running.inbox / "a.pdf").exists()
        monkeypatch.undo()

        soon(lambda: running.files() == [("a.pdf", "received")] and running.alarms() == [])


def test_it_goes_on_by_itself_when_there_is_room_again(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LocalBlobs, "free_mb", lambda _: 5)
    with Running(database, tmp_path, reserve_mb=10) as running:
        soon(lambda: running.inbox.exists())
        (running.inbox / "a.pdf").write_bytes(pdf("a"))
        soon(lambda: running.alarms() == ["disk_full"])
        assert running.files() == [] and (running.inbox / "a.pdf").exists()
        monkeypatch.undo()

        soon(lambda: running.files() == [("a.pdf", "received")] and running.alarms() == [])


def test_it_goes_on_by_itself_when_the_database_is_back(database: Database, database_url: str, tmp_path: Path) -> None:
    with Database("host=127.0.0.1 port=1 dbname=x", wait_s=0.2) as away, Running(away, tmp_path) as running:
        soon(lambda: running.inbox.exists())
        (running.inbox / "a.pdf").write_bytes(pdf("a"))
        time.sleep(1.5)
        assert running.thread.is_alive() and (running.inbox / "a.pdf").exists()

        # when
        away._pool, running.database = database._pool, database

        # then
        soon(lambda: running.files() == [("a.pdf", "received")])


def test_a_mistake_over_one_file_does_not_stop_the_others(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = watched.take

    def fails(keeping: Any, place: Any, one: Any, *given: Any) -> str:
        if one.name == "odd.pdf":
            raise ZeroDivisionError
        return taken(keeping, place, one, *given)

    monkeypatch.setattr(watched, "take", fails)
    with Running(database, tmp_path) as running:
        soon(lambda: running.inbox.exists())
        (running.inbox / "odd.pdf").write_bytes(pdf("odd"))
        (running.inbox / "a.pdf").write_bytes(pdf("a"))

        soon(lambda: running.files() == [("a.pdf", "received")] and running.alarms() == ["watch_failed"])
        assert (running.inbox / "odd.pdf").exists()


def test_quarantine_shows_why_and_the_alarm_ends_when_somebody_takes_the_file_away(database: Database, tmp_path: Path) -> None:
    with Running(database, tmp_path) as running:
        soon(lambda: running.inbox.exists())
        (running.inbox / "a.docx").write_bytes(b"PK\x03\x04 no paper at all")
        soon(lambda: (running.quarantine / "a.docx").exists())
        assert (running.quarantine / "a.docx.reason.txt").exists() and running.alarms() == ["quarantined"]

        (running.quarantine / "a.docx").unlink()

        soon(lambda: running.alarms() == [] and not (running.quarantine / "a.docx.reason.txt").exists())


def test_a_list_is_held_against_what_came(database: Database, tmp_path: Path) -> None:
    with Running(database, tmp_path) as running:
        soon(lambda: running.inbox.exists())
        (running.inbox / "manifest.csv").write_text("tiedosto;sivuja\na.pdf;1\nb.pdf;1\n")
        (running.inbox / "a.pdf").write_bytes(pdf("a"))
        soon(lambda: running.alarms() == ["manifest_differs"])

        (running.inbox / "b.pdf").write_bytes(pdf("b"))

        soon(lambda: running.alarms() == [] and running.rows("SELECT 1 FROM manifest WHERE settled_at IS NOT NULL"))


def test_without_lists_a_list_is_a_file_like_any_other(database: Database, tmp_path: Path) -> None:
    with Running(database, tmp_path, manifest="off") as running:
        soon(lambda: running.inbox.exists())
        (running.inbox / "manifest.csv").write_text("tiedosto;sivuja\na.pdf;1\n")

        soon(lambda: running.files() == [("manifest.csv", "quarantined")])


WATCHER = """
import sys, threading
from pathlib import Path
from pydantic import SecretStr
from intake import watch
from intake.settings import Settings
from intake.store.blobs import open_blobs
from intake.store.database import Database
from intake.wiring import Wired
url, folder = sys.argv[1:]
settings = Settings(data=Path(folder), database_url=SecretStr(url), watch_poll_s=0.1, watch_quiet_s=0.1, reserve_mb=0)
watch.run(Wired(settings, Database(url), open_blobs(folder + "/blobs", None)), threading.Event())
"""


@contextlib.contextmanager
def watcher(url: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-c", WATCHER, url, str(folder)],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_two_watchers_that_are_killed_again_and_again_lose_and_double_nothing(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    # given files that come while two watchers of one folder die at random
    inbox = tmp_path / "inbox" / "post"
    inbox.mkdir(parents=True)
    count, dice = 24, random.Random(7)
    for number in range(count):
        (inbox / f"{number:02}.pdf").write_bytes(pdf(f"paper {number}"))
    (inbox / "bad.docx").write_bytes(b"PK\x03\x04 no paper at all")

    # when
    for _ in range(3):
        with watcher(database_url, tmp_path), watcher(database_url, tmp_path) as second:
            time.sleep(1.5 + dice.random())
            second.send_signal(signal.SIGKILL)
            time.sleep(0.3 * dice.random())
    with watcher(database_url, tmp_path), watcher(database_url, tmp_path):
        soon(lambda: not list(inbox.iterdir()), within_s=60)

    # then
    with database.transaction() as conn:
        files = conn.execute("SELECT name, stage FROM file ORDER BY name").fetchall()
    assert files == [(f"{number:02}.pdf", "received") for number in range(count)] + [("bad.docx", "quarantined")]
    assert sorted(path.name for path in (tmp_path / "quarantine" / "post").glob("[!.]*")) == ["bad.docx", "bad.docx.reason.txt"]
