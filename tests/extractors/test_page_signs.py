"""Form codes, page numbers, identity codes and language as the paper prints them."""

from __future__ import annotations

import pytest

from extractors import page_signs
from extractors.rows import Segment
from models.geometry import Box

HEIGHT = 2339
CODES = {code: page_signs.code_pattern(code) for code in ("SV 8", "SV 6", "Y 17", "Y 121", "E 115", "S 055")}


def at(share: float, *texts: str) -> list[Segment]:
    """Segments of one row, at a share of the page's height."""
    top = share * HEIGHT
    return [Segment(text, Box(300 * i, top, 300 * i + 200, top + 20), 20.0, int(top)) for i, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("text", "code", "suffix", "edition"),
    [
        ("SV 8", "SV 8", "", None),
        ("SV 8r 01.19", "SV 8", "r", "01.19"),
        ("Y 17 01.19 Verkkolomake (PDF)", "Y 17", "", "01.19"),
        ("Y 12101.19", "Y 121", "", "01.19"),
        ("V I7 O1.19", "Y 17", "", "01.19"),
        ("E 115 E 115", "E 115", "", None),
        ("S055", "S 055", "", None),
        ("| SV 6 06.12", "SV 6", "", "06.12"),
    ],
)
def test_codes_of_the_foot_are_read(text: str, code: str, suffix: str, edition: str | None) -> None:
    found = page_signs.find_codes(at(0.96, text), CODES, HEIGHT)

    assert [(f.code, f.suffix, f.edition) for f in found] == [(code, suffix, edition)]


@pytest.mark.parametrize(
    "text", ["(Y 17)", "Työnantajan ilmoitus Y 17", "Y 1719", "SV 88", "SV 8-kortti", "Y 17/2019", "SV 8 mm. ja muuta"]
)
def test_what_is_no_code_of_its_own_is_left(text: str) -> None:
    found = page_signs.find_codes(at(0.5, text) + at(0.96, text), CODES, HEIGHT)

    assert [f for f in found if f.in_head] == []
    assert [f.code for f in found] in ([], ["SV 8"])


def test_a_code_in_the_middle_of_the_page_does_not_count() -> None:
    assert page_signs.find_codes(at(0.5, "SV 8"), CODES, HEIGHT) == []


def test_a_code_of_another_form_is_noticed() -> None:
    assert page_signs.foreign_code(at(0.04, "Kela", "SV 28"), CODES, HEIGHT) == "SV 28"
    assert page_signs.foreign_code(at(0.04, "Kela", "SV 8"), CODES, HEIGHT) is None


@pytest.mark.parametrize(
    ("text", "numbering"),
    [
        ("Sivu 1 (2)", (1, 2)),
        ("sivu I(2)", (1, 2)),
        ("Sida 2 (3)", (2, 3)),
        ("Page 1 of 2", (1, 2)),
        ("1/2", (1, 2)),
        ("Sivu 3 (2)", None),
        ("12.3.2019", None),
        ("6144/8832/2019", None),
        ("01/03", None),
    ],
)
def test_page_numbering_is_read_at_the_foot(text: str, numbering: tuple[int, int] | None) -> None:
    found = page_signs.find_numbering(at(0.96, text), HEIGHT)

    assert (found and (found.page, found.of)) == numbering


def test_what_the_fax_machine_counts_is_not_the_papers_numbering() -> None:
    header = at(0.005, "05-08-2019 10:20", "+358 9 827541", "1/3")

    assert page_signs.find_numbering(header, HEIGHT) is None
    assert page_signs.lone_page_number(header, HEIGHT) is None


@pytest.mark.parametrize(("text", "number"), [("2", 2), ("- 3 -", 3), ("Sivu 2", 2), ("2019", None), ("2 kpl", None)])
def test_a_lone_page_number_is_read_at_the_foot(text: str, number: int | None) -> None:
    assert page_signs.lone_page_number(at(0.97, text), HEIGHT) == number


def test_identity_codes_come_once_in_order_and_only_with_a_fitting_check() -> None:
    segments = at(0.2, "010594Y9032", "131052-9030") + at(0.4, "010594Y9O32", "131052-9031")

    assert page_signs.find_hetus(segments) == ["010594Y9032", "131052-9030"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hakemus myöhästyi, koska olin eristettynä sairaalassa", "fi"),
        ("Beslut om frånvaro från arbetet", "sv"),
        ("Claim for cash benefits for incapacity for work of the insured person", "en"),
        ("12.3.2019 XZ", None),
    ],
)
def test_language_is_told_by_few_words(text: str, language: str | None) -> None:
    assert page_signs.guess_language(at(0.3, text)) == language
