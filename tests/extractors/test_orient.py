"""A page on its head is turned by reading a few of its lines both ways."""

from __future__ import annotations

import numpy as np
import pytest

from extractors.cleanup import clean
from extractors.ocr.engine import Gray, LineText
from extractors.orient import reads_as_it_lies, sample_lines, turned_at_a_glance, upright
from extractors.readvalue import Readers
from models.geometry import Box
from models.page import PageText, Word
from tests.drawing import Sheet, clean_page, faxed, quarter_turned, skewed
from tests.extractors.played import PlayedLines

LETTER = (
    "Päätös karanteenista", "Kaupungin tartuntataudeista vastaava lääkäri on päättänyt",
    "määrätä hänet olemaan poissa työstä ajalla",
    "12.3.2019 - 26.3.2019 tartunnan leviämisen estämiseksi.", "Päätös on voimassa heti, vaikka siihen haetaan muutosta.",
    "Oikaisua voi vaatia kunnan toimielimeltä kolmenkymmenen", "päivän kuluessa siitä, kun päätös on saatu tiedoksi.",
    "Lisätietoja antaa terveyskeskus arkisin kello yhdeksästä", "viiteentoista numerosta, joka on painettu alle.",
)  # fmt: skip


def letter() -> Sheet:
    sheet = Sheet()
    for i, line in enumerate(LETTER):
        sheet.text(200, 300 + 90 * i, line, size=32)
    return sheet


def form() -> Sheet:
    sheet = Sheet()
    labels = (
        "Sukunimi",
        "Etunimet",
        "Henkilötunnus",
        "Lähiosoite",
        "Postinumero ja postitoimipaikka",
        "Tilinumero",
        "Työnantajan nimi",
    )
    for i, label in enumerate(labels):
        y = 300 + 120 * i
        for x in (120, 860):
            sheet.frame(sheet.text(x, y, label, size=22).grown(10, 60))
    return sheet


@pytest.mark.ocr
@pytest.mark.parametrize("sheet", [letter, form])
@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
@pytest.mark.parametrize("skew", [0.0, -2.0])
def test_pages_stand_upright_however_they_lay(sheet: type[Sheet], degrees: int, skew: float, engines: Readers) -> None:
    arrived, _ = quarter_turned(skewed(sheet().gray, skew)[0], degrees)

    page, sense = upright(clean(1, arrived, (200, 200)), engines.line)

    assert sense > 0.5
    assert page.rotation == degrees


@pytest.mark.ocr
@pytest.mark.parametrize("degrees", [0, 180])
def test_a_fax_of_98_lines_stands_upright(degrees: int, engines: Readers) -> None:
    arrived, _ = quarter_turned(faxed(letter().gray, 98)[0], degrees)

    page, _ = upright(clean(1, arrived, (204, 98)), engines.line)

    assert page.rotation == degrees


def test_a_page_without_lines_of_print_stays_as_it_is() -> None:
    page = clean_page(Sheet(900, 1200).gray)
    reader = PlayedLines(["anything"])

    same, sense = upright(page, reader)

    assert same is page
    assert sense == 1.0
    assert reader.crops == []


def test_a_reader_that_sees_nothing_either_way_turns_no_page() -> None:
    page = letter().clean_page()

    same, sense = upright(page, PlayedLines([""]))

    assert same is page
    assert sense == 0.0


class Backwards:
    """A reader to whom only what stands on its head makes sense."""

    name, version = "backwards", "1"

    def __init__(self) -> None:
        self.calls = 0

    def read_line(self, gray: Gray) -> LineText:  # noqa: ARG002
        self.calls += 1
        return LineText("?", 0.2, 0.1) if self.calls % 2 else LineText("karanteenista annettu päätös", 0.98, 0.9)


def test_few_lines_are_read_where_they_leave_no_doubt() -> None:
    reader = Backwards()

    page, _ = upright(letter().clean_page(), reader)

    assert page.rotation == 180
    assert reader.calls <= 4


def test_a_page_is_turned_where_a_long_known_word_stands_on_its_head() -> None:
    page = letter().clean_page()

    assert turned_at_a_glance(page, PlayedLines(["euroa", "päätös 1.2.2019", "123456", "tartunnan"])).rotation == 180
    assert turned_at_a_glance(page, PlayedLines(["tartunnan"])) is page


def test_a_page_where_three_lines_say_no_word_is_left_as_it_lies() -> None:
    page, reader = letter().clean_page(), PlayedLines(["eoJne"])

    assert turned_at_a_glance(page, reader) is page
    assert len(reader.crops) == 6


@pytest.mark.parametrize(
    ("words", "is_sure"),
    [
        ("Määräys työstä poissaolosta tartunnan leviämisen estämiseksi", True),
        ("euroa Kaina unoja rahan pian", False),
        ("määräys tartunnan leviämisen", False),
        ("12345678 Sezkfoun päätösm kgraut fooobar", False),
    ],
)
def test_four_long_known_words_say_that_a_page_lies_right(words: str, is_sure: bool) -> None:
    assert reads_as_it_lies(said(words, 0.9)) is is_sure
    assert not reads_as_it_lies(said(words, 0.4))


def said(words: str, score: float) -> PageText:
    placed = tuple(
        Word(text=text, box=Box(100, 40 * i, 200, 40 * i + 20), engine_score=score) for i, text in enumerate(words.split())
    )
    return PageText(number=1, width_px=1654, height_px=2339, reading="ocr", words=placed)


def test_lines_are_taken_from_the_page_and_not_from_its_edges() -> None:
    sheet = letter()
    header = sheet.text(100, 20, "12.3.2019 10:22 FAX 0401234567 SIVU 2/4", size=22)

    lines = sample_lines(sheet.ink)

    assert 3 <= len(lines) <= 6
    assert all(line.y0 > header.y1 for line in lines)
    assert sample_lines(np.zeros((500, 400), np.uint8)) == []
