"""What a person may type into a field, and its normal form."""

from __future__ import annotations

from collections.abc import Sequence

from extractors.values.parse import parse
from models.document_type import Kind
from models.extraction import Value

CHECKED_KINDS = frozenset({"hetu", "iban", "business_id", "reference"})
MOST_CHARS = 4000


def normal_value(kind: Kind, options: Sequence[str], typed: bool | int | str | list[str]) -> Value:
    """Give a typed value its normal form. Raises ValueError that says what is expected, never what was typed."""
    if kind in ("yes_no", "signature"):
        return _yes_or_no(typed)
    if kind == "choice":
        return _one_of(typed, options)
    if kind == "choices":
        return _some_of(typed, options)
    if kind == "integer" and isinstance(typed, int) and not isinstance(typed, bool):
        return typed
    if kind == "months" and isinstance(typed, list):
        typed = ", ".join(typed)
    if not isinstance(typed, str):
        raise ValueError("a text is expected")
    return _text(typed) if kind == "text" else _parsed(kind, typed)


def _yes_or_no(typed: object) -> bool:
    if not isinstance(typed, bool):
        raise ValueError("true or false is expected")
    return typed


def _one_of(typed: object, options: Sequence[str]) -> str:
    if not isinstance(typed, str) or typed not in options:
        raise ValueError(f"one of {', '.join(options)} is expected")
    return typed


def _some_of(typed: object, options: Sequence[str]) -> list[str]:
    chosen = typed if isinstance(typed, list) else [typed]
    if not chosen or not set(chosen) <= set(options):
        raise ValueError(f"a list out of {', '.join(options)} is expected")
    return sorted(set(chosen))


def _text(typed: str) -> str:
    text = " ".join(typed.split())
    if not text or len(text) > MOST_CHARS or not text.isprintable():
        raise ValueError(f"a text of at most {MOST_CHARS} printable characters is expected")
    return text


def _parsed(kind: Kind, typed: str) -> Value:
    """Strictly: what a text engine may have misread, a person has not."""
    found = parse(kind, typed) if len(typed) <= MOST_CHARS else None
    if found is None or found.repairs:
        raise ValueError(f"this is no {kind}")
    if kind in CHECKED_KINDS and "check_digit" not in found.evidence:
        raise ValueError(
            f"this {kind} does not hold its check; if the paper says so, mark it unreadable or confirm what was read"
        )
    return found.value
