"""Days as papers write them, periods, and months."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.values.date import find_dates, find_ranges
from extractors.values.day import day_candidates
from extractors.values.month_name import month_of
from extractors.values.parse import candidates, parse

FI = ["tammi", "helmi", "maalis", "huhti", "touko", "kesä", "heinä", "elo", "syys", "loka", "marras", "joulu"]
SV = ["januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november", "december"]
FORMS = [
    "{d.day}.{d.month}.{d.year}", "{d:%d.%m.%Y}", "{d.day}/{d.month}/{d.year}", "{d:%Y-%m-%d}", "{d:%d-%m-%Y}",
    "{d.day}. {d.month}. {d.year}", "{d:%d} . {d:%m} . {d.year}", "{d.day},{d.month}.{d.year}", "|{d:%d.%m.%Y}",
    "{d.day}. {fi}kuuta {d.year}", "{fi}kuun {d.day}. päivänä {d.year}", "den {d.day} {sv} {d.year}", "{d.day} {sv} {d.year}",
]  # fmt: skip
MISREAD = ["{d:%d}.{d:%m}{d.year}", "{d:%d}{d:%m}{d.year}", "{d:%d.%m} {d.year}", "{d:%d} {d:%m}.{d.year}", "{comb}"]

days = st.dates(date(2000, 1, 1), date(2030, 12, 31))


def written(form: str, day: date) -> str:
    return form.format(d=day, fi=FI[day.month - 1], sv=SV[day.month - 1], comb=" ".join(f"{day:%d%m%Y}"))


@given(days, st.sampled_from(FORMS))
def test_a_day_comes_back_however_it_is_printed(day: date, form: str) -> None:
    parsed = parse("date", written(form, day))

    assert parsed is not None
    assert (parsed.value, parsed.evidence, parsed.repairs) == (day.isoformat(), ("format", "plausible"), 0)


@given(days, st.sampled_from(MISREAD))
def test_lost_points_are_put_back_and_counted(day: date, form: str) -> None:
    parsed = parse("date", written(form, day))

    assert parsed is None or (parsed.value == day.isoformat() and parsed.repairs > 0 and "repaired" in parsed.evidence)


@given(days, st.sampled_from(FORMS))
def test_letters_read_for_digits_never_give_another_day(day: date, form: str) -> None:
    misread = written(form, day).replace("0", "O").replace("1", "l").replace("5", "S")

    parsed = parse("date", misread)

    assert parsed is None or parsed.value == day.isoformat()


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("3,2.2019", "2019-02-03"),
        ("3.2 2019", "2019-02-03"),
        ("03.022019", "2019-02-03"),
        ("O3.O2.2O19", "2019-02-03"),
        ("3.2.19", "2019-02-03"),
        ("3.2.87", "1987-02-03"),
        ("3.22019", "2019-02-03"),
        ("20190203", "2019-02-03"),
        ("3.2.2019 alkaen", "2019-02-03"),
        ("February 3, 2019", "2019-02-03"),
        ("8-JUN-2019", "2019-06-08"),
    ],
)
def test_known_readings_are_understood(raw: str, value: str) -> None:
    parsed = parse("date", raw)

    assert parsed is not None
    assert parsed.value == value


@pytest.mark.parametrize(
    "raw",
    [
        "3.2.",
        "31.2.2019",
        "112.2019",
        "3.2.219",
        "1.1.219",
        "1?.1O.20",
        "12.02.1219",
        "02/13/2019",
        "3.2.2019 - 5.2.2019",
        "xx",
        "",
    ],
)
def test_what_is_no_single_day_is_none(raw: str) -> None:
    assert parse("date", raw) is None


def test_two_ways_to_cut_the_digits_are_both_given_without_format() -> None:
    found = candidates("date", "112.2019")

    assert {one.value for one in found} == {"2019-02-11", "2019-12-01"}
    assert all("format" not in one.evidence for one in found)


def test_a_year_that_may_be_cut_off_has_no_format() -> None:
    parsed = parse("date", "3.2.20")

    assert parsed is not None
    assert "format" not in parsed.evidence


def test_a_birthday_is_a_day_but_not_plausible_as_a_recent_one() -> None:
    parsed = parse("date", "11.4.1988")

    assert parsed is not None
    assert parsed.evidence == ("format",)


@given(days, days, st.sampled_from(FORMS[:3] + FORMS[9:]))
def test_days_are_found_where_they_stand(first: date, second: date, form: str) -> None:
    text = (
        f"Päätös annettu {written(form, first)}. Asianumero 2073/05.02/2019, puh. 040 1234567, saapunut {written(form, second)}."
    )

    found = find_dates(text)

    assert [one.value for one in found] == [first.isoformat(), second.isoformat()]


def test_only_a_loose_search_takes_digits_with_gaps_alone() -> None:
    assert find_dates("07 06 2019") == []
    assert [one.value for one in find_dates("07 06 2019", loose=True)] == ["2019-06-07"]


RANGES = [
    ("{a:%d.%m.%Y}–{b:%d.%m.%Y}", False),
    ("{a.day}.{a.month}.{a.year} - {b.day}.{b.month}.{b.year}", False),
    ("alkaen {a:%d.%m.%Y} ja päättyen {b:%d.%m.%Y}", False),
    ("{a:%d.%m.%Y} alkaen {b:%d.%m.%Y} saakka", False),
    ("fr.o.m. {a:%d.%m.%Y} t.o.m. {b:%d.%m.%Y}", False),
    ("från och med den {a:%d.%m.%Y} till och med den {b:%d.%m.%Y}", False),
    ("ajalla {a:%d.%m.%Y} {b:%d.%m.%Y}", False),
    ("{a.day}.{a.month}.–{b.day}.{b.month}.{b.year}", True),
]


@given(days, st.integers(1, 300), st.sampled_from(RANGES))
def test_a_period_comes_back_however_it_is_written(start: date, length: int, form: tuple[str, bool]) -> None:
    end = date.fromordinal(start.toordinal() + length)
    text = "Määrään olemaan poissa työstä " + form[0].format(a=start, b=end) + " tartuntataudin vuoksi."

    found = find_ranges(text)

    assert [(one.start_value, one.end_value, one.open_ended) for one in found] == [(start.isoformat(), end.isoformat(), False)]


@pytest.mark.parametrize(
    ("text", "start", "end", "open_ended"),
    [
        ("28.–30.1.2019", "2019-01-28", "2019-01-30", False),
        ("28.12.–3.1.2019", "2018-12-28", "2019-01-03", False),
        ("3.1.2019–5.2.", "2019-01-03", "2019-02-05", False),
        ("3.–5. tammikuuta 2019", "2019-01-03", "2019-01-05", False),
        ("under tiden 28 januari – 3 februari 2019", "2019-01-28", "2019-02-03", False),
        ("alkaen 3.1.2019 toistaiseksi", "2019-01-03", None, True),
        ("toistaiseksi 3.1.2019 alkaen", "2019-01-03", None, True),
        ("från och med 3.1.2019 tills vidare", "2019-01-03", None, True),
        ("3.1.2019 lukien", "2019-01-03", None, False),
        ("alkaen 3.1. ja päättyen 5.2.2019", "2019-01-03", "2019-02-05", False),
        ("helmikuun 13. päivästä 2023 maaliskuun 5. päivään 2023", "2023-02-13", "2023-03-05", False),
        ("ma 9.1.2023 ja päättyen su 22.1.2023 klo 24", "2023-01-09", "2023-01-22", False),
        ("välillä 4.3. ja 18.3.2019", "2019-03-04", "2019-03-18", False),
        ("3.5.2019 lähtien 17.5.2019 saakka", "2019-05-03", "2019-05-17", False),
        ("aloitetaan 15.12.2018 ja se lopetetaan 30.11.2020", "2018-12-15", "2020-11-30", False),
        ("från den 3 till den 17 maj 2019", "2019-05-03", "2019-05-17", False),
        ("mellan den 3 och den 17 maj 2019", "2019-05-03", "2019-05-17", False),
    ],
)
def test_ends_lend_each_other_year_and_month(text: str, start: str, end: str | None, open_ended: bool) -> None:
    assert [one[:3] for one in find_ranges(text)] == [(start, end, open_ended)]


@pytest.mark.parametrize(
    "text",
    [
        "3.1.2019 ja 5.2.2019",
        "Päätös annettu 3.1.2019. Valitusaika päättyy 5.2.2019",
        "Helsingissä 3.1.2019",
        "puh. 040 12 till 4.5.2019",
        "Todettu 3 henkilöä 4.5.2019",
    ],
)
def test_days_that_only_stand_side_by_side_are_no_period(text: str) -> None:
    assert find_ranges(text) == []


@pytest.mark.parametrize(
    ("raw", "months"),
    [
        ("syyskuu 2020, lokakuu 2020", ["2020-09", "2020-10"]),
        ("september och oktober 2020", ["2020-09", "2020-10"]),
        ("9/2020", ["2020-09"]),
        ("09.2020–11.2020", ["2020-09", "2020-10", "2020-11"]),
        ("9–11/2020", ["2020-09", "2020-10", "2020-11"]),
        ("joulukuu 2019 ja tammikuu 2020", ["2019-12", "2020-01"]),
        ("2020-09, 2020-10", ["2020-09", "2020-10"]),
        ("syyskuu", None),
        ("13/2020", None),
    ],
)
def test_months_are_listed(raw: str, months: list[str] | None) -> None:
    parsed = parse("months", raw)

    assert (parsed.value if parsed else None) == months


@given(st.integers(1, 12), st.sampled_from(["kuuta", "kuun", "kuussa", "kuu"]), st.integers(0, 12), st.sampled_from("aiuxl"))
def test_a_misread_month_is_never_another_month(month: int, ending: str, at: int, letter: str) -> None:
    word = FI[month - 1] + ending
    misread = word[: at % len(word)] + letter + word[at % len(word) + 1 :]

    assert month_of(misread) in (month, None)


def test_a_day_behind_a_town_may_have_lost_its_points() -> None:
    (one,) = day_candidates("KOTKA 15102019")

    assert (one.value, "repaired" in one.evidence) == ("2019-10-15", True)
    assert day_candidates("puh 0401234567") == []


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("on poissa työstä 12.5. 5.6.2018. Määräys on voimassa", ("2018-05-12", "2018-06-05")),
        ("16.1. 18.2.2018", ("2018-01-16", "2018-02-18")),
        ("7. 25.8.2021", ("2021-08-07", "2021-08-25")),
        ("är borta från arbetet 18.10.2020 16.11.2020.", ("2020-10-18", "2020-11-16")),
    ],
)
def test_a_period_may_have_lost_its_dash(text: str, period: tuple[str, str]) -> None:
    (found,) = find_ranges(text)

    assert (found.start_value, found.end_value, found.guessed) == (*period, True)


@pytest.mark.parametrize("text", ["käynnit 3.4.2020 5.4.2020", "annettu 11.5.2018 12.6.2018", "poissa työstä 5.6.2018 12.5.2018"])
def test_two_days_beside_each_other_are_no_period_else(text: str) -> None:
    assert find_ranges(text) == []


def test_tom_may_be_written_with_a_nought() -> None:
    (found,) = find_ranges("fr.0.m. 11.1.2018 t.0.m. 24.1.2018")

    assert (found.start_value, found.end_value, found.guessed) == ("2018-01-11", "2018-01-24", False)


def test_a_dash_that_was_read_is_no_guess() -> None:
    (found,) = find_ranges("poissa työstä 12.5.–5.6.2018")

    assert not found.guessed
