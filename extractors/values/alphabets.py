"""Which characters may stand in a field of each kind, for readers that can be asked for nothing else."""

from __future__ import annotations

from collections.abc import Mapping

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
    "integer": frozenset(_DIGITS),
    "date": frozenset(_DIGITS + " .-/"),
    "months": frozenset(_DIGITS + " .-/"),
    "money": frozenset(_DIGITS + " ,.-€"),
}


def alphabet_of(kind: Kind) -> frozenset[str] | None:
    """The characters that a value of this kind is written with; None when any may stand there."""
    return _BY_KIND.get(kind)
