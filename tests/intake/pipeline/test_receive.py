from __future__ import annotations

import hashlib
import json
import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.pipeline import receive
from intake.pipeline.receive import ArrivalClaim, IncomingFile, NewBatch, TakenBatch, take
from intake.store import arrivals, audit, batches, documents, files, pages, readings
from intake.store.database import Database
from models.errors import ConflictError, DamagedFileError, DiskFullError, NotFoundError

NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
API = NewBatch(
    door="api",
    channel="post",
    sender="Terveyskeskus",
    reference="A-1",
    received_at=NOW - timedelta(days=2),
    received_evidence="told",
)


def paper(content: str, pages: int = 2, name: str = "010180-998V.pdf") -> IncomingFile:
    return IncomingFile(name, hashlib.sha256(content.encode()).hexdigest(), len(content), "application/pdf", pages)


def keyed(key: str, **changes: Any) -> NewBatch:
    return NewBatch(**(API.__dict__ | {"idempotency_key": key} | changes))


def counted(database: Database, table: str) -> int:
    with database.transaction() as conn:
        row = conn.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
    assert row is not None
    return int(row[0])


def jobs_of(database: Database) -> list[str]:
    with database.transaction() as conn:
        rows = conn.execute("SELECT task_name, args FROM procrastinate_jobs ORDER BY id").fetchall()
    assert all(task == "read_file" for task, _ in rows)
    return [args["subject"] for _, args in rows]


def at_once(*acts: Callable[[], TakenBatch]) -> list[TakenBatch | Exception]:
    """Do all at the same moment, each in a thread of its own."""
    barrier = threading.Barrier(len(acts))
    found: list[TakenBatch | Exception] = []

    def run(act: Callable[[], TakenBatch]) -> None:
        barrier.wait()
        try:
            found.append(act())
        except Exception as error:  # noqa: BLE001 - the test looks at it
            found.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(found) == len(acts), "somebody waits for ever"
    return found


def test_a_batch_is_written_down_with_files_pages_jobs_and_event(database: Database) -> None:
    taken = take(database, API, [paper("a", 3), paper("b", 1)], NOW)

    assert not taken.already_taken
    with database.transaction() as conn:
        batch = batches.get(conn, taken.id)
        kept = files.of_batch(conn, taken.id)
        states = [[page.state for page in pages.of_file(conn, file.id)] for file in kept]
        [event] = list(audit.every(conn))
    assert (batch.taken_at, batch.received_at, batch.sender) == (NOW, NOW - timedelta(days=2), "Terveyskeskus")
    assert [file.id for file in kept] == list(taken.file_ids)
    assert [(file.number, file.pages_in, file.stage) for file in kept] == [(1, 3, "received"), (2, 1, "received")]
    assert states == [["received"] * 3, ["received"]]
    assert jobs_of(database) == [str(each) for each in taken.file_ids]
    assert (event.event, event.subject) == ("batch.taken", f"batch:{taken.id}")


def test_the_audit_trail_names_no_file_and_no_sender(database: Database) -> None:
    take(database, API, [paper("a")], NOW)

    with database.transaction() as conn:
        [event] = list(audit.every(conn))
    assert "010180-998V" not in event.entry
    assert "Terveyskeskus" not in event.entry


def test_nothing_is_kept_of_a_batch_that_fails(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> int:
        raise RuntimeError("the last step")

    monkeypatch.setattr(audit, "append", fail)

    with pytest.raises(RuntimeError):
        take(database, API, [paper("a"), paper("a")], NOW)

    assert [counted(database, table) for table in ("batch", "file", "page", "arrival", "procrastinate_jobs")] == [0] * 5


def test_the_same_key_again_gives_the_same_ids(database: Database) -> None:
    sent = [paper("a"), paper("b")]

    first = take(database, keyed("k"), sent, NOW)
    again = take(database, keyed("k"), sent, NOW + timedelta(hours=1))

    assert (again.id, again.file_ids, again.already_taken) == (first.id, first.file_ids, True)
    assert counted(database, "file") == 2
    assert len(jobs_of(database)) == 2


@pytest.mark.parametrize(
    "other",
    [
        (keyed("k"), [paper("b")]),
        (keyed("k"), [paper("a"), paper("a")]),
        (keyed("k"), [paper("a", name="another.pdf")]),
        (keyed("k", channel="fax"), [paper("a")]),
        (keyed("k", received_at=NOW), [paper("a")]),
        (keyed("k", sender=None), [paper("a")]),
    ],
    ids=["bytes", "files", "name", "channel", "time", "sender"],
)
def test_the_same_key_with_another_content_is_a_conflict(database: Database, other: tuple[NewBatch, list[IncomingFile]]) -> None:
    take(database, keyed("k"), [paper("a")], NOW)

    with pytest.raises(ConflictError):
        take(database, *other, NOW)

    assert counted(database, "batch") == 1


def test_a_time_that_only_our_clock_gave_makes_no_other_request(database: Database) -> None:
    first = take(database, keyed("k", received_at=NOW, received_evidence="clock"), [paper("a")], NOW)
    later = NOW + timedelta(minutes=3)

    again = take(database, keyed("k", received_at=later, received_evidence="clock"), [paper("a")], later)

    assert again.id == first.id


def test_the_same_key_sent_many_times_at_once_is_taken_once(database: Database) -> None:
    found = at_once(*[lambda: take(database, keyed("k"), [paper("a"), paper("b")], NOW)] * 4)

    assert len({each.id for each in found if isinstance(each, TakenBatch)}) == 1
    assert Counter(isinstance(each, TakenBatch) and each.already_taken for each in found) == {True: 3, False: 1}
    assert counted(database, "page") == 4


def test_the_same_bytes_in_many_uploads_at_once_have_one_original(database: Database) -> None:
    found = at_once(*[lambda: take(database, API, [paper("a")], NOW)] * 4)

    kept = [file for each in found if isinstance(each, TakenBatch) for file in each.files]
    assert Counter(file.stage for file in kept) == {"received": 1, "duplicate": 3}
    [original] = [file.id for file in kept if file.stage == "received"]
    assert {file.duplicate_of for file in kept if file.stage == "duplicate"} == {original}
    assert jobs_of(database) == [str(original)]


def test_uploads_that_hold_each_others_files_the_other_way_round_never_wait_for_each_other(database: Database) -> None:
    sent = [paper(f"{number}") for number in range(8)]

    found = at_once(
        *[lambda: take(database, API, sent, NOW), lambda: take(database, API, sent[::-1], NOW)] * 2,
    )

    assert all(isinstance(each, TakenBatch) for each in found), found
    assert counted(database, "page") == 4 * 8 * 2
    assert len(jobs_of(database)) == 8


def test_the_same_bytes_twice_in_one_upload_have_one_original(database: Database) -> None:
    taken = take(database, API, [paper("a", name="one.pdf"), paper("a", name="two.pdf")], NOW)

    assert [file.stage for file in taken.files] == ["received", "duplicate"]
    assert taken.files[1].duplicate_of == taken.files[0].id
    with database.transaction() as conn:
        shown = pages.of_file(conn, taken.files[1].id)
    assert [(page.state, page.duplicate_of_file, page.duplicate_of_number) for page in shown] == [
        ("duplicate", taken.files[0].id, 1),
        ("duplicate", taken.files[0].id, 2),
    ]


def test_a_third_copy_points_at_the_first_and_not_at_the_second(database: Database) -> None:
    first, _, third = (take(database, API, [paper("a")], NOW + timedelta(hours=hour)) for hour in range(3))

    assert third.files[0].duplicate_of == first.files[0].id


def test_bytes_that_count_other_pages_now_are_read_anew(database: Database) -> None:
    take(database, API, [paper("a", 2)], NOW)

    taken = take(database, API, [paper("a", 3)], NOW)

    assert taken.files[0].stage == "received"


def test_bytes_in_quarantine_are_nobodys_original(database: Database) -> None:
    receive.quarantine(database, API, paper("a", 0), DamagedFileError("x.pdf", "cut"), NOW)

    taken = take(database, API, [paper("a", 2)], NOW)

    assert taken.files[0].stage == "received"


@given(
    uploads=st.lists(
        st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 3)), min_size=1, max_size=4), min_size=1, max_size=4
    )
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_page_that_comes_is_in_custody_whatever_comes_twice(
    database: Database, uploads: list[list[tuple[str, int]]]
) -> None:
    salt = str(uuid4())
    came = [[paper(f"{salt}{content}{count}", count) for content, count in upload] for upload in uploads]

    taken = [take(database, API, sent, NOW) for sent in came]

    with database.transaction() as conn:
        kept = [page.state for each in taken for file_id in each.file_ids for page in pages.of_file(conn, file_id)]
    distinct = {file.sha256: file.pages for sent in came for file in sent}
    assert len(kept) == sum(file.pages for sent in came for file in sent)
    assert kept.count("received") == sum(distinct.values())


def arrived(database: Database, taken: TakenBatch, place: int = 0) -> tuple[date, str]:
    with database.transaction() as conn:
        return arrivals.legal_day(conn, taken.file_ids[place])


def test_the_day_of_law_is_the_finnish_day_of_the_best_evidence(database: Database) -> None:
    just_past_midnight = datetime(2026, 3, 9, 22, 30, tzinfo=UTC)
    batch = keyed("k", received_at=just_past_midnight, evidence=(ArrivalClaim("file_time", date(2026, 3, 1)),))

    taken = take(database, batch, [paper("a")], NOW)

    assert arrived(database, taken) == (date(2026, 3, 10), "told")
    with database.transaction() as conn:
        noted = {row.evidence: row.day for row in arrivals.of_file(conn, taken.file_ids[0])}
    assert noted == {"told": date(2026, 3, 10), "file_time": date(2026, 3, 1), "clock": date(2026, 3, 12)}


@pytest.mark.parametrize(
    ("known", "best"),
    [
        (("clock", "file_time"), "file_time"),
        (("file_time", "folder"), "folder"),
        (("folder", "told"), "told"),
        (("told", "manifest"), "manifest"),
        (("manifest", "fax_header"), "fax_header"),
        (("manifest", "stamp"), "stamp"),
    ],
)
def test_the_papers_own_word_goes_first_then_lists_then_clocks(database: Database, known: tuple[str, str], best: str) -> None:
    taken = take(database, keyed("k", received_evidence="clock"), [paper("a")], NOW)
    with database.transaction() as conn:
        for number, evidence in enumerate(known, start=1):
            arrivals.add(conn, taken.file_ids[0], evidence, date(2026, 1, number), None, 1.0, NOW)  # type: ignore[arg-type]

    assert arrived(database, taken)[1] == best


def test_the_earliest_arrival_of_the_same_bytes_counts_for_all(database: Database) -> None:
    late = take(database, API, [paper("a")], NOW)
    early = take(database, keyed("k", received_at=NOW - timedelta(days=9)), [paper("a")], NOW)

    assert arrived(database, late) == arrived(database, early) == (date(2026, 3, 3), "told")


def test_a_stamp_on_the_paper_is_the_word_of_its_copies_too(database: Database) -> None:
    first = take(database, API, [paper("a")], NOW)
    copy = take(database, keyed("k", received_at=NOW - timedelta(days=30)), [paper("a")], NOW)
    with database.transaction() as conn:
        arrivals.add(conn, first.file_ids[0], "stamp", date(2026, 3, 11), None, 0.9, NOW)

    assert arrived(database, copy) == (date(2026, 3, 11), "stamp")


def read(database: Database, file_id: UUID, day: date) -> UUID:
    with database.transaction() as conn:
        file = files.advance(conn, files.get(conn, file_id), "read")
        reading = readings.add(conn, file_id, file.revision, {}, {}, 1.0, NOW)
        return documents.add(
            conn, file_id=file_id, reading_id=reading, label="d1", pages=[1, 2], document_type="other", arrival_day=day,
            arrival_evidence="told",
        )  # fmt: skip


def test_an_earlier_arrival_lowers_the_day_of_documents_already_read_and_a_later_one_does_not(database: Database) -> None:
    first = take(database, API, [paper("a")], NOW)
    document = read(database, first.file_ids[0], date(2026, 3, 10))

    take(database, keyed("later", received_at=NOW), [paper("a")], NOW)
    with database.transaction() as conn:
        assert documents.get(conn, document).arrival_day == date(2026, 3, 10)

    take(database, keyed("earlier", received_at=NOW - timedelta(days=9)), [paper("a")], NOW)
    with database.transaction() as conn:
        assert documents.get(conn, document).arrival_day == date(2026, 3, 3)


def test_an_unreadable_file_is_written_down_once_with_its_reason(database: Database) -> None:
    batch = keyed("watch:1", door="watch")
    problem = DamagedFileError("x.pdf", "cut")

    first = receive.quarantine(database, batch, paper("a", 7), problem, NOW)
    again = receive.quarantine(database, batch, paper("a", 7), problem, NOW)

    with database.transaction() as conn:
        file = files.get(conn, first)
        [event] = list(audit.every(conn))
        assert pages.of_file(conn, first) == []
    assert again == first
    assert (file.stage, file.pages_in) == ("quarantined", 0)
    assert file.problem == {"code": "damaged_file", "problem": problem.problem, "remedy": problem.remedy}
    assert event.event == "file.quarantined"
    assert json.loads(event.entry)["after"]["code"] == "damaged_file"
    assert jobs_of(database) == []


def test_room_below_the_reserve_refuses_before_anything_is_taken() -> None:
    receive.ensure_room(None, 10_000)
    receive.ensure_room(500, 500)
    with pytest.raises(DiskFullError):
        receive.ensure_room(499, 500)


def test_the_list_of_batches_pages_backwards_without_a_gap(database: Database) -> None:
    taken = [take(database, API, [paper(f"{number}")], NOW + timedelta(minutes=number // 2)).id for number in range(7)]

    seen: list[UUID] = []
    before = None
    while True:
        with database.transaction() as conn:
            found = batches.newest(conn, 2, before)
        if not found:
            break
        seen += [each.id for each in found]
        before = (found[-1].taken_at, found[-1].id)
        take(database, API, [paper("x")], NOW + timedelta(days=1))  # a newer one shifts nothing

    assert sorted(seen) == sorted(taken)
    assert found == []


def test_sums_of_a_batch_say_files_by_stage(database: Database) -> None:
    take(database, API, [paper("a", 2), paper("a", 2), paper("b", 1)], NOW)

    with database.transaction() as conn:
        [sums] = batches.newest(conn, 10)

    assert (sums.files, sums.pages, sums.files_by_stage) == (3, 5, {"received": 2, "duplicate": 1})


def test_what_is_not_there_is_said(database: Database) -> None:
    with database.transaction() as conn:
        with pytest.raises(NotFoundError):
            batches.get(conn, uuid4())
        with pytest.raises(NotFoundError):
            arrivals.legal_day(conn, uuid4())
