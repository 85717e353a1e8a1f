"""Marks become values only where they leave no choice: one of two, one of many, any of several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from extractors.choices import option_words, read_choices, ticked
from extractors.confidence import judge
from extractors.labels import find_labels, wanted_labels
from extractors.marks import CheckBox
from models.document_type import DocumentType
from models.extraction import Extraction
from models.geometry import Box
from models.page import Word
from tests.drawing import Mark, Sheet

FORM = DocumentType.model_validate(
    {
        "name": "made_up", "family": "form", "title": {"fi": ["Lomake"]}, "match": {},
        "field": [
            {"name": "leave", "kind": "yes_no", "labels": {"fi": ["Oletko vuosilomalla"], "sv": ["Har du semester"]}},
            {"name": "abroad", "kind": "yes_no", "labels": {"fi": ["Asutko ulkomailla"], "sv": ["Bor du utomlands"]}},
            {
                "name": "status", "kind": "choice", "heading": {"fi": ["Työtilanne"]},
                "option": [
                    {"value": "employed", "labels": {"fi": ["Työssä"]}},
                    {"value": "entrepreneur", "labels": {"fi": ["Yrittäjä"]}},
                    {"value": "unemployed", "labels": {"fi": ["Työtön"]}},
                ],
            },
            {
                "name": "attachments", "kind": "choices", "labels": {"fi": ["Liitteet"]},
                "option": [
                    {"value": "decision", "labels": {"fi": ["Määräys"]}},
                    {"value": "certificate", "labels": {"fi": ["Lääkärintodistus"]}},
                    {"value": "tax_card", "labels": {"fi": ["Verokortti"]}},
                ],
            },
        ],
    }
)  # fmt: skip

Marks = Mapping[str, Mark]


def drawn(marks: Marks, without: Sequence[str] = ()) -> dict[str, Extraction]:
    """Draw the form with some boxes marked, and read its choices. `without` are words the reader misses."""
    sheet = Sheet(1100, 900)
    words: list[Word] = []
    for y, name, question in ((100, "leave", "Oletko vuosilomalla"), (200, "abroad", "Asutko ulkomailla")):
        words += sheet.words(80, y, question)
        for x, answer in ((500, "Kyllä"), (640, "Ei")):
            sheet.square(x, y - 4, mark=marks.get(f"{name}.{answer}", "empty"))
            words += sheet.words(x + 38, y, answer)
    for y, heading, options in (
        (320, "Työtilanne", ("Työssä", "Yrittäjä", "Työtön")),
        (600, "Liitteet", ("Määräys", "Lääkärintodistus", "Verokortti")),
    ):
        words += sheet.words(80, y, heading)
        for i, option in enumerate(options, start=1):
            sheet.square(100, y + 60 * i, mark=marks.get(option, "empty"))
            words += sheet.words(140, y + 60 * i + 3, option)
    page = sheet.read_page(*(word for word in words if word.text not in without))
    labels = find_labels(wanted_labels(FORM, "fi"), [(1, page.phrases)])
    return {
        name: found
        for name, found in judge(read_choices({1: page}, labels, FORM, "fi"), FORM, {1: 0.9}).items()
        if isinstance(found, Extraction)
    }


CLEAR: Marks = {"leave.Ei": "cross", "abroad.Kyllä": "tick", "Työssä": "cross", "Määräys": "cross"}


def test_clear_marks_are_read_and_accepted() -> None:
    found = drawn(CLEAR)

    assert {name: one.value for name, one in found.items()} == {
        "leave": False, "abroad": True, "status": "employed", "attachments": ["decision"],
    }  # fmt: skip
    assert all(one.accepted and one.reading == "mark" and one.span is not None for one in found.values())


def test_a_mark_shows_the_box_that_bears_it() -> None:
    found = drawn(CLEAR)

    span = found["abroad"].span
    assert span is not None
    assert span.box.holds(513, 209)
    assert not span.box.holds(653, 209)


def test_yes_and_no_both_marked_is_for_a_person() -> None:
    found = drawn({**CLEAR, "leave.Kyllä": "cross"})

    assert (found["leave"].value, found["leave"].accepted) == (None, False)
    assert found["abroad"].value is True


def test_neither_yes_nor_no_marked_is_for_a_person() -> None:
    found = drawn({name: mark for name, mark in CLEAR.items() if not name.startswith("leave")})

    assert (found["leave"].value, found["leave"].accepted) == (None, False)


def test_two_of_an_exclusive_choice_are_for_a_person() -> None:
    found = drawn({**CLEAR, "Yrittäjä": "tick"})

    assert (found["status"].value, found["status"].accepted) == (None, False)


def test_an_exclusive_choice_without_a_mark_is_left_out() -> None:
    found = drawn({name: mark for name, mark in CLEAR.items() if name != "Työssä"})

    assert "status" not in found


def test_several_of_many_are_sorted() -> None:
    found = drawn({**CLEAR, "Verokortti": "tick", "Lääkärintodistus": "filled"})

    assert found["attachments"].value == ["certificate", "decision", "tax_card"]


def test_a_pair_is_completed_when_one_of_its_words_was_not_read() -> None:
    found = drawn({"abroad.Ei": "cross", "leave.Kyllä": "cross"}, without=["Ei"])

    assert (found["leave"].value, found["abroad"].value) == (True, False)


def test_boxes_whose_words_were_not_read_are_for_a_person() -> None:
    found = drawn(CLEAR, without=["Työssä", "Yrittäjä", "Työtön"])

    assert (found["status"].value, found["status"].accepted) == (None, False)
    assert "boxes_missing" in found["status"].evidence


def test_a_missing_box_of_an_exclusive_choice_leaves_no_silence() -> None:
    # The one box that could not be named may be the one that is marked.
    found = drawn({name: mark for name, mark in CLEAR.items() if name != "Työssä"} | {"Työtön": "cross"}, without=["Työtön"])

    assert "status" in found
    assert not found["status"].accepted


def test_words_beside_boxes_are_those_of_options_and_answers() -> None:
    assert {"Kyllä", "Ei", "Työssä", "Verokortti"} <= set(option_words(FORM, "fi"))


def box(x: float, mark: str, text: str = "", ink: float | None = None) -> CheckBox:
    share = {"marked": 0.3, "doubtful": 0.08, "empty": 0.0}[mark] if ink is None else ink
    return CheckBox(1, Box(x, 100, x + 26, 126), text, Box(x + 30, 100, x + 80, 126), mark, share)  # type: ignore[arg-type]


CELL = Box(0, 80, 400, 150)


@pytest.mark.parametrize(
    ("left", "right", "value"),
    [("marked", "empty", True), ("empty", "marked", False), ("marked", "marked", None), ("empty", "empty", None)],
)
def test_a_cell_of_a_table_is_read_by_its_two_boxes(left: str, right: str, value: bool | None) -> None:
    found = ticked([box(60, left, "Kyllä"), box(200, right, "Ei")], CELL)

    assert found is not None
    assert found.value is value
    assert ("unticked" in found.evidence) == (left == right == "empty")


def test_no_may_stand_before_yes() -> None:
    found = ticked([box(60, "marked", "Nej"), box(200, "empty", "Ja")], CELL)

    assert found is not None
    assert found.value is False


def test_a_doubtful_mark_in_an_empty_cell_is_not_called_empty() -> None:
    found = ticked([box(60, "doubtful", "Kyllä"), box(200, "empty", "Ei")], CELL)

    assert found is not None
    assert "unticked" not in found.evidence
    assert "doubtful_mark" in found.evidence


def test_a_doubtful_mark_beside_a_clear_one_is_not_accepted() -> None:
    found = ticked([box(60, "marked", "Kyllä"), box(200, "doubtful", "Ei")], CELL)

    assert found is not None
    judged = judge({"leave": found}, FORM, {1: 0.9})["leave"]
    assert isinstance(judged, Extraction)
    assert not judged.accepted


def test_a_cell_without_its_two_boxes_is_not_read_by_marks() -> None:
    assert ticked([box(60, "marked")], CELL) is None
    assert ticked([box(60, "marked"), box(900, "empty")], CELL) is None


def test_a_doubtful_mark_alone_in_its_group_is_told_but_never_accepted() -> None:
    found = ticked([box(60, "doubtful", "Kyllä"), box(200, "empty", "Ei")], CELL)

    assert found is not None
    judged = judge({"leave": found}, FORM, {1: 0.9})["leave"]
    assert isinstance(judged, Extraction)
    assert (judged.value, judged.accepted) == (True, False)


def test_of_two_marks_the_one_scribbled_over_does_not_count() -> None:
    first = replace(box(60, "marked", "Kyllä"), shape="taken_back")

    found = ticked([first, box(200, "marked", "Ei")], CELL)

    assert found is not None
    assert found.value is False
    assert "struck_out" in found.evidence


def test_yes_of_one_row_and_no_of_another_are_no_pair() -> None:
    sheet = Sheet(1100, 900)
    words = sheet.words(80, 100, "Oletko vuosilomalla")
    for x, mark in ((500, "empty"), (640, "cross")):
        sheet.square(x, 96, mark=mark)  # type: ignore[arg-type]
    words += [*sheet.words(536, 99, "Kxllx Vi"), *sheet.words(678, 99, "Ei")]
    sheet.square(500, 400, mark="cross")
    words += sheet.words(538, 403, "Kyllä")
    page = sheet.read_page(*words)
    labels = find_labels(wanted_labels(FORM, "fi"), [(1, page.phrases)])

    found = read_choices({1: page}, labels, FORM, "fi")["leave"]

    assert found.value is False


def test_a_cell_with_a_worn_box_is_no_whole_pair() -> None:
    whole = ticked([box(60, "marked", "Kyllä"), box(200, "empty", "Ei")], CELL)
    worn = ticked([box(60, "marked", "Kyllä"), replace(box(200, "empty", "Ei"), registered=True)], CELL)

    assert whole is not None
    assert worn is not None
    assert (whole.value, worn.value) == (True, True)
    assert ("all_boxes" in whole.evidence, "all_boxes" in worn.evidence) == (True, False)
