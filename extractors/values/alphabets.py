"""Which characters may stand in a field of each kind, for readers that can be asked for nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from extractors.values.lookalikes import options
from models.document_type import Kind

_DIGITS = "0123456789"
_CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

_BY_KIND: Mapping[Kind, frozenset[str]] = {
    "hetu": frozenset(_DIGITS + "-+ABCDEFHJKLMNPRSTUVWXY"),
    "phone": frozenset(_DIGITS + " +-()/"),
    "postal_code": frozenset(_DIGITS + " "),
    "iban": frozenset(_DIGITS + _CAPITALS + " "),
    "bic": frozenset(_DIGITS + _CAPITALS),
    "business_id": frozenset(_DIGITS + "-"),
    "icd10": frozenset(_DIGITS + _CAPITALS + ".+*"),
    "reference": frozenset(_DIGITS + " "),
    "institution": frozenset(_DIGITS + _CAPITALS),
    "integer": frozenset(_DIGITS),
    "date": frozenset(_DIGITS + " .-/"),
    "months": frozenset(_DIGITS + " .-/"),
    "money": frozenset(_DIGITS + " ,.-€"),
}


def alphabet_of(kind: Kind) -> frozenset[str] | None:
    """The characters that a value of this kind is written with; None when any may stand there."""
    return _BY_KIND.get(kind)


@cache
def stands_for(kind: Kind, characters: tuple[str, ...]) -> Mapping[str, str] | None:
    """What each of a reader's characters means in a field of this kind: itself, one it is taken for, or nothing (a space).

    Those that mean nothing that may stand there are left out. None when any character may stand there.
    """
    alphabet = alphabet_of(kind)
    if alphabet is None:
        return None
    meant = {character: _meant(character, alphabet) for character in characters}
    return {character: target for character, target in meant.items() if target is not None}


def _meant(character: str, alphabet: frozenset[str]) -> str | None:
    if character in alphabet:
        return character
    if character == " ":
        return ""
    if character == "€" and "E" in alphabet:
        return "E"
    resembling = options(character, "".join(sorted(alphabet)))
    return resembling[0] if resembling else None
