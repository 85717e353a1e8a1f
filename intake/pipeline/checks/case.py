"""What a check looks at: the papers of one matter, when each of them came, and what registers say of the person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from intake.pipeline.matters import Matter
from models.extraction import Extraction, Record, Row
from models.facts import Facts
from models.result import Channel


@dataclass(frozen=True)
class Arrived:
    """When and how one paper reached us: the day that counts in law."""

    day: date
    channel: Channel


@dataclass(frozen=True)
class Case:
    """One matter with everything the checks may ask of it. `today` is the day of the evaluation."""

    matter: Matter
    arrived: Mapping[str, Arrived]
    today: date

    @property
    def facts(self) -> Facts:
        """What registers say of the insured person."""
        return self.matter.facts

    def papers(self, *types: str) -> list[Record]:
        """The matter's documents of these types, in the order of their arrival, then of the file."""
        found = [record for record in self.matter.records if record.document_type in types]
        return sorted(found, key=lambda record: self.arrived[record.id].day if record.id in self.arrived else date.max)


def is_told(record: Record, name: str) -> bool:
    """Tell whether a field bears anything at all, readable or not. A check that asks for what is missing looks here first.

    A field without a value that is accepted all the same is one that a person has seen to be blank.
    """
    found = record.fields.get(name)
    if isinstance(found, list):
        return bool(found)
    return found is not None and not (found.value is None and found.accepted)


def is_doubtful(record: Record, name: str) -> bool:
    """Tell whether a person must still look at a field: then nothing is said on its ground but that it is doubtful."""
    found = record.fields.get(name)
    if isinstance(found, list):
        return any(not cell.accepted for row in found for cell in row.values())
    return isinstance(found, Extraction) and not found.accepted


def has_unread_paper(case: Case) -> bool:
    """Tell whether a paper of the matter is of no kind that is sure: it may be the very one that is missing."""
    return any(record.document_type == "unknown" or not record.accepted for record in case.matter.records)


def text(record: Record | Row, name: str) -> str:
    value = _value(record, name)
    return value if isinstance(value, str) else ""


def day(record: Record | Row, name: str) -> date | None:
    """A date field's day; None when it is empty or unreadable."""
    try:
        return date.fromisoformat(text(record, name))
    except ValueError:
        return None


def money(record: Record | Row, name: str) -> Decimal | None:
    try:
        return Decimal(text(record, name))
    except InvalidOperation:
        return None


def flag(record: Record | Row, name: str) -> bool | None:
    value = _value(record, name)
    return value if isinstance(value, bool) else None


def choices(record: Record, name: str) -> frozenset[str]:
    value = _value(record, name)
    return frozenset(value) if isinstance(value, list) else frozenset()


def rows(record: Record, name: str) -> list[Row]:
    found = record.fields.get(name)
    return found if isinstance(found, list) else []


def _value(record: Record | Row, name: str) -> object:
    found = (record.fields if isinstance(record, Record) else record).get(name)
    return found.value if isinstance(found, Extraction) else None


@dataclass(frozen=True)
class Period:
    """Days from `start` to `end`, both included; `end` None means until further notice."""

    start: date
    end: date | None

    def __contains__(self, one: date) -> bool:
        return self.start <= one and (self.end is None or one <= self.end)


def period(record: Record | Row, start: str, end: str) -> Period | None:
    """A period by the names of its two fields; None without a readable start."""
    first = day(record, start)
    return None if first is None else Period(first, day(record, end))


Grounds = tuple[tuple[Record, str], ...]
"""Fields that a finding rests on, by paper."""


def grounds(records: Iterable[Record], *names: str) -> Grounds:
    return tuple((record, name) for record in records for name in names)


def orders(case: Case) -> Iterator[tuple[Record, Period]]:
    """Every order of the physician in charge with a readable start, in the order of arrival."""
    for record in case.papers("absence_order"):
        days = period(record, "start", "end")
        if days:
            yield record, days


def claimed(case: Case) -> Iterator[tuple[Record, Period]]:
    """Every application with the days it asks for."""
    for record in case.papers("sv8_application"):
        days = period(record, "absence_start", "absence_end")
        if days:
            yield record, days


def earliest(days: Iterable[date | None]) -> date | None:
    return min((one for one in days if one is not None), default=None)
