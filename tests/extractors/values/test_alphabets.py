"""Alphabets of kinds."""

from __future__ import annotations

from extractors.values.alphabets import alphabet_of


def test_an_identity_code_may_bear_every_century_sign() -> None:
    alphabet = alphabet_of("hetu")

    assert alphabet is not None
    assert set("-+YXWVUABCDEF") <= alphabet
    assert not {"G", "I", "O", "Q", "Z"} & alphabet


def test_words_may_hold_anything() -> None:
    assert alphabet_of("text") is None
