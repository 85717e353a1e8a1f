"""The checks by their ids, and how what they notice becomes a finding."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from intake.pipeline.checks.case import Case, Grounds, has_unread_paper, is_doubtful
from intake.pipeline.checks.words import READ_FIRST_FI, READ_FIRST_SV, UNSURE_FI, UNSURE_SV
from models.extraction import Record
from models.work import Addressee, Finding

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
    settled_fi: str = ""
    settled_sv: str = ""


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
    """Every check by id; the modules that define them are imported first."""
    from intake.pipeline.checks import every  # noqa: F401 - imports all modules with checks

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


def evaluate(case: Case) -> list[Finding]:
    """Run every check once on a case; findings in the order of their ids, each said once."""
    functions = dict.fromkeys(function for functions in registered().values() for function in functions)
    found = {finding: None for function in functions for finding in _findings(function(case), case)}
    return sorted(found, key=lambda finding: (finding.check, finding.document or "", finding.field or "", finding.key))


def _rests_on_doubt(one: Noticed, case: Case) -> bool:
    own = ((one.record, one.field),) if one.record and one.field else ()
    doubtful = any(is_doubtful(record, name) for record, name in (*own, *one.rests_on))
    return doubtful or (one.lacks_paper and has_unread_paper(case))


def _unsure(finding: Finding) -> Finding:
    """The same finding as a note that asks nobody: a person reads the field, then it is judged again."""
    return finding.model_copy(
        update={
            "severity": "note", "letter": None, "asked_of": None, "asks": "", "asks_sv": "",
            "says": f"{UNSURE_FI} {finding.says}", "says_sv": f"{UNSURE_SV} {finding.says_sv}",
            "settled_by": READ_FIRST_FI, "settled_by_sv": READ_FIRST_SV,
        }
    )  # fmt: skip


def _findings(noticed: Iterable[Noticed], case: Case) -> Iterator[Finding]:
    for one in noticed:
        finding = _finding(one)
        is_unsure = finding.severity != "alarm" and _rests_on_doubt(one, case)
        yield _unsure(finding) if is_unsure else finding


def _finding(one: Noticed) -> Finding:
    words, ask = wordings()[one.key], asks().get(one.key)
    return Finding(
        check=one.key.partition(".")[0],
        key=one.key,
        section=words.section,
        severity=words.severity,
        letter=words.letter,
        says=words.fi.format(**one.words),
        says_sv=words.sv.format(**one.words),
        settled_by=words.settled_fi.format(**one.words),
        settled_by_sv=words.settled_sv.format(**one.words),
        asked_of=ask.of if ask else None,
        asks=ask.fi.format(**one.words) if ask else "",
        asks_sv=ask.sv.format(**one.words) if ask else "",
        document=one.record.id if one.record else None,
        field=one.field,
    )
