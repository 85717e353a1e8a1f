"""A file is read and settled in one commit, or it comes again, or a person gets it: nothing else ever happens."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from intake.pipeline import audit_trail, ledger, rereading, settle
from intake.reading_child import Failure
from intake.store import alarms, attempts, documents, files, jobs, pages, readings, work_items
from intake.store.database import Conn, Database
from models.errors import BlobsAwayError, ConflictError, DatabaseAwayError, DiskFullError
from tests.intake.kept_documents import field
from tests.intake.received_files import BROKEN, Bench, FakeReader, bench, document, result

JOBS = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'read_file' AND status = 'todo'"
HOPELESS = Failure("encrypted_file", 14, "scan.tif: locked.", "Ask for an open copy.")


@pytest.fixture
def place(database: Database, tmp_path: Path) -> Bench:
    return bench(database, tmp_path)


def states(place: Bench, file_id: UUID) -> list[str]:
    with place.database.transaction() as conn:
        return [page.state for page in pages.of_file(conn, file_id)]


def outcomes(place: Bench, file_id: UUID) -> list[str | None]:
    with place.database.transaction() as conn:
        return [attempt.outcome for attempt in attempts.of_file(conn, file_id)]


def stage_of(place: Bench, file_id: UUID) -> tuple[str, int]:
    with place.database.transaction() as conn:
        file = files.get(conn, file_id)
    return file.stage, file.revision


def kinds(place: Bench) -> set[str]:
    with place.database.transaction() as conn:
        return {alarm.kind for alarm in alarms.open_alarms(conn)}


def assert_whole(place: Bench) -> None:
    """The ledger balances and the trail holds together."""
    with place.database.transaction() as conn:
        found = ledger.last_days(conn, place.at)
    assert (found.faults, [day.difference for day in found.days]) == ([], [0] * len(found.days))
    audit_trail.verify(place.database)


def test_a_file_is_settled_with_all_that_comes_of_it(place: Bench) -> None:
    [file_id] = place.take((b"paper", 4))
    read = result(4, [document("d1", 1, 2)], blank=[3], separator=[4], arrival={
        "date": "2026-03-02", "evidence": "fax_header", "confidence": 0.99,
    })  # fmt: skip

    outcome = place.run(FakeReader([read]), file_id)

    assert (outcome, stage_of(place, file_id)) == ("read", ("read", 1))
    assert states(place, file_id) == ["in_document", "in_document", "blank", "separator"]
    with place.database.transaction() as conn:
        [found] = documents.of_file(conn, file_id)
        record = documents.newest_record(conn, found.id)
        reading = readings.newest(conn, file_id)
        [item] = work_items.of_file(conn, file_id)
        shown = pages.of_file(conn, file_id)
    assert (str(found.arrival_day), found.arrival_evidence) == ("2026-03-02", "fax_header")
    assert (record.version, record.origin, record.author, record.body["id"]) == (1, "reading", "saapuva", "d1")
    assert reading is not None
    assert (reading.revision, reading.seconds, reading.versions["types"]) == (1, 1.5, "abc")
    assert (item.state, item.waits_because, item.documents) == ("waiting", ["findings"], [found.id])
    assert [place.blobs.read(page.image_sha256 or "") for page in shown] == [b"image %d" % n for n in (1, 2, 3, 4)]
    assert place.count("SELECT count(*) FROM delivery WHERE state = 'waiting'") == 1
    assert outcomes(place, file_id) == ["done"]
    assert_whole(place)


def test_the_reader_is_told_the_channel_the_time_and_the_name_but_not_by_the_path(place: Bench) -> None:
    [file_id] = place.take((b"paper", 1))
    reader = FakeReader([result(1, [document("d1", 1)])])

    place.run(reader, file_id)

    [question] = reader.asked
    assert (question.channel, question.name) == ("fax", "scan-1.tif")
    assert question.received_at is not None
    assert "scan" not in question.path.name


@pytest.mark.parametrize(
    ("body", "queue", "because"),
    [
        (document("d1", 1, absence_end=field(None, accepted=False)), "southern_district", ["doubtful_fields", "findings"]),
        (document("d1", 1) | {"accepted": False}, "southern_district", ["doubtful_type", "findings"]),
        (document("d1", 1, abroad=field(True)), "international_centre", ["queue", "findings"]),
        (
            document("d1", 1, x=[{"y": field("x", accepted=False)}]) | {"type": "y121_account_change"},
            "basic_data",
            ["doubtful_fields", "queue"],
        ),
    ],
)
def test_a_matter_says_why_it_waits_and_nothing_of_it_goes_out(
    place: Bench, body: dict[str, Any], queue: str, because: list[str]
) -> None:
    [file_id] = place.take((b"paper", 1))

    place.run(FakeReader([result(1, [body], queue=queue)]), file_id)

    with place.database.transaction() as conn:
        [item] = work_items.waiting(conn, queue)
    assert item.waits_because == because
    assert place.count("SELECT count(*) FROM delivery") == 0


def test_what_a_person_has_seen_is_waited_for_no_more() -> None:
    seen = field("x", accepted=False) | {"seen_by": "ann"}
    typed = document("d1", 1, absence_end=seen) | {"accepted": False, "type_seen_by": "ann"}

    assert settle.waits_because("southern_district", [typed], False) == []
    assert settle.waits_because("southern_district", [typed], True) == ["possible_duplicate"]


def test_a_document_that_routing_left_out_finds_its_matter_by_what_stands_on_it(place: Bench) -> None:
    [file_id] = place.take((b"paper", 2))
    read = result(2, [document("d1", 1), document("d2", 2)])
    read["work_items"][0]["documents"] = ["d1"]

    place.run(FakeReader([read]), file_id)

    with place.database.transaction() as conn:
        [item] = work_items.waiting(conn)
        labels = [documents.get(conn, document_id).label for document_id in item.documents]
    assert sorted(labels) == ["d1", "d2"]


def test_a_file_that_has_been_read_is_nothing_to_do(place: Bench) -> None:
    [file_id] = place.take((b"paper", 1))
    reader = FakeReader([result(1, [document("d1", 1)])])
    place.run(reader, file_id)

    again = place.run(reader, file_id)

    assert (again, len(reader.asked), outcomes(place, file_id)) == ("nothing_to_do", 1, ["done"])


def test_pages_that_the_reading_does_not_mention_are_left_to_a_person_and_raise_an_alarm(place: Bench) -> None:
    [file_id] = place.take((b"paper", 3))

    place.run(FakeReader([result(2, [document("d1", 1, 2)])]), file_id)

    assert states(place, file_id) == ["in_document", "in_document", "parked"]
    with place.database.transaction() as conn:
        [item] = work_items.waiting(conn, "indexing")
    assert item.waits_because == ["unread"]
    assert kinds(place) == {"page_count"}
    assert_whole(place)


@pytest.mark.parametrize(
    ("read", "code"),
    [
        (result(3, [document("d1", 1, 2, 3)]), "page_count"),
        (result(2, [document("d1", 1, 2), document("d2", 2)]), "custody"),
        (result(2, [document("d1", 1, 2, 7)]), "page_count"),
    ],
)
def test_a_reading_that_does_not_add_up_is_not_believed(place: Bench, read: dict[str, Any], code: str) -> None:
    [file_id] = place.take((b"paper", 2))

    outcome = place.run(FakeReader([read], drawn=2), file_id)

    assert (outcome, states(place, file_id)) == ("parked", ["parked", "parked"])
    with place.database.transaction() as conn:
        assert {page.parked_because for page in pages.of_file(conn, file_id)} == {code}
        assert readings.newest(conn, file_id) is None
    assert_whole(place)


def test_a_file_whose_reading_fails_again_and_again_ends_with_a_person_and_its_page_images(place: Bench) -> None:
    [file_id] = place.take((b"paper", 2))
    reader = FakeReader([BROKEN], drawn=2)

    ends = [place.run(reader, file_id) for _ in range(4)]

    assert ends == ["failed", "failed", "parked", "nothing_to_do"]
    assert outcomes(place, file_id) == ["failed"] * 3
    with place.database.transaction() as conn:
        file = files.get(conn, file_id)
        [item] = work_items.waiting(conn, "indexing")
        shown = pages.of_file(conn, file_id)
        [alarm] = alarms.open_alarms(conn)
    assert file.problem == {"code": "reader_died", "problem": BROKEN.problem, "remedy": "Try again."}
    assert (item.file_id, item.waits_because) == (file_id, ["unread"])
    assert [place.blobs.exists(page.image_sha256 or "") for page in shown] == [True, True]
    assert alarm.subject == f"file:{file_id}"
    assert "scan" not in alarm.problem + alarm.remedy
    assert place.count("SELECT count(*) FROM document") == 0
    assert_whole(place)


def test_what_cannot_get_better_is_not_tried_again(place: Bench) -> None:
    [file_id] = place.take((b"paper", 2))

    outcome = place.run(FakeReader([HOPELESS], drawn=HOPELESS), file_id)

    assert (outcome, states(place, file_id), len(outcomes(place, file_id))) == ("parked", ["parked", "parked"], 1)
    assert_whole(place)


def test_a_mistake_of_ours_is_one_failure_and_not_the_workers_end(place: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    [file_id] = place.take((b"paper", 1))
    read = result(1, [document("d1", 1)])
    monkeypatch.setattr(settle, "settle_reading", lambda *_: 1 / 0)

    ends = [place.run(FakeReader([read], drawn=1), file_id) for _ in range(3)]

    assert ends == ["failed", "failed", "parked"]
    assert_whole(place)


def test_a_failed_attempt_lines_up_the_next_in_the_same_commit(place: Bench) -> None:
    [file_id] = place.take((b"paper", 1))
    before = place.count(JOBS)

    place.run(FakeReader([BROKEN]), file_id)

    assert place.count(JOBS) == before + 1
    assert place.count(f"{JOBS} AND scheduled_at > now()") == 1


@pytest.mark.parametrize("error", [BlobsAwayError("folder: gone"), DiskFullError(0, 1)])
def test_while_the_blob_store_is_away_a_file_waits_and_is_never_given_up(
    place: Bench, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    [file_id] = place.take((b"paper", 1))
    reader = FakeReader([result(1, [document("d1", 1)])])

    @contextmanager
    def away(_: str) -> Iterator[Path]:
        raise error
        yield Path()

    with monkeypatch.context() as broken:
        broken.setattr(place.blobs, "as_file", away)
        ends = {place.run(reader, file_id) for _ in range(5)}
    with monkeypatch.context() as full:
        full.setattr(place.blobs, "put", lambda _: (_ for _ in ()).throw(error))
        ends |= {place.run(reader, file_id) for _ in range(5)}
    back = place.run(reader, file_id)

    assert (ends, back) == ({"postponed"}, "read")
    assert outcomes(place, file_id) == ["postponed"] * 10 + ["done"]
    assert_whole(place)


def test_a_full_disk_under_the_child_is_no_fault_of_the_file(place: Bench) -> None:
    [file_id] = place.take((b"paper", 1))
    full = Failure("disk_full", 43, "Only 0 MB are free.", "Make room.", retryable=True, is_away=True)

    ends = {place.run(FakeReader([full]), file_id) for _ in range(5)}

    assert (ends, stage_of(place, file_id)) == ({"postponed"}, ("received", 0))


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EMFILE, errno.EAGAIN])
def test_what_the_machine_is_short_of_is_no_fault_of_the_file(place: Bench, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    [file_id] = place.take((b"paper", 1))

    def short(*_: Any, **__: Any) -> None:
        raise OSError(number, "short")

    with monkeypatch.context() as broken:
        broken.setattr("intake.pipeline.stages.tempfile.TemporaryDirectory", short)
        ends = {place.run(FakeReader([result(1, [document("d1", 1)])]), file_id) for _ in range(5)}

    assert (ends, stage_of(place, file_id)) == ({"postponed"}, ("received", 0))


def test_a_commit_that_met_another_transaction_is_done_again_and_counts_for_nothing(
    place: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    [file_id] = place.take((b"paper", 1))
    open_item, met = work_items.open, iter([True, True, False])

    def meets(conn: Conn, *given: Any, **named: Any) -> UUID:
        if next(met):
            conn.execute("DO $$ BEGIN RAISE EXCEPTION 'met' USING ERRCODE = '40P01'; END $$")
        return open_item(conn, *given, **named)

    monkeypatch.setattr(work_items, "open", meets)

    assert place.run(FakeReader([result(1, [document("d1", 1)])]), file_id) == "read"
    assert outcomes(place, file_id) == ["done"]
    assert_whole(place)


@pytest.mark.parametrize("moment", ["reading", "committing"])
def test_when_the_database_goes_away_nothing_is_half_done_and_the_next_wake_up_goes_on(
    place: Bench, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    [file_id] = place.take((b"paper", 1))
    read = result(1, [document("d1", 1)])

    def cut() -> None:
        raise psycopg.OperationalError("gone")

    def away(*_: Any, **__: Any) -> None:
        raise psycopg.OperationalError("gone")

    with monkeypatch.context() as broken:
        if moment == "committing":
            broken.setattr(work_items, "open", away)
        else:
            broken.setattr(files, "lock", away)
        with pytest.raises(DatabaseAwayError):
            place.run(FakeReader([read]), file_id)
    half_done = place.count("SELECT count(*) FROM document") + place.count("SELECT count(*) FROM reading")
    back = place.run(FakeReader([read]), file_id)

    assert (half_done, back) == (0, "read")
    assert "lost" not in outcomes(place, file_id)
    assert_whole(place)


def test_a_paused_worker_that_finishes_late_changes_nothing(place: Bench) -> None:
    [file_id] = place.take((b"paper", 2))
    quick = FakeReader([result(2, [document("d1", 1, 2)])])
    slow = FakeReader(
        [result(2, [document("d1", 1), document("d2", 2)])], meanwhile=lambda: ends.append(place.run(quick, file_id, "host:2:bb"))
    )
    ends: list[str] = []

    ends.append(place.run(slow, file_id, "host:1:aa"))

    assert ends == ["read", "stale"]
    assert place.count("SELECT count(*) FROM document") == 1
    assert place.count("SELECT count(*) FROM reading") == 1
    assert outcomes(place, file_id) == ["lost", "done"]
    assert_whole(place)


def test_a_paused_worker_whose_reading_fails_late_neither_parks_the_file_nor_lines_it_up(place: Bench) -> None:
    [file_id] = place.take((b"paper", 1))
    quick = FakeReader([result(1, [document("d1", 1)])])
    before = place.count(JOBS)

    failed = place.run(FakeReader([BROKEN], meanwhile=lambda: place.run(quick, file_id, "b") and None), file_id, "a")
    hopeless = place.run(FakeReader([HOPELESS]), file_id, "a")

    assert (failed, hopeless, stage_of(place, file_id)) == ("failed", "nothing_to_do", ("read", 1))
    assert place.count(JOBS) == before
    assert_whole(place)


def test_a_worker_lost_too_often_over_one_file_leaves_it_to_a_person_unread(place: Bench) -> None:
    [file_id] = place.take((b"paper", 1))
    for number in range(place.limits.max_lost):
        with place.database.transaction() as conn:
            attempts.lose_unended(conn, file_id, "", place.clock())
            attempts.begin(conn, files.get(conn, file_id), f"dead {number}", place.clock())
    reader = FakeReader([result(1, [document("d1", 1)])], drawn=1)

    outcome = place.run(reader, file_id)

    assert (outcome, reader.asked) == ("parked", [])
    with place.database.transaction() as conn:
        assert (files.get(conn, file_id).problem or {})["code"] == "workers_lost"
    assert_whole(place)


def test_a_second_job_for_a_file_that_is_being_read_is_nothing_to_do(place: Bench) -> None:
    [file_id] = place.take((b"paper", 1))
    job = place.count("""
        WITH worker AS (INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id)
        UPDATE procrastinate_jobs SET status = 'doing', worker_id = worker.id FROM worker RETURNING procrastinate_jobs.id
    """)
    second = FakeReader([BROKEN])
    ends: list[str] = []
    first = FakeReader(
        [result(1, [document("d1", 1)])], meanwhile=lambda: ends.append(place.run(second, file_id, "b", job=job + 1))
    )

    ends.append(place.run(first, file_id, "a", job=job))

    assert (ends, second.asked) == (["nothing_to_do", "read"], [])


def test_a_parked_file_can_be_read_again_and_starts_anew(place: Bench) -> None:
    [file_id] = place.take((b"paper", 2))
    place.run(FakeReader([HOPELESS], drawn=2), file_id)
    before = place.count(JOBS)

    received = rereading.reread(place.database, file_id, "ann", place.clock())

    assert (received.stage, received.revision, states(place, file_id)) == ("received", 2, ["received", "received"])
    assert place.count(JOBS) == before + 1
    assert kinds(place) == set()
    with place.database.transaction() as conn:
        assert work_items.waiting(conn) == []
        assert attempts.tally(conn, received).failed == 0
    assert_whole(place)
    assert place.run(FakeReader([result(2, [document("d1", 1, 2)])]), file_id) == "read"
    assert_whole(place)


def test_a_file_read_with_doubts_can_be_read_again_and_only_the_new_reading_counts(place: Bench) -> None:
    [file_id] = place.take((b"paper", 2))
    doubtful = document("d1", 1, 2, absence_end=field(None, accepted=False))
    place.run(FakeReader([result(2, [doubtful])]), file_id)

    rereading.reread(place.database, file_id, "ann", place.clock())
    place.run(FakeReader([result(2, [document("d1", 1), document("d2", 2)])]), file_id)

    with place.database.transaction() as conn:
        fresh = documents.of_file(conn, file_id)
        assert [found.pages for found in fresh] == [[1], [2]]
        assert [set(item.documents) for item in work_items.waiting(conn)] == [{found.id for found in fresh}]
    assert place.count("SELECT count(*) FROM reading") == 2
    assert_whole(place)


def test_a_file_is_not_read_again_once_a_person_or_the_core_has_had_to_do_with_it(place: Bench) -> None:
    offered, corrected, waiting = place.take((b"one", 1), (b"two", 1), (b"three", 1))
    doubtful = document("d1", 1, absence_end=field(None, accepted=False))
    place.run(FakeReader([result(1, [document("d1", 1)])]), offered)
    place.run(FakeReader([result(1, [doubtful])]), corrected)
    with place.database.transaction() as conn:
        [found] = documents.of_file(conn, corrected)
        documents.add_record(conn, found.id, 2, doubtful, "correction", "ann", place.at)
        conn.execute("UPDATE delivery SET attempts = 1")

    for file_id in (offered, corrected, waiting):
        with pytest.raises(ConflictError):
            rereading.reread(place.database, file_id, "ann", place.clock())

    assert [stage_of(place, file_id)[0] for file_id in (offered, corrected, waiting)] == ["read", "read", "received"]


def test_the_trail_tells_a_files_way_without_its_name_or_a_code(place: Bench) -> None:
    [file_id] = place.take((b"paper", 1))

    place.run(FakeReader([BROKEN]), file_id)
    place.run(FakeReader([result(1, [document("d1", 1)])]), file_id)

    with place.database.transaction() as conn:
        entries = [row[0] for row in conn.execute("SELECT entry FROM audit_event WHERE subject LIKE 'file:%%' ORDER BY seq")]
    assert ['"event":"file.not_read"' in entries[0], '"event":"file.read"' in entries[1], '"types":"abc"' in entries[1]] == [
        True
    ] * 3
    assert "scan-1" not in "".join(entries)
    assert "131052" not in "".join(entries)


def test_jobs_and_tasks_have_the_same_names(place: Bench) -> None:
    with place.database.transaction() as conn:
        jobs.enqueue(conn, jobs.READ_FILE, UUID(int=1))
        lanes = conn.execute("SELECT task_name, queue_name FROM procrastinate_jobs").fetchall()

    assert lanes == [("read_file", "pages")]
