"""A person's word on how pages belong together counts for more than what reading would have made of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from extractors.arranged import clean_as_turned
from extractors.catalog import load_types
from extractors.pages import ArrivedPage
from extractors.read import ReadFile, read_pages
from models.arrangement import Arrangement
from models.page import Word
from tests.drawing import Sheet
from tests.extractors.test_read import account_change, pile

TYPES = load_types()


def read(*sheets: tuple[Sheet, list[Word]], **said: Any) -> ReadFile:
    pages, readers = pile(*sheets)
    return read_pages(pages, TYPES, readers, arrangement=Arrangement.model_validate(said))


def test_pages_are_cut_where_a_person_says_and_nowhere_else() -> None:
    two = (account_change(), account_change("Lahtinen Kaisa"))

    merged = read(*two, documents=[{"pages": [1, 2]}])
    swapped = read(*two, (Sheet(), []), documents=[{"pages": [3]}, {"pages": [2, 1]}])

    assert [record.pages for record in merged.records] == [(1, 2)]
    assert [record.pages for record in swapped.records] == [(3,), (2, 1)]
    assert [record.id for record in swapped.records] == ["d1", "d2"]


def test_reading_still_says_what_a_document_is_that_nobody_has_named() -> None:
    found = read(account_change(), documents=[{"pages": [1]}])

    assert found.records[0].document_type == "y121_account_change"


def test_a_document_is_read_under_the_type_a_person_gives() -> None:
    [record] = read(account_change(), documents=[{"pages": [1], "type": "sv8_application"}]).records

    fields = set(record.fields)
    assert (record.document_type, record.type_confidence, record.accepted) == ("sv8_application", 1.0, True)
    assert fields <= {spec.name for spec in TYPES["sv8_application"].fields}
    assert "account_holder_hetu" not in fields


def test_a_paper_that_a_person_calls_unknown_keeps_only_whose_it_is() -> None:
    [record] = read(account_change(), documents=[{"pages": [1], "type": "unknown"}]).records

    assert (record.document_type, set(record.fields), record.accepted) == ("unknown", {"person_hetu"}, False)


def test_a_written_page_called_blank_is_not_read_and_an_empty_one_called_a_page_stays_in_its_document() -> None:
    found = read(account_change(), (Sheet(), []), documents=[{"pages": [2]}], blank=[1])

    assert [(page.label.is_blank, len(page.text.words)) for page in found.pages] == [(True, 0), (False, 0)]
    assert [record.pages for record in found.records] == [(2,)]


def test_a_page_can_be_called_a_separator_sheet() -> None:
    found = read(account_change(), (Sheet(), []), documents=[{"pages": [1]}], separators=[2])

    assert [page.label.is_separator for page in found.pages] == [False, True]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_page_is_stood_upright_as_a_person_says(turn: int) -> None:
    upright = account_change()[0].gray
    lies = np.ascontiguousarray(np.rot90(upright, k=turn // 90))  # turned against the clock: as far back as `turn` turns it
    page = ArrivedPage(number=1, pixels=lies, dpi=(200, 200), words=None)

    cleaned = clean_as_turned(page, turn)  # type: ignore[arg-type]

    assert cleaned.rotation == (360 - turn) % 360
    as_drawn = clean_as_turned(ArrivedPage(number=1, pixels=upright, dpi=(200, 200), words=None), 0)
    assert cleaned.gray.shape == as_drawn.gray.shape
    assert np.mean(np.abs(cleaned.gray.astype(int) - as_drawn.gray)) < 3


def test_a_text_layer_is_not_believed_on_a_page_that_a_person_turns() -> None:
    sheet, words = account_change()
    pages, readers = pile((sheet, words))
    layered = [ArrivedPage(number=1, pixels=pages[0].pixels, dpi=(200, 200), words=words)]
    said = Arrangement.model_validate({"documents": [{"pages": [1]}], "turns": {"1": 180}})

    found = read_pages(layered, TYPES, readers, arrangement=said)

    assert (found.pages[0].text.reading, found.pages[0].rotation) == ("ocr", 180)


def test_an_arrangement_that_says_nothing_new_changes_no_record() -> None:
    pages, readers = pile(account_change(), (Sheet(), []))
    plain = read_pages(pages, TYPES, readers)

    arranged = read(account_change(), (Sheet(), []), documents=[{"pages": [1]}], blank=[2])

    assert arranged.records == plain.records
