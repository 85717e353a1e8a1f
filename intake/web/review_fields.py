"""What the review screen shows of a record: each field with its value as people write it, its picture and its candidates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from extractors.catalog import known_types
from extractors.values.parse import candidates
from intake.web.names import field_name, option_name
from models.document_type import FieldSpec, Kind

MOST_CANDIDATES = 3
DOUBTFUL, ACCEPTED, SEEN, ABSENT = "doubtful", "accepted", "seen", "absent"
_GROUPED_BY = {"iban": 4, "reference": 5}
_SAME_LINE = 0.012
"""Middles nearer than this share of a page's height stand on one line: four millimetres of an A4 page."""


@dataclass(frozen=True)
class Choice:
    """One value with how it is shown."""

    value: Any
    shown: str


@dataclass(frozen=True)
class ShownField:
    """One field or cell. `state`: doubtful, accepted, seen (by a person) or absent (its box is empty).

    `shown` is the proposed value as people write it; `box` its shares of the page as it arrived.
    """

    path: str
    name: str
    kind: Kind
    state: str
    value: Any
    shown: str
    no_value: str | None
    asked: bool
    raw: str
    page: int | None
    box: list[float] | None
    confidence: float | None
    reading: str
    seen_by: str | None
    candidates: tuple[Choice, ...]
    options: tuple[Choice, ...]
    is_area: bool = False

    @property
    def is_open(self) -> bool:
        return self.state == DOUBTFUL


@dataclass(frozen=True)
class ShownTable:
    """A table field: rows of cells. `blank` is a row's cells with nothing in them, for a row that is added."""

    path: str
    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[ShownField, ...], ...]
    blank: tuple[ShownField, ...]
    kind: str = "table"

    @property
    def is_open(self) -> bool:
        return any(cell.is_open for row in self.rows for cell in row)

    @property
    def page(self) -> int | None:
        return next((cell.page for row in self.rows for cell in row if cell.page), None)


Shown = ShownField | ShownTable


@dataclass(frozen=True)
class Words:
    """The few words that values need, in the person's language."""

    language: str
    yes: str
    no: str


@dataclass(frozen=True)
class ShownRecord:
    """A record's fields in reading order; `open` are those that a person must look at."""

    document_type: str
    fields: tuple[Shown, ...] = field(default=())

    @property
    def cells(self) -> Iterator[ShownField]:
        for one in self.fields:
            if isinstance(one, ShownTable):
                yield from (cell for row in one.rows for cell in row)
            else:
                yield one

    @property
    def open(self) -> list[ShownField]:
        return [cell for cell in self.cells if cell.is_open]


def shown_record(body: Mapping[str, Any], words: Words) -> ShownRecord:
    """Lay out every field that the paper's type knows: as they stand on the page; those that stand nowhere, as in the type."""
    doc_type = known_types().get(body["type"])
    if doc_type is None:
        return ShownRecord(body["type"])
    shown: list[Shown] = []
    for spec in doc_type.fields:
        found = body["fields"].get(spec.name)
        if spec.kind == "table":
            shown.append(_table(spec, found or [], body["type"], words))
        else:
            shown.append(_field(spec.name, spec.kind, found, body["type"], words, spec))
    return ShownRecord(body["type"], tuple(_in_reading_order(shown)))


def _in_reading_order(shown: Sequence[Shown]) -> list[Shown]:
    """By page, then line by line, then across; what stands nowhere follows what comes before it in the type."""
    placed: list[tuple[int, float, float, Shown]] = []
    page, middle, left = 0, 0.0, 0.0
    for one in shown:
        box = _box(one)
        if one.page is not None and box is not None:
            page, middle, left = one.page, (box[1] + box[3]) / 2, box[0]
        placed.append((page, middle, left, one))
    lines: list[list[tuple[int, float, float, Shown]]] = []
    for found in sorted(placed, key=lambda one: one[:2]):
        if lines and found[0] == lines[-1][0][0] and found[1] - lines[-1][0][1] < _SAME_LINE:
            lines[-1].append(found)
        else:
            lines.append([found])
    return [one[3] for line in lines for one in sorted(line, key=lambda one: one[2])]


def _box(one: Shown) -> list[float] | None:
    if isinstance(one, ShownTable):
        return next((cell.box for row in one.rows for cell in row if cell.box), None)
    return one.box


def _table(spec: FieldSpec, rows: Sequence[Mapping[str, Any]], document_type: str, words: Words) -> ShownTable:
    names = tuple(field_name(words.language, document_type, f"{spec.name}[0].{column.name}") for column in spec.columns)

    def cells(row: Mapping[str, Any], number: int) -> tuple[ShownField, ...]:
        return tuple(
            _field(f"{spec.name}[{number}].{column.name}", column.kind, row.get(column.name), document_type, words)
            for column in spec.columns
        )

    name = field_name(words.language, document_type, spec.name)
    return ShownTable(spec.name, name, names, tuple(cells(row, n) for n, row in enumerate(rows)), cells({}, 0))


def _field(
    path: str, kind: Kind, found: Mapping[str, Any] | None, document_type: str, words: Words, spec: FieldSpec | None = None
) -> ShownField:  # fmt: skip
    told = found or {}
    value = told.get("value")
    options = _options(kind, spec, document_type, words)
    return ShownField(
        path=path, name=field_name(words.language, document_type, path), kind=kind, state=_state(found), value=value,
        shown=shown_value(kind, value, options), no_value=told.get("no_value"), asked=bool(told.get("asked")),
        raw=told.get("raw", ""), page=told.get("page"), box=told.get("box"), confidence=told.get("confidence"),
        reading=told.get("reading", ""), seen_by=told.get("seen_by"),
        candidates=_candidates(kind, told) if _state(found) == DOUBTFUL else (), options=options,
        is_area=bool(spec and spec.area),
    )  # fmt: skip


def _state(found: Mapping[str, Any] | None) -> str:
    if found is None:
        return ABSENT
    if found.get("seen_by"):
        return SEEN
    return ACCEPTED if found["accepted"] else DOUBTFUL


def _options(kind: Kind, spec: FieldSpec | None, document_type: str, words: Words) -> tuple[Choice, ...]:
    if kind in ("yes_no", "signature"):
        return Choice(True, words.yes), Choice(False, words.no)
    if spec is None:
        return ()
    return tuple(Choice(one.value, option_name(words.language, document_type, spec.name, one.value)) for one in spec.options)


def _candidates(kind: Kind, found: Mapping[str, Any]) -> tuple[Choice, ...]:
    """The proposed value, then what else the readers saw; what they kept nothing of is worked out from the raw reading."""
    values = [found["value"], *found.get("candidates", [])]
    values += [one.value for one in candidates(kind, found.get("raw", ""))]
    listed: dict[str, Choice] = {}
    for value in values:
        if value is not None and not isinstance(value, bool):
            listed.setdefault(repr(value), Choice(value, shown_value(kind, value)))
    return tuple(listed.values())[:MOST_CANDIDATES] if kind not in ("choice", "choices") else ()


def shown_value(kind: str, value: Any, options: Sequence[Choice] = ()) -> str:
    """Write a value in normal form as people here write it; "" for none."""
    if value is None:
        return ""
    if options:
        wanted = value if isinstance(value, list) else [value]
        return ", ".join(one.shown for one in options if one.value in wanted)
    writes = {"date": _as_day, "months": _as_months, "money": _as_sum, "phone": _as_phone}
    if kind in writes:
        return writes[kind](value)
    if kind in _GROUPED_BY:
        return _grouped(str(value), _GROUPED_BY[kind])
    return str(value)


def _as_day(value: Any) -> str:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return str(value)
    return f"{day.day}.{day.month}.{day.year}"


def _as_months(value: Any) -> str:
    return ", ".join(f"{int(month[5:7])}/{month[:4]}" for month in value)


def _as_sum(value: Any) -> str:
    return str(value).replace(".", ",")


def _as_phone(value: Any) -> str:
    text = str(value)
    return f"{text[:3]} {text[3:]}" if text.isdigit() and len(text) > 6 else text


def _grouped(value: str, size: int) -> str:
    if not value.isalnum():
        return value
    if size == 4 or value.startswith("RF"):
        return " ".join(value[place : place + 4] for place in range(0, len(value), 4))
    head = len(value) % size
    parts = [value[:head], *(value[place : place + size] for place in range(head, len(value), size))]
    return " ".join(part for part in parts if part)
