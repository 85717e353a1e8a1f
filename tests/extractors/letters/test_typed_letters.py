"""Letters written out in layouts and wordings of their own (`samples/letters`), laid out as a faultless reader gives them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from extractors.classify import classify
from extractors.letters.read import read_letter
from models.document_type import DocumentType
from samples.letter_exactness import read_words, same
from samples.typed_letters import TypedLetter, load_letters, page_text

WORKED = load_letters("worked")
HELD_OUT = load_letters("held_out")
LEAST_EXACT = 0.97
"""What the letters held out showed when this was written: 411 of 422 fields."""


@pytest.mark.parametrize("letter", WORKED, ids=[letter.name for letter in WORKED])
def test_every_stated_field_of_a_worked_letter_is_read(letter: TypedLetter, types: Mapping[str, DocumentType]) -> None:
    read = read_letter([page_text(letter)], types[letter.document_type])

    wrong = {name: read[name].value if name in read else "left out" for name, stated in letter.fields.items()}
    wrong = {name: value for name, value in wrong.items() if not same(letter.fields[name], value, name)}
    assert wrong == {}


def test_held_out_letters_are_read_nearly_as_well(types: Mapping[str, DocumentType]) -> None:
    hits = fields = 0
    for letter in HELD_OUT:
        values = read_words(letter, dict(types))[1]
        hits += sum(same(stated, values.get(name), name) for name, stated in letter.fields.items())
        fields += len(letter.fields)

    assert hits / fields >= LEAST_EXACT


def test_no_identity_code_or_account_of_a_letter_is_another_than_the_paper_states(types: Mapping[str, DocumentType]) -> None:
    for letter in WORKED + HELD_OUT:
        values = read_words(letter, dict(types))[1]
        for name, stated in letter.fields.items():
            if name.endswith(("hetu", "iban")):
                assert values.get(name) in (stated, None), letter.name


@pytest.mark.parametrize("letter", WORKED + HELD_OUT, ids=[letter.name for letter in WORKED + HELD_OUT])
def test_a_letter_is_told_by_its_words(letter: TypedLetter, types: Mapping[str, DocumentType]) -> None:
    assert classify(page_text(letter), types).document_type == letter.document_type
