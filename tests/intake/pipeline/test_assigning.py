"""A person says whose papers are; people's words stand until something new comes; the rules core hears of every move."""

from __future__ import annotations

import contextlib
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from intake.pipeline import assigning, audit_trail, deliver, review
from intake.pipeline.delivered import event_id
from intake.pipeline.registers import InMemoryRegisters
from intake.store import audit, deliveries, documents, matters, work_items
from intake.store.database import Database
from intake.store.work_items import WorkItemRow
from models.delivery import Envelope
from models.errors import ConflictError, NotFoundError, RefusedError
from models.facts import Facts
from models.review import Correction
from tests.intake.core_stand_in import STORED, ScriptedCore
from tests.intake.kept_documents import field, later
from tests.intake.matter_papers import (
    AINO,
    BERTTA,
    DOUBTFUL_AINO,
    application,
    ban,
    come,
    doubtful,
    item_of,
    order,
    papers_of,
    scan,
    wage_notice,
)  # fmt: skip
from tests.intake.received_files import Bench, bench

BERTTAS_NAME = ("Berg", "Bertta")
NAMELESS = {**ban(doubtful(DOUBTFUL_AINO), debtor_name=doubtful("Virtanen"))}


@pytest.fixture
def place(database: Database, tmp_path: Path) -> Bench:
    return bench(database, tmp_path)


def document(place: Bench, file_id: UUID, number: int = 0) -> UUID:
    return papers_of(place.database, file_id)[number].id


def assign(place: Bench, item: WorkItemRow, **where: Any) -> WorkItemRow:
    return assigning.assign(place.database, item.id, item.version, "ann", place.clock(), **where)


def correct(place: Bench, document_id: UUID, path: str, value: Any, version: int = 1) -> review.Reviewed:
    said = [Correction(field=path, value=value)]
    return review.correct(place.database, document_id, version, said, "ann", place.clock())


def deliver_all(place: Bench) -> None:
    with place.database.transaction() as conn:
        waiting = deliveries.ids_in_state(conn, "waiting")
    for delivery_id in waiting:
        assert deliver.deliver(place.database, ScriptedCore([STORED]), delivery_id, later(3600)) == "delivered"


def told(place: Bench, document_id: UUID, version: int) -> Envelope:
    with place.database.transaction() as conn:
        body = deliveries.body_of(conn, event_id(document_id, version))
    assert body is not None
    return Envelope.model_validate_json(body)


def versions(place: Bench, document_id: UUID) -> list[tuple[int, str]]:
    with place.database.transaction() as conn:
        return [(row.version, row.state) for row in deliveries.of_document(conn, document_id)]


def test_a_person_assigns_a_doubtful_paper_to_a_candidate_and_both_matters_are_judged(place: Bench) -> None:
    first = come(place, scan(order()))
    second = come(place, scan(application(doubtful(DOUBTFUL_AINO), applicant_last_name=doubtful("Virtamem"))))
    before = item_of(place.database, second)
    [candidate] = before.candidates

    moved = assign(place, before, matter_id=UUID(candidate["matter_id"]))

    assert moved.id == item_of(place.database, first).id
    assert set(moved.documents) == {document(place, first), document(place, second)}
    assert "C03.no_application" not in {finding["key"] for finding in moved.findings}
    with place.database.transaction() as conn:
        left = work_items.get(conn, before.id)
        assert before.matter_id is not None
        assert matters.get(conn, before.matter_id).closed_at is not None
        [entry] = [json.loads(event.entry) for event in audit.every(conn) if event.event == "work_item.assigned"]
    assert (left.state, left.documents, left.queue) == ("done", [], "indexing")
    assert (entry["actor"], entry["after"]["matter"]) == ("ann", candidate["matter_id"])
    assert AINO not in json.dumps(entry)
    audit_trail.verify(place.database)


def test_a_paper_may_be_assigned_to_a_person_who_has_no_matter_yet(place: Bench) -> None:
    file_id = come(place, scan(ban(field(None, accepted=False))))

    moved = assign(place, item_of(place.database, file_id), person_hetu=BERTTA)

    assert (moved.person_hetu, moved.queue, moved.candidates) == (BERTTA, "southern_district", [])
    later_one = come(place, scan(application(BERTTA, BERTTAS_NAME)))
    assert item_of(place.database, later_one).id == moved.id


def test_what_a_person_has_assigned_no_name_moves_again(place: Bench) -> None:
    file_id = come(place, scan(ban(doubtful(DOUBTFUL_AINO))))
    assign(place, item_of(place.database, file_id), person_hetu=BERTTA)

    come(place, scan(application()))  # Aino: name and day of birth would fit

    assert item_of(place.database, file_id).person_hetu == BERTTA


def test_a_code_that_is_corrected_later_moves_what_was_assigned(place: Bench) -> None:
    file_id = come(place, scan(ban(doubtful(DOUBTFUL_AINO))))
    assign(place, item_of(place.database, file_id), person_hetu=BERTTA)

    correct(place, document(place, file_id), "debtor_hetu", AINO)

    assert item_of(place.database, file_id).person_hetu == AINO


def test_only_some_of_the_papers_may_be_assigned(place: Bench) -> None:
    file_id = come(place, scan(application(), ban()))
    both = item_of(place.database, file_id)

    moved = assign(place, both, person_hetu=BERTTA, only=[document(place, file_id, 1)])

    assert moved.documents == [document(place, file_id, 1)]
    assert item_of(place.database, file_id).documents == [document(place, file_id)]
    assert item_of(place.database, file_id).person_hetu == AINO


def test_one_document_is_assigned_wherever_it_is(place: Bench) -> None:
    file_id = come(place, scan(application(), ban()))

    moved = assigning.assign_document(place.database, document(place, file_id, 1), "ann", place.clock(), person_hetu=BERTTA)

    assert (moved.person_hetu, moved.documents) == (BERTTA, [document(place, file_id, 1)])


def test_an_assignment_that_cannot_be_changes_nothing(place: Bench) -> None:
    file_id = come(place, scan(application()))
    item = item_of(place.database, file_id)

    for where, error in (
        ({}, RefusedError),
        ({"person_hetu": BERTTA, "matter_id": item.matter_id}, RefusedError),
        ({"person_hetu": "010594-9020"}, RefusedError),
        ({"matter_id": uuid4()}, NotFoundError),
        ({"person_hetu": BERTTA, "only": [uuid4()]}, NotFoundError),
    ):
        with pytest.raises(error):
            assign(place, item, **where)
    with pytest.raises(ConflictError):
        assigning.assign(place.database, item.id, item.version + 1, "ann", place.clock(), person_hetu=BERTTA)

    assert item_of(place.database, file_id) == item


def test_a_registers_ban_on_the_person_who_is_named_counts_at_once(place: Bench) -> None:
    file_id = come(place, scan(ban(field(None, accepted=False))))
    protected = InMemoryRegisters({BERTTA: Facts(has_security_ban=True)})

    moved = assign(place, item_of(place.database, file_id), person_hetu=BERTTA, registers=protected)

    assert moved.queue == "protected_clients"


def test_a_corrected_code_takes_the_paper_to_its_persons_matter(place: Bench) -> None:
    home = come(place, scan(order(BERTTA, "Bertta Berg")))
    stray = come(place, scan(application(BERTTA, BERTTAS_NAME), order()))  # the second paper is Aino's
    bertta = item_of(place.database, home).id

    correct(place, document(place, stray, 1), "subject_hetu", BERTTA)

    found = item_of(place.database, stray, 1)
    assert (found.id, len(found.documents)) == (bertta, 3)
    assert place.count("SELECT count(*) FROM matter WHERE closed_at IS NULL") == 1
    audit_trail.verify(place.database)


def test_a_doubtful_code_that_is_confirmed_joins_and_what_waited_goes_out(place: Bench) -> None:
    come(place, scan(order()))
    second = come(place, scan(wage_notice(doubtful("131052-308"), employee_name=doubtful("Virt"))))
    before = item_of(place.database, second)

    correct(place, document(place, second), "employee_hetu", AINO)
    reviewed = correct(place, document(place, second), "employee_name", "Aino Virtanen", version=2)

    assert before.person_hetu is None and item_of(place.database, second).person_hetu == AINO
    assert reviewed.delivery_id is not None


def test_what_a_person_has_moved_stays_when_a_new_paper_says_nothing_else(place: Bench) -> None:
    file_id = come(place, scan(application()))
    item = item_of(place.database, file_id)
    review.reroute(place.database, item.id, item.version, "indexing", "Kenen?", "ann", place.clock())

    come(place, scan(order()))

    after = item_of(place.database, file_id)
    assert (after.queue, after.comment, len(after.documents)) == ("indexing", "Kenen?", 2)
    assert "C20.missing" not in {finding["key"] for finding in after.findings}


def test_a_new_paper_that_changes_what_the_table_says_moves_it_again(place: Bench) -> None:
    file_id = come(place, scan(application()))
    item = item_of(place.database, file_id)
    review.reroute(place.database, item.id, item.version, "indexing", "Kenen?", "ann", place.clock())

    come(place, scan(application(abroad=True, abroad_country="Viro")))

    assert item_of(place.database, file_id).queue == "international_centre"


def test_the_core_is_told_anew_when_a_matter_it_has_moves(place: Bench) -> None:
    file_id = come(place, scan(application()))
    own = document(place, file_id)
    deliver_all(place)

    come(place, scan(order()))  # changes findings, not the place
    unmoved = versions(place, own)
    come(place, scan(wage_notice(additional_info="Lähetetty työntekijä Virossa")))

    assert unmoved == [(1, "delivered")]
    assert versions(place, own) == [(1, "delivered"), (2, "waiting")]
    data = told(place, own, 2).data
    assert (data.supersedes, data.matter.queue, data.matter.owner) == (1, "international_centre", "southern_district")
    with place.database.transaction() as conn:
        newest = documents.newest_record(conn, own)
    assert (newest.version, newest.origin) == (2, "matter")
    audit_trail.verify(place.database)


def test_what_has_not_gone_out_is_held_back_when_its_matter_moves(place: Bench) -> None:
    file_id = come(place, scan(application()))
    own = document(place, file_id)

    for number in range(2):  # judged twice, told once
        come(place, scan(wage_notice(additional_info=f"Lähetetty työntekijä Virossa {number}")))

    assert versions(place, own) == [(1, "superseded")]
    with place.database.transaction() as conn:
        assert documents.newest_record(conn, own).version == 2


def test_what_is_told_names_papers_of_other_files_by_their_ids(place: Bench) -> None:
    first = come(place, scan(order()))

    second = come(place, scan(application()))

    data = told(place, document(place, second), 1).data
    ids = {str(document(place, file_id)) for file_id in (first, second)}
    assert set(data.matter.documents) == ids
    named = ({said.document_id for said in data.matter.reasons} | {said.document_id for said in data.matter.findings}) - {None}
    assert named and named <= ids


def corrects(place: Bench, own: UUID) -> None:
    for turn in range(40):
        with place.database.transaction() as conn:
            newest = documents.newest_record(conn, own).version
        with contextlib.suppress(ConflictError):
            correct(place, own, "absence_end", f"2026-03-{11 + turn % 5}", version=newest)


def reads(place: Bench) -> None:
    for number in range(8):
        come(place, scan(wage_notice(additional_info=f"Lähetetty {number}")))


def delivers(place: Bench) -> None:
    for _ in range(30):
        with place.database.transaction() as conn:
            waiting = deliveries.ids_in_state(conn, "waiting")
        for delivery_id in waiting:
            deliver.deliver(place.database, ScriptedCore([STORED]), delivery_id, later(7200))


def test_reviewers_workers_and_deliveries_at_once_never_wait_in_a_circle(place: Bench) -> None:
    own = document(place, come(place, scan(application())))

    with ThreadPoolExecutor(3) as together:
        works = [together.submit(corrects, place, own), together.submit(reads, place), together.submit(delivers, place)]
        failures = [work.exception(90) for work in works]

    assert failures == [None, None, None]
    audit_trail.verify(place.database)
