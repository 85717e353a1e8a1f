"""How a check is written: its ids, what it notices, and the words of what it finds."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from intake.pipeline.checks.case import Case, Grounds
from models.extraction import Record
from models.work import Addressee

Severity = Literal["note", "ask", "stop", "alarm"]
WORDS = Path(__file__).with_name("findings.toml")
ASKS = Path(__file__).with_name("asks.toml")


class Wording(BaseModel):
    """One kind of finding: its section of the guide, how grave it is, its letter, what it says and what would settle it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    section: str
    severity: Severity
    letter: str | None = None
    fi: str
    sv: str
    en: str
    settled_fi: str = ""
    settled_sv: str = ""
    settled_en: str = ""


class Ask(BaseModel):
    """What a request says on the ground of a finding, and to whom."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    of: Addressee
    fi: str
    sv: str


class Noticed(NamedTuple):
    """What a check saw: the key of its wording (`C12.late`), the paper and field it saw it on, and the words to fill in.

    `rests_on` are further fields that make it hold, `lacks_paper` says that it holds because a paper is not there: where
    one of these is not sure, the finding asks nobody and says that the field or paper must be read first.
    """

    key: str
    record: Record | None = None
    field: str | None = None
    words: Mapping[str, str] = MappingProxyType({})
    rests_on: Grounds = ()
    lacks_paper: bool = False


Check = Callable[[Case], Iterable[Noticed]]
_CHECKS: dict[str, list[Check]] = {}


def check(*ids: str) -> Callable[[Check], Check]:
    """Register a check under its ids of the guide's list (`C10`). One function may answer for several."""

    def register(function: Check) -> Check:
        for id_ in ids:
            _CHECKS.setdefault(id_, []).append(function)
        return function

    return register


def registered() -> dict[str, list[Check]]:
    """Every check by id, of the modules that have been imported; `evaluation` imports them all."""
    return dict(sorted(_CHECKS.items()))


@cache
def wordings(path: Path = WORDS) -> dict[str, Wording]:
    """Load what findings say. A misspelt key stops the start and names itself."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return {f"{id_}.{name}": Wording.model_validate(words) for id_, names in table.items() for name, words in names.items()}


@cache
def asks(path: Path = ASKS) -> dict[str, Ask]:
    """Load what requests say. A misspelt key stops the start and names itself."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return {f"{id_}.{name}": Ask.model_validate(words) for id_, names in table.items() for name, words in names.items()}
