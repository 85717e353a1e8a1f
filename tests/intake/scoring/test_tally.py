"""Verdicts counted: over everything, and by what is looked for. All people are invented."""

from __future__ import annotations

from typing import Any

import pytest

from intake.scoring.tally import BREAKDOWNS, breakdown, calibration_error, tallies
from intake.scoring.verdicts import DocumentVerdict, FileVerdict, Verdict


def verdict(value: str, *, true: str | None = "Turku", accepted: bool = True, **more: Any) -> Verdict:
    cell = {"value": value, "accepted": accepted, "confidence": 0.9, "reading": "ocr", "evidence": ["label", "lexicon"]} | more
    return Verdict(
        "a", 0, "sv8_application", "applicant_city", "text", true, cell, value == true, accepted and value != true,
        is_extra=true is None,
    )  # fmt: skip


def file_with(*fields: Verdict, medium: str = "scan", by_hand: bool = False, by_pen: bool = False, **more: Any) -> FileVerdict:
    document = DocumentVerdict("sv8_application", "sv8_application", (1,), (1,), by_hand, by_pen, fields)
    usual: dict[str, Any] = {
        "file": "a", "medium": medium, "has_record": True, "documents": (document,), "extra_documents": 0,
        "route": {"queue": "tax", "specifier": ""}, "found_routes": ("tax",), "queue_is_right": True, "specifier_is_right": True,
        "blank_pages": (), "found_blank_pages": (), "arrival": None, "found_arrival": None,
    }  # fmt: skip
    return FileVerdict(**(usual | more))


def test_what_is_too_many_counts_as_accepted_but_not_as_a_field() -> None:
    counts = tallies([file_with(verdict("Turku"), verdict("Oulu", true=None))])["all"].fields

    assert (counts.fields, counts.exact, counts.accepted, counts.accepted_wrong, counts.extra) == (1, 1, 2, 1, 1)


def test_media_and_ways_of_filling_in_are_counted_apart() -> None:
    found = tallies([
        file_with(verdict("Turku")), file_with(verdict("Oulu"), medium="photo", by_hand=True, by_pen=True),
    ])  # fmt: skip

    assert list(found) == ["all", "typed", "hand", "pen", "photo", "scan"]
    assert {name: (tally.fields.fields, tally.fields.exact) for name, tally in found.items()} == {
        "all": (2, 1), "typed": (1, 1), "hand": (1, 0), "pen": (1, 0), "photo": (1, 0), "scan": (1, 1),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("true", "found", "counts"),
    [
        ("2019-03-12", "2019-03-12", (1, 1, 0)),
        ("2019-03-12", "2019-03-13", (1, 0, 1)),
        ("2019-03-12", None, (1, 0, 0)),
        (None, "2019-03-12", (0, 0, 1)),
        (None, None, (0, 0, 0)),
    ],
)
def test_a_wrong_day_of_arrival_is_worse_than_none(true: str | None, found: str | None, counts: tuple[int, int, int]) -> None:
    tally = tallies([file_with(arrival=true, found_arrival=found)])["all"]

    assert (tally.arrivals, tally.arrivals_right, tally.arrivals_wrong) == counts


def test_the_group_with_most_wrong_comes_first() -> None:
    files = [file_with(verdict("Turku"), verdict("Oulu"), verdict("Oulu", reading="mark"), verdict("Oulu", reading="mark"))]

    assert [name for name, _ in breakdown(files, BREAKDOWNS["reader"])] == ["mark", "ocr"]


def test_a_value_counts_under_every_word_of_its_evidence() -> None:
    found = dict(breakdown([file_with(verdict("Turku"))], BREAKDOWNS["evidence"]))

    assert {name: counts.exact for name, counts in found.items()} == {"label": 1, "lexicon": 1}


def test_confidence_that_says_what_holds_has_no_calibration_error() -> None:
    sure = [verdict("Turku", confidence=1.0), verdict("Oulu", confidence=0.0)]

    assert calibration_error([file_with(*sure)]) == 0
    assert calibration_error([file_with(verdict("Oulu", confidence=0.95))]) == pytest.approx(0.95)
