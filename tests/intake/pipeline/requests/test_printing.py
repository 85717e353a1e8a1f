"""Letters on paper: what stands where, however long they are and whatever a person typed."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pikepdf
import pypdfium2
import pytest

from intake.pipeline.requests.letter import PrintedLetter
from intake.pipeline.requests.paper import drawable
from intake.pipeline.requests.printing import as_pdf
from intake.pipeline.requests.reference import reference_of

POINTS_PER_MM = 72 / 25.4
LETTER = PrintedLetter(
    "fi", ("Anna Ålander", "Norra Esplanaden 5 A", "00100 HELSINKI"), "Lisäselvityspyyntö", "Tartuntatautipäiväraha",
    "Hei!\n\n1. Lähetä päätös.\nKopio riittää.\n2. Kerro lomasi.\n\nVastaa 26.3.2019.", date(2019, 3, 12), reference_of(7),
    ("PRH02",),
)  # fmt: skip


def pages(letter: PrintedLetter) -> list[str]:
    document = pypdfium2.PdfDocument(as_pdf(letter))
    texts = []
    for page in document:
        words = page.get_textpage()
        texts.append(words.get_text_range())
        words.close()
        page.close()
    document.close()
    return texts


def test_the_letter_says_what_the_person_wrote_and_its_cover_few_words() -> None:
    letter, cover = pages(LETTER)

    for words in (
        "Hei!",
        "Lähetä päätös.",
        "Kopio riittää.",
        "Kerro lomasi.",
        "Vastaa 26.3.2019.",
        "12.3.2019",
        "PRH02",
        "1 (1)",
    ):
        assert words in letter
    assert LETTER.reference in letter and LETTER.reference in cover
    assert "Ålander" not in cover and len(cover.split()) < 30


def test_a_long_letter_numbers_its_pages_and_the_cover_is_none_of_them() -> None:
    body = "\n\n".join(f"{number}. Kerro päivästä {number}." for number in range(1, 80))

    *letter, cover = pages(replace(LETTER, body=body))

    assert len(letter) == 3
    assert [f"{number} ({len(letter)})" in page for number, page in enumerate(letter, 1)] == [True] * len(letter)
    assert "(3)" not in cover and "Liite" in cover


def test_the_address_stands_in_the_window_of_an_envelope() -> None:
    document = pypdfium2.PdfDocument(as_pdf(LETTER))
    page = document[0]
    words = page.get_textpage()
    boxes = [words.get_charbox(words.get_text_range().index(line)) for line in LETTER.recipient]
    height = page.get_height()
    for each in (words, page, document):
        each.close()

    tops = [(height - top) / POINTS_PER_MM for _, _, _, top in boxes]
    assert all(42 <= top <= 72 for top in tops) and tops == sorted(tops)
    assert all(18 <= left / POINTS_PER_MM <= 22 for left, *_ in boxes)


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_the_pdf_tells_its_title_and_language(language: str) -> None:
    with pikepdf.open(io.BytesIO(as_pdf(replace(LETTER, language=language)))) as pdf:  # type: ignore[arg-type]
        assert str(pdf.Root.Lang) == language
        assert str(pdf.docinfo["/Title"]) == "Lisäselvityspyyntö: Tartuntatautipäiväraha"
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)


def test_what_a_person_types_is_text_and_no_markup() -> None:
    letter, _ = pages(replace(LETTER, body="A < B & C <b>ei</b> <br/> 26.3.2019"))

    assert "A < B & C <b>ei</b> <br/> 26.3.2019" in letter


@pytest.mark.parametrize(
    ("typed", "drawn"),
    [
        ("Žižka Şahin Łukasz Đặng", "Žižka Sahin Lukasz Dang"),
        ("a\u202eb\u200bc", "abc"),
        ("5 €–6 €", "5 €–6 €"),
        ("好", "?"),
        ("A\u030a", "Å"),
    ],
)
def test_letters_that_the_font_lacks_lose_their_marks_and_no_more(typed: str, drawn: str) -> None:
    assert drawable(typed) == drawn
