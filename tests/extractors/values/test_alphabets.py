"""Alphabets of kinds."""

from __future__ import annotations

from extractors.values.alphabets import alphabet_of, stands_for


def test_an_identity_code_may_bear_every_century_sign() -> None:
    alphabet = alphabet_of("hetu")

    assert alphabet is not None
    assert set("-+YXWVUABCDEF") <= alphabet
    assert not {"G", "I", "O", "Q", "Z"} & alphabet


def test_words_may_hold_anything() -> None:
    assert alphabet_of("text") is None


def test_a_lookalike_means_what_may_stand_there() -> None:
    meant = stands_for("date", ("0", "O", "l", ".", " ", "x"))

    assert meant == {"0": "0", "O": "0", "l": "1", ".": ".", " ": " "}


def test_a_space_means_nothing_where_none_may_stand() -> None:
    meant = stands_for("hetu", (" ", "€", "A"))

    assert meant == {" ": "", "€": "E", "A": "A"}
