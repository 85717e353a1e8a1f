"""Say whether a value that was read is the true one."""

from __future__ import annotations

import re
from typing import Any

from rapidfuzz.distance import Levenshtein

COMPACT = ("phone", "reference", "iban", "hetu", "sv_number", "bic")
NAMES = frozenset({
    "subject_name", "debtor_name", "patient_name", "employee_name", "child_name", "physician_name", "bailiff_name",
    "person_name", "contact_person", "signatory_name",
})  # fmt: skip
LOOSE = frozenset(
    {"additional_info", "statement", "other_work_description", "place_of_care", "competent_address", "insured_address"}
)
LOOSE_ERROR = 0.12
"""Share of wrong letters that free text may have: people read it, no rule does."""

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_LESS_THAN_A_CENT = 0.005


def same(path: str, true: Any, read: Any) -> bool:
    """Equal but for case, spaces and closing points; names in either order; free text within a few letters."""
    if isinstance(true, bool):
        return read is true or str(read).lower() == str(true).lower()
    name = path.rpartition(".")[2]
    a, b = _plain(name, true), _plain(name, read)
    if a == b:
        return True
    if not isinstance(a, str) or not isinstance(b, str):
        return False
    if name in NAMES:
        return _parts(a) == _parts(b)
    if name in LOOSE:
        return Levenshtein.distance(a, b) <= LOOSE_ERROR * max(1, len(a))
    return bool(_NUMBER.fullmatch(a) and _NUMBER.fullmatch(b)) and abs(float(a) - float(b)) < _LESS_THAN_A_CENT


def _plain(name: str, value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, list):
        return sorted(str(_plain(name, one)) for one in value)
    text = re.sub(r"\s+", " ", str(value)).strip().casefold()
    if name.endswith(COMPACT):
        text = text.replace(" ", "").replace("+358", "0")
    return text.strip(" .,;:")


def _parts(name: str) -> list[str]:
    return sorted(re.findall(r"[^\s,]+", name))
