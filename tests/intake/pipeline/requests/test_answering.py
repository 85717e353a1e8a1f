"""Answers find the matter that asked; what does not come in time is noticed once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from uuid import UUID

from intake import maintain
from intake.pipeline.audit_trail import verify
from intake.pipeline.requests import answering, keeping
from intake.pipeline.requests.keeping import KeptRequest
from intake.pipeline.requests.reference import reference_of
from intake.settings import Settings
from intake.store import audit, requests, work_items
from intake.store.blobs import open_blobs
from intake.store.database import Database
from intake.wiring import Wired
from models.errors import ConflictError
from models.work import Reason, WorkItem
from tests.intake.kept_documents import Kept
from tests.intake.pipeline.requests.asked_matters import asked_matter, in_one_matter, work_item

NOW = datetime(2019, 3, 12, 10, 0, tzinfo=UTC)
LATE = datetime(2019, 3, 27, 0, 30, tzinfo=UTC)


def asked(database: Database, *, is_sent: bool = True) -> tuple[Kept, KeptRequest]:
    kept = asked_matter(database)
    made = keeping.draft(database, kept.work_item, "insured", None, "ann", NOW)
    return kept, keeping.mark_sent(database, made.row.id, 1, "ann", NOW) if is_sent else made


def answer(database: Database, references: list[str], file_id: UUID) -> dict[str, UUID]:
    with database.transaction() as conn:
        return answering.answered_by(conn, references, file_id, NOW)


def test_an_answer_finds_its_matter_which_then_waits_for_a_person(database: Database) -> None:
    kept, request = asked(database)

    found = answer(database, [request.reference, reference_of(99_999), "SVP-00000001-00"], kept.file_id)

    row = keeping.show(database, request.row.id, NOW).row
    item = work_item(database, kept.work_item)
    assert found == {request.reference: kept.work_item}
    assert (row.state, row.answered_file_id, row.answered_at) == ("answered", kept.file_id, NOW)
    assert (item.state, item.waits_because) == ("waiting", ["answered"])
    with database.transaction() as conn:
        assert audit.of_subject(conn, f"request:{row.id}")[-1].event == "request.answered"


def test_asking_whose_a_reference_is_changes_nothing(database: Database) -> None:
    kept, request = asked(database)

    with database.transaction() as conn:
        found = answering.asked_by(conn, [request.reference])

    assert found == {request.reference: kept.work_item}
    assert keeping.show(database, request.row.id, NOW).row == request.row


def test_a_second_answer_finds_the_matter_too_and_the_first_stays_the_answer(database: Database) -> None:
    kept, request = asked(database)
    other = asked_matter(database)
    answer(database, [request.reference], kept.file_id)

    found = answer(database, [request.reference], other.file_id)

    assert found == {request.reference: kept.work_item}
    assert keeping.show(database, request.row.id, NOW).row.answered_file_id == kept.file_id


def test_the_answer_to_a_letter_nobody_marked_as_sent_finds_the_matter_and_settles_nothing(database: Database) -> None:
    kept, request = asked(database, is_sent=False)

    found = answer(database, [request.reference], kept.file_id)

    assert found == {request.reference: kept.work_item}
    assert keeping.show(database, request.row.id, NOW).row.state == "draft"
    assert work_item(database, kept.work_item).waits_because == []


def test_who_has_looked_at_the_answer_ends_the_waiting_and_the_matter_may_be_asked_anew(database: Database) -> None:
    kept, request = asked(database)
    answer(database, [request.reference], kept.file_id)

    keeping.seen(database, request.row.id, "ann", NOW)

    item = work_item(database, kept.work_item)
    assert (item.state, item.waits_because) == ("done", [])
    assert keeping.draft(database, kept.work_item, "insured", None, "ann", NOW).row.asked == request.row.asked


def test_an_overdue_answer_is_noticed_once_on_the_finnish_day_after(database: Database) -> None:
    kept, request = asked(database)

    too_early = answering.overdue(database, datetime(2019, 3, 26, 21, 59, tzinfo=UTC))
    first, second = answering.overdue(database, LATE), answering.overdue(database, LATE)

    assert (too_early, first, second) == (0, 1, 0)
    assert work_item(database, kept.work_item).waits_because == ["request_due"]
    listed = keeping.listing(database, None, overdue=True, limit=10, now=LATE)
    assert [one.row.id for one in listed] == [request.row.id] and listed[0].is_overdue
    assert keeping.listing(database, None, overdue=True, limit=10, now=NOW) == []


def test_a_late_answer_still_counts(database: Database) -> None:
    kept, request = asked(database)
    answering.overdue(database, LATE)

    answer(database, [request.reference], kept.file_id)

    assert work_item(database, kept.work_item).waits_because == ["answered"]


def test_a_withdrawn_request_is_never_overdue(database: Database) -> None:
    _, request = asked(database)
    keeping.withdraw(database, request.row.id, "ann", NOW)

    assert answering.overdue(database, LATE) == 0


def test_what_a_matter_waited_for_before_it_still_waits_for(database: Database) -> None:
    kept = asked_matter(database, waits_because=["doubtful_fields"])
    made = keeping.draft(database, kept.work_item, "insured", None, "ann", NOW)
    keeping.mark_sent(database, made.row.id, 1, "ann", NOW)
    answering.overdue(database, LATE)
    during = work_item(database, kept.work_item).waits_because

    keeping.extend(database, made.row.id, date(2019, 4, 9), "ann", LATE)

    after = work_item(database, kept.work_item)
    assert during == ["doubtful_fields", "request_due"]
    assert (after.state, after.waits_because) == ("waiting", ["doubtful_fields"])


def test_where_the_matter_has_a_newer_work_item_that_one_waits(database: Database) -> None:
    kept, request = asked(database)
    newer = WorkItem(
        person_hetu=None, documents=(), queue="southern_district", owner="southern_district", specifier="",
        reasons=(Reason(rule="person", section=""),),
    )  # fmt: skip
    with database.transaction() as conn:
        item = work_items.open(conn, kept.file_id, newer, (), ["queue"], NOW)
    in_one_matter(database, kept.work_item, item)

    answer(database, [request.reference], kept.file_id)

    assert work_item(database, item).waits_because == ["queue", "answered"]
    assert work_item(database, kept.work_item).state == "done"


def test_requests_follow_a_matter_into_another_and_of_two_drafts_its_own_stays(database: Database) -> None:
    gone, request = asked(database)
    stays = asked_matter(database)
    second = keeping.draft(database, gone.work_item, "employer", None, "ann", NOW)
    own = keeping.draft(database, stays.work_item, "employer", None, "ann", NOW)

    with database.transaction() as conn:
        requests.move(conn, gone.work_item, stays.work_item, NOW)
        moved = {row.id: row.state for row in requests.of_matter(conn, stays.work_item)}

    assert moved == {request.row.id: "sent", second.row.id: "withdrawn", own.row.id: "draft"}


def test_what_happens_at_once_ends_as_if_one_had_come_after_the_other(database: Database) -> None:
    pairs = [asked(database) for _ in range(6)]

    def attempt(step: Callable[[], object]) -> bool:
        try:
            step()
        except ConflictError:
            return False
        return True

    steps: list[Callable[[], object]] = [lambda: answering.overdue(database, LATE) for _ in range(3)]
    for kept, request in pairs:
        steps.append(partial(answer, database, [other.reference for _, other in pairs], kept.file_id))
        steps.append(partial(keeping.withdraw, database, request.row.id, "ann", LATE))
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(attempt, steps))

    states = [keeping.show(database, request.row.id, LATE).row.state for _, request in pairs]
    reasons = [work_item(database, kept.work_item).waits_because for kept, _ in pairs]
    assert set(states) <= {"answered", "withdrawn"} and sum(done[4::2]) == states.count("withdrawn")
    assert reasons == [["answered"] if state == "answered" else [] for state in states]
    verify(database)


def test_the_maintenance_loop_looks_for_overdue_answers(database: Database, tmp_path: Path) -> None:
    kept, _ = asked(database)
    wired = Wired(Settings(data=tmp_path), database, open_blobs(str(tmp_path / "blobs"), None))

    for duty in maintain.duties_of(wired):
        duty.work(LATE)

    assert work_item(database, kept.work_item).waits_because == ["request_due"]
