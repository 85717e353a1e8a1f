"""Whose papers are: what a packet says of its person, and how well it fits another's. Pure.

Only what is sure joins: a code whose field is accepted (or was seen by a person) and whose check holds; else a name that
is accepted with the same day of birth; else, for a child's order, the child whose guardian is known. All else is for a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from extractors.values.identity import born, is_hetu
from models.extraction import Extraction, Record
from models.work import Likeness

NAMES_BY_CODE: Mapping[str, tuple[str, ...]] = {
    "applicant_hetu": ("applicant_last_name", "applicant_first_names"),
    "employee_hetu": ("employee_name",),
    "patient_hetu": ("patient_name",),
    "debtor_hetu": ("debtor_name",),
    "person_hetu": ("person_name",),
    "insured_id": ("insured_last_name", "insured_first_names"),
    "subject_hetu": ("subject_name",),
}
"""Fields that hold the insured person's code, each with those that hold the name beside it."""

MOST_MISREAD = 2
"""Characters by which a doubtful code may differ from a person's and still speak for that person."""

NAMES_ALIKE = 90.0
FEWEST = 0.55
"""What a candidate scores at least: a code with two characters misread does, a first name in common does not."""


@dataclass(frozen=True)
class Claims:
    """What papers say of persons. `pairs` are child and guardian, both sure; `child` is whose order it is, if a child's.

    `child_codes` are such a child's that are not sure. `codes` and `names` are the insured person's as
    they stand there: codes that are not sure, names that are accepted.
    """

    person: str | None
    pairs: frozenset[tuple[str, str]] = frozenset()
    child: str | None = None
    is_childs: bool = False
    child_codes: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    names: frozenset[frozenset[str]] = frozenset()
    births: frozenset[date] = frozenset()
    doubtful_names: frozenset[frozenset[str]] = frozenset()

    @property
    def keys(self) -> frozenset[str]:
        """What the packet can be found by: whatever fits it shares one of these."""
        keys = {f"c:{self.person}"} if self.person else set()
        keys |= {f"k:{child}" for child, _ in self.pairs} | ({f"k:{self.child}"} if self.child else set())
        children = {child for child, _ in self.pairs} | self.child_codes
        for code in {*self.codes, *children, *([self.person] if self.person else [])}:
            keys |= {f"b:{code[:6]}", f"t:{code[-4:]}"}
        keys |= {f"b:{day:%d%m%y}" for day in self.births}
        keys |= {f"n:{' '.join(sorted(name))}" for name in (*self.names, *self.doubtful_names) if len(name) > 1}
        return frozenset(keys)


def claims_of(records: Sequence[Record], person: str | None) -> Claims:
    """Read what papers say of persons. `person` is the insured one by a sure code, where there is one."""
    orders = [record for record in records if record.document_type == "absence_order"]
    subjects = {code for record in orders if (code := _sure(record, "subject_hetu"))}
    is_order_alone = len(orders) == len(records) > 0
    # The order's subject is the insured person, unless it is a child whose guardian is.
    child = next(iter(subjects)) if is_order_alone and len(subjects) == 1 and person in (None, *subjects) else None
    is_childs = is_order_alone and any(_value(record, "decision_kind") == "child_home" for record in orders)
    insured = [record for record in records if not (is_childs and record in orders)]
    return Claims(
        person=person,
        pairs=frozenset(pair for record in records for pair in _pairs(record)),
        child=child,
        is_childs=is_childs,
        child_codes=frozenset(code for record in orders if is_childs for code in _unsure_codes(record)),
        codes=frozenset(code for record in insured for code in _unsure_codes(record) if code != person),
        names=frozenset(name for record in insured for name in _names(record, accepted=True)),
        births=frozenset(day for record in insured if (day := _birth(record))),
        doubtful_names=frozenset(name for record in insured for name in _names(record, accepted=False)),
    )


def sure_codes(records: Iterable[Record]) -> frozenset[str]:
    """Every identity code that is sure, whoever's."""
    names = (*NAMES_BY_CODE, "guardian_hetu", "child_hetu")
    return frozenset(code for record in records for name in names if (code := _sure(record, name)))


def guardians_of(child: str, others: Iterable[Claims]) -> set[str]:
    """Who is known to have this child."""
    return {guardian for claims in others for one, guardian in claims.pairs if one == child}


def is_surely(claims: Claims, person: str, others: Iterable[Claims]) -> bool:
    """Tell whether papers without a sure code are a person's: name and day of birth agree, and nothing speaks against it.

    `others` are the papers that bear the person's code.
    """
    names = {name for other in others if other.person == person for name in other.names}
    if claims.is_childs or not any(_same_name(own, name) for own in claims.names for name in names):
        return False
    if any(not any(_same_name(own, name) for name in names) for own in claims.names):
        return False
    if any(Levenshtein.distance(code, person) > MOST_MISREAD for code in claims.codes):
        return False
    if claims.births:
        return claims.births == {born(person)}
    return bool(claims.codes) and all(code[:6] == person[:6] for code in claims.codes)


def likeness(claims: Claims, person: str, others: Sequence[Claims]) -> tuple[float, tuple[Likeness, ...]]:
    """How well papers fit a person, 0…1, and what speaks for it; 0 when nothing does. Orders candidates, decides nothing."""
    names = {name for other in others if other.person == person for name in (*other.names, *other.doubtful_names)}
    code = max((Levenshtein.normalized_similarity(own, person) for own in claims.codes if _nearly(own, person)), default=0.0)
    spelt = max(
        (
            fuzz.token_sort_ratio(" ".join(sorted(own)), " ".join(sorted(name))) / 100
            for own in _all_names(claims)
            for name in names
        ),
        default=0.0,
    )
    is_born = born(person) in claims.births or any(own[:6] == person[:6] for own in claims.codes)
    children = {child for other in others for child, guardian in other.pairs if guardian == person}
    has_child = claims.child in children or any(_nearly(own, child) for own in claims.child_codes for child in children)
    scores: dict[Likeness, float] = {
        "code": code,
        "birth_date": 0.3 if is_born else 0.0,
        "name": 0.6 * spelt if spelt * 100 >= NAMES_ALIKE else 0.0,
        "child": 0.9 if has_child else 0.0,
    }
    why = tuple(name for name, score in scores.items() if score)
    missing = 1.0
    for score in scores.values():
        missing *= 1 - min(score, 0.99)
    score = round(1 - missing, 3)
    return (score, why) if score >= FEWEST else (0.0, ())


def _nearly(own: str, code: str) -> bool:
    return Levenshtein.distance(own, code) <= MOST_MISREAD


def _all_names(claims: Claims) -> frozenset[frozenset[str]]:
    return claims.names | claims.doubtful_names


def _same_name(one: frozenset[str], other: frozenset[str]) -> bool:
    """Two parts at least, and all parts of the shorter one stand in the longer one: forms ask for all first names or for one."""
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) > 1 and shorter <= longer


def _pairs(record: Record) -> Iterator[tuple[str, str]]:
    for child_field, guardian_field in (("child_hetu", "applicant_hetu"), ("subject_hetu", "guardian_hetu")):
        child, guardian = _sure(record, child_field), _sure(record, guardian_field)
        if child and guardian and child != guardian:
            yield child, guardian


def _names(record: Record, *, accepted: bool) -> Iterator[frozenset[str]]:
    for parts in NAMES_BY_CODE.values():
        found = [record.fields.get(part) for part in parts]
        read = [one for one in found if isinstance(one, Extraction) and isinstance(one.value, str)]
        words = frozenset(re.findall(r"\w+", " ".join(str(one.value) for one in read).casefold()))
        if words and (len(read) == len(parts) and all(one.accepted for one in read)) == accepted:
            yield words


def _birth(record: Record) -> date | None:
    found = record.fields.get("insured_birth_date")
    if not (isinstance(found, Extraction) and found.accepted and isinstance(found.value, str)):
        return None
    try:
        return date.fromisoformat(found.value)
    except ValueError:
        return None


def _unsure_codes(record: Record) -> Iterator[str]:
    """Codes of the insured person that cannot be relied on, as they were read; one that is accepted is a foreign number."""
    for name in NAMES_BY_CODE:
        found = record.fields.get(name)
        if isinstance(found, Extraction) and _sure(record, name) is None and not (found.accepted and found.value is not None):
            code = "".join(str(found.value if found.value is not None else found.raw).split()).upper()
            if 9 <= len(code) <= 13:
                yield code


def _sure(record: Record, name: str) -> str | None:
    found = record.fields.get(name)
    if isinstance(found, Extraction) and found.accepted and isinstance(found.value, str) and is_hetu(found.value):
        return found.value
    return None


def _value(record: Record, name: str) -> object:
    found = record.fields.get(name)
    return found.value if isinstance(found, Extraction) else None
