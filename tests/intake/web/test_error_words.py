"""Errors are said in the person's language."""

from __future__ import annotations

import re

import pytest
from babel.messages.pofile import read_po

from intake.web.error_words import said
from intake.web.words import ERRORS, FOLDER
from models.errors import EncryptedFileError, NotFoundError
from tests.intake.web.error_sentences import sentences


def kept(language: str) -> dict[str, str]:
    with (FOLDER / language / ERRORS).open("rb") as file:
        return {str(each.id): str(each.string) for each in read_po(file) if each.id}


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_every_sentence_of_an_error_is_translated(language: str) -> None:
    assert sorted(sentences() - {words for words, translated in kept(language).items() if translated}) == []


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_a_translation_has_no_value_its_sentence_lacks(language: str) -> None:
    values = re.compile(r"%\((v\d+)\)s")

    assert [w for w, t in kept(language).items() if set(values.findall(t)) - set(values.findall(w))] == []


def test_values_go_into_the_translation() -> None:
    error = EncryptedFileError("paperi: 1.pdf")

    assert said(error.problem, "fi") == "paperi: 1.pdf: PDF on lukittu salasanalla."
    assert said(error.remedy, "sv") == "Be avsändaren om en öppen kopia."
    assert said(error.problem, "en") == error.problem


def test_a_value_that_is_a_word_of_ours_is_translated_too() -> None:
    assert said(NotFoundError("work item", "7").problem, "fi") == "Tätä ei löydy: työ."


def test_what_nobody_has_translated_stays_as_it_is() -> None:
    assert said("Quite another thing happened", "fi") == "Quite another thing happened"
