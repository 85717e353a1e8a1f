"""Whether two documents are one paper that came twice: what their pages look like, and what was read from them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, Protocol
from uuid import UUID

from extractors.catalog import known_types
from intake.store.fingerprints import InkedPage

Verdict = Literal["sure", "possible", "other"]

IDENTITY = frozenset({"hetu", "business_id", "iban", "reference"})
EXACT = IDENTITY | {"date", "months", "money"}
"""Kinds of which one wrong sign is another paper: they must have been read from both, and alike."""

FEWEST_ALIKE = 3
"""So many exact values read alike, a person's or company's code among them, speak for the same paper whatever it looks like."""


class Likeness(Protocol):
    """What `extractors.fingerprint.compare` gives."""

    @property
    def is_same(self) -> bool: ...

    @property
    def is_alike(self) -> bool: ...


class Compare(Protocol):
    def __call__(self, ink_a: bytes, ink_b: bytes, /) -> Likeness: ...


@dataclass(frozen=True)
class Paper:
    """A document as it is held against another. `person_hetu` is the insured person of its matter."""

    id: UUID
    document_type: str
    pages: tuple[InkedPage, ...]
    body: Mapping[str, Any]
    person_hetu: str | None = None

    @property
    def phash(self) -> int | None:
        """Of its first page that bears anything."""
        return next((page.phash for page in self.pages if page.phash is not None), None)


@dataclass(frozen=True)
class Agreement:
    """What two records say of each other. `is_same`: no value speaks against it, and a code speaks for it."""

    is_same: bool
    is_other: bool
    alike: int


def verdict(paper: Paper, earlier: Paper, compare: Compare) -> Verdict:
    """Say whether `paper` is `earlier` come again.

    Sure only when every page has its like, in order, and the records agree in every exact value. A person decides when it
    looks alike but a value or a page differs, or when all values agree but it looks different. Two papers of two persons
    are two, whatever they look like.
    """
    agreement = agree(paper, earlier)
    if agreement.is_other:
        return "other"
    same_text = agreement.is_same and agreement.alike >= FEWEST_ALIKE
    if len(paper.pages) != len(earlier.pages):
        return "possible" if same_text or _holds_all(paper, earlier, compare) else "other"
    likenesses = [_likeness(a, b, compare) for a, b in zip(paper.pages, earlier.pages, strict=True)]
    seen = [likeness for likeness in likenesses if likeness is not None]
    if not all(likenesses) or not seen:
        return "possible" if same_text else "other"
    if agreement.is_same and paper.document_type != "unknown" and all(likeness.is_same for likeness in seen):
        return "sure"
    return "possible" if same_text or all(likeness.is_alike for likeness in seen) else "other"


def _likeness(a: InkedPage, b: InkedPage, compare: Compare) -> Likeness | None:
    return None if a.ink is None or b.ink is None else compare(a.ink, b.ink)


def _holds_all(paper: Paper, earlier: Paper, compare: Compare) -> bool:
    """Whether each page of the shorter one is surely a page of the longer one."""
    short, long = sorted((paper.pages, earlier.pages), key=len)
    if not short:
        return False
    return all(any((like := _likeness(a, b, compare)) is not None and like.is_same for b in long) for a in short)


def agree(paper: Paper, earlier: Paper) -> Agreement:
    """Hold two records against each other, field by field; a field the one has and the other lacks counts as different."""
    kinds = _kinds(paper.document_type)
    mine, theirs = dict(_cells(paper.body["fields"])), dict(_cells(earlier.body["fields"]))
    is_same, is_other, alike, has_code = paper.document_type == earlier.document_type, False, 0, False
    for place in mine.keys() | theirs.keys():
        a, b, kind = mine.get(place, {}), theirs.get(place, {}), kinds.get(place[0::2], "text")
        sure = _is_settled(a) and _is_settled(b)
        if kind in EXACT:
            if a.get("value") is not None and a.get("value") == b.get("value"):
                alike, has_code = alike + 1, has_code or kind in IDENTITY
            else:
                is_same = False
                is_other = is_other or (kind == "hetu" and sure)
        elif sure and _plain(a.get("value")) != _plain(b.get("value")):
            is_same = False
    return Agreement(is_same and has_code, is_other, alike)


Place = tuple[str, int, str]


def _cells(fields: Mapping[str, Any]) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    """Every field with its place: name, row, column (row 0 and no column outside tables)."""
    for name, found in fields.items():
        if isinstance(found, list):
            for number, row in enumerate(found):
                for column, cell in row.items():
                    yield (name, number, column), cell
        else:
            yield (name, 0, ""), found


@cache
def _kinds(document_type: str) -> Mapping[tuple[str, ...], str]:
    """Kinds by name and column."""
    doc_type = known_types().get(document_type)
    specs: Sequence[Any] = doc_type.fields if doc_type is not None else ()
    plain = {(spec.name, ""): str(spec.kind) for spec in specs}
    return plain | {(spec.name, column.name): str(column.kind) for spec in specs for column in spec.columns}


def _is_settled(cell: Mapping[str, Any]) -> bool:
    return cell.get("value") is not None and bool(cell.get("accepted") or cell.get("seen_by"))


def _plain(value: Any) -> Any:
    return " ".join(value.casefold().split()) if isinstance(value, str) else value
