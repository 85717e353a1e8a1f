from __future__ import annotations

from datetime import date

import pytest

from intake.store.search_words import birth_day, folded, keys_of, of_document, of_file
from tests.intake.kept_documents import HETU, application, field


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("Mäkinen", " makinen"),
        ("MÄKINEN, Ääpo-Öylätti", " makinen aapo oylatti"),
        ("Strøm Đorđe Łukasz", " strom dorde lukasz"),
        ("skannaus_0012.TIF", " skannaus 0012 tif"),
        ("%_'", ""),
    ],
)
def test_words_are_compared_without_accents_and_marks(written: str, words: str) -> None:
    assert folded(written) == words


@pytest.mark.parametrize(
    ("code", "day"),
    [
        ("131052-308T", date(1952, 10, 13)),
        ("010203A950B", date(2003, 2, 1)),
        ("010180+999C", date(1880, 1, 1)),
        ("320152-308T", None),
    ],
)
def test_a_code_tells_the_day_of_birth(code: str, day: date | None) -> None:
    assert birth_day(code) == day


def test_codes_become_keys_and_other_words_do_not() -> None:
    assert keys_of(" 131052-308t ") == ("h:131052-308T", "p:131052", "b:1952-10-13")
    assert keys_of("0594503-8") == ("y:0594503-8",)
    assert keys_of("FI2112345600000785") == ("i:FI2112345600000785",)
    assert keys_of("Mäkinen") == ()


def test_a_document_is_found_by_names_codes_references_and_its_file() -> None:
    body = application(
        applicant_last_name=field("Säkkinen"), employer_business_id=field("0594503-8"), payment_reference=field("RF18 5390")
    ) | {"reference": "SVP-00004711-09"}

    found_by = of_document(body, of_file("Kirje 7.pdf", "A-1", None))

    assert " sakkinen" in found_by.words and " leipomo kaura oy" in found_by.words and " kirje 7 pdf a 1" in found_by.words
    assert " rf18 5390" in found_by.words
    assert {f"h:{HETU}", "y:0594503-8", "r:SVP-00004711-09"} <= set(found_by.keys)


def test_what_was_read_as_nothing_is_left_out() -> None:
    found_by = of_document(
        {"fields": {"applicant_last_name": {"value": None}, "abroad": {"value": True}}}, of_file("a", None, None)
    )

    assert (found_by.words, found_by.keys) == (" a", ())
