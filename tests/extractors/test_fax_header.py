"""Fax headers in the forms of many machines: the day, the sender, and which page of how many."""

from __future__ import annotations

import pytest

from extractors.fax_header import FaxHeader, read_header
from models.geometry import Box
from models.page import PageText, Word


def page(text: str, top: float = 8) -> PageText:
    at, words = 60.0, []
    for word in text.split():
        words.append(Word(text=word, box=Box(at, top, at + 10 * len(word), top + 18), engine_score=0.9))
        at += 10 * len(word) + 8
    return PageText(number=1, width_px=1654, height_px=2339, reading="ocr", words=tuple(words))


def read(text: str) -> FaxHeader:
    header = read_header(page(text))
    assert header is not None
    return header


@pytest.mark.parametrize(
    "when",
    ["12-MAR-2019 10:22", "2019/03/12 10:22", "12.03.2019 10:22", "12.3.2019 klo 10.22", "MAR-12-2019 10:22",
     "MAR. 12. 2019 10:22",
     "TUE 12/03/2019 10:22", "20190312 10:22", "12 Mar 2019 10:22:41", "12.03.19 10:22", "2019-03-12 10:22"],
)  # fmt: skip
def test_the_day_is_read_as_each_machine_writes_it(when: str) -> None:
    day = read(f"{when} +358 9 515461 P.01/03").day

    assert day is not None
    assert day.value == "2019-03-12"


def test_the_weekday_tells_american_days_from_others() -> None:
    day = read("WED 04/03/2019 10:22 +358 9 515461 P.01/03").day

    assert day is not None
    assert day.value == "2019-04-03"


@pytest.mark.parametrize(
    ("mark", "page_of"),
    [("P.01/03", (1, 3)), ("P. 1/3", (1, 3)), ("S. 2/4", (2, 4)), ("Sid 1(3)", (1, 3)), ("Sivu 2(2)", (2, 2)),
     ("SIVU 1/3", (1, 3)),
     ("PAGE 01 OF 03", (1, 3)), ("page 2 of 3", (2, 3)), ("001/003", (1, 3)), ("1/3", (1, 3)), ("P.02", (2, None)),
     ("$. 02/03", (2, 3)), ("5/3", (None, None))],
)  # fmt: skip
def test_the_page_and_how_many_there_are_are_told(mark: str, page_of: tuple[int | None, int | None]) -> None:
    header = read(f"12-03-2019 10:22 +358 9 515461 {mark}")

    assert (header.page, header.of) == page_of


@pytest.mark.parametrize("number", ["+358 9 515461", "09 515461", "+35813123456", "00358 9 515461"])
def test_the_senders_number_is_told(number: str) -> None:
    assert read(f"12-03-2019 10:22 TERVEYSASEMA {number} P.01/03").sender == number.replace(" ", "")


def test_a_time_or_day_is_no_page() -> None:
    header = read("12/03 2019 10:22 FROM: TERVEYSASEMA")

    assert (header.page, header.of) == (None, None)


def test_the_papers_own_first_line_is_no_header() -> None:
    assert read_header(page("Työnantajan ilmoitus Sivu 1 (2)", top=60)) is None
