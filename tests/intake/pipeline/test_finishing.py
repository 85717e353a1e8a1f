"""A person is through with a work item: everything in one commit, or nothing."""

from __future__ import annotations

import threading
from typing import Any
from uuid import UUID

import pytest

from intake.pipeline import finishing, review, taking
from intake.pipeline.delivered import event_id
from intake.pipeline.finishing import Finished, Moved, Said, SaidOfDocument
from intake.pipeline.settling import QUEUE_KEY, Settled
from intake.pipeline.taking import LEASE, Caseworker
from intake.store import audit, documents, drafts, locks, work_items
from intake.store.database import Database
from models.errors import ConflictError, RefusedError
from models.review import Correction
from tests.intake.kept_documents import HETU, NOW, Kept, application, field, keep, later

ANN, BEN = Caseworker("ann", "Ann A."), Caseworker("ben", "Ben B.")


def said(path: str, value: Any = None, says: str | None = None, *, ask: bool = False) -> Correction:
    return Correction.model_validate({"field": path, "value": value, "says": says or "value", "ask": ask})


def of(kept: Kept, number: int, *corrections: Correction, version: int = 1) -> SaidOfDocument:
    return SaidOfDocument(kept.documents[number], version, corrections)


def finish(database: Database, kept: Kept, *papers: SaidOfDocument, by: Caseworker = ANN, **told: Any) -> Finished:
    seen = told.pop("version", item_of(database, kept).version)
    return finishing.finish(database, kept.work_item, Said(seen, tuple(papers), **told), by, later(60))


def item_of(database: Database, kept: Kept) -> work_items.WorkItemRow:
    with database.transaction() as conn:
        return work_items.get(conn, kept.work_item)


def versions(database: Database, kept: Kept) -> list[int]:
    with database.transaction() as conn:
        return [documents.get(conn, one).version for one in kept.documents]


def appeal(label: str = "d1", **fields: Any) -> dict[str, Any]:
    told = {"person_hetu": field(HETU), "date": field(None, accepted=False)} | fields
    return {**application(), "id": label, "type": "appeal", "fields": told, "pages": [int(label[1:])]}


@pytest.fixture
def two_papers(database: Database) -> Kept:
    """Two appeals of one matter, in each of which the date is doubtful."""
    return keep(database, appeal("d1"), appeal("d2"), waits_because=["doubtful_fields"])


@pytest.fixture
def doubtful(database: Database) -> Kept:
    """An application whose end nobody could read; its checks find things to ask."""
    return keep(database, application(absence_end=field(None, accepted=False)), waits_because=["doubtful_fields"])


def test_several_papers_are_finished_in_one_commit_and_all_go_out(database: Database, two_papers: Kept) -> None:
    done = finish(
        database, two_papers, of(two_papers, 0, said("date", "1.2.2026")), of(two_papers, 1, said("date", says="unreadable"))
    )

    assert (done.waits_because, done.item.state, set(done.delivered)) == ((), "done", set(two_papers.documents))
    with database.transaction() as conn:
        sent = conn.execute("SELECT id FROM delivery ORDER BY id").fetchall()
    assert {row[0] for row in sent} == {event_id(one, 2) for one in two_papers.documents}


def test_one_wrong_value_keeps_nothing_of_any_paper(database: Database, two_papers: Kept) -> None:
    with pytest.raises(RefusedError, match="date"):
        finish(database, two_papers, of(two_papers, 0, said("date", "1.2.2026")), of(two_papers, 1, said("date", "soon")))

    assert versions(database, two_papers) == [1, 1]


def test_finishing_gives_the_turn_and_the_draft_up(database: Database, two_papers: Kept) -> None:
    taking.take(database, two_papers.work_item, ANN, NOW)
    taking.save_draft(database, two_papers.work_item, ANN, {"decisions": {}}, NOW)

    finish(database, two_papers, of(two_papers, 0, said("date", says="empty")))

    with database.transaction() as conn:
        assert locks.of_item(conn, two_papers.work_item, later(61)) is None
        assert drafts.of_person(conn, two_papers.work_item, "ann") is None
    assert taking.next_item(database, ANN, ["southern_district"], later(62)) is None, "what is left is for others first"
    assert taking.next_item(database, BEN, ["southern_district"], later(62)) == two_papers.work_item


def test_nobody_finishes_what_another_has(database: Database, two_papers: Kept) -> None:
    taking.take(database, two_papers.work_item, ANN, NOW)

    with pytest.raises(ConflictError, match=r"Ann A\. has this work item"):
        finish(database, two_papers, of(two_papers, 0, said("date", says="empty")), by=BEN)

    assert versions(database, two_papers) == [1, 1]


def test_a_turn_that_ran_out_and_that_nobody_took_does_no_harm(database: Database, two_papers: Kept) -> None:
    taking.take(database, two_papers.work_item, ANN, NOW - 2 * LEASE)

    done = finish(database, two_papers, of(two_papers, 0, said("date", says="empty")))

    assert done.item.state == "waiting"


def test_a_paper_that_changed_meanwhile_stops_everything(database: Database, two_papers: Kept) -> None:
    seen = item_of(database, two_papers).version
    review.correct(database, two_papers.documents[1], 1, [said("date", "1.1.2026")], "ben", later(30))

    with pytest.raises(ConflictError, match="Somebody has changed this work item"):
        finish(database, two_papers, of(two_papers, 0, said("date", says="empty")), version=seen)
    with pytest.raises(ConflictError, match="newer record"):
        finish(database, two_papers, of(two_papers, 1, said("date", says="empty")))

    assert versions(database, two_papers) == [1, 2]


def test_of_two_who_finish_at_once_one_is_told_so(database: Database, two_papers: Kept) -> None:
    version, told, begin = item_of(database, two_papers).version, [], threading.Barrier(2)

    def work(who: Caseworker, day: str) -> None:
        begin.wait()
        try:
            finish(database, two_papers, of(two_papers, 0, said("date", day)), by=who, version=version)
            told.append("kept")
        except ConflictError:
            told.append("conflict")

    threads = [threading.Thread(target=work, args=args) for args in ((ANN, "1.1.2026"), (BEN, "2.1.2026"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (sorted(told), versions(database, two_papers)) == (["conflict", "kept"], [2, 1])


def test_what_is_to_be_asked_becomes_a_finding_with_words_for_the_letter(database: Database, doubtful: Kept) -> None:
    done = finish(database, doubtful, of(doubtful, 0, said("absence_end", says="unreadable", ask=True)))

    [found] = [one for one in done.item.findings if one["key"] == "C06.insured"]
    assert (found["asked_of"], found["field"], found["severity"]) == ("insured", "absence_end", "ask")
    assert found["asks"].startswith("Ilmoita meille: Päättyen")
    assert "findings" in done.waits_because
    again = finish(database, doubtful, of(doubtful, 0, said("absence_end", "1.3.2026"), version=2), by=BEN)
    assert "C06.insured" not in {one["key"] for one in again.item.findings}


def test_a_finding_that_is_settled_with_a_reason_waits_no_more(database: Database, doubtful: Kept) -> None:
    first = finish(database, doubtful, of(doubtful, 0, said("absence_end", "31.3.2019")))
    open_ = [one for one in first.item.findings if one["severity"] != "note"]
    assert first.waits_because == ("findings",)

    settled = tuple(Settled(one["key"], one["says"], one["document"], "puhelu 1.4.") for one in open_)
    done = finish(database, doubtful, settled=settled, by=BEN)

    assert (done.waits_because, done.item.state) == ((), "done")
    assert {(one["by"], one["reason"]) for one in done.item.settled} == {("ben", "puhelu 1.4.")}


def test_a_finding_is_not_settled_without_a_reason_nor_when_it_is_not_there(database: Database, doubtful: Kept) -> None:
    first = finish(database, doubtful, of(doubtful, 0, said("absence_end", "31.3.2019")))
    one = next(one for one in first.item.findings if one["severity"] != "note")

    with pytest.raises(RefusedError, match="reason"):
        finish(database, doubtful, settled=(Settled(one["key"], one["says"], one["document"]),))
    with pytest.raises(RefusedError, match="no longer there"):
        finish(database, doubtful, settled=(Settled("another.key", "other words", None, "because"),))


def test_a_queue_whose_work_is_done_waits_for_nobody(database: Database) -> None:
    kept = keep(database, appeal(date=field("2026-02-01")), queue="tax", waits_because=["queue"])
    moved = finish(database, kept, moved=Moved("tax", "verokortti"))
    assert moved.waits_because == ("queue",)

    done = finish(database, kept, settled=(Settled(QUEUE_KEY, "tax"),), by=BEN)

    assert (done.waits_because, done.item.state, done.delivered) == ((), "done", ())


def test_moving_needs_a_reason_and_bears_it_as_comment(database: Database, two_papers: Kept) -> None:
    with pytest.raises(RefusedError, match="reason"):
        finish(database, two_papers, moved=Moved("international_centre", " "))

    moved = Moved("international_centre", "asui Ruotsissa")
    done = finish(database, two_papers, of(two_papers, 0, said("date", says="empty")), moved=moved)

    assert (done.item.queue, done.item.comment) == ("international_centre", "asui Ruotsissa")
    assert versions(database, two_papers) == [2, 1]


def test_papers_of_another_matter_are_refused(database: Database, two_papers: Kept) -> None:
    other = keep(database, appeal(person_hetu=field("010594-9021")), waits_because=["doubtful_fields"])

    with pytest.raises(RefusedError, match="not of this matter"):
        finish(database, two_papers, of(other, 0, said("date", says="empty")))


def test_the_trail_tells_who_finished_and_what_still_waits(database: Database, two_papers: Kept) -> None:
    finish(database, two_papers, of(two_papers, 0, said("date", says="empty")))

    with database.transaction() as conn:
        told = [event.told for event in audit.of_subject(conn, f"work_item:{two_papers.work_item}")]
    [one] = [event for event in told if event["event"] == "work_item.finished"]
    assert (one["actor"], one["after"]["waits_because"]) == ("ann", ["doubtful_fields"])


def test_a_draft_of_nothing_finishes_nothing(database: Database) -> None:
    with pytest.raises(Exception, match="work item"):
        finishing.finish(database, UUID(int=3), Said(1), ANN, NOW)
