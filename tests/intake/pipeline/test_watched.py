from __future__ import annotations

import fcntl
import io
import os
import shutil
import signal
import socket
import struct
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PIL import Image, ImageDraw
from reportlab.pdfgen.canvas import Canvas

from extractors import decoding
from intake.pipeline import quarantine_folder, taking_away, watched
from intake.pipeline.resting import MOST_AT_ONCE, Look, RestingPlace, Trace, day_of_folder, is_unfinished
from intake.pipeline.taking_away import Meant
from intake.pipeline.watched import Keeping, TakingRules, WatchedPlace
from intake.store import alarms, arrivals, manifests
from intake.store.blobs_local import LocalBlobs
from intake.store.database import Database
from models.errors import BlobsAwayError, DatabaseAwayError, DiskFullError

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
QUIET_S, INCOMPLETE_S = 3.0, 60.0


def pdf(words: str = "Hei", pages: int = 1) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1)
    for _ in range(pages):
        canvas.drawString(60, 700, words)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def image(form: str, **options: Any) -> bytes:
    sheet = Image.new("L", (300, 400), 255)
    ImageDraw.Draw(sheet).rectangle((20, 20, 120, 60), fill=0)
    buffer = io.BytesIO()
    sheet.save(buffer, form, **options)
    return buffer.getvalue()


def locked_pdf() -> bytes:
    import pikepdf

    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as whole:
        whole.save(buffer, encryption=pikepdf.Encryption(owner="o", user="s"))
    return buffer.getvalue()


@pytest.fixture(scope="module", autouse=True)
def no_decoders_left() -> Iterator[None]:
    yield
    decoding.let_go()


class Bench:
    """One watched folder with its clock in our hand."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.inbox = folder / "in"
        self.inbox.mkdir()
        self.place = WatchedPlace("post", self.inbox, folder / "quarantine" / "post")
        self.keeping = Keeping(database, LocalBlobs(folder / "blobs"))
        self.rules = TakingRules(INCOMPLETE_S, 5_000_000, 0, looks_for_manifests=True)
        self.resting = RestingPlace(self.inbox, QUIET_S)
        self.clock = 1000.0

    def put(self, name: str, content: bytes, at: datetime = NOW) -> Path:
        path = self.inbox / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (at.timestamp(), at.timestamp()))
        return path

    def look(self, later_s: float = 0.0) -> Look:
        self.clock += later_s
        return self.resting.look(self.clock)

    def sweep(self, later_s: float = QUIET_S) -> list[str]:
        """Look, wait, look again and take what is ready; the outcomes."""
        self.look()
        return self.take_all(self.look(later_s))

    def take_all(self, look: Look) -> list[str]:
        outcomes = []
        for one in look.ready:
            outcomes.append(watched.take(self.keeping, self.place, one, self.rules, NOW, self.clock))
            if outcomes[-1] == "done":
                self.resting.forget(one)
        return outcomes

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        with self.database.transaction() as conn:
            return list(conn.execute(statement))  # type: ignore[call-overload]

    def files(self) -> list[tuple[Any, ...]]:
        return self.rows("SELECT name, stage, pages_in FROM file ORDER BY name, stage")

    def alarms(self) -> list[tuple[str, str]]:
        with self.database.transaction() as conn:
            return [(alarm.kind, alarm.problem) for alarm in alarms.open_alarms(conn)]


@pytest.fixture
def bench(database: Database, tmp_path: Path) -> Bench:
    return Bench(database, tmp_path)


# --- when a file is ready ------------------------------------------------------------------------------------


def test_a_file_is_ready_once_it_has_rested_between_two_looks(bench: Bench) -> None:
    bench.put("a.pdf", pdf())

    assert bench.look().ready == []
    assert bench.look(QUIET_S - 0.1).ready == []
    assert [one.name for one in bench.look(0.2).ready] == ["a.pdf"]


@pytest.mark.parametrize("change", ["longer", "touched", "replaced"])
def test_a_file_that_changed_rests_anew(bench: Bench, change: str) -> None:
    path = bench.put("a.pdf", pdf())
    bench.look()
    if change == "longer":
        path.write_bytes(pdf() + b"\n")
    elif change == "touched":
        os.utime(path, (1, 1))
    else:
        other = bench.put("b.part", pdf())
        other.rename(path)

    assert bench.look(QUIET_S).ready == []
    assert len(bench.look(QUIET_S).ready) == 1


def test_links_hidden_files_and_files_still_on_their_way_are_left_alone(bench: Bench, tmp_path: Path) -> None:
    # given
    for name in (".hidden.pdf", "~$a.docx", "a.pdf.part", "b.TMP", "c.filepart", "d.crdownload", "e.pdf~"):
        bench.put(name, pdf())
    (tmp_path / "outside.pdf").write_bytes(pdf())
    (bench.inbox / "link.pdf").symlink_to(tmp_path / "outside.pdf")
    (bench.inbox / "linked").symlink_to(tmp_path)
    (bench.inbox / "day" / "deeper").mkdir(parents=True)
    bench.put("day/deeper/f.pdf", pdf())
    os.mkfifo(bench.inbox / "pipe.pdf")
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(os.path.relpath(bench.inbox / "s"))
        bench.look()

        # when
        look = bench.look(QUIET_S)

    # then the odd ones are counted, so that somebody is told
    assert (look.ready, look.count, look.overlooked) == ([], 0, 5)
    assert (tmp_path / "outside.pdf").exists()


@pytest.mark.parametrize(
    ("name", "is_one"), [("a.pdf", False), ("a.tmp.pdf", False), ("a.PART", True), (".a", True), ("~$a.pdf", True)]
)
def test_a_name_tells_what_is_unfinished(name: str, is_one: bool) -> None:
    assert is_unfinished(name) is is_one


def test_a_full_folder_is_taken_oldest_first_a_part_at_a_time(bench: Bench) -> None:
    for number in range(MOST_AT_ONCE + 50):
        bench.put(f"{number:04}.pdf", b"x", datetime.fromtimestamp(2_000_000_000 - number, UTC))
    bench.look()

    look = bench.look(QUIET_S)

    assert [one.name for one in look.ready[:2]] == [f"{MOST_AT_ONCE + 49:04}.pdf", f"{MOST_AT_ONCE + 48:04}.pdf"]
    assert (len(look.ready), look.is_more, look.count) == (MOST_AT_ONCE, True, MOST_AT_ONCE + 50)


def test_files_that_wait_do_not_crowd_out_those_behind_them(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    # given three old files that are held, and room for two in mind
    monkeypatch.setattr("intake.pipeline.resting.MOST_KEPT", 2)
    for number in range(2):
        bench.put(f"{number}.pdf", pdf()[:300], datetime.fromtimestamp(number + 1, UTC))
    bench.sweep()
    bench.put("new.pdf", pdf())

    # when
    bench.look()
    ready = bench.look(QUIET_S).ready

    # then
    assert [one.name for one in ready] == ["new.pdf"]


# --- taking --------------------------------------------------------------------------------------------------


def test_a_file_leaves_the_folder_when_bytes_and_rows_are_kept(bench: Bench) -> None:
    path = bench.put("a.pdf", pdf(pages=2))

    outcomes = bench.sweep()

    assert (outcomes, path.exists()) == (["done"], False)
    assert bench.files() == [("a.pdf", "received", 2)]
    (sha256,) = bench.rows("SELECT sha256 FROM file")[0]
    assert bench.keeping.blobs.read(sha256) == pdf(pages=2)
    assert bench.rows("SELECT count(*) FROM page WHERE state = 'received'") == [(2,)]
    assert bench.rows("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'read_file'") == [(1,)]


def test_a_crash_between_commit_and_removal_neither_doubles_nor_keeps_the_file(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a watcher that died before it removed the file
    path = bench.put("a.pdf", pdf())
    monkeypatch.setattr(watched, "remove", _dies)
    with pytest.raises(KeyboardInterrupt):
        bench.sweep()
    monkeypatch.undo()
    assert path.exists() and len(bench.files()) == 1

    # when the next one starts
    bench.resting = RestingPlace(bench.inbox, QUIET_S)
    outcomes = bench.sweep()

    # then
    assert (outcomes, path.exists()) == (["done"], False)
    assert bench.files() == [("a.pdf", "received", 1)]


def _dies(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_list_that_comes_between_crash_and_restart_does_not_keep_the_file(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given
    path = bench.put("a.pdf", pdf())
    monkeypatch.setattr(watched, "remove", _dies)
    with pytest.raises(KeyboardInterrupt):
        bench.sweep()
    monkeypatch.undo()
    bench.put("manifest.csv", b"file;sender\na.pdf;Somebody\n")

    # when
    bench.resting = RestingPlace(bench.inbox, QUIET_S)
    bench.sweep()
    bench.sweep()

    # then
    assert not path.exists() and len(bench.files()) == 1


@pytest.mark.parametrize("call", ["rename", "unlink"])
def test_a_file_that_cannot_be_removed_is_an_alarm_and_is_not_taken_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    # given
    path = bench.put("010180-998V.pdf", pdf())
    monkeypatch.setattr(Path, call, _refuses(path, getattr(Path, call)))

    # when
    outcomes = bench.sweep()

    # then the alarm does not say the name, which holds a code
    assert outcomes == ["stays"] and path.exists()
    ((kind, words),) = bench.alarms()
    assert kind == "file_stays" and "010180" not in words

    # when it can be removed again
    monkeypatch.undo()
    bench.take_all(bench.look(10))

    # then
    assert not path.exists() and len(bench.files()) == 1 and bench.alarms() == []


def _refuses(refused: Path, call: Callable[..., None]) -> Callable[..., None]:
    def refusing(path: Path, *given: Any, **named: Any) -> None:
        if path.parent == refused.parent and path.name.endswith(refused.name):
            raise PermissionError(1, "Operation not permitted")
        call(path, *given, **named)

    return refusing


def test_the_same_bytes_under_two_names_are_both_taken(bench: Bench) -> None:
    bench.put("a.pdf", pdf())
    bench.put("b.pdf", pdf())

    assert bench.sweep() == ["done", "done"]
    assert bench.files() == [("a.pdf", "received", 1), ("b.pdf", "duplicate", 1)]


def test_the_same_name_again_is_another_file(bench: Bench) -> None:
    for words in ("one", "two"):
        bench.put("scan.pdf", pdf(words))
        bench.sweep()

    assert [row[1] for row in bench.files()] == ["received", "received"]


def test_a_file_written_to_while_it_is_read_is_not_taken(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    # given a file that grows between reading and storing
    path = bench.put("a.pdf", pdf())
    examined = watched._examined

    def written_to(content: bytes, name: str) -> tuple[int, str]:
        path.write_bytes(pdf("another"))
        return examined(content, name)

    monkeypatch.setattr(watched, "_examined", written_to)

    # when, then
    assert bench.sweep() == ["changed"]
    assert path.exists() and bench.files() == []


def test_a_file_replaced_after_it_was_taken_stays_for_the_next_look(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    # given
    path = bench.put("scan.pdf", pdf("one"))
    remove = taking_away.remove

    def replaced(meant: Meant) -> None:
        path.unlink()
        path.write_bytes(pdf("two"))
        remove(meant)

    monkeypatch.setattr(watched, "remove", replaced)
    bench.sweep()
    monkeypatch.undo()

    # when
    assert path.read_bytes() == pdf("two")
    bench.sweep()

    # then
    assert len(bench.files()) == 2 and not path.exists()


@pytest.mark.parametrize("first", [pdf("one"), b"PK\x03\x04 no paper at all"], ids=["taken", "quarantined"])
def test_a_file_that_gets_the_name_between_the_last_look_and_the_removal_is_taken_too(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, first: bytes
) -> None:
    # given a program that renames another file onto the name at the worst moment
    path = bench.put("scan.pdf", first)
    another = bench.put("another.part", pdf("two"))
    look = taking_away.lies_there

    def looked_then_replaced(at: Path, trace: Trace) -> bool:
        found = look(at, trace)
        if at == path and another.exists():
            another.rename(path)
        return found

    monkeypatch.setattr(taking_away, "lies_there", looked_then_replaced)
    bench.sweep()
    monkeypatch.undo()

    # then it is there, whole, and nothing of it lies in quarantine
    assert path.read_bytes() == pdf("two") and [found.name for found in bench.inbox.iterdir()] == ["scan.pdf"]
    assert not (bench.place.quarantine / "scan.pdf").exists()

    # and it is taken
    bench.sweep()
    assert len(bench.files()) == 2 and list(bench.inbox.iterdir()) == []


def test_a_file_somebody_took_away_between_two_looks_is_no_error(bench: Bench) -> None:
    path = bench.put("a.pdf", pdf())
    bench.look()
    look = bench.look(QUIET_S)
    path.unlink()

    assert bench.take_all(look) == ["changed"]
    assert bench.files() == [] and bench.alarms() == []


def test_two_watchers_of_one_folder_take_each_file_once(bench: Bench) -> None:
    # given both have seen the file as ready
    bench.put("a.pdf", pdf())
    bench.put("b.docx", b"PK\x03\x04 no paper, and never will be")
    other = RestingPlace(bench.inbox, QUIET_S)
    for resting in (bench.resting, other):
        resting.look(bench.clock)
    bench.clock += QUIET_S
    looks = [resting.look(bench.clock) for resting in (bench.resting, other)]

    # when
    outcomes = [bench.take_all(look) for look in looks]

    # then
    assert outcomes[0] == ["done", "done"] and set(outcomes[1]) <= {"done", "changed"}
    assert bench.files() == [("a.pdf", "received", 1), ("b.docx", "quarantined", 0)]
    assert list(bench.inbox.iterdir()) == []


@pytest.mark.parametrize("letter", ["\n", "\r", "\x1b", "\x7f", "\x9b", "\u2028", "\u202e", "\u2066"])
def test_a_name_that_would_not_show_as_it_is_is_written_down_harmlessly(letter: str) -> None:
    assert watched.shown(f"inner/ää{letter}b.pdf") == "inner/ää\ufffdb.pdf"


def test_a_name_in_latin_1_is_written_down_readably(bench: Bench) -> None:
    raw = os.fsencode(bench.inbox) + b"/p\xe4\xe4t\xf6s.pdf"
    with open(raw, "wb") as file:  # noqa: PTH123 - a name that is no text
        file.write(pdf())

    assert bench.sweep() == ["done"]
    assert bench.files() == [("päätös.pdf", "received", 1)]


# --- what is away --------------------------------------------------------------------------------------------


def test_with_a_full_disk_the_file_stays_and_is_taken_later(bench: Bench) -> None:
    path = bench.put("a.pdf", pdf())
    rules, bench.rules = bench.rules, replace(bench.rules, reserve_mb=10**9)

    with pytest.raises(DiskFullError):
        bench.sweep()
    assert path.exists() and bench.files() == []

    bench.rules = rules
    assert bench.sweep() == ["done"]


def test_without_a_database_the_file_stays(bench: Bench) -> None:
    path = bench.put("a.pdf", pdf())
    with Database("host=127.0.0.1 port=1 dbname=x", wait_s=0.5) as nowhere:
        there, bench.keeping = bench.keeping, replace(bench.keeping, database=nowhere)
        with pytest.raises(DatabaseAwayError):
            bench.sweep()
    assert path.exists()

    bench.keeping = there
    assert bench.sweep() == ["done"] and len(bench.files()) == 1


def test_without_the_store_of_originals_the_file_stays(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    path = bench.put("a.pdf", pdf())

    def away(*_: object) -> None:
        raise BlobsAwayError("gone")

    monkeypatch.setattr(LocalBlobs, "put", away)
    with pytest.raises(BlobsAwayError):
        bench.sweep()
    monkeypatch.undo()

    assert path.exists() and bench.files() == []
    assert bench.sweep() == ["done"]


@pytest.mark.parametrize("lock", [fcntl.flock, fcntl.lockf])
def test_a_file_that_somebody_holds_waits_then_is_an_alarm_and_is_taken_when_free(
    bench: Bench, lock: Callable[..., None]
) -> None:
    # given a lock of another process, as POSIX locks need
    path = bench.put("a.pdf", pdf())
    ready, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        with path.open("r+b") as held:
            lock(held, fcntl.LOCK_EX)
            os.write(theirs, b"x")
            signal.pause()
    os.read(ready, 1)

    # when, then
    try:
        assert bench.sweep() == ["locked"]
        assert bench.alarms() == []
        assert bench.take_all(bench.look(INCOMPLETE_S)) == ["locked"]
        assert [kind for kind, _ in bench.alarms()] == ["file_locked"] and path.exists()
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
    assert bench.take_all(bench.look(10)) == ["done"]
    assert bench.alarms() == [] and len(bench.files()) == 1


def test_a_file_that_may_not_be_read_waits(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    # given: tests may run as root, whom no mode stops
    path = bench.put("a.pdf", pdf())
    opened = os.open

    def refusing(target: Any, *given: Any, **named: Any) -> int:
        if target == path:
            raise PermissionError(13, "Permission denied")
        return opened(target, *given, **named)

    monkeypatch.setattr(os, "open", refusing)

    assert bench.sweep() == ["locked"] and path.exists()


# --- incomplete and unreadable files ---------------------------------------------------------------------------

CUT = {
    "pdf": pdf(pages=3)[:-40],
    "tiff": image("TIFF", compression="tiff_lzw")[:-200],
    "jpeg": image("JPEG")[:-100],
    "png": image("PNG")[:-20],
    "gif": image("GIF")[:-30],
    "bmp": image("BMP")[:-30],
    "webp": image("WEBP")[:-30],
    "begun": b"%P",
    "nothing yet": b"",
    "room reserved": bytes(4096),
}


@pytest.mark.parametrize("content", CUT.values(), ids=CUT.keys())
def test_a_cut_file_waits_for_its_rest_then_goes_to_quarantine(bench: Bench, content: bytes) -> None:
    path = bench.put("a.bin", content)

    assert bench.sweep() == ["incomplete"]
    assert bench.look(INCOMPLETE_S - QUIET_S - 1).ready == [] and path.exists() and bench.files() == []
    assert bench.take_all(bench.look(1.1)) == ["done"]
    assert bench.files() == [("a.bin", "quarantined", 0)]
    assert (bench.place.quarantine / "a.bin").read_bytes() == content


def test_a_cut_file_that_grows_to_its_end_is_taken(bench: Bench) -> None:
    bench.put("a.pdf", pdf()[:-100])
    bench.sweep()
    bench.put("a.pdf", pdf())

    assert bench.sweep() == ["done"]
    assert bench.files() == [("a.pdf", "received", 1)]


BAD = {
    "not_a_document": b"PK\x03\x04 this is a zip or an office file",
    "encrypted_file": locked_pdf(),
    "too_many_pages": pdf(pages=501),
    "page_too_large": b"BM" + struct.pack("<IIIIiiHH", 54, 0, 54, 40, 30_000, 30_000, 1, 24) + bytes(24),
}


@pytest.mark.parametrize(("code", "content"), BAD.items(), ids=BAD.keys())
def test_what_will_never_be_readable_goes_to_quarantine_at_once_with_the_reason(bench: Bench, code: str, content: bytes) -> None:
    # given
    path = bench.put("Meikäläinen 010180-998V.pdf", content)

    # when
    assert bench.sweep() == ["done"]

    # then the file lies where a person sees it, with a note in three languages
    moved = bench.place.quarantine / path.name
    assert moved.read_bytes() == content and not path.exists()
    note = moved.with_name(f"{path.name}.reason.txt").read_text(encoding="utf-8-sig")
    assert all(words in note for words in ("Suomeksi:", "På svenska:", "In English:", code))
    # and it is written down, its bytes are kept, and the alarm speaks in ids
    ((sha256, problem),) = bench.rows("SELECT sha256, problem FROM file WHERE stage = 'quarantined'")
    assert problem["code"] == code and bench.keeping.blobs.read(sha256) == content
    ((kind, words),) = bench.alarms()
    assert kind == "quarantined" and "010180" not in words and "Meikäläinen" not in words


def test_a_file_larger_than_any_may_be_is_put_aside_without_reading_it_whole(bench: Bench) -> None:
    bench.rules = replace(bench.rules, max_bytes=100)
    bench.put("a.pdf", pdf())

    assert bench.sweep() == ["done"]
    assert bench.rows("SELECT problem->>'code' FROM file") == [("file_too_large",)]


def test_a_crash_before_the_move_to_quarantine_ends_in_one_row_and_one_file(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given
    path = bench.put("a.docx", b"PK\x03\x04 no paper at all")
    monkeypatch.setattr(watched, "put_aside", _dies)
    with pytest.raises(KeyboardInterrupt):
        bench.sweep()
    monkeypatch.undo()
    assert path.exists()

    # when
    bench.resting = RestingPlace(bench.inbox, QUIET_S)
    bench.sweep()

    # then
    assert not path.exists() and bench.files() == [("a.docx", "quarantined", 0)]
    assert sorted(found.name for found in bench.place.quarantine.glob("[!.]*")) == ["a.docx", "a.docx.reason.txt"]


def test_names_that_clash_in_quarantine_get_a_number(bench: Bench) -> None:
    for content in (b"PK\x03\x04 the first of them", b"PK\x03\x04 the second of them"):
        bench.put("a.docx", content)
        bench.sweep()

    assert (bench.place.quarantine / "a.docx").read_bytes().endswith(b"first of them")
    assert (bench.place.quarantine / "a (2).docx").read_bytes().endswith(b"second of them")
    assert (bench.place.quarantine / "a (2).docx.reason.txt").exists()


@pytest.mark.skipif(
    not Path("/dev/shm").is_dir() or Path("/dev/shm").stat().st_dev == Path(tempfile.gettempdir()).stat().st_dev,
    reason="one disk only",
)
def test_the_quarantine_may_lie_on_another_disk(bench: Bench) -> None:
    away = Path(tempfile.mkdtemp(dir="/dev/shm"))
    try:
        bench.place = replace(bench.place, quarantine=away / "post")
        path = bench.put("a.docx", b"PK\x03\x04 no paper at all")

        assert bench.sweep() == ["done"] and not path.exists()
        assert (away / "post" / "a.docx").read_bytes() == b"PK\x03\x04 no paper at all"
    finally:
        shutil.rmtree(away)


def test_a_file_put_back_from_quarantine_is_tried_again(bench: Bench) -> None:
    # given a file refused by a limit that has since been raised
    bench.rules = replace(bench.rules, max_bytes=100)
    bench.put("a.pdf", pdf())
    bench.sweep()
    bench.rules = replace(bench.rules, max_bytes=1_000_000)

    # when
    (bench.place.quarantine / "a.pdf").rename(bench.inbox / "a.pdf")
    outcomes = bench.sweep()

    # then
    assert outcomes == ["done"]
    assert bench.files() == [("a.pdf", "quarantined", 0), ("a.pdf", "received", 1)]


def test_a_file_on_its_way_to_quarantine_is_not_taken_for_one_that_somebody_took_out(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given another watcher that looks between the note and the move
    move = quarantine_folder._move
    seen: list[UUID] = []

    def looked_at(source: Path, target: Path) -> None:
        seen.extend(quarantine_folder.seen_to(bench.place.quarantine))
        move(source, target)

    monkeypatch.setattr(quarantine_folder, "_move", looked_at)
    bench.put("a.docx", b"PK\x03\x04 no paper at all")
    bench.sweep()
    assert seen == []

    # and somebody does take it out, later
    (bench.place.quarantine / "a.docx").unlink()
    assert len(list(quarantine_folder.seen_to(bench.place.quarantine))) == 1


def test_a_watcher_killed_right_after_the_move_leaves_a_file_that_can_be_seen_to(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quarantine_folder, "_has_come", _dies)
    bench.put("a.docx", b"PK\x03\x04 no paper at all")
    with pytest.raises(KeyboardInterrupt):
        bench.sweep()
    monkeypatch.undo()
    assert list(quarantine_folder.seen_to(bench.place.quarantine)) == []

    (bench.place.quarantine / "a.docx").unlink()

    assert len(list(quarantine_folder.seen_to(bench.place.quarantine))) == 1


def test_a_quarantine_without_room_leaves_the_file_in_its_folder_and_no_rests(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, *_: Any, **__: Any) -> int:
        path.touch()
        raise OSError(28, "No space left on device")

    path = bench.put("a.docx", b"PK\x03\x04 no paper at all")
    with monkeypatch.context() as broken:
        broken.setattr(Path, "write_text", full)
        assert bench.sweep() == ["stays"]
    assert [found.name for found in bench.inbox.iterdir()] == ["a.docx"] and list(bench.place.quarantine.iterdir()) == []

    bench.take_all(bench.look(10))
    assert not path.exists() and bench.files() == [("a.docx", "quarantined", 0)] and bench.alarms()[0][0] == "quarantined"


def test_a_file_taken_out_of_quarantine_is_seen_to(bench: Bench) -> None:
    bench.put("a.docx", b"PK\x03\x04 no paper at all")
    bench.sweep()
    quarantine = bench.place.quarantine
    assert list(quarantine_folder.seen_to(quarantine)) == []

    (quarantine / "a.docx").unlink()
    (file_id,) = quarantine_folder.seen_to(quarantine)
    quarantine_folder.drop(quarantine, file_id)

    assert [(file_id,)] == bench.rows("SELECT id FROM file")
    assert list(quarantine.iterdir()) == []


# --- when it reached us ----------------------------------------------------------------------------------------


def evidence_of(bench: Bench) -> dict[str, date]:
    with bench.database.transaction() as conn:
        (file_id,) = conn.execute("SELECT id FROM file").fetchone() or (None,)
        return {row.evidence: row.day for row in arrivals.of_file(conn, file_id)}


def received(bench: Bench) -> tuple[str, str]:
    ((at, evidence),) = bench.rows("SELECT received_at AT TIME ZONE 'Europe/Helsinki', received_evidence FROM batch")
    return f"{at:%Y-%m-%d %H:%M}", evidence


def test_the_files_own_time_is_when_it_reached_us(bench: Bench) -> None:
    bench.put("a.pdf", pdf(), datetime(2026, 11, 20, 22, 30, tzinfo=UTC))
    bench.sweep()

    assert received(bench) == ("2026-11-21 00:30", "file_time")
    assert evidence_of(bench) == {"file_time": date(2026, 11, 21), "clock": date(2026, 11, 22)}


@pytest.mark.parametrize("at", [datetime(2026, 12, 24, tzinfo=UTC), datetime(1980, 1, 1, tzinfo=UTC)])
def test_a_time_that_no_honest_file_has_is_not_believed(bench: Bench, at: datetime) -> None:
    bench.put("a.pdf", pdf(), at)
    bench.sweep()

    assert received(bench)[1] == "clock"
    assert evidence_of(bench) == {"clock": date(2026, 11, 22)}


@pytest.mark.parametrize("folder", ["2020-03-16", "16.3.2020", "16.03.2020"])
def test_a_folder_named_after_a_day_says_when_its_files_came(bench: Bench, folder: str) -> None:
    bench.put(f"{folder}/a.pdf", pdf())
    bench.sweep()

    assert received(bench) == ("2020-03-16 00:00", "folder")
    assert evidence_of(bench)["folder"] == date(2020, 3, 16) and "file_time" in evidence_of(bench)


@pytest.mark.parametrize(
    "name", ["a.pdf", "2020-02-30/a.pdf", "2031-01-01/a.pdf", "1931-01-01/a.pdf", "scans/a.pdf", "2020-03-16-b/a.pdf"]
)
def test_other_folders_say_nothing_of_a_day(name: str) -> None:
    assert day_of_folder(name, NOW.date()) is None


def test_a_list_that_is_there_first_says_when_from_whom_and_about_what(bench: Bench) -> None:
    # given
    bench.put("manifest.csv", "tiedosto;saapunut;lähettäjä;viite\nA.PDF;15.3.2020;Posti;77\n".encode())
    bench.sweep()

    # when
    bench.put("2020-03-16/a.pdf", pdf())
    bench.sweep()

    # then
    assert received(bench) == ("2020-03-15 00:00", "manifest")
    assert bench.rows("SELECT sender, reference FROM batch") == [("Posti", "77")]
    assert evidence_of(bench)["manifest"] == date(2020, 3, 15)
    assert evidence_of(bench)["folder"] == date(2020, 3, 16)


def test_a_broken_list_goes_to_quarantine(bench: Bench) -> None:
    bench.put("manifest.csv", b"file;pages\na.pdf;three\n")

    assert bench.sweep() == ["done"]
    assert bench.rows("SELECT name, problem->>'code' FROM file") == [("manifest.csv", "manifest")]
    assert (bench.place.quarantine / "manifest.csv.reason.txt").exists()
    with bench.database.transaction() as conn:
        assert manifests.newest(conn, 10) == []
