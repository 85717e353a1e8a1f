"""What the units behind the queues are called on a given day, and who recovers what, from `units.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from models.errors import TypeFileError
from models.work import Queue

Language = Literal["fi", "sv"]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Name(_Strict):
    """What a unit is called from a day on; `alias` are other names of the same unit."""

    since: date = Field(alias="from")
    fi: str
    sv: str
    source: str
    alias: tuple[str, ...] = ()


class Unit(_Strict):
    """The unit behind a queue, with its names from the oldest on."""

    queue: Queue
    note: str = ""
    names: tuple[Name, ...] = Field(alias="name", min_length=1)

    @model_validator(mode="after")
    def _one_name_a_day(self) -> Self:
        days = [name.since for name in self.names]
        if days != sorted(set(days)):
            raise ValueError(f"the names of {self.queue} must stand in the order of their days, one for each day")
        return self


class Recovery(_Strict):
    """One sort of recovery: which unit has it. Meant when the paper holds a word of each list; without lists, always."""

    type: str
    rule: str
    fi: str
    sv: str
    unit: str
    unit_sv: str
    phone: str = ""
    words: tuple[tuple[str, ...], ...] = ()
    source: str


class Units(_Strict):
    """All units; each queue has one."""

    units: tuple[Unit, ...] = Field(alias="unit")
    recoveries: tuple[Recovery, ...] = Field(alias="recovery")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        named = [unit.queue for unit in self.units]
        if sorted(named) != sorted(get_args(Queue)):
            raise ValueError("every queue needs one unit, and no queue two")
        if not self.recoveries or self.recoveries[-1].words:
            raise ValueError("the last recovery must have no words: it is meant when no other is")
        return self


@cache
def units(path: Path | None = None) -> Units:
    """Load the table once. Raises TypeFileError when it says something it may not; `path` stands in for the one shipped."""
    try:
        place = path or resources.files("intake.pipeline").joinpath("units.toml")
        return Units.model_validate(tomllib.loads(place.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise TypeFileError("units.toml", str(error)) from None


def name_of(queue: str, day: date, language: Language = "fi", table: Units | None = None) -> str:
    """What the unit behind a queue is called on `day`; before its first name, that one. An unknown queue keeps its own word."""
    unit = next((unit for unit in (table or units()).units if unit.queue == queue), None)
    if unit is None:
        return queue
    begun = [name for name in unit.names if name.since <= day] or [unit.names[0]]
    return begun[-1].fi if language == "fi" else begun[-1].sv


def queue_called(name: str, table: Units | None = None) -> str | None:
    """The queue of a unit by any name it ever had, or an alias; None when no unit is called so."""
    wanted = name.casefold().strip()
    for unit in (table or units()).units:
        for one in unit.names:
            if wanted in (one.fi.casefold(), one.sv.casefold(), *(alias.casefold() for alias in one.alias)):
                return unit.queue
    return None


def recovery_of(holds: Callable[[tuple[str, ...]], bool], table: Units | None = None) -> Recovery:
    """Which sort of recovery a paper is about; `holds` tells whether one of some words stands on it."""
    return next(row for row in (table or units()).recoveries if all(holds(words) for words in row.words))
