"""Whose turn a work item is."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from intake.pipeline import taking, worklist
from intake.pipeline.taking import LEASE, PASSED_OVER, Caseworker
from intake.pipeline.worklist import QUEUES
from intake.store import audit, drafts, requests, work_items
from intake.store.database import Database
from intake.store.worklist import Wanted
from models.errors import ConflictError, NotFoundError
from models.work import Queue, Reason, WorkItem
from tests.intake.kept_documents import ADD_BATCH, ADD_FILE, NOW, later

ANN, BEN = Caseworker("ann", "Ann A."), Caseworker("ben", "Ben B.")
SOUTH = ["southern_district"]
SET_DAYS = "UPDATE work_item SET last_filing_day = %(day)s, opened_at = %(opened)s WHERE id = %(id)s"


def waiting(
    database: Database, day: str | None = None, minutes_ago: int = 0, *, queue: Queue = "southern_district",
    waits_because: Sequence[str] = ("doubtful_fields",),
) -> UUID:  # fmt: skip
    """A work item, whose day of law and age are said."""
    batch, file = uuid4(), uuid4()
    item = WorkItem(
        person_hetu=None, documents=(), queue=queue, owner=queue, specifier="", reasons=(Reason(rule="person", section=""),)
    )
    with database.transaction() as conn:
        conn.execute(ADD_BATCH, {"id": batch, "now": NOW})
        conn.execute(ADD_FILE, {"id": file, "batch": batch, "sha256": hashlib.sha256(file.bytes).hexdigest()})
        item_id = work_items.open(conn, file, item, (), list(waits_because), NOW)
        conn.execute(SET_DAYS, {"id": item_id, "day": day, "opened": NOW - timedelta(minutes=minutes_ago)})
    return item_id


def ask(database: Database, item: UUID, due: str, state: str = "sent") -> UUID:
    """A letter that asks something in this matter."""
    columns = {
        "number": 0, "work_item_id": item, "addressee": "insured", "language": "fi", "recipient": [], "recipient_doubtful": False,
        "text": "x", "asked": ["?"], "finding_keys": [], "letter_codes": [], "sections": [], "written_day": "2026-03-01",
        "due_day": due,
    }  # fmt: skip
    with database.transaction() as conn:
        row = columns | {"number": requests.next_number(conn)}
        request_id = requests.add(conn, row, "ann", NOW)
        if state == "sent":
            requests.set_sent(conn, request_id, "ann", NOW)
    return request_id


def taken(database: Database, worker: Caseworker, queues: Sequence[str] = QUEUES, after_s: float = 0) -> UUID | None:
    return taking.next_item(database, worker, taking.queues_for(worker, [], list(queues)), later(after_s))


def test_the_day_of_law_comes_before_age(database: Database) -> None:
    old = waiting(database, minutes_ago=600)
    late = waiting(database, "2026-03-20", minutes_ago=5)
    later_ = waiting(database, "2026-04-20", minutes_ago=300)
    asked = waiting(database, "2026-05-20", minutes_ago=1)
    ask(database, asked, "2026-03-15")

    given = [taken(database, Caseworker(name, name)) for name in "abcd"]

    assert given == [asked, late, later_, old]


def test_what_one_has_another_is_not_given(database: Database) -> None:
    first, second = waiting(database, "2026-03-20"), waiting(database, "2026-03-21")

    assert (taken(database, ANN), taken(database, BEN), taken(database, BEN, ["tax"])) == (first, second, None)


def test_two_people_who_ask_at_once_get_different_items(database: Database) -> None:
    items = {waiting(database) for _ in range(8)}
    given: list[UUID | None] = []
    begin = threading.Barrier(4)

    def work(name: str) -> None:
        begin.wait()
        given.extend(taken(database, Caseworker(f"{name}{round_}", name)) for round_ in range(2))

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(given), set(given)) == (8, items)


def test_a_turn_that_is_not_renewed_ends(database: Database) -> None:
    item = waiting(database)
    taken(database, ANN)

    assert taken(database, BEN, after_s=LEASE.total_seconds() - 1) is None
    assert taken(database, BEN, after_s=LEASE.total_seconds() + 1) == item
    with pytest.raises(ConflictError, match="Ben B"):
        taking.renew(database, item, ANN, later(LEASE.total_seconds() + 2))


def test_a_turn_that_is_renewed_goes_on(database: Database) -> None:
    item = waiting(database)
    taken(database, ANN)

    held = taking.renew(database, item, ANN, later(200))

    assert held.expires_at == later(200) + LEASE
    assert taken(database, BEN, after_s=LEASE.total_seconds() + 1) is None


def test_what_was_put_back_goes_to_others_first(database: Database) -> None:
    item = waiting(database)
    taken(database, ANN)

    taking.put_back(database, item, ANN, later(10))

    assert taken(database, ANN, after_s=20) is None
    assert taken(database, BEN, after_s=30) == item
    taking.put_back(database, item, BEN, later(40))
    assert taken(database, ANN, after_s=10 + PASSED_OVER.total_seconds() + 1) == item


def test_nobody_gives_back_what_another_has(database: Database) -> None:
    item = waiting(database)
    taken(database, ANN)

    taking.put_back(database, item, BEN, later(10))

    assert taken(database, BEN, after_s=20) is None


def test_a_supervisor_frees_what_somebody_has_and_the_trail_says_so(database: Database) -> None:
    item = waiting(database)
    taken(database, ANN)

    taking.free(database, item, "sue", later(10))

    assert taken(database, BEN, after_s=20) == item
    with database.transaction() as conn:
        told = [event.told for event in audit.of_subject(conn, f"work_item:{item}")]
    assert [(one["event"], one["actor"], one["before"]) for one in told] == [("work_item.freed", "sue", {"holder": "ann"})]
    with pytest.raises(ConflictError, match="Nobody has"):
        taking.free(database, waiting(database), "sue", later(10))


def test_what_only_waits_for_an_answer_is_not_given_until_it_is_overdue(database: Database) -> None:
    item = waiting(database, waits_because=["findings"])
    ask(database, item, "2026-03-26")

    assert taken(database, ANN) is None
    with database.transaction() as conn:
        conn.execute("UPDATE work_item SET waits_because = '{findings,request_due}' WHERE id = %s", [item])
    assert taken(database, ANN) == item


def test_protected_clients_are_given_only_to_whoever_may_see_them(database: Database) -> None:
    item = waiting(database, queue="protected_clients")

    assert taken(database, ANN) is None
    assert taken(database, Caseworker("pia", "Pia", sees_protected=True)) == item
    shown = worklist.show(database, ANN, Wanted(queues=["protected_clients"]), None, NOW)
    assert (shown.lines, shown.sums) == ([], [])


def test_taking_what_another_has_says_whose_it_is(database: Database) -> None:
    item = waiting(database)
    taking.take(database, item, ANN, NOW)

    held = taking.take(database, item, BEN, later(1))

    assert held is not None
    assert (held.holder, held.holder_name) == ("ann", "Ann A.")
    with pytest.raises(NotFoundError):
        taking.take(database, UUID(int=1), BEN, later(1))


def test_a_draft_is_each_persons_own_and_the_newest_counts(database: Database) -> None:
    item = waiting(database)

    taking.save_draft(database, item, ANN, {"decisions": {"a": 1}}, NOW)
    taking.save_draft(database, item, ANN, {"decisions": {"a": 2}}, later(1))

    with database.transaction() as conn:
        assert drafts.of_person(conn, item, "ann") == {"decisions": {"a": 2}}
        assert drafts.of_person(conn, item, "ben") is None
