"""Where a matter goes, why, and what a person must still look at."""

from __future__ import annotations

from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, model_validator

Queue = Literal[
    "southern_district", "international_centre", "home_district", "protected_clients", "prison_cases", "recovery_centre",
    "basic_data", "payments", "tax", "income_data", "other_authority", "indexing",
]  # fmt: skip


class Reason(BaseModel):
    """A rule of the routing table that held, with what made it hold. `section` is the guide's, or REC."""

    model_config = ConfigDict(frozen=True)

    rule: str
    section: str
    document: str | None = None
    field: str | None = None


Likeness = Literal["code", "birth_date", "name", "child", "reference"]
"""What papers without a sure person share with a matter."""

Addressee = Literal["insured", "employer", "fund"]


class Finding(BaseModel):
    """Something a check noticed.

    `key` names its wording (`C12.late`), `severity` how grave it is, `letter` the code of the letter that asks for what
    is missing, `settled_by` what would settle it; `says` is Finnish, `says_sv` Swedish, `says_en` English (empty in what
    was kept before there was English). `asks` is what a request says to `asked_of`, in the languages letters go out in;
    without it the caseworker settles the matter alone.
    """

    model_config = ConfigDict(frozen=True)

    check: str
    section: str
    severity: str
    letter: str | None = None
    says: str
    document: str | None = None
    key: str = ""
    says_sv: str = ""
    says_en: str = ""
    settled_by: str = ""
    settled_by_sv: str = ""
    settled_by_en: str = ""
    asked_of: Addressee | None = None
    asks: str = ""
    asks_sv: str = ""
    field: str | None = None


class SideTask(BaseModel):
    """Something to be done besides, by somebody else, that never moves the matter (routing table, rows marked ⊕)."""

    model_config = ConfigDict(frozen=True)

    rule: str
    section: str
    to: str
    says: str
    says_sv: str
    says_en: str = ""
    document: str | None = None
    field: str | None = None


class WorkItem(BaseModel):
    """One matter of one insured person, waiting in one queue.

    `person_hetu` is the applicant, the employee, the order's subject or, for a child, the guardian; None
    when no paper of the matter shows a code that holds its check. `documents` are record ids.
    """

    model_config = ConfigDict(frozen=True)

    person_hetu: str | None
    documents: tuple[str, ...]
    queue: Queue
    owner: Queue
    specifier: str
    comment: str = ""
    pending_date: str | None = None
    last_filing_day: str | None = None
    reasons: tuple[Reason, ...]
    findings: tuple[Finding, ...] = ()
    side_tasks: tuple[SideTask, ...] = ()

    @model_validator(mode="after")
    def _a_foreign_matter_says_why(self) -> Self:
        if self.queue == "international_centre" and not self.comment.strip():
            raise ValueError("a matter for the international centre needs a comment (guide 1.8.1.3)")
        return self


class Candidate(BaseModel):
    """A matter that papers without a sure person may belong to. `score` (0…1) only orders; a person decides."""

    model_config = ConfigDict(frozen=True)

    matter_id: UUID
    why: tuple[Likeness, ...]
    score: float
