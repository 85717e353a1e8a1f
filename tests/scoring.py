"""Score records against the truth of samples: what was found, what was right, and what was wrong without saying so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz.distance import Levenshtein

COMPACT = ("phone", "reference", "iban", "hetu", "sv_number", "bic")
NAMES = (
    "subject_name", "debtor_name", "patient_name", "employee_name", "child_name", "physician_name", "bailiff_name",
    "person_name", "contact_person", "signatory_name",
)  # fmt: skip
LOOSE = ("additional_info", "statement", "other_work_description", "place_of_care", "competent_address", "insured_address")
LOOSE_ERROR = 0.12
"""Share of wrong letters that free text may have: people read it, no rule does."""


@dataclass
class Score:
    """Counts over documents and fields; `wrong` names the fields that were not read right, never their values."""

    documents: int = 0
    types_right: int = 0
    pages_right: int = 0
    fields: int = 0
    exact: int = 0
    silent: int = 0
    accepted: int = 0
    accepted_wrong: int = 0
    extra_documents: int = 0
    wrong: list[str] = field(default_factory=list)

    def __add__(self, other: Score) -> Score:
        return Score(**{name: value + getattr(other, name) for name, value in vars(self).items()})


def score_documents(name: str, truth: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, Any]]) -> dict[str, Score]:
    """Score the documents of one file, by "typed" and "hand"; each true document meets the one that shares most pages."""
    scores = {"typed": Score(), "hand": Score()}
    left = list(found)
    for document in truth:
        best = max(left, key=lambda one: _shared(document, one), default=None)
        if best is None or not _shared(document, best):
            best = {}
        else:
            left.remove(best)
        kind = "hand" if document["hand"] else "typed"
        scores[kind] += score_document(f"{name} {document['type']}", document, best)
    scores["typed"].extra_documents += len(left)
    return scores


def _shared(truth: Mapping[str, Any], found: Mapping[str, Any]) -> int:
    return len(set(truth["pages"]) & set(found["pages"]))


def score_document(name: str, truth: Mapping[str, Any], found: Mapping[str, Any]) -> Score:
    score = Score(documents=1, types_right=found.get("type") == truth["type"], pages_right=found.get("pages") == truth["pages"])
    cells = dict(_cells(found.get("fields", {}))) if score.types_right else {}
    waits = not found or found["accepted"] is False
    for path, true in _cells(truth["fields"]):
        cell = cells.get(path)
        right = cell is not None and same(path, true, cell["value"])
        accepted = cell is not None and cell["accepted"]
        score.fields += 1
        score.exact += right
        score.accepted += accepted
        score.accepted_wrong += accepted and not right
        score.silent += not right and (accepted or (cell is None and not waits))
        if not right:
            score.wrong.append(f"{name} {path} {'accepted' if accepted else 'missing' if cell is None else 'doubted'}")
    return score


def _cells(fields: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Fields by path; a table's cells as `employers[0].name`."""
    for name, value in fields.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for row, cells in enumerate(value):
                yield from ((f"{name}[{row}].{column}", cell) for column, cell in cells.items())
        else:
            yield name, value


def same(path: str, true: Any, read: Any) -> bool:
    """Equal but for case, spaces and closing points; names in either order; free text within a few letters."""
    if isinstance(true, bool) or read is None:
        return true is read
    if isinstance(true, list):
        return isinstance(read, list) and sorted(map(str, true)) == sorted(map(str, read))
    name = path.rpartition(".")[2]
    a, b = _norm(name, true), _norm(name, read)
    if a == b:
        return True
    if name in NAMES:
        return sorted(re.findall(r"[^\s,]+", a)) == sorted(re.findall(r"[^\s,]+", b))
    return name in LOOSE and Levenshtein.distance(a, b) <= LOOSE_ERROR * len(a)


def _norm(name: str, value: Any) -> str:
    text = re.sub(r"\s+", " ", str(value)).strip().casefold()
    if name.endswith(COMPACT):
        text = text.replace(" ", "").replace("+358", "0")
    return text.strip(" .,;:")
