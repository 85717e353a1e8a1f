"""Cutting a bundle of labelled pages into documents."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from extractors.split import split
from models.page import LabelledPage, PageNumbering

MAIJA, VILLE = "131052-9030", "010594Y9032"
TYPES = ("sv8_application", "y17_wage_notice", "absence_order", "unknown")


def page(number: int, document_type: str = "unknown", numbering: tuple[int, int] | None = None, **label: Any) -> LabelledPage:
    label.setdefault("type_confidence", 0.99)
    if numbering is not None:
        label.setdefault("is_first", numbering[0] == 1)
        label["numbering"] = PageNumbering(page=numbering[0], of=numbering[1])
    return LabelledPage(number=number, document_type=document_type, **label)


def cut(*pages: LabelledPage) -> list[tuple[str, tuple[int, ...]]]:
    return [(document.document_type, document.pages) for document in split(pages)]


@st.composite
def bundles(draw: st.DrawFn) -> list[LabelledPage]:
    pages = []
    for number in range(1, draw(st.integers(0, 14)) + 1):
        numbering = draw(st.none() | st.sampled_from([(1, 1), (1, 2), (2, 2), (1, 3), (3, 3)]))
        pages.append(
            page(
                number,
                draw(st.sampled_from(TYPES)),
                numbering,
                is_first=draw(st.sampled_from([True, False, None])),
                type_confidence=draw(st.floats(0, 1)),
                is_blank=draw(st.integers(0, 5)) == 0,
                is_separator=draw(st.integers(0, 5)) == 0,
                person_hetu=draw(st.sampled_from([None, MAIJA, VILLE])),
                language=draw(st.sampled_from([None, "fi", "sv"])),
            )
        )
    return pages


@given(bundles())
def test_every_page_but_separators_and_blanks_comes_out_once_and_in_order(pages: list[LabelledPage]) -> None:
    documents = split(pages)

    out = [number for document in documents for number in document.pages]
    assert out == [p.number for p in pages if not p.is_separator and not p.is_blank]


@given(bundles())
def test_no_document_reaches_over_a_separator(pages: list[LabelledPage]) -> None:
    documents = split(pages)

    separators = [p.number for p in pages if p.is_separator]
    assert not [d for d in documents for s in separators if d.pages[0] < s < d.pages[-1]]


@given(bundles())
def test_blank_pages_change_nothing(pages: list[LabelledPage]) -> None:
    documents = split(pages)

    assert split([p for p in pages if not p.is_blank or p.is_separator]) == documents


@given(bundles())
def test_a_document_has_the_type_of_one_of_its_pages(pages: list[LabelledPage]) -> None:
    by_number = {p.number: p for p in pages}

    for document in split(pages):
        types = {by_number[number].document_type for number in document.pages}
        assert document.document_type in types
        assert document.document_type != "unknown" or types == {"unknown"}


def test_no_pages_make_no_documents() -> None:
    assert split([]) == []


def test_two_pages_of_a_form_are_one_document_even_with_a_blank_back_between() -> None:
    first = page(1, "sv8_application", (1, 2), form_revision="01.19", language="fi")
    back = page(2, is_blank=True)
    second = page(3, "sv8_application", (2, 2))

    (document,) = split([first, back, second])

    assert document.pages == (1, 3)
    assert (document.form_revision, document.language) == ("01.19", "fi")


def test_two_same_forms_in_a_row_are_two_documents() -> None:
    forms = [page(1, "y17_wage_notice", (1, 2)), page(2, "y17_wage_notice", (1, 2))]

    assert cut(*forms) == [("y17_wage_notice", (1,)), ("y17_wage_notice", (2,))]


def test_same_type_for_another_person_is_another_document() -> None:
    letters = [page(1, "absence_order", person_hetu=MAIJA), page(2, "absence_order", person_hetu=VILLE)]

    assert len(cut(*letters)) == 2


def test_a_second_page_that_names_another_person_stays_by_its_number() -> None:
    child_order = [page(1, "absence_order", (1, 2), person_hetu=MAIJA), page(2, "absence_order", (2, 2), person_hetu=VILLE)]

    assert cut(*child_order) == [("absence_order", (1, 2))]


def test_an_unknown_page_without_a_head_stays_with_the_document_before() -> None:
    assert cut(page(1, "absence_order", is_first=True), page(2)) == [("absence_order", (1, 2))]


def test_an_unknown_page_with_a_head_of_its_own_is_a_document() -> None:
    assert cut(page(1, "absence_order", is_first=True), page(2, is_first=True)) == [("absence_order", (1,)), ("unknown", (2,))]


def test_a_known_second_page_names_the_unreadable_first() -> None:
    assert cut(page(1), page(2, "sv8_application", (2, 2))) == [("sv8_application", (1, 2))]


def test_a_page_two_that_was_scanned_before_page_one_stays_with_it() -> None:
    pages = [page(1, "sv8_application", (2, 2)), page(2, "sv8_application", (1, 2)), page(3, "absence_order", is_first=True)]

    assert cut(*pages) == [("sv8_application", (1, 2)), ("absence_order", (3,))]


def test_page_one_of_another_person_does_not_join_a_stray_page_two() -> None:
    stray = page(1, "sv8_application", (2, 2), person_hetu=MAIJA)
    whole = [page(2, "sv8_application", (1, 2), person_hetu=VILLE), page(3, "sv8_application", (2, 2))]

    assert cut(stray, *whole) == [("sv8_application", (1,)), ("sv8_application", (2, 3))]


def test_two_forms_scanned_back_to_front_stay_two() -> None:
    pages = [page(n, "sv8_application", numbering) for n, numbering in enumerate([(2, 2), (1, 2), (2, 2), (1, 2)], start=1)]

    assert cut(*pages) == [("sv8_application", (1, 2)), ("sv8_application", (3, 4))]


def test_a_separator_parts_pages_that_would_belong_together() -> None:
    pages = [page(1, "absence_order"), page(2, is_separator=True), page(3, "absence_order")]

    assert cut(*pages) == [("absence_order", (1,)), ("absence_order", (3,))]


def test_a_doubtful_type_without_a_head_does_not_tear_a_document() -> None:
    doubtful = page(2, "appeal", type_confidence=0.6)

    assert cut(page(1, "absence_order", is_first=True), doubtful) == [("absence_order", (1, 2))]


def test_a_sure_type_tears_itself_off_even_against_its_page_number() -> None:
    pages = [page(1, "y17_wage_notice", (1, 2)), page(2, "sv8_application", (2, 2), type_confidence=0.9995)]

    assert cut(*pages) == [("y17_wage_notice", (1,)), ("sv8_application", (2,))]


def test_a_page_number_outweighs_a_fairly_sure_other_type() -> None:
    pages = [page(1, "sv8_application", (1, 2), type_confidence=0.9995), page(2, "change_notice", (2, 2), type_confidence=0.93)]

    assert cut(*pages) == [("sv8_application", (1, 2))]
