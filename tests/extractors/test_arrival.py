"""The day of arrival, out of stamps and fax headers as page readers give them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.arrival import Sighting, find_arrival, is_stamp_line, stamp_dates
from extractors.fax_header import fax_header_words
from models.geometry import Box
from models.page import PageText, Word

WIDTH, HEIGHT = 1654, 2339
Line = tuple[str, float, float, float]  # text, left, top, height


def page(*lines: Line, number: int = 1) -> PageText:
    """Lay lines out word by word, letters as wide as 0.55 of their height."""
    words = []
    for text, left, top, height in lines:
        at = left
        for word in text.split():
            width = 0.55 * height * len(word)
            words.append(Word(text=word, box=Box(at, top, at + width, top + height), engine_score=0.9))
            at += width + 0.4 * height
    return PageText(number=number, width_px=WIDTH, height_px=HEIGHT, reading="ocr", words=tuple(words))


def header(text: str) -> Line:
    return (text, 60, 8, 18)


BODY: Line = ("Hakemus on saapunut myöhässä 1.2.2018 koska olin eristyksessä", 150, 700, 28)
HEADERS = [
    "{d:%d-%m-%Y} 10:25 +358 9 515461 S. 01/01",
    "{d:%Y-%m-%d} 10:25 +358 9 515461 P.01/03",
    "{d:%d/%m/%Y} 10:25 FROM: TERVEYSKESKUS P.01/03",
    "{d.day}.{d.month}.{d.year} klo 10.25 FAX 09 515461 SIVU 1/3",
    "{mon}-{d:%d-%Y} 10:25 TERVEYSKESKUS +358 9 515461 P.01",
    "FROM: 09515461 {d:%d.%m.%Y} 10:25 #123 P.001/003",
    "{d:%d %b %Y} 10:25 +358 9 515461 Page 1",
    "{d:%d.%m.%y} 10:25 +358 9 515461 S. 1",
    "{d:%Y%m%d} 10:25 +358 9 515461 S. 1",
]
arrivals = st.dates(date(2010, 1, 1), date(2030, 12, 31))


@given(arrivals, st.sampled_from(HEADERS))
def test_a_fax_header_tells_its_day(day: date, form: str) -> None:
    text = form.format(d=day, mon=f"{day:%b}".upper())

    once = find_arrival([page(header(text), BODY)])
    twice = find_arrival([page(header(text), BODY)], header_looks=[page(header(text))])

    assert once is not None
    assert twice is not None
    assert (once.date, once.evidence, once.page) == (day.isoformat(), "fax_header", 1)
    assert once.confidence < 0.9 < twice.confidence


def test_month_comes_first_only_where_nothing_else_is_a_day_or_the_weekday_says_so() -> None:
    assert find_arrival([page(header("06/28/2019 10:25 +358 9 515461 P.1"))]).date == "2019-06-28"  # type: ignore[union-attr]
    assert find_arrival([page(header("06/08/2019 10:25 +358 9 515461 P.1"))]).date == "2019-08-06"  # type: ignore[union-attr]
    assert find_arrival([page(header("SAT 06/08/2019 10:25 +358 9 515461 P.1"))]).date == "2019-06-08"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "line",
    [
        ("Helsinki 12.3.2019 1 (2)", 900, 90, 26),
        ("Päätös 12.3.2019", 150, 60, 30),
        ("Kela Hakemus Sairauspäivärahat SV 8 01.19", 100, 40, 30),
    ],
)
def test_a_letters_own_date_is_no_fax_header(line: Line) -> None:
    assert find_arrival([page(line, BODY)]) is None
    assert fax_header_words(page(line, BODY)) == set()


def test_pages_outvote_a_misread_header() -> None:
    pages = [
        page(header(f"{day} 10:25 +358 9 515461 S. 0{number}/03"), number=number)
        for number, day in enumerate(["18-06-2019", "08-06-2019", "08-06-2019"], start=1)
    ]

    arrival = find_arrival(pages)

    assert arrival is not None
    assert (arrival.date, arrival.page) == ("2019-06-08", 2)
    assert arrival.confidence < 0.9


def test_a_year_that_cannot_be_is_not_taken() -> None:
    assert find_arrival([page(header("07-10-2089 10:21 +358 9 283346 S. 01/01"))]) is None


STAMP_WORDS = ["SAAPUNUT", "KELA SAAPUNUT", "INKOMMIT", "ANKOMMIT", "SAAP.", "SAAPUNUI", "INK0MMIT", "NKOMMIT", "Saapunut"]


@given(arrivals, st.sampled_from(STAMP_WORDS), st.floats(100, 1200), st.floats(60, 900), st.floats(-20, 20))
def test_a_stamp_tells_its_day_wherever_it_stands(day: date, word: str, left: float, top: float, lean: float) -> None:
    stamp: Line = (word, left, top, 34)
    below: Line = (f"{day:%d.%m.%Y}", left + lean, top + 46, 32)

    arrival = find_arrival([page(stamp, below, ("Y 17", 1300, 1100, 30))])

    assert arrival is not None
    assert (arrival.date, arrival.evidence) == (day.isoformat(), "stamp")


@pytest.mark.parametrize(
    "line",
    ["12.3.2019", "12. 03. 2019", "2019 -03- 12", "2019-03-12", "12 MAALIS 2019", "12. MARS. 2019", "12.03.19", "12 03 2019",
     "SAAP.12.3.2019", "KELA12.3.2019", "12032019", "2019-03-12118"],
)  # fmt: skip
def test_stamps_write_their_day_in_many_ways(line: str) -> None:
    assert [day for day, _ in stamp_dates(line)] == ["2019-03-12"]


@pytest.mark.parametrize(
    "line", ["SAAPUNUT", "KELA SAAPUNUT", "KELASAAPUNUT", "SAAP. 12.3.2019", "INKOMM1T", "Mottaget", "VASTAANOTETTU"]
)
def test_a_stamps_line_says_what_it_is(line: str) -> None:
    assert is_stamp_line(line)


@pytest.mark.parametrize(
    "line", ["12.3.2019", "Henkilötunnus", "Työnantajan ilmoitus", "Liitä mukaan tartuntataudeista vastaavan", ""]
)
def test_other_lines_do_not(line: str) -> None:
    assert not is_stamp_line(line)


def test_a_year_far_from_the_papers_own_days_is_doubted() -> None:
    told = ("Annettu 28.5.2019 Turussa", 150, 700, 28)
    fits, off = (
        find_arrival([page(("SAAPUNUT", 900, 120, 34), (f"07.06.{year}", 900, 165, 34), told)],
                     [Sighting(f"{year}-06-07", 1, 0.95, by_line=True)])
        for year in (2019, 2039)
    )  # fmt: skip

    assert fits is not None
    assert off is not None
    assert off.confidence <= 0.5 < 0.9 < fits.confidence


def test_a_day_may_be_put_together_from_parts_read_apart() -> None:
    looks = [Sighting(day, 1, 0.9, by_line=True) for day in ("2019-06-01", "2019-08-07", "2039-06-07")]

    arrival = find_arrival([page(BODY)], looks)

    assert arrival is not None
    assert arrival.date == "2019-06-07"
    assert arrival.confidence <= 0.5


def test_a_stamps_day_may_stand_on_its_line_or_have_only_gaps() -> None:
    on_line = find_arrival([page(("SAAPUNUT 12.3.2019", 900, 120, 34))])
    gaps = find_arrival([page(("SAAPUNUT", 900, 120, 34), ("07 06 2019", 900, 165, 34))])

    assert on_line is not None
    assert gaps is not None
    assert (on_line.date, gaps.date) == ("2019-03-12", "2019-06-07")


def test_a_sentence_about_arriving_is_no_stamp() -> None:
    assert find_arrival([page(BODY)]) is None


def test_a_stamp_without_a_day_tells_nothing() -> None:
    assert find_arrival([page(("INKOMMIT", 900, 120, 34), ("07.2019", 900, 165, 34))]) is None


def test_the_offices_own_stamp_comes_before_another_authoritys() -> None:
    theirs = page(("SAAPUNUT", 200, 120, 34), ("01.03.2019", 200, 165, 34))
    ours = page(("KELA SAAPUNUT", 900, 120, 34), ("12.03.2019", 900, 165, 34), number=2)

    arrival = find_arrival([theirs, ours])

    assert arrival is not None
    assert (arrival.date, arrival.page) == ("2019-03-12", 2)


def test_a_fax_counts_from_its_transmission_and_not_from_the_stamp_put_on_it_later() -> None:
    both = page(header("08-06-2019 10:25 +358 9 515461 S. 01/01"), ("SAAPUNUT", 900, 120, 34), ("11.06.2019", 900, 165, 34))

    arrival = find_arrival([both])

    assert arrival is not None
    assert (arrival.date, arrival.evidence) == ("2019-06-08", "fax_header")


def test_an_old_header_on_an_attachment_does_not_beat_the_stamp() -> None:
    stamped = page(("SAAPUNUT", 900, 120, 34), ("11.06.2019", 900, 165, 34))
    attachment = page(header("08-05-2019 10:25 +358 9 515461 S. 01/01"), number=2)

    arrival = find_arrival([stamped, attachment])

    assert arrival is not None
    assert (arrival.date, arrival.evidence) == ("2019-06-11", "stamp")


def test_header_words_are_named_and_no_others() -> None:
    text = page(header("08-06-2019 10:25 +358 9 515461 S. 01/03"), ("Sivu 1 (2)", 1400, 70, 24), BODY)

    named = {text.words[at].text for at in fax_header_words(text)}

    assert named == {"08-06-2019", "10:25", "+358", "9", "515461", "S.", "01/03"}


def test_an_unreadable_header_at_the_very_edge_is_named_too() -> None:
    text = page(header("UD-UQ-AUAY AUiaN 1990 vevan 9: VA/NA"), BODY)

    assert len(fax_header_words(text)) == 6


def test_no_pages_tell_nothing() -> None:
    assert find_arrival([]) is None
