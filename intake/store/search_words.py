"""What a paper is found by: words without accents, and keys that are found whole. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

_PLAIN = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "þ": "th", "ð": "d", "æ": "ae", "œ": "oe"})
_NO_WORD = re.compile(r"[^0-9a-z]+")
_HETU = re.compile(r"(\d{2})(\d{2})(\d{2})([-+A-FU-Y])\d{3}[0-9A-Y]")
_BUSINESS_ID = re.compile(r"\d{7}-\d")
_IBAN = re.compile(r"[A-Z]{2}\d{2}[0-9A-Z]{10,30}")
_CENTURIES = {"+": 1800, **dict.fromkeys("-YXWVU", 1900), **dict.fromkeys("ABCDEF", 2000)}
_MOST_WORDS = 2_000
"""Letters kept of one paper: whatever a reader made of a page, its row stays small."""


@dataclass(frozen=True)
class FoundBy:
    """What one paper, or one file, is found by."""

    words: str
    keys: tuple[str, ...]


def folded(text: str) -> str:
    """Write words as they are compared: small letters without accents, a space before each; `Mäkinen-Aho` is ` makinen aho`."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN))
    words = _NO_WORD.sub(" ", "".join(letter for letter in plain if not unicodedata.combining(letter))).split()
    return "".join(f" {word}" for word in words)


def of_file(name: str, reference: str | None, sender: str | None) -> FoundBy:
    """What a file is found by before anybody has read it; what its documents are found by, too."""
    return FoundBy(folded(f"{name} {reference or ''} {sender or ''}")[:_MOST_WORDS], ())


def of_document(body: Mapping[str, Any], file: FoundBy) -> FoundBy:
    """What a document is found by: names, references and codes of its record, and whatever its file is found by."""
    names: dict[str, None] = {}
    keys: dict[str, None] = {}
    for name, value in _cells(body.get("fields", {})):
        if is_name(name) or "reference" in name:
            names[folded(value)] = None
        keys |= dict.fromkeys(keys_of(value))
    reference = body.get("reference")
    if isinstance(reference, str):
        keys[f"r:{reference}"] = None
    return FoundBy(("".join(names) + file.words)[:_MOST_WORDS], tuple(keys))


def is_name(field: str) -> bool:
    """Tell whether a field, or a table's column, holds the name of somebody."""
    return field == "name" or field.endswith(("_name", "_names"))


def keys_of(value: str) -> tuple[str, ...]:
    """The keys that a value is found by; () for one that is no code."""
    written = value.strip().upper()
    if _HETU.fullmatch(written):
        birth = birth_day(written)
        born = () if birth is None else (f"b:{birth.isoformat()}",)
        return (f"h:{written}", f"p:{written[:6]}", *born)
    if _BUSINESS_ID.fullmatch(written):
        return (f"y:{written}",)
    if _IBAN.fullmatch(written):
        return (f"i:{written}",)
    return ()


def birth_day(hetu: str) -> date | None:
    """The day of birth that an identity code begins with; None where there is no such day."""
    shape = _HETU.fullmatch(hetu.upper())
    if shape is None:
        return None
    day, month, year, sign = shape.groups()
    try:
        return date(_CENTURIES[sign] + int(year), int(month), int(day))
    except ValueError:
        return None


def _cells(fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, found in fields.items():
        if isinstance(found, list):
            for row in found:
                yield from _cells(row)
        elif isinstance(found, dict) and isinstance(found.get("value"), str):
            yield name, found["value"]
