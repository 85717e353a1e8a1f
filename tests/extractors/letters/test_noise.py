"""Letters as bad readers give them: whatever the words, reading ends well and never invents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractors.letters.read import read_letter
from models.document_type import DocumentType
from models.geometry import Box
from models.page import PageText, Word

ORDER = [
    "Kymenlaakson sairaanhoitopiiri\t\tPÄÄTÖS",
    "\t\t3.6.2019",
    "\t\tDnro 12/02.03/2019",
    "",
    "PÄÄTÖS KARANTEENISTA",
    "",
    "Nimi\tVainio Ilkka",
    "Henkilötunnus\t171188-932L",
    "Ajalle\t3.6.2019 - 17.6.2019",
    "Tartuntatauti\tTuhkarokko (B05.9), yleisvaarallinen tartuntatauti",
    "Työnantaja\tKotkan Satama Oy",
    "",
    "Raija Salmi",
    "tartuntataudeista vastaava lääkäri",
]
WORDS = (
    "Nimi", "Hetu:", "Henkilötunnus", "171188-932L", "171188-93", "3.6.2019", "-", "–", "toistaiseksi", "Voimassa",
    "alkaen", "2/3", "Suojaosuus", "672,30", "euroa", "/kk", "Velallinen", "Vainio,", "Ilkka", "SAAPUNUT", "lääkäri",
    "kihlakunnanulosottomies", "57", "§", "Oy", "(A01.0)", ".", ":", "FI3557368193036426", "Viite", "Vapaakuukaudet",
    "heinäkuu", "2019", "Huoltaja", "|", "~", "ä", "Päätös",
)  # fmt: skip
TOKENS = st.sampled_from(WORDS)
PLACES = st.tuples(st.integers(0, 1500), st.integers(0, 2200), st.integers(1, 300), st.integers(1, 90))


@given(words=st.lists(st.tuples(TOKENS, PLACES), max_size=40), name=st.sampled_from(["absence_order", "payment_ban", "proxy"]))
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_heap_of_words_is_read_without_a_fault(
    words: list[tuple[str, tuple[int, int, int, int]]], name: str, types: Mapping[str, DocumentType]
) -> None:
    placed = tuple(Word(text=text, box=Box(x, y, x + w, y + h), engine_score=0.5) for text, (x, y, w, h) in words)
    page = PageText(number=3, width_px=1654, height_px=2339, reading="ocr", words=placed)

    fields = read_letter([page], types[name])

    assert all(
        found.value is None or (found.span is not None and found.span.page == 3 and found.raw) for found in fields.values()
    )


def test_a_page_without_words_says_nothing(types: Mapping[str, DocumentType]) -> None:
    page = PageText(number=1, width_px=1654, height_px=2339, reading="ocr", words=())

    assert read_letter([page], types["absence_order"]) == {}


@pytest.mark.parametrize("slope", [-0.02, -0.008, 0.008, 0.02])
def test_a_slight_skew_changes_nothing(slope: float, values: Callable[..., dict[str, Any]]) -> None:
    straight = values("absence_order", ORDER)

    skewed = values("absence_order", ORDER, slope=slope)

    assert skewed == straight


def test_the_order_of_the_words_changes_nothing(values: Callable[..., dict[str, Any]]) -> None:
    in_order = values("absence_order", ORDER)

    mixed = values("absence_order", ORDER, disorder=True)

    assert mixed == in_order


def test_lost_dots_and_small_slips_in_labels_and_roles_are_read_over(values: Callable[..., dict[str, Any]]) -> None:
    slips = {
        "Henkilötunnus": "Henkilotunnuc",
        "Tartuntatauti": "Tartuntatautl",
        "Työnantaja": "Tyonantaja",
        "vastaava": "vastaeva",
    }
    rows = [next((row.replace(word, slip) for word, slip in slips.items() if word in row), row) for row in ORDER]

    read = values("absence_order", rows)

    assert read == values("absence_order", ORDER)


def test_a_fax_line_at_the_top_edge_gives_no_date(
    values: Callable[..., dict[str, Any]], lay_out: Callable[..., PageText]
) -> None:
    fax_line = lay_out(["29-05-2020 10:29 +358 9 462590 S. 01/01"], top=5).words
    rows = [row for row in ORDER if "3.6.2019" not in row or "Ajalle" in row]

    read = values("absence_order", rows, noise=fax_line)

    assert read["decision_date"] is None


def test_a_received_stamp_gives_no_date(values: Callable[..., dict[str, Any]]) -> None:
    rows = [row for row in ORDER if row.strip() != "3.6.2019"]
    rows[1:1] = ["\t\t\tINKOMMIT", "\t\t\t11.06.2019"]

    read = values("absence_order", rows)

    assert read["decision_date"] is None


def test_an_end_that_is_neither_given_nor_left_open_is_held_open(values: Callable[..., dict[str, Any]]) -> None:
    rows = [row.replace("3.6.2019 - 17.6.2019", "3.6.2019 - 1?.G") for row in ORDER]

    read = values("absence_order", rows)

    assert (read["start"], read["end"]) == ("2019-06-03", None)


def test_what_no_order_lacks_is_held_open_when_it_cannot_be_found(values: Callable[..., dict[str, Any]]) -> None:
    read = values("absence_order", [row for row in ORDER if "Henkilötunnus" not in row and "Raija" not in row])

    assert (read["subject_hetu"], read["physician_name"]) == (None, None)


def test_an_order_without_employer_disease_or_register_number_leaves_them_out(values: Callable[..., dict[str, Any]]) -> None:
    absent = ("Työnantaja", "Tartuntatauti\t", "Dnro")

    read = values("absence_order", [row for row in ORDER if not any(word in row for word in absent)])

    assert not {"workplace", "disease_code", "hazardous", "diary_number"} & set(read)


def test_each_field_says_where_it_stands_and_what_speaks_for_it(read: Callable[..., Any]) -> None:
    found = read("absence_order", ORDER)["subject_hetu"]

    assert found.span.box == Box(560, found.span.box.y0, 560 + 12 * 11, found.span.box.y0 + 26)
    assert set(found.evidence) == {"label", "format", "check_digit"}
    assert (found.raw, found.engine_score, found.reading) == ("171188-932L", 0.9, "ocr")


def test_two_cells_that_nearly_touch_are_told_apart_by_their_labels(values: Callable[..., dict[str, Any]]) -> None:
    full = "B15.9 Hepatiitti A, todettu 15.5."  # as wide as the column, so that the next cell begins right behind it
    rows = [*ORDER[:5], "", "Diagnoosi\tTyönantaja", f"{full}\tKotkan Satama Oy", "", *ORDER[6:9], "", *ORDER[-2:]]

    read = values("absence_order", rows)

    assert (read["disease_code"], read["workplace"]) == ("B15.9", "Kotkan Satama Oy")


def placed(text: str, x: int, y: int, *, gap: int = 9, score: float = 0.9) -> list[Word]:
    words = []
    for part in text.split():
        words.append(Word(text=part, box=Box(x, y, x + 12 * len(part), y + 26), engine_score=score))
        x += 12 * len(part) + gap
    return words


def read_words(words: list[Word], types: Mapping[str, DocumentType]) -> dict[str, Any]:
    page = PageText(number=1, width_px=1654, height_px=2339, reading="ocr", words=tuple(words))
    return {name: found.value for name, found in read_letter([page], types["absence_order"]).items()}


def test_wide_word_spaces_of_a_typewriter_are_no_columns(types: Mapping[str, DocumentType]) -> None:
    rows = [
        "Keusote Hyvinvointikuntayhtymä", "Päätös karanteenista", "Henkilötunnus 171188-932L",
        "Ajalle 3.6.2019 - 17.6.2019 välinen aika", "Raija Salmi, tartuntataudeista vastaava lääkäri",
    ]  # fmt: skip
    words = [word for number, row in enumerate(rows) for word in placed(row, 150, 200 + 80 * number, gap=33)]

    read = read_words(words, types)

    assert (read["physician_name"], read["physician_is_responsible"]) == ("Raija Salmi", True)


def test_a_scrawl_above_a_role_is_not_the_name_below_it(types: Mapping[str, DocumentType]) -> None:
    words = [
        *placed("Raahen kaupunki", 150, 200), *placed("Päätös karanteenista", 150, 280),
        *placed("PUS ILLA AR", 150, 900, score=0.1), *placed("kommunens läkare med ansvar för smittsamma sjukdomar", 150, 945),
        *placed("Ulla-Maija Backman-Lehtonen", 150, 985),
    ]  # fmt: skip

    assert read_words(words, types)["physician_name"] == "Ulla-Maija Backman-Lehtonen"


def test_a_name_torn_behind_a_capital_is_whole(types: Mapping[str, DocumentType]) -> None:
    words = [*placed("Raahen kaupunki", 150, 200), *placed("Päätös karanteenista", 150, 280)]
    words += placed("Nimi: Kärkkäinen-L ehto Laura lida", 150, 400)

    assert read_words(words, types)["subject_name"] == "Kärkkäinen-Lehto Laura Iida"


@pytest.mark.parametrize(("boxes", "kind"), [(("X", "[]", "[]"), True), (("", "[]", "[]"), True), (("", "[]", ""), False)])
def test_a_box_that_the_reader_made_nothing_of_is_the_marked_one_of_a_list(
    boxes: tuple[str, str, str], kind: bool, values: Callable[..., dict[str, Any]]
) -> None:
    kinds = ("Päätös työstä poissaolosta", "Päätös karanteenista", "Päätös eristämisestä")
    rows = ["Raahen kaupunki", "", *(f"{box} {text}" for box, text in zip(boxes, kinds, strict=True)), "", "Nimi: Niemi Ville"]

    assert (values("absence_order", rows)["decision_kind"] == "work_absence") is kind


def test_the_only_code_beside_the_guardian_is_the_guardians(values: Callable[..., dict[str, Any]]) -> None:
    rows = [
        "Raahen kaupunki", "", "Päätös lapsen kotona pitämisestä", "",
        "Määrään, että Niemi Outi, henkilötunnus 2702]7?98, on poissa koulusta 13.8.-9.9.2018.",
        "Huoltaja; Niemi Ville, henkilötunnus 120380-917C",
    ]  # fmt: skip

    read = values("absence_order", rows)

    assert (read["guardian_hetu"], read["subject_hetu"]) == ("120380-917C", None)


def test_two_days_whose_dash_was_lost_are_no_day_of_the_decision(values: Callable[..., dict[str, Any]]) -> None:
    rows = ["Raahen kaupunki", "29.1.2020 Asianumero THL/965/20", "", "Määräys olla poissa ansiotyöstä", ""]
    rows += ["Nimi: Niemi Ville", "Ajalle 27.01.2020\t14.02.2020"]

    read = values("absence_order", rows)

    assert (read["start"], read["end"], read["decision_date"]) == ("2020-01-27", "2020-02-14", "2020-01-29")


def test_a_code_before_the_guardians_label_is_the_childs(values: Callable[..., dict[str, Any]]) -> None:
    rows = ["Raahen kaupunki", "", "Päätös lapsen kotona pitämisestä", "", "Lapsi Niemi Outi 270217F9867, Huoltaja: Niemi Ville"]

    read = values("absence_order", rows)

    assert read["subject_hetu"] == "270217F9867"
    assert read.get("guardian_hetu") is None
