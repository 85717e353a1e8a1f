"""The routing table as `routing.toml` states it, checked when it is loaded."""

from __future__ import annotations

import functools
import os
import re
import tomllib
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from models.errors import TypeFileError
from models.work import Queue

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

ConditionName = Literal[
    "names_another_kela_benefit", "comes_from_prison", "concerns_this_benefit", "has_strong_international_marker",
    "claims_this_benefit", "claims_sickness_allowance", "has_evidence_of_order", "diagnosis_is_infectious",
    "diagnosis_is_not_infectious", "claims_another_benefit", "has_security_ban", "is_in_prison", "is_fund_member",
    "speaks_of_due_recovery", "sickness_allowance_was_paid", "card_is_for_tax_at_source", "card_is_for_wages",
    "has_weak_international_marker", "has_international_marker_in_question", "is_self_employed_without_insurance",
    "disease_is_not_listed", "fell_ill_in_substitute_work", "employer_is_foreign", "is_for_another_authority",
    "speaks_of_debt_arrangement", "speaks_of_loan_guarantee", "has_nothing_for_this_benefit",
]  # fmt: skip
Strength = Literal["strong", "question", "weak"]
CommentName = Literal["", "e_form", "international", "suspicion", "recovery", "wage_card"]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rule(_Strict):
    """One row: holds when a document of `types` is there and all of `when` hold."""

    id: str
    section: str
    types: tuple[str, ...] = ()
    when: tuple[ConditionName, ...] = ()
    queue: Queue
    owner: Queue | None = None
    specifier: str = ""
    comment: CommentName = ""


class Side(_Strict):
    """A side task: holds as a rule does, adds work for somebody else, and never moves the matter."""

    id: str
    section: str
    types: tuple[str, ...] = ()
    when: tuple[ConditionName, ...]
    to: str
    says: str
    says_sv: str
    says_en: str = ""


class Diagnoses(_Strict):
    """Codes and names of diseases that may carry this benefit; rank 1 are the generally hazardous ones (check C30)."""

    rank: int
    tier: str
    codes: tuple[str, ...]
    words: tuple[str, ...]

    def hold(self, code: str) -> bool:
        """Tell whether a code with its point falls under one of `codes`."""
        return any(_covers(span, code) for span in self.codes)


class Marker(_Strict):
    """A field that shows a link abroad: by being there (a mark: by being true), by one of `words`, or by not matching `unlike`.

    A strong one moves the matter; one that puts insurance in question or a weak one asks for a consultation.
    """

    id: str
    strength: Strength = "strong"
    says: str
    says_sv: str = ""
    says_en: str = ""
    types: tuple[str, ...]
    field: str
    detail: str = ""
    words: tuple[str, ...] = ()
    unlike: str = ""


class Words(_Strict):
    """Words that conditions look for."""

    another_kela_benefit: tuple[str, ...]
    prison: tuple[str, ...]
    physician_in_charge: tuple[str, ...]
    this_benefit: tuple[str, ...]
    due_recovery: tuple[str, ...]
    debt_arrangement: tuple[str, ...]
    loan_guarantee: tuple[str, ...]
    tax_at_source: tuple[str, ...]
    benefit_card: tuple[str, ...]
    wage_card: tuple[str, ...]
    substitute_illness: tuple[str, ...]


class PlainWords(_Strict):
    """What a condition means, for people who read the table."""

    fi: str = Field(min_length=1)
    sv: str = Field(min_length=1)
    en: str = Field(min_length=1)


class RoutingTable(_Strict):
    """All that routing knows; `matters` names the types that make a matter of their own."""

    rules: tuple[Rule, ...] = Field(alias="rule")
    sides: tuple[Side, ...] = Field((), alias="side")
    matters: dict[str, tuple[str, ...]]
    diagnoses: tuple[Diagnoses, ...]
    markers: tuple[Marker, ...]
    words: Words
    conditions: dict[ConditionName, PlainWords]

    @model_validator(mode="after")
    def _every_condition_has_its_words(self) -> Self:
        missing = sorted(set(get_args(ConditionName)) - set(self.conditions))
        if missing:
            raise ValueError(f"[conditions] says nothing of {', '.join(missing)}")
        return self

    @model_validator(mode="after")
    def _always_answers(self) -> Self:
        last = self.rules[-1] if self.rules else None
        if last is None or last.types or last.when:
            raise ValueError("the last rule must hold for every matter")
        return self

    def matter_of(self, document_type: str) -> str:
        """The name of the matter that a document of this type belongs to."""
        return next((name for name, types in self.matters.items() if document_type in types), "benefit")


def _covers(span: str, code: str) -> bool:
    """Tell whether a prefix (`A04.3`) or a range (`A15-A19`, `B18.0-B18.2`) holds a code."""
    first, _, last = span.partition("-")
    if not last:
        return code == first or code.startswith(first if "." in first else f"{first}.")
    return first <= code[: len(first)] <= last if re.match(r"[A-Z]\d\d", code) else False


REMEDY = "Mend the table and check it: `./saapuva routing check FILE`."
OWN_TABLE = "SAAPUVA_ROUTING"
"""Read here and not handed in: every process that reads papers must go by the same table, whoever started it."""


@functools.cache
def routing_table() -> RoutingTable:
    """Load the table once: an own copy where SAAPUVA_ROUTING names one, else the one shipped.

    Raises TypeFileError that names line and rule when it says something it may not.
    """
    own = os.environ.get(OWN_TABLE)
    return load_table(Path(own)) if own else load_table()


def shipped() -> Traversable:
    return resources.files("intake.pipeline").joinpath("routing.toml")


def load_table(path: Path | None = None) -> RoutingTable:
    """Load and check a table; without `path`, the one shipped. Raises TypeFileError."""
    name = path.name if path else "routing.toml"
    try:
        text = (path or shipped()).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TypeFileError(name, f"it cannot be read ({type(error).__name__}).", REMEDY) from None
    try:
        return RoutingTable.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise TypeFileError(name, f"{error}.", REMEDY) from None
    except ValidationError as error:
        raise TypeFileError(name, "; ".join(_placed(fault, text) for fault in error.errors()), REMEDY) from None


def _placed(fault: ErrorDetails, text: str) -> str:
    """One fault with the line of its block and the block's id, where it lies in one."""
    section, number, *rest = (*fault["loc"], "", "", "")
    said = fault["msg"].removeprefix("Value error, ")
    if not isinstance(number, int):
        return f"{'.'.join(str(part) for part in fault['loc'])}: {said}" if fault["loc"] else said
    line, id_ = block_of(text, str(section), number)
    named = f" {id_}" if id_ else ""
    where = ".".join(str(part) for part in rest if part != "")
    return f"line {line}, {section}{named}{', ' + where if where else ''}: {said}"


def block_of(text: str, section: str, number: int) -> tuple[int, str]:
    """Line and id of the block so many after the first `[[section]]`."""
    lines = text.splitlines()
    starts = [at for at, line in enumerate(lines) if re.match(rf"\s*\[\[\s*{re.escape(section)}\s*\]\]", line)]
    if number >= len(starts):
        return 1, ""
    start = starts[number]
    for line in lines[start + 1 :]:
        if line.lstrip().startswith("["):
            break
        if found := re.match(r'\s*id\s*=\s*["\'](.+?)["\']', line):
            return start + 1, found[1]
    return start + 1, ""
