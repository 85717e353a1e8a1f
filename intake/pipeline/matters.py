"""Which documents of one file belong together: one insured person, one matter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import Levenshtein

from extractors.values.identity import is_hetu
from intake.pipeline.routing_table import RoutingTable
from models.extraction import Extraction, Record
from models.facts import Facts
from models.page import PageText

_PERSON_FIELDS = (
    "guardian_hetu",
    "applicant_hetu",
    "employee_hetu",
    "patient_hetu",
    "subject_hetu",
    "debtor_hetu",
    "person_hetu",
    "insured_id",
)
_MOST_MISREAD = 2  # characters of an identity code that may differ when its check does not hold
_MOST_MISREAD_OF_ONE = 5  # the same, where the file has one person only


@dataclass(frozen=True)
class Matter:
    """The documents of one matter, in the order of the file.

    `texts` are its pages, where they are known; `facts` is what registers say of the insured person. `said` holds, by
    record id, the words of papers whose pages' texts are not at hand.
    """

    person_hetu: str | None
    records: tuple[Record, ...]
    texts: Mapping[int, PageText]
    facts: Facts = field(default_factory=Facts)
    said: Mapping[str, str] = field(default_factory=dict)


def value_of(record: Record, name: str) -> object:
    """The value of a field, accepted or not; None when it is empty, unreadable or a table."""
    found = record.fields.get(name)
    return found.value if isinstance(found, Extraction) else None


def text_of(record: Record, name: str) -> str:
    """A field's words in lower case, as read where there is no value."""
    found = record.fields.get(name)
    if not isinstance(found, Extraction):
        return ""
    return str(found.value if found.value is not None else found.raw).casefold()


def codes_in(matter: Matter) -> list[str]:
    """Every identity code on the matter's papers that holds its check, each once, in the order of the papers."""
    codes = [value_of(record, name) for record in matter.records for name in (*_PERSON_FIELDS, "child_hetu")]
    return list(dict.fromkeys(str(code) for code in codes if _holds(code)))


def group(records: Sequence[Record], texts: Mapping[int, PageText], table: RoutingTable) -> list[Matter]:
    """Sort a file's documents into matters.

    A child's papers go with its guardian's, an employer's notice with the employee's. A document without a
    code that holds its check joins the file's only person, or else the person whose code it nearly shows, or
    the one whose application it follows. A paper of unknown kind joins a matter of this benefit if that is
    the only one.
    """
    guardian_by_child = _guardians(records)
    persons = [_person_of(record, guardian_by_child) for record in records]
    known = list(dict.fromkeys(person for person in persons if person))
    placed: dict[tuple[str, str], list[Record]] = {}
    previous = known[0] if len(known) == 1 else ""
    for record, person in zip(records, persons, strict=True):
        previous = person or _joined(record, known, previous)
        placed.setdefault((previous, table.matter_of(record.document_type)), []).append(record)
    _place_unknown(placed)
    return [
        Matter(
            person if is_hetu(person) else None,
            tuple(grouped),
            {page: texts[page] for record in grouped for page in record.pages if page in texts},
        )
        for (person, _), grouped in placed.items()
    ]


def _guardians(records: Sequence[Record]) -> dict[str, str]:
    """Which guardian stands on the paper beside which child.

    Where an only application is made for a child whose code cannot be read, the orders beside it are for that child.
    """
    pairs = [(value_of(record, "child_hetu"), value_of(record, "applicant_hetu")) for record in records]
    pairs += [(value_of(record, "subject_hetu"), value_of(record, "guardian_hetu")) for record in records]
    applications = [record for record in records if record.document_type == "sv8_application"]
    if len(applications) == 1 and value_of(applications[0], "ordered_person") == "child":
        applicant = value_of(applications[0], "applicant_hetu")
        pairs += [(subject, applicant) for record in records if (subject := value_of(record, "subject_hetu")) != applicant]
    return {str(child): str(guardian) for child, guardian in reversed(pairs) if _holds(child) and _holds(guardian)}


def _holds(code: object) -> bool:
    return isinstance(code, str) and is_hetu(code)


def _person_of(record: Record, guardian_by_child: Mapping[str, str]) -> str | None:
    """The insured person by this paper's own code; for a child that has a guardian in the file, the guardian."""
    codes = [value_of(record, name) for name in _PERSON_FIELDS]
    code = next((str(code) for code in codes if _holds(code)), None)
    if code and _is_order_for_child(record) and not _holds(value_of(record, "guardian_hetu")):
        return guardian_by_child.get(code)
    return guardian_by_child.get(code, code) if code else None


def _is_order_for_child(record: Record) -> bool:
    return record.document_type == "absence_order" and value_of(record, "decision_kind") == "child_home"


def _joined(record: Record, known: Sequence[str], previous: str) -> str:
    """Whose a paper is that shows no code that holds: a known person's, the paper's before it, or somebody's unknown.

    Somebody unknown goes by the code as it was read, so that two of them are not taken for one.
    """
    codes = [str(code) for name in _PERSON_FIELDS if (code := value_of(record, name))]
    if len(known) == 1 and (not codes or _is_order_for_child(record)):
        return known[0]
    if not codes:
        return previous
    reach = _MOST_MISREAD_OF_ONE if len(known) == 1 else _MOST_MISREAD
    near = {person for person in known for code in codes if Levenshtein.distance(code, person) <= reach}
    return near.pop() if len(near) == 1 else f"unknown {codes[0]}"


def _place_unknown(placed: dict[tuple[str, str], list[Record]]) -> None:
    claims = [key for key in placed if key[1] == "benefit"]
    if len(claims) != 1:
        return
    for key in [key for key in placed if key[1] == "unknown"]:
        placed[claims[0]] = sorted([*placed[claims[0]], *placed.pop(key)], key=lambda record: record.pages)
