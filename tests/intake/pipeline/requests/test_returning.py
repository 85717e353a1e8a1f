"""A file that answers a request is settled into the matter that asked, and never silently into another's."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from intake.pipeline import review
from intake.pipeline.audit_trail import verify
from intake.pipeline.requests import keeping
from intake.pipeline.requests.keeping import KeptRequest
from intake.pipeline.requests.reference import reference_of
from intake.store import audit, work_items
from intake.store.database import Database
from intake.store.work_items import WorkItemRow
from models.review import Correction
from tests.intake.kept_documents import HETU, field
from tests.intake.received_files import NOW, Bench, FakeReader, bench, document, result

OTHER = "010190-900P"


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Bench:
    return bench(database, tmp_path)


def clarification(label: str, page: int, reference: str | None, hetu: str | None = None) -> dict[str, Any]:
    fields = {"person_hetu": field(hetu)} if hetu else {}
    body = document(label, page) | {"type": "clarification", "fields": fields}
    return body if reference is None else body | {"reference": reference}


def settled(desk: Bench, *bodies: dict[str, Any], person: str | None = None) -> list[WorkItemRow]:
    """Let a file come in and be read; gives the matters of its documents as they are afterwards."""
    told = result(len(bodies), bodies)
    told["work_items"] = [item | {"person_hetu": person} for item in told["work_items"]]
    (file_id,) = desk.take((repr(bodies).encode(), len(bodies)))
    assert desk.run(FakeReader([told]), file_id) == "read"
    with desk.database.transaction() as conn:
        found = conn.execute("SELECT id FROM document WHERE file_id = %s ORDER BY pages", [file_id]).fetchall()
        return [item for (one,) in found for item in work_items.of_document(conn, one)]


def sent(desk: Bench) -> tuple[WorkItemRow, KeptRequest]:
    (item,) = settled(desk, document("d1", 1), person=HETU)
    made = keeping.draft(desk.database, item.id, "insured", None, "ann", NOW)
    return item, keeping.mark_sent(desk.database, made.row.id, 1, "ann", NOW)


def request(desk: Bench, request_id: UUID) -> KeptRequest:
    return keeping.show(desk.database, request_id, NOW)


def test_an_answer_without_a_code_lies_with_the_matter_that_asked(desk: Bench) -> None:
    item, asked = sent(desk)

    (after,) = settled(desk, clarification("d1", 1, asked.reference))

    assert (after.id, after.person_hetu) == (item.id, HETU)
    assert after.state == "waiting" and "answered" in after.waits_because
    assert request(desk, asked.row.id).row.state == "answered"
    with desk.database.transaction() as conn:
        assert audit.of_subject(conn, f"request:{asked.row.id}")[-1].event == "request.answered"
    verify(desk.database)


def test_an_answer_that_bears_the_same_persons_code_lies_there_too(desk: Bench) -> None:
    item, asked = sent(desk)

    (after,) = settled(desk, clarification("d1", 1, asked.reference, HETU), person=HETU)

    assert after.id == item.id and request(desk, asked.row.id).row.state == "answered"


def test_an_answer_with_another_persons_sure_code_waits_for_a_person_and_answers_nothing(desk: Bench) -> None:
    item, asked = sent(desk)

    (after,) = settled(desk, clarification("d1", 1, asked.reference, OTHER), person=OTHER)

    assert after.id != item.id and after.queue == "indexing" and after.state == "waiting"
    assert [candidate["matter_id"] for candidate in after.candidates] == [str(item.matter_id)]
    assert request(desk, asked.row.id).row.state == "sent"


def test_both_persons_matters_are_offered_where_both_have_one(desk: Bench) -> None:
    item, asked = sent(desk)
    (others,) = settled(desk, document("d1", 1, applicant_hetu=field(OTHER)), person=OTHER)

    (after,) = settled(desk, clarification("d1", 1, asked.reference, OTHER), person=OTHER)

    assert after.id not in (item.id, others.id)
    assert [candidate["matter_id"] for candidate in after.candidates] == [str(item.matter_id), str(others.matter_id)]


def test_what_lies_before_the_cover_page_is_not_drawn_along(desk: Bench) -> None:
    item, asked = sent(desk)
    other = clarification("d1", 1, None, OTHER)

    first, second = settled(desk, other, clarification("d2", 2, asked.reference), person=OTHER)

    assert (first.person_hetu, second.id) == (OTHER, item.id)


def test_a_reference_that_nobody_gave_says_nothing(desk: Bench) -> None:
    item, asked = sent(desk)

    (after,) = settled(desk, clarification("d1", 1, reference_of(99_999)))

    assert after.id != item.id and request(desk, asked.row.id).row.state == "sent"
    verify(desk.database)


def test_a_person_who_has_looked_at_the_answer_ends_that_reason_only(desk: Bench) -> None:
    item, asked = sent(desk)
    (during,) = settled(desk, clarification("d1", 1, asked.reference))

    keeping.seen(desk.database, asked.row.id, "ann", NOW)

    with desk.database.transaction() as conn:
        after = work_items.get(conn, item.id)
    assert [reason for reason in during.waits_because if reason != "answered"] == after.waits_because


def test_requests_go_along_when_a_corrected_code_takes_the_papers_elsewhere(desk: Bench) -> None:
    item, asked = sent(desk)
    correction = Correction(field="applicant_hetu", says="value", value=OTHER)

    review.correct(desk.database, item.documents[0], 1, [correction], "ann", NOW)
    (after,) = settled(desk, clarification("d1", 1, asked.reference))

    assert after.id != item.id and after.person_hetu == OTHER
    assert "answered" in after.waits_because
    verify(desk.database)
