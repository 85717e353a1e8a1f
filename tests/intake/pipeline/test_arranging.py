"""A person says how a file's pages belong together: it is read again so, nothing is lost, and work done with it stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from extractors.catalog import load_types
from intake.pipeline import audit_trail, ledger, rereading, review
from intake.store import arrangements, deliveries, documents, files, pages, work_items
from intake.store.database import Database
from intake.store.documents import DocumentRow
from intake.store.files import FileRow
from models.arrangement import Arrangement
from models.errors import ConflictError, RefusedError, SaapuvaError
from models.review import Correction
from tests.intake.kept_documents import field
from tests.intake.received_files import BROKEN, Bench, FakeReader, bench, document, result

TYPES = load_types()
SENT = "UPDATE delivery SET attempts = 1 WHERE document_id = %(document)s"
TWO = [document("d1", 1, 2, absence_end=field(None, accepted=False)), document("d2", 3) | {"type": "proxy", "fields": {}}]


@pytest.fixture
def place(database: Database, tmp_path: Path) -> Bench:
    return bench(database, tmp_path)


def arrange(place: Bench, file_id: UUID, gives_up: tuple[UUID, ...] = (), revision: int | None = None, **said: Any) -> FileRow:
    arrangement = Arrangement.model_validate(said)
    seen = file_of(place, file_id).revision if revision is None else revision
    return rereading.arrange(place.database, file_id, seen, arrangement, TYPES, "ann", place.clock(), gives_up=gives_up)


def file_of(place: Bench, file_id: UUID) -> FileRow:
    with place.database.transaction() as conn:
        return files.get(conn, file_id)


def found(place: Bench, file_id: UUID) -> list[DocumentRow]:
    with place.database.transaction() as conn:
        return documents.of_file(conn, file_id)


def body_of(place: Bench, document_id: UUID) -> dict[str, Any]:
    with place.database.transaction() as conn:
        return documents.newest_record(conn, document_id).body


def states(place: Bench, file_id: UUID) -> list[str]:
    with place.database.transaction() as conn:
        return [page.state for page in pages.of_file(conn, file_id)]


def assert_whole(place: Bench) -> None:
    with place.database.transaction() as conn:
        seen = ledger.last_days(conn, place.at)
    assert (seen.faults, [day.difference for day in seen.days]) == ([], [0] * len(seen.days))
    audit_trail.verify(place.database)


@pytest.fixture
def file_id(place: Bench) -> UUID:
    """A file of four pages, read: a doubtful application, a proxy, an empty back."""
    [taken] = place.take((b"paper", 4))
    place.run(FakeReader([result(4, TWO, blank=[4])]), taken)
    return taken


def correct(place: Bench, document_id: UUID) -> None:
    said = [Correction(field="absence_end", value="2019-03-20")]
    review.correct(place.database, document_id, 1, said, "bea", place.clock())


def test_the_file_is_read_again_under_what_was_said_and_the_ledger_sums_at_every_step(place: Bench, file_id: UUID) -> None:
    received = arrange(place, file_id, documents=[{"pages": [1]}, {"pages": [3, 2]}], blank=[4], turns={"2": 180})
    waiting_states = states(place, file_id)
    assert_whole(place)

    reader = FakeReader([result(4, [document("d1", 1), document("d2", 3, 2)], blank=[4])])
    outcome = place.run(reader, file_id)

    assert (received.stage, received.revision, waiting_states, outcome) == ("received", 2, ["received"] * 4, "read")
    [question] = reader.asked
    assert question.arrangement is not None
    assert (question.arrangement.turns, question.arrangement.documents[1].pages) == ({2: 180}, (3, 2))
    assert [row.pages for row in found(place, file_id)] == [[1], [3, 2]]
    assert states(place, file_id) == ["in_document"] * 3 + ["blank"]
    assert_whole(place)


def test_what_was_said_still_counts_when_the_file_is_read_again_and_until_it_is_taken_back(place: Bench, file_id: UUID) -> None:
    reader = FakeReader([result(4, [document("d1", 1, 2, 3)], blank=[4])])
    arrange(place, file_id, documents=[{"pages": [1, 2, 3]}], blank=[4])
    place.run(reader, file_id)

    rereading.reread(place.database, file_id, "ann", place.clock())
    place.run(reader, file_id)
    rereading.arrange(place.database, file_id, file_of(place, file_id).revision, None, TYPES, "ann", place.clock())
    place.run(reader, file_id)

    assert [question.arrangement is not None for question in reader.asked] == [True, True, False]


def test_a_type_that_a_person_gives_is_seen_by_that_person_and_waits_for_nobody(place: Bench, file_id: UUID) -> None:
    arrange(place, file_id, documents=[{"pages": [1, 2]}, {"pages": [3], "type": "clarification"}], blank=[4])
    named = document("d2", 3) | {"type": "clarification", "fields": {}, "accepted": False}
    place.run(FakeReader([result(4, [TWO[0], named], blank=[4])]), file_id)

    body = body_of(place, found(place, file_id)[1].id)
    assert (body["accepted"], body["type_seen_by"], "type_confidence" in body) == (True, "ann", False)
    assert "type_seen_by" not in body_of(place, found(place, file_id)[0].id)
    assert_whole(place)


def test_what_was_corrected_stays_as_it_is_where_pages_and_type_do_not_change(place: Bench, file_id: UUID) -> None:
    first, second = found(place, file_id)
    correct(place, first.id)

    arrange(place, file_id, documents=[{"pages": [1, 2]}, {"pages": [3, 4], "type": "proxy"}])
    place.run(FakeReader([result(4, [TWO[0], document("d2", 3, 4) | {"type": "proxy", "fields": {}}])]), file_id)

    kept, fresh = found(place, file_id)
    assert (kept.id, kept.version, fresh.pages) == (first.id, 2, [3, 4])
    assert fresh.id != second.id
    assert body_of(place, kept.id)["fields"]["absence_end"]["seen_by"] == "bea"
    with place.database.transaction() as conn:
        in_matters = {one for item in work_items.of_file(conn, file_id) for one in item.documents}
        steps = audit_trail.history(conn, kept.id, "absence_end")
    assert in_matters == {kept.id, fresh.id}
    assert [(step.what, step.by) for step in steps[:2]] == [("read", "saapuva"), ("corrected", "bea")]
    assert_whole(place)


@pytest.mark.parametrize(
    "said",
    [
        {"documents": [{"pages": [1]}, {"pages": [2, 3]}], "blank": [4]},
        {"documents": [{"pages": [2, 1]}, {"pages": [3]}], "blank": [4]},
        {"documents": [{"pages": [1, 2], "type": "proxy"}, {"pages": [3]}], "blank": [4]},
        {"documents": [{"pages": [1, 2]}, {"pages": [3]}], "blank": [4], "turns": {"2": 90}},
    ],
    ids=["cut", "in another order", "of another type", "turned"],
)
def test_what_was_typed_is_lost_only_when_the_person_says_so(place: Bench, file_id: UUID, said: dict[str, Any]) -> None:
    [first, _] = found(place, file_id)
    correct(place, first.id)

    with pytest.raises(ConflictError, match="pages 1, 2 would change"):
        arrange(place, file_id, **said)
    untouched = file_of(place, file_id)
    arrange(place, file_id, gives_up=(first.id,), **said)

    assert (untouched.stage, untouched.revision) == ("read", 1)
    assert file_of(place, file_id).stage == "received"
    assert_whole(place)


def test_what_the_core_has_is_not_rearranged_but_what_lies_beside_it_is(place: Bench) -> None:
    [file_id] = place.take((b"paper", 3))
    place.run(FakeReader([result(3, [document("d1", 1, 2), TWO[1]])]), file_id)
    sent, _ = found(place, file_id)
    with place.database.transaction() as conn:
        conn.execute(SENT, {"document": sent.id})

    with pytest.raises(ConflictError) as refused:
        arrange(place, file_id, documents=[{"pages": [1]}, {"pages": [2, 3]}])
    arrange(place, file_id, documents=[{"pages": [1, 2]}], blank=[3])
    place.run(FakeReader([result(3, [document("d1", 1, 2)], blank=[3])]), file_id)

    assert "correct the document" in refused.value.remedy
    assert [row.id for row in found(place, file_id)] == [sent.id]
    assert place.count("SELECT count(*) FROM delivery WHERE state = 'superseded'") == 1
    assert_whole(place)


def test_what_has_not_gone_out_is_held_back_when_it_changes(place: Bench) -> None:
    [file_id] = place.take((b"paper", 2))
    place.run(FakeReader([result(2, [document("d1", 1, 2)])]), file_id)

    arrange(place, file_id, documents=[{"pages": [1]}, {"pages": [2]}])
    held = place.count("SELECT count(*) FROM delivery WHERE state = 'superseded'")
    place.run(FakeReader([result(2, [document("d1", 1), document("d2", 2)])]), file_id)

    with place.database.transaction() as conn:
        waiting = {row.document_id for row in deliveries.listing(conn, "waiting", 10)}
    assert held == 1
    assert waiting == {row.id for row in found(place, file_id)}
    assert_whole(place)


def test_two_people_cannot_arrange_over_each_other(place: Bench, file_id: UUID) -> None:
    seen = file_of(place, file_id).revision
    arrange(place, file_id, documents=[{"pages": [1, 2, 3]}], blank=[4])
    place.run(FakeReader([result(4, [document("d1", 1, 2, 3)], blank=[4])]), file_id)

    with pytest.raises(ConflictError, match="Somebody else"):
        arrange(place, file_id, revision=seen, documents=[{"pages": [1]}, {"pages": [2, 3, 4]}])


@pytest.mark.parametrize(
    "said",
    [
        {"documents": [{"pages": [1, 2, 3]}]},
        {"documents": [{"pages": [1, 2, 3, 4, 5]}]},
        {"documents": [{"pages": [1, 2, 3], "type": "no_such_type"}], "blank": [4]},
    ],
    ids=["a page too few", "a page too many", "an unknown type"],
)
def test_an_arrangement_that_does_not_fit_the_file_changes_nothing(place: Bench, file_id: UUID, said: dict[str, Any]) -> None:
    with pytest.raises(RefusedError):
        arrange(place, file_id, **said)

    with place.database.transaction() as conn:
        assert arrangements.newest(conn, file_id) is None
    assert file_of(place, file_id).stage == "read"


def test_a_file_that_waits_and_one_whose_bytes_came_before_are_not_arranged(place: Bench, file_id: UUID) -> None:
    again, waiting = place.take((b"paper", 4), (b"other", 1))

    for one in (again, waiting):
        with pytest.raises(SaapuvaError):
            arrange(place, one, documents=[{"pages": list(range(1, file_of(place, one).pages_in + 1))}])


def test_a_parked_file_is_arranged_and_one_that_fails_again_keeps_its_corrected_documents(place: Bench, file_id: UUID) -> None:
    first, _ = found(place, file_id)
    correct(place, first.id)
    same = {"documents": [{"pages": [1, 2]}, {"pages": [3, 4]}]}
    arrange(place, file_id, **same)
    for _ in range(3):
        place.run(FakeReader([BROKEN], drawn=4), file_id)
    assert file_of(place, file_id).stage == "parked"
    assert_whole(place)

    arrange(place, file_id, **same)
    place.run(FakeReader([result(4, [TWO[0], document("d2", 3, 4)])]), file_id)

    assert found(place, file_id)[0].id == first.id
    assert_whole(place)


def test_a_paper_for_another_authority_goes_there_with_the_persons_reason(place: Bench, file_id: UUID) -> None:
    because = "Kuuluu  TE-toimistolle."
    said = [{"pages": [1, 2]}, {"pages": [3], "type": "misdirected_other", "elsewhere_because": because}]
    arrange(place, file_id, documents=said, blank=[4])
    named = document("d2", 3) | {"type": "misdirected_other", "fields": {}}
    place.run(FakeReader([result(4, [TWO[0], named], blank=[4])]), file_id)

    [_, misdirected] = found(place, file_id)
    with place.database.transaction() as conn:
        [item] = work_items.of_document(conn, misdirected.id)
        told = conn.execute("SELECT string_agg(entry, '') FROM audit_event WHERE subject = %s", [f"file:{file_id}"]).fetchone()
    assert (item.queue, item.owner, item.comment, item.state) == (
        "other_authority", "other_authority", "Kuuluu TE-toimistolle.", "waiting",
    )  # fmt: skip
    assert told is not None
    assert "TE-toimisto" not in told[0]
    assert_whole(place)


def test_a_misdirected_paper_whose_kind_the_guide_knows_goes_where_the_guide_says(place: Bench, file_id: UUID) -> None:
    arrange(place, file_id, documents=[{"pages": [1, 2]}, {"pages": [3], "type": "misdirected_maintenance"}], blank=[4])
    named = document("d2", 3) | {"type": "misdirected_maintenance", "fields": {}}
    place.run(FakeReader([result(4, [TWO[0], named], blank=[4])]), file_id)

    with place.database.transaction() as conn:
        [item] = work_items.of_document(conn, found(place, file_id)[1].id)
    assert item.queue == "recovery_centre"


def test_the_trail_tells_who_arranged_and_how(place: Bench, file_id: UUID) -> None:
    arrange(place, file_id, documents=[{"pages": [1, 2, 3]}], blank=[4])

    with place.database.transaction() as conn:
        kept = arrangements.newest(conn, file_id)
        row = conn.execute("SELECT entry FROM audit_event WHERE event = 'file.arranged'").fetchone()
    assert kept is not None
    assert (kept.said_by, kept.revision) == ("ann", 2)
    assert row is not None
    assert '"actor":"ann"' in row[0]
    assert '"pages":[1,2,3]' in row[0]
