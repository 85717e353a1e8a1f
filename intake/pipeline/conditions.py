"""The named conditions of the routing table: each says what on the papers makes it hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from rapidfuzz import fuzz

from intake.pipeline.matters import Matter, text_of, value_of
from intake.pipeline.routing_table import ConditionName, Marker, RoutingTable
from models.extraction import Record

_LIKE_A_WORD = 88.0


class Ground(NamedTuple):
    """What makes a condition hold: a document, the field, and a word about it for the comment."""

    record: Record
    field: str | None
    says: str = ""


Condition = Callable[[Matter, RoutingTable], Ground | None]


def has_word(text: str, words: Iterable[str]) -> bool:
    """Tell whether one of `words` stands in a text, at the start of a word or as a part; misread letters are borne with."""
    folded = text.casefold()
    return any(word in folded or _nearly_in(word, folded) for word in words)


def _nearly_in(word: str, text: str) -> bool:
    """Tell whether a long word stands in a text with a letter misread; a text shorter than it cannot hold it."""
    return 8 <= len(word) <= len(text) + 1 and fuzz.partial_ratio(word, text) >= _LIKE_A_WORD


def _of_type(matter: Matter, *types: str) -> list[Record]:
    return [record for record in matter.records if record.document_type in types]


def names_another_kela_benefit(matter: Matter, table: RoutingTable) -> Ground | None:
    for record in matter.records:
        text = " ".join(word.text for page in record.pages if page in matter.texts for word in matter.texts[page].words)
        if has_word(text, table.words.another_kela_benefit):
            return Ground(record, None)
    return None


def comes_from_prison(matter: Matter, table: RoutingTable) -> Ground | None:
    """A prison as the insured person's address or as the order's authority, not as a workplace."""
    for record in matter.records:
        for name in ("applicant_street", "authority"):
            if has_word(text_of(record, name), table.words.prison):
                return Ground(record, name)
    return None


def claims_this_benefit(matter: Matter, table: RoutingTable) -> Ground | None:
    """An application or wage notice for this benefit; where the mark cannot be read, what else is filled in tells."""
    for record in _of_type(matter, "sv8_application"):
        if value_of(record, "benefit") == "infectious_disease_allowance":
            return Ground(record, "benefit")
        told_by = _told_by(record)
        if value_of(record, "benefit") is None and told_by:
            return Ground(record, told_by)
    if _of_type(matter, "sv8_application") and _sought(matter):
        return None  # the application says what is sought; an employer's notice beside it is evidence
    for record in _of_type(matter, "y17_wage_notice"):
        if value_of(record, "absence_reason") == "infectious_disease":
            return Ground(record, "absence_reason")
    for record in _of_type(matter, "a_certificate"):
        if has_word(text_of(record, "purpose_other"), table.words.this_benefit):
            return Ground(record, "purpose_other")
    return None


def _told_by(application: Record) -> str | None:
    """The field that only somebody who seeks this benefit fills in."""
    attached = value_of(application, "attachments")
    if isinstance(attached, list) and "absence_order" in attached:
        return "attachments"
    return next((name for name in ("ordered_person", "child_hetu", "child_name") if value_of(application, name)), None)


def _sought(matter: Matter) -> str | None:
    """The benefit marked on the application, if it can be read."""
    marked = [value_of(record, "benefit") for record in _of_type(matter, "sv8_application")]
    return next((str(benefit) for benefit in marked if benefit), None)


def has_evidence_of_order(matter: Matter, table: RoutingTable) -> Ground | None:
    """An order, a wage notice for an infectious disease, or a certificate by the physician in charge."""
    for record in _of_type(matter, "absence_order"):
        return Ground(record, None)
    for record in _of_type(matter, "y17_wage_notice"):
        if value_of(record, "absence_reason") == "infectious_disease":
            return Ground(record, "absence_reason")
    for record in _of_type(matter, "a_certificate"):
        if has_word(text_of(record, "physician_title"), table.words.physician_in_charge):
            return Ground(record, "physician_title")
    return None


def concerns_this_benefit(matter: Matter, table: RoutingTable) -> Ground | None:
    return claims_this_benefit(matter, table) or has_evidence_of_order(matter, table)


def claims_sickness_allowance(matter: Matter, _table: RoutingTable) -> Ground | None:
    for record in _of_type(matter, "sv8_application"):
        if value_of(record, "benefit") in ("sickness_allowance", "partial_sickness_allowance"):
            return Ground(record, "benefit")
    if _sought(matter):
        return None
    for record in _of_type(matter, "y17_wage_notice"):
        if value_of(record, "absence_reason") == "sickness":
            return Ground(record, "absence_reason")
    return None


def claims_another_benefit(matter: Matter, _table: RoutingTable) -> Ground | None:
    for record in _of_type(matter, "sv8_application"):
        if value_of(record, "benefit") == "donor_allowance":
            return Ground(record, "benefit")
    for record in _of_type(matter, "y17_wage_notice"):
        if value_of(record, "absence_reason") in ("parental_leave", "rehabilitation"):
            return Ground(record, "absence_reason")
    return None


def diagnosis_is_infectious(matter: Matter, table: RoutingTable) -> Ground | None:
    """A code of the table, or a disease by its name; a certificate's statement does not count."""
    grounds = (ground for record in _of_type(matter, "a_certificate") if (ground := _infectious(record, table)[1]))
    return next(grounds, None)


def diagnosis_rank(record: Record, table: RoutingTable) -> int | None:
    """Which group of diseases a certificate names: 1 is generally hazardous; None when none of the table's."""
    return _infectious(record, table)[0]


def _infectious(record: Record, table: RoutingTable) -> tuple[int | None, Ground | None]:
    for name in ("main_icd10", "other_icd10"):
        code = value_of(record, name)
        for row in table.diagnoses:
            if isinstance(code, str) and row.hold(code):
                return row.rank, Ground(record, name, code)
    for name in ("main_diagnosis", "other_diagnosis"):
        for row in table.diagnoses:
            if has_word(text_of(record, name), row.words):
                return row.rank, Ground(record, name, text_of(record, name))
    return None, None


def diagnosis_is_not_infectious(matter: Matter, table: RoutingTable) -> Ground | None:
    """A diagnosis can be read on every certificate, and none is infectious."""
    certificates = _of_type(matter, "a_certificate")
    if not certificates or diagnosis_is_infectious(matter, table):
        return None
    unread = [record for record in certificates if not value_of(record, "main_icd10")]
    return None if unread else Ground(certificates[0], "main_icd10")


def has_strong_international_marker(matter: Matter, table: RoutingTable) -> Ground | None:
    return next(iter(international_markers(matter, table)), None)


def international_markers(matter: Matter, table: RoutingTable) -> list[Ground]:
    """Every marker that the papers show, each said once."""
    grounds: dict[str, Ground] = {}
    for marker in table.markers:
        for record in _of_type(matter, *marker.types):
            if _shows(record, marker):
                detail = value_of(record, marker.detail) if marker.detail else None
                grounds.setdefault(
                    marker.says, Ground(record, marker.field, f"{marker.says} ({detail})" if detail else marker.says)
                )
    return list(grounds.values())


def _shows(record: Record, marker: Marker) -> bool:
    if marker.words:
        return has_word(text_of(record, marker.field), marker.words)
    value = value_of(record, marker.field)
    return value is True or (isinstance(value, str) and bool(value.strip()))


CONDITIONS: Mapping[ConditionName, Condition] = {
    "names_another_kela_benefit": names_another_kela_benefit,
    "comes_from_prison": comes_from_prison,
    "concerns_this_benefit": concerns_this_benefit,
    "has_strong_international_marker": has_strong_international_marker,
    "claims_this_benefit": claims_this_benefit,
    "claims_sickness_allowance": claims_sickness_allowance,
    "has_evidence_of_order": has_evidence_of_order,
    "diagnosis_is_infectious": diagnosis_is_infectious,
    "diagnosis_is_not_infectious": diagnosis_is_not_infectious,
    "claims_another_benefit": claims_another_benefit,
}
