"""Tables: columns by their heads, rows by ruling or by writing, empty rows left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from extractors.labels import LabelHit, Wanted, find_labels
from extractors.readpage import ReadPage
from extractors.tables import read_table
from models.document_type import FieldSpec
from models.extraction import Row
from models.geometry import Box
from models.page import Word
from tests.drawing import Sheet, word
from tests.extractors.played import played

EMPLOYERS = FieldSpec.model_validate(
    {
        "name": "employers", "kind": "table",
        "column": [
            {"name": "name", "kind": "text", "labels": {"fi": ["Työnantaja"]}},
            {"name": "start", "kind": "date", "labels": {"fi": ["Alkaen"]}},
            {"name": "pays_wage", "kind": "yes_no", "labels": {"fi": ["Maksaa palkkaa"]}},
        ],
    }
)  # fmt: skip
HEADS = {"name": (112, "Työnantaja"), "start": (612, "Alkaen"), "pays_wage": (912, "Maksaa palkkaa")}
X = (100, 600, 900, 1300)
TOP, HEAD, ROW = 100, 40, 56


def table(
    rows: Sequence[tuple[str, str, str]], *, count: int = 3, ruled: bool = True, no_at: int = 1080
) -> tuple[ReadPage, dict[str, LabelHit]]:
    """Draw a table of `count` rows filled with `rows`; values are words of a text layer, marks are drawn."""
    sheet = Sheet(1400, 600)
    words: list[Word] = []
    for x, head in HEADS.values():
        words += sheet.words(x, TOP + 10, head)
    bottom = TOP + HEAD + count * ROW
    if ruled:
        for y in (TOP, *range(TOP + HEAD, bottom + 1, ROW)):
            sheet.line(X[0], y, X[-1], y)
        for x in X:
            sheet.line(x, TOP, x, bottom)
    for i in range(count):
        y = TOP + HEAD + i * ROW
        name, start, mark = rows[i] if i < len(rows) else ("", "", "")
        for x, text in ((112, name), (612, start)):
            words += sheet.words(x, y + 14, text, size=26)
        for x, answer in ((930, "Kyllä"), (no_at, "Ei")):
            sheet.square(x, y + 14, mark="cross" if answer == mark else "empty")
            words += sheet.words(x + 36, y + 16, answer, size=24)
    page = sheet.read_page(*words, layer=True)
    wanted = [Wanted(f"employers.{name}", (head,)) for name, (_, head) in HEADS.items()]
    return page, find_labels(wanted, [(1, page.phrases)])


def values(rows: Sequence[Row]) -> list[dict[str, object]]:
    return [{name: cell.value for name, cell in row.items()} for row in rows]


def read(page: ReadPage, labels: dict[str, LabelHit]) -> list[Row]:
    exclude = [hit.box.grown(4, 2) for hit in labels.values()]
    exclude += [place for box in page.check_boxes for place in (box.box.grown(3, 3), box.text_box)]
    return read_table({1: page}, labels, {1: exclude}, EMPLOYERS, played())


FULL = (("Leipomo Kaura Oy", "1.2.2019", "Kyllä"), ("Kiosko Ky", "15.3.2020", "Ei"))


def test_rows_that_hold_something_are_read_and_empty_ones_left_out() -> None:
    found = read(*table(FULL))

    assert values(found) == [
        {"name": "Leipomo Kaura Oy", "start": "2019-02-01", "pays_wage": True},
        {"name": "Kiosko Ky", "start": "2020-03-15", "pays_wage": False},
    ]


def test_an_empty_table_has_no_rows() -> None:
    assert read(*table(())) == []


def test_a_cell_left_empty_is_left_out_of_its_row() -> None:
    found = read(*table([("Kiosko Ky", "", "Kyllä")]))

    assert values(found) == [{"name": "Kiosko Ky", "pays_wage": True}]


def test_a_row_ticked_twice_is_for_a_person() -> None:
    page, labels = table(FULL[:1])
    sheet_box = next(box for box in page.check_boxes if box.text == "Ei")
    page.clean.gray[
        round(sheet_box.box.y0) + 8 : round(sheet_box.box.y1) - 8, round(sheet_box.box.x0) + 8 : round(sheet_box.box.x1) - 8
    ] = 0
    again = ReadPage(page.clean, page.text)

    (row,) = read(again, labels)

    assert (row["pays_wage"].value, row["pays_wage"].accepted) == (None, False)


def test_every_cell_says_where_it_stands() -> None:
    rows = read(*table(FULL))

    for i, row in enumerate(rows):
        band = Box(X[0], TOP + HEAD + i * ROW, X[-1], TOP + HEAD + (i + 1) * ROW)
        assert all(cell.span is not None and band.holds(*cell.span.box.center) for cell in row.values())


def test_cells_whose_wall_was_not_seen_give_no_value_twice() -> None:
    page, labels = table([("", "Kiosko Ky 1.2.2019", "Kyllä")])
    page.clean.ink[TOP : TOP + HEAD + 3 * ROW, X[1] - 4 : X[1] + 5] = 0
    page.clean.ink[TOP : TOP + HEAD + 3 * ROW, X[2] - 4 : X[2] + 5] = 0
    again = ReadPage(page.clean, page.text)
    labels["employers.name"] = replace(labels["employers.name"], box=Box(640, 110, 760, 130))
    labels["employers.start"] = replace(labels["employers.start"], box=Box(770, 110, 850, 130))

    (row,) = read(again, labels)

    assert [row[name].value for name in ("name", "start") if name in row] == [None, None]


def test_heads_that_were_not_found_leave_a_doubted_row() -> None:
    page, _ = table(FULL)

    rows = read_table({1: page}, {}, {1: []}, EMPLOYERS, played())

    assert [(cell.value, cell.accepted, cell.evidence) for row in rows for cell in row.values()] == [
        (None, False, ("label_missing",))
    ]


@pytest.mark.parametrize("missing", ["name", "start", "pays_wage"])
def test_a_lost_head_does_not_shift_the_other_columns(missing: str) -> None:
    page, labels = table(FULL[:1])

    (row,) = read(page, {key: hit for key, hit in labels.items() if key != f"employers.{missing}"})

    whole = {"name": "Leipomo Kaura Oy", "start": "2019-02-01", "pays_wage": True}
    assert {name: cell.value for name, cell in row.items()} == {name: value for name, value in whole.items() if name != missing}


def test_rows_without_ruling_go_by_the_lines_of_writing() -> None:
    sheet = Sheet(1400, 600)
    words = [*sheet.words(112, 110, "Työnantaja"), *sheet.words(612, 110, "Alkaen")]
    for i, (name, start, _) in enumerate(FULL):
        words += [*sheet.words(112, 160 + 50 * i, name, size=26), *sheet.words(612, 160 + 50 * i, start, size=26)]
    page = sheet.read_page(*words, layer=True)
    labels = find_labels([Wanted("employers.name", ("Työnantaja",)), Wanted("employers.start", ("Alkaen",))], [(1, page.phrases)])

    found = read_table({1: page}, labels, {1: [hit.box.grown(4, 2) for hit in labels.values()]}, EMPLOYERS, played())

    assert values(found) == [
        {"name": "Leipomo Kaura Oy", "start": "2019-02-01"}, {"name": "Kiosko Ky", "start": "2020-03-15"},
    ]  # fmt: skip


def test_words_below_the_table_are_no_row() -> None:
    page, labels = table(FULL[:1], count=1)
    lower = word("Lisätietoja", 112, 330)
    text = page.text.model_copy(update={"words": (*page.text.words, lower)})
    exclude = [*(hit.box.grown(4, 2) for hit in labels.values()), lower.box]
    exclude += [place for box in page.check_boxes for place in (box.box.grown(3, 3), box.text_box)]

    found = read_table({1: page}, labels, {1: exclude}, EMPLOYERS, played())
    with_lower = read_table({1: ReadPage(page.clean, text)}, labels, {1: exclude}, EMPLOYERS, played())

    assert values(found) == values(with_lower)
    assert len(found) == 1


@pytest.mark.parametrize("ruled", [True, False])
def test_words_of_its_own_boxes_end_no_table_on_a_form_with_words_left_of_boxes(ruled: bool) -> None:
    page, labels = table(FULL, count=2, ruled=ruled, no_at=1045)
    printed = [box.left_box for box in page.check_boxes if box.left_text == "Kyllä"]

    rows = read_table({1: page}, labels, {1: printed}, EMPLOYERS, played())

    assert len(printed) == len(FULL)
    assert [row["name"].value for row in rows] == [name for name, *_ in FULL]
