"""Records held against truth, field by field. All people are invented."""

from __future__ import annotations

from typing import Any

import pytest

from extractors.catalog import load_types
from intake.scoring.sameness import same
from intake.scoring.verdicts import FileVerdict, judge_file

TYPES = load_types()


def truth(fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    document = {"type": "sv8_application", "lang": "fi", "pages": [1, 2], "hand": False, "real_strokes": False, "fields": fields}
    usual = {
        "file": "a.tif", "medium": "fax_fine", "arrival_date": None, "documents": [document], "blank_pages": [],
        "route": {"queue": "southern_district", "specifier": "Tartuntatautipäiväraha"},
    }  # fmt: skip
    return usual | more


def cell(value: Any, *, accepted: bool = True, confidence: float = 0.9, **more: Any) -> dict[str, Any]:
    return {"value": value, "accepted": accepted, "confidence": confidence, "reading": "ocr", "evidence": ["label"]} | more


def record(fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    document = {"id": "d1", "type": "sv8_application", "accepted": True, "pages": [1, 2], "fields": fields} | more
    return {
        "source": {}, "pages": [{"number": 1, "blank": False}], "documents": [document],
        "work_items": [{"queue": "southern_district", "specifier": "Tartuntatautipäiväraha"}],
    }  # fmt: skip


def judged(true: dict[str, Any], read: dict[str, Any], **more: Any) -> FileVerdict:
    return judge_file("a", truth(true), record(read, **more), TYPES)


@pytest.mark.parametrize(
    ("path", "true", "read"),
    [
        ("applicant_last_name", "Mäkelä", "MÄKELÄ "),
        ("applicant_phone", "0401234567", "+358 401234567"),
        ("subject_name", "Mäkelä Juhani", "Juhani Mäkelä"),
        ("additional_info", "Poissaolo alkoi kesken työvuoron.", "Poissaolo alkoi kesken työvuoroa"),
        ("other_benefits", ["none", "pension"], ["pension", "none"]),
        ("lost_earnings_total", "1200.10", "1200.1"),
        ("abroad", False, False),
    ],
)
def test_what_a_person_would_call_the_same_is_the_same(path: str, true: Any, read: Any) -> None:
    assert same(path, true, read)


@pytest.mark.parametrize(
    ("path", "true", "read"),
    [
        ("applicant_last_name", "Mäkelä", "Makela"),
        ("applicant_last_name", "Mäkelä Juhani", "Juhani Mäkelä"),
        ("absence_start", "2019-03-29", "2019-03-28"),
        ("abroad", False, None),
        ("abroad", False, True),
        ("other_benefits", ["none"], ["pension"]),
        ("lost_earnings_total", "1200.10", "1200.11"),
        ("employers[0].name", "Mäkelä Oy", None),
    ],
)
def test_what_differs_is_not_the_same(path: str, true: Any, read: Any) -> None:
    assert not same(path, true, read)


@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        (cell("Mäkelä"), "accepted_right"),
        (cell("Mäkelä", accepted=False), "doubted_right"),
        (cell("Makela"), "accepted_wrong"),
        (cell("Makela", accepted=False), "doubted_wrong"),
        (cell(None, accepted=False), "doubted_wrong"),
        (None, "silent"),
    ],
)
def test_a_field_is_right_doubted_or_wrong_without_a_word(found: dict[str, Any] | None, outcome: str) -> None:
    file = judged({"applicant_last_name": "Mäkelä"}, {} if found is None else {"applicant_last_name": found})

    [verdict] = file.documents[0].fields
    assert verdict.outcome == outcome
    assert verdict.kind == "text"


def test_nothing_is_silent_in_a_document_that_waits_for_a_person() -> None:
    file = judged({"applicant_last_name": "Mäkelä"}, {}, accepted=False)

    assert file.documents[0].fields[0].outcome == "doubted_wrong"


def test_cells_of_a_table_are_compared_row_by_row() -> None:
    true = {"employers": [{"name": "Mäkelä Oy"}, {"name": "Laine Oy"}]}

    file = judged(true, {"employers": [{"name": cell("Mäkelä Oy")}, {"name": cell("Lane Oy")}]})

    assert [(v.path, v.name, v.is_right) for v in file.documents[0].fields] == [
        ("employers[0].name", "employers[].name", True), ("employers[1].name", "employers[].name", False),
    ]  # fmt: skip


def test_what_the_truth_does_not_have_is_extra_unless_it_says_no() -> None:
    file = judged({}, {"applicant_city": cell("Turku"), "abroad": cell(False), "employers": []})

    assert [(v.path, v.is_extra, v.outcome) for v in file.documents[0].fields] == [("applicant_city", True, "accepted_wrong")]


def test_fields_of_a_wrong_type_count_as_not_read() -> None:
    file = judged({"applicant_last_name": "Mäkelä"}, {"applicant_last_name": cell("Mäkelä")}, type="e115")

    assert not file.documents[0].type_is_right
    assert not file.documents[0].fields[0].is_read


def test_a_document_meets_the_one_that_shares_most_pages_with_it() -> None:
    papers = truth({"applicant_city": "Turku"})
    read = record({"applicant_city": cell("Turku")})
    read["documents"].insert(0, {"id": "d0", "type": "e115", "accepted": True, "pages": [2, 3, 4], "fields": {}})

    file = judge_file("a", papers, read, TYPES)

    assert file.documents[0].fields[0].is_right
    assert file.extra_documents == 1


def test_a_file_without_a_record_has_nothing_right() -> None:
    file = judge_file("a", truth({"applicant_city": "Turku"}), None, TYPES)

    assert not file.has_record
    assert not file.queue_is_right
    assert file.documents[0].found_type is None


def test_route_blank_pages_and_arrival_are_held_against_the_truth() -> None:
    papers = truth({}, arrival_date="2019-03-12", blank_pages=[2])
    read = record({}) | {
        "source": {"arrival": {"date": "2019-03-13"}}, "pages": [{"number": 1, "blank": False}, {"number": 2, "blank": True}],
        "work_items": [{"queue": "southern_district", "specifier": ""}],
    }  # fmt: skip

    file = judge_file("a", papers, read, TYPES)

    assert (file.queue_is_right, file.specifier_is_right, file.blanks_are_right) == (True, False, True)
    assert file.found_arrival != file.arrival
