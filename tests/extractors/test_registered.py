"""A box of which a fax left only pieces is found where its words say that it stands; nothing is made out of empty paper."""

from __future__ import annotations

from extractors.choices import option_words
from extractors.marks import CheckBox
from extractors.readpage import ReadPage
from extractors.registered import with_registered_boxes
from models.geometry import Box
from models.page import Word
from tests.drawing import Sheet
from tests.extractors.test_choices import FORM

OPTIONS = option_words(FORM, "fi")
WORN = ("left", "bottom")


def form(worn: dict[str, tuple[str, ...]], marked: str = "", *, words_on_the_left: bool = False) -> ReadPage:
    """Five options with their boxes; of a worn one only the named sides are drawn."""
    sheet = Sheet(1100, 700)
    words: list[Word] = []
    for i, option in enumerate(("Työssä", "Yrittäjä", "Työtön", "Määräys", "Lääkärintodistus")):
        x, y, side = 100, 100 + 80 * i, 26
        box = Box(x, y, x + side, y + side)
        if option in worn:
            sides = {
                "left": (box.x0, box.y0, box.x0, box.y1), "bottom": (box.x0, box.y1, box.x1, box.y1),
                "top": (box.x0, box.y0, box.x1, box.y0), "right": (box.x1, box.y0, box.x1, box.y1),
            }  # fmt: skip
            for name in worn[option]:
                sheet.line(*sides[name])
        else:
            sheet.square(x, y, side)
        if option == marked:
            sheet.stroke((x + 5, y + 5), (x + 21, y + 21))
            sheet.stroke((x + 21, y + 5), (x + 5, y + 21))
        words += sheet.words(x - 95 if words_on_the_left else x + 40, y + 3, option[:7] if words_on_the_left else option)
    return sheet.read_page(*words)


def box_of(page: ReadPage, option: str) -> CheckBox | None:
    return next((box for box in page.check_boxes if box.text == option), None)


def test_a_worn_box_is_found_by_its_words() -> None:
    page = form({"Yrittäjä": WORN})
    assert box_of(page, "Yrittäjä") is None

    found = box_of(with_registered_boxes(page, OPTIONS), "Yrittäjä")

    assert found is not None
    assert (found.mark, found.registered) == ("empty", True)
    assert abs(found.box.x0 - 100) <= 3
    assert abs(found.box.y1 - 206) <= 3


def test_its_mark_is_read() -> None:
    page = with_registered_boxes(form({"Yrittäjä": WORN, "Työtön": WORN}, "Yrittäjä"), OPTIONS)

    boxes = [box_of(page, option) for option in ("Yrittäjä", "Työtön")]

    assert [box.mark for box in boxes if box] == ["marked", "empty"]


def test_empty_paper_is_no_box() -> None:
    page = form({"Yrittäjä": ()})

    assert box_of(with_registered_boxes(page, OPTIONS), "Yrittäjä") is None


def test_a_single_side_is_no_box() -> None:
    page = form({"Yrittäjä": ("left",)})

    assert box_of(with_registered_boxes(page, OPTIONS), "Yrittäjä") is None


def test_without_whole_boxes_nothing_tells_where_they_stand() -> None:
    every = dict.fromkeys(("Työssä", "Yrittäjä", "Työtön", "Määräys", "Lääkärintodistus"), WORN)
    page = form(every)

    assert with_registered_boxes(page, OPTIONS).check_boxes == page.check_boxes
