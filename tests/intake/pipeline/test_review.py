"""A person's word: what becomes of a record, its matter and its delivery."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from intake.pipeline import deliver, review
from intake.pipeline.delivered import event_id
from intake.store import audit, deliveries, documents, work_items
from intake.store.database import Database
from models.delivery import Envelope
from models.errors import ConflictError, NotFoundError, RefusedError
from models.review import Correction
from tests.intake.core_stand_in import STORED, ScriptedCore
from tests.intake.kept_documents import HETU, NOW, Kept, application, field, keep, later

OTHER_HETU = "101290W975T"


def said(path: str, value: Any = None, says: str | None = None) -> Correction:
    return Correction.model_validate({"field": path, "value": value, "says": says or "value"})


def correct(database: Database, kept: Kept, *corrections: Correction, version: int = 1) -> review.Reviewed:
    return review.correct(database, kept.document, version, corrections, "ann", later(60))


def newest(database: Database, kept: Kept) -> dict[str, Any]:
    with database.transaction() as conn:
        return documents.newest_record(conn, kept.document).body


def item_of(database: Database, kept: Kept) -> work_items.WorkItemRow:
    with database.transaction() as conn:
        return work_items.get(conn, kept.work_item)


def sent(database: Database, document_id: Any, version: int) -> Envelope:
    with database.transaction() as conn:
        body = deliveries.body_of(conn, event_id(document_id, version))
    assert body is not None
    return Envelope.model_validate_json(body)


@pytest.fixture
def appealed(database: Database) -> Kept:
    """An appeal of which two things are doubtful: no check has anything to ask."""
    fields = {"person_hetu": field(HETU), "date": field(None, accepted=False)}
    body = {**application(), "type": "appeal", "fields": fields, "accepted": False}
    return keep(database, body, waits_because=["doubtful_fields", "doubtful_type"])


@pytest.fixture
def doubtful(database: Database) -> Kept:
    """An application whose end nobody could read."""
    body = application(absence_end=field(None, accepted=False), absence_start=field("2019-03-12", accepted=False))
    return keep(database, body, waits_because=["doubtful_fields"])


def test_what_is_corrected_and_confirmed_goes_out_with_who_saw_it(database: Database, doubtful: Kept) -> None:
    reviewed = correct(database, doubtful, said("absence_end", "31.3.2019"), said("absence_start", says="confirmed"))

    assert (reviewed.version, reviewed.delivery_id, reviewed.waits_because) == (2, event_id(doubtful.document, 2), ("findings",))
    told = sent(database, doubtful.document, 2).data.fields
    end, start, other = (json.loads(told[name].model_dump_json()) for name in ("absence_end", "absence_start", "abroad"))  # type: ignore[union-attr]
    assert (end["value"], end["origin"], end["seen_by"], end["page"]) == ("2019-03-31", "person", "ann", 1)
    assert (start["value"], start["origin"], start["seen_by"]) == ("2019-03-12", "ocr", "ann")
    assert (other["origin"], other["seen_by"]) == ("mark", None)


def test_the_matter_is_closed_when_nothing_waits_any_more(database: Database, appealed: Kept) -> None:
    half = correct(database, appealed, said("date", says="unreadable"))
    after_half = item_of(database, appealed)
    correct(database, appealed, said("document_type", says="confirmed"), version=2)

    assert (half.delivery_id, half.waits_because) == (None, ("doubtful_type",))
    assert (after_half.state, after_half.reviewer) == ("waiting", "ann")
    assert item_of(database, appealed).state == "done"
    assert sent(database, appealed.document, 3).data.fields["date"].no_value == "unreadable"  # type: ignore[union-attr]


def test_what_a_check_asks_keeps_the_matter_with_a_person_and_holds_no_delivery_back(database: Database, doubtful: Kept) -> None:
    reviewed = correct(database, doubtful, said("absence_end", "2019-03-31"), said("absence_start", says="confirmed"))

    assert (item_of(database, doubtful).state, reviewed.waits_because) == ("waiting", ("findings",))
    assert reviewed.delivery_id is not None


def test_the_earlier_record_stays_as_it_was(database: Database, doubtful: Kept) -> None:
    correct(database, doubtful, said("absence_end", "2019-03-31"))

    with database.transaction() as conn:
        rows = conn.execute("SELECT version, origin, author, body -> 'fields' -> 'absence_end' -> 'value' FROM record ORDER BY 1")
        assert rows.fetchall() == [(1, "reading", "saapuva", None), (2, "correction", "ann", "2019-03-31")]


def test_every_change_is_in_the_audit_trail_before_and_after(database: Database, doubtful: Kept) -> None:
    correct(database, doubtful, said("absence_end", "2019-03-31"))

    with database.transaction() as conn:
        entry = json.loads(next(event.entry for event in audit.every(conn) if event.event == "document.corrected"))
    assert entry["actor"] == "ann" and entry["subject"] == f"document:{doubtful.document}"
    assert entry["before"]["absence_end"] == {"value": None, "reading": "ocr", "accepted": False}
    assert entry["after"]["absence_end"]["value"] == "2019-03-31"
    assert (entry["before"]["version"], entry["after"]["version"]) == (1, 2)


def test_a_correction_after_delivery_goes_out_as_a_superseding_version(database: Database) -> None:
    kept = keep(database, application())
    with database.transaction() as conn:
        first = deliver.offer(conn, kept.document, NOW)
    assert first is not None
    deliver.deliver(database, ScriptedCore([STORED]), first, later(1))

    correct(database, kept, said("absence_start", "2019-03-13"))

    data = sent(database, kept.document, 2).data
    assert (data.version, data.supersedes) == (2, 1)


def test_who_saw_an_older_version_is_told_and_changes_nothing(database: Database, doubtful: Kept) -> None:
    correct(database, doubtful, said("absence_end", "2019-03-31"))

    with pytest.raises(ConflictError):
        correct(database, doubtful, said("absence_end", "2019-04-30"))

    assert newest(database, doubtful)["fields"]["absence_end"]["value"] == "2019-03-31"


def test_of_two_reviewers_at_once_one_is_told(database: Database, doubtful: Kept) -> None:
    outcomes: list[str] = []

    def work(day: str) -> None:
        try:
            correct(database, doubtful, said("absence_end", day))
            outcomes.append("kept")
        except ConflictError:
            outcomes.append("told")

    threads = [threading.Thread(target=work, args=(day,)) for day in ("2019-03-30", "2019-03-31")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sorted(outcomes) == ["kept", "told"]


def test_two_reviewers_at_two_papers_of_one_matter_never_wait_in_a_circle(database: Database) -> None:
    bodies = [
        application(absence_end=field(None, accepted=False)),
        {**application(absence_end=field(None, accepted=False)), "id": "d2"},
    ]
    kept = keep(database, *bodies, waits_because=["doubtful_fields"])
    failures: list[Exception] = []

    def work(document_id: Any) -> None:
        try:
            for version in range(1, 6):
                review.correct(database, document_id, version, [said("absence_end", f"2019-03-1{version}")], "ann", later(60))
        except Exception as error:  # noqa: BLE001 - told to the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=work, args=(document_id,)) for document_id in kept.documents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert failures == []
    assert item_of(database, kept).waits_because == ["findings"]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("absence_end", "31.2.2019"),
        ("absence_end", "l2.3.2O19"),
        ("absence_end", True),
        ("applicant_hetu", "131052-308A"),
        ("applicant_hetu", "131052-3O8T"),
        ("iban", "FI2112345600000786"),
        ("benefit", "no such benefit"),
        ("other_benefits", ["no such benefit"]),
        ("abroad", "maybe"),
        ("signature", "yes"),
        ("employers[0].pays_wage", "yes"),
        ("employers[0].no_such_column", "x"),
        ("employers[7].name", "x"),
        ("employers", "x"),
        ("employers[0]", "x"),
        ("absence_end[0]", "x"),
        ("no_such_field", "x"),
        ("document_type", "no_such_type"),
        ("applicant_city", "   "),
    ],
)
def test_what_cannot_be_a_value_of_its_field_is_refused_and_nothing_kept(
    database: Database, doubtful: Kept, path: str, value: Any
) -> None:
    with pytest.raises(RefusedError) as refused:
        correct(database, doubtful, said("applicant_city", "Turku"), said(path, value))

    assert refused.value.problem.startswith((path, "The corrections name"))
    assert str(value) not in refused.value.problem or len(str(value)) < 3
    assert "seen_by" not in json.dumps(newest(database, doubtful))


@pytest.mark.parametrize(
    ("path", "typed", "kept_as"),
    [
        ("absence_end", "31.3.2019", "2019-03-31"),
        ("applicant_hetu", "131052-308t", "131052-308T"),
        ("iban", "FI21 1234 5600 0007 85", "FI2112345600000785"),
        ("applicant_phone", "+358 40 123 4567", "0401234567"),
        ("applicant_city", "  Turku   Åbo ", "Turku Åbo"),
        ("abroad", True, True),
        ("employers[0].start", "1.2.2018", "2018-02-01"),
    ],
)
def test_values_are_kept_in_their_normal_form(database: Database, doubtful: Kept, path: str, typed: Any, kept_as: Any) -> None:
    correct(database, doubtful, said(path, typed))

    fields = newest(database, doubtful)["fields"]
    found = fields["employers"][0]["start"] if path.startswith("employers") else fields[path]
    assert found["value"] == kept_as and found["seen_by"] == "ann"


def test_rows_are_added_confirmed_and_taken_away(database: Database) -> None:
    rows = [{"name": field("A Oy", accepted=False)}, {"name": field("scribble", accepted=False)}]
    kept = keep(database, application(employers=rows), waits_because=["doubtful_fields"])

    correct(
        database,
        kept,
        said("employers[0]", says="confirmed"),
        said("employers[1]", says="empty"),
        said("employers[2].name", "B Oy"),
    )

    found = newest(database, kept)["fields"]["employers"]
    assert [(row["name"]["value"], row["name"]["reading"]) for row in found] == [("A Oy", "ocr"), ("B Oy", "person")]
    assert item_of(database, kept).waits_because == ["findings"]


def test_a_whole_table_may_be_empty(database: Database) -> None:
    kept = keep(database, application(employers=[{"name": field(None, accepted=False)}]), waits_because=["doubtful_fields"])

    correct(database, kept, said("employers", says="empty"))

    assert sent(database, kept.document, 2).data.fields["employers"] == []


def test_what_nobody_could_read_cannot_be_confirmed(database: Database, doubtful: Kept) -> None:
    with pytest.raises(RefusedError, match="no value to confirm"):
        correct(database, doubtful, said("absence_end", says="confirmed"))


def test_one_field_is_not_corrected_twice_at_once(database: Database, doubtful: Kept) -> None:
    with pytest.raises(RefusedError):
        correct(database, doubtful, said("absence_end", "2019-03-30"), said("absence_end", "2019-03-31"))


def test_a_type_is_confirmed_with_who_saw_it(database: Database) -> None:
    kept = keep(database, {**application(), "accepted": False}, waits_because=["doubtful_type"])

    correct(database, kept, said("document_type", says="confirmed"))

    assert sent(database, kept.document, 2).data.type_seen_by == "ann"


def test_fields_of_a_type_that_a_person_gave_wait_until_somebody_has_looked_for_them(database: Database) -> None:
    kept = keep(database, {**application(), "accepted": False}, waits_because=["doubtful_type"])

    reviewed = correct(database, kept, said("document_type", "y121_account_change"))

    body = newest(database, kept)
    assert reviewed.delivery_id is None and "doubtful_fields" in reviewed.waits_because
    assert body["type"] == "y121_account_change" and "absence_start" not in body["fields"]
    with database.transaction() as conn:
        [item] = work_items.of_document(conn, kept.document)
        assert item.queue == "basic_data" and item_of(database, kept).state == "done"
        assert documents.get(conn, kept.document).document_type == "y121_account_change"


def test_a_corrected_code_says_whose_the_matter_is(database: Database) -> None:
    kept = keep(database, application(applicant_hetu=field("131052-308A", accepted=False)), waits_because=["doubtful_fields"])

    correct(database, kept, said("applicant_hetu", OTHER_HETU))

    with database.transaction() as conn:
        [item] = work_items.of_document(conn, kept.document)
    assert item.person_hetu == OTHER_HETU
    assert sent(database, kept.document, 2).data.matter.person_hetu == OTHER_HETU


def test_papers_that_turn_out_to_be_of_two_persons_come_apart(database: Database) -> None:
    kept = keep(database, application(), {**application(), "id": "d2"})

    correct(database, kept, said("applicant_hetu", OTHER_HETU))

    with database.transaction() as conn:
        found = [work_items.of_document(conn, document_id) for document_id in kept.documents]
    assert [[(item.person_hetu, item.documents) for item in items] for items in found] == [
        [(OTHER_HETU, [kept.documents[0]])],
        [(HETU, [kept.documents[1]])],
    ]


def test_a_paper_without_a_place_finds_it_when_its_fields_are_typed(database: Database) -> None:
    kept = keep(database, application(benefit=field(None)), queue="indexing", waits_because=["queue"])

    correct(database, kept, said("benefit", "infectious_disease_allowance"))

    item = item_of(database, kept)
    assert (item.queue, item.waits_because) == ("southern_district", ["findings"])
    assert sent(database, kept.document, 2).data.matter.queue == "southern_district"


def test_a_person_moves_a_matter_with_a_reason_and_it_goes_out(database: Database) -> None:
    kept = keep(database, application(), queue="indexing", waits_because=["queue"])

    moved = review.reroute(database, kept.work_item, 1, "southern_district", "Asia  kuuluu tänne", "ann", later(60))

    assert (moved.queue, moved.state, moved.comment) == ("southern_district", "waiting", "Asia kuuluu tänne")
    data = sent(database, kept.document, 1).data
    assert data.matter.reasons[0].rule == "person" and data.matter.specifier == "Tartuntatautipäiväraha"


def test_what_a_person_has_moved_no_correction_moves_again(database: Database) -> None:
    kept = keep(database, application(), queue="southern_district")
    review.reroute(database, kept.work_item, 2, "indexing", "Kenen?", "ann", later(60))

    correct(database, kept, said("absence_start", "2019-03-13"))

    assert item_of(database, kept).queue == "indexing"


def test_an_insurance_question_stays_the_southern_districts(database: Database) -> None:
    kept = keep(database, application())

    moved = review.reroute(database, kept.work_item, 2, "international_centre", "Asuu Virossa", "ann", later(60))

    assert (moved.owner, moved.specifier, moved.state) == ("southern_district", "kv-siirto", "waiting")


def test_a_matter_is_not_moved_without_a_reason_or_by_who_saw_an_older_one(database: Database) -> None:
    kept = keep(database, application())

    with pytest.raises(RefusedError):
        review.reroute(database, kept.work_item, 2, "indexing", "  ", "ann", later(60))
    with pytest.raises(ConflictError):
        review.reroute(database, kept.work_item, 1, "indexing", "Kenen?", "ann", later(60))
    with pytest.raises(NotFoundError):
        review.reroute(database, kept.document, 1, "indexing", "Kenen?", "ann", later(60))


def test_a_document_is_shown_with_its_record_matter_and_deliveries(database: Database) -> None:
    kept = keep(database, application())
    with database.transaction() as conn:
        deliver.offer(conn, kept.document, NOW)

    shown = review.show(database, kept.document)

    assert shown.record.body["fields"]["applicant_hetu"]["value"] == HETU
    assert [item.id for item in shown.work_items] == [kept.work_item]
    assert [row.state for row in shown.deliveries] == ["waiting"]


def test_a_document_that_does_not_exist_is_not_found(database: Database, doubtful: Kept) -> None:
    with pytest.raises(NotFoundError):
        review.correct(database, doubtful.work_item, 1, [said("absence_end", "2019-03-31")], "ann", NOW)
