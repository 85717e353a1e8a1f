"""A person's papers come one by one into one batch; whatever breaks off, each is there once."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from intake.pipeline import uploading
from intake.pipeline.receive import IncomingFile
from intake.pipeline.uploading import Sending, TakenFile
from intake.store import alarms, arrivals, audit, batches, files
from intake.store.blobs import open_blobs
from intake.store.database import Database
from models.errors import ConflictError, NotADocumentError

NOW = datetime(2026, 3, 12, 8, 0, tzinfo=UTC)
SENDING = Sending(uuid4(), "office", date(2026, 3, 12), None, "A-1", "paula")


class Desk:
    """Somebody who brings papers."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.blobs = open_blobs(str(folder / "blobs"), None)

    def incoming(self, name: str, pages: int = 2, content: bytes | None = None) -> IncomingFile:
        blob = self.blobs.put([content or name.encode()])
        return IncomingFile(name, blob.sha256, blob.size, "image/tiff", pages)

    def bring(
        self, name: str, key: str, sending: Sending = SENDING, now: datetime = NOW, content: bytes | None = None
    ) -> TakenFile:
        return uploading.take_one(self.database, sending, self.incoming(name, content=content), key, now)


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    return Desk(database, tmp_path)


def test_files_of_one_sending_are_one_batch_in_their_order(desk: Desk) -> None:
    one, two = desk.bring("a.tif", "1"), desk.bring("b.tif", "2")

    assert one.file.batch_id == two.file.batch_id
    assert (one.file.number, two.file.number) == (1, 2)
    with desk.database.transaction() as conn:
        batch = batches.get(conn, one.file.batch_id)
        events = [event.told["actor"] for event in audit.of_subject(conn, f"file:{two.file.id}")]
    assert (batch.door, batch.channel, batch.reference) == ("mailroom", "office", "A-1")
    assert events == ["paula"]


def test_the_same_key_again_is_taken_once_and_gives_the_same_file(desk: Desk) -> None:
    first, again = desk.bring("a.tif", "1"), desk.bring("a.tif", "1", now=NOW + timedelta(hours=20))

    assert again.already_taken and again.file == first.file
    with desk.database.transaction() as conn:
        assert len(files.of_batch(conn, first.file.batch_id)) == 1


def test_a_key_stands_for_one_file_and_a_sending_for_one_set_of_words(desk: Desk) -> None:
    desk.bring("a.tif", "1")

    with pytest.raises(ConflictError):
        desk.bring("b.tif", "1")
    with pytest.raises(ConflictError):
        desk.bring("b.tif", "2", replace(SENDING, channel="fax"))


def test_the_same_bytes_in_one_sending_are_linked_to_the_first(desk: Desk) -> None:
    first, again = desk.bring("a.tif", "1", content=b"x"), desk.bring("copy of a.tif", "2", content=b"x")

    assert (again.file.stage, again.file.duplicate_of) == ("duplicate", first.file.id)


def test_many_at_once_are_all_there_each_with_its_number(desk: Desk) -> None:
    taken: list[TakenFile] = []
    threads = [threading.Thread(target=lambda n=n: taken.append(desk.bring(f"{n}.tif", str(n)))) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(one.file.number for one in taken) == [1, 2, 3, 4, 5, 6]
    assert len({one.file.batch_id for one in taken}) == 1


def test_a_day_that_was_told_counts_and_today_is_the_clocks(desk: Desk) -> None:
    told = desk.bring("a.tif", "1", replace(SENDING, group=uuid4(), arrived=date(2026, 3, 2)))
    today = desk.bring("b.tif", "1")

    with desk.database.transaction() as conn:
        assert arrivals.legal_day(conn, told.file.id) == (date(2026, 3, 2), "told")
        assert arrivals.legal_day(conn, today.file.id) == (date(2026, 3, 12), "clock")


def test_what_cannot_be_opened_is_kept_where_that_is_asked_for_and_raises_an_alarm(desk: Desk) -> None:
    incoming = replace(desk.incoming("131052-308T.doc"), pages=0)
    problem = NotADocumentError("131052-308T.doc")

    kept = uploading.take_unopened(desk.database, SENDING, incoming, problem, "7", NOW)
    again = uploading.take_unopened(desk.database, SENDING, incoming, problem, "7", NOW)

    assert kept.file.stage == "quarantined" and again.file.id == kept.file.id
    with desk.database.transaction() as conn:
        [alarm] = alarms.open_alarms(conn)
    assert alarm.subject == f"file:{kept.file.id}" and "308T" not in alarm.problem + alarm.remedy


def test_nothing_is_there_of_a_file_whose_transaction_broke_off(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> UUID:
        raise KeyboardInterrupt

    monkeypatch.setattr(uploading.files, "set_key", broken)
    with pytest.raises(KeyboardInterrupt):
        desk.bring("a.tif", "1")
    monkeypatch.undo()

    assert not desk.bring("a.tif", "1").already_taken
    with desk.database.transaction() as conn:
        row = conn.execute("SELECT count(*) FROM file").fetchone()
    assert row == (1,)
