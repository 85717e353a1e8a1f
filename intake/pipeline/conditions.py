"""The named conditions of the routing table: each says what on the papers makes it hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from rapidfuzz import fuzz

from intake.pipeline.matters import Matter, text_of, value_of
from intake.pipeline.routing_table import ConditionName, Marker, RoutingTable, Strength
from models.extraction import Extraction, Record
from models.page import PageText

_LIKE_A_WORD = 88.0
NOT_INSURED = "rekisterin mukaan henkilö ei ole vakuutettu Suomessa"


class Ground(NamedTuple):
    """What makes a condition hold: a document, the field, and a word about it: Finnish for the comment, others for findings."""

    record: Record
    field: str | None
    says: str = ""
    says_sv: str = ""
    says_en: str = ""


Condition = Callable[[Matter, RoutingTable], Ground | None]


def has_word(text: str, words: Iterable[str]) -> bool:
    """Tell whether one of `words` stands in a text, at the start of a word or as a part; misread letters are borne with.

    A word written with a space before or after it begins or ends there: ` sek ` is a currency, `sekä` is not.
    """
    folded = text.casefold()
    apart = " " + re.sub(r"[^\w+]+", " ", folded) + " "
    return any(word in (apart if word != word.strip() else folded) or _nearly_in(word.strip(), folded) for word in words)


def _nearly_in(word: str, text: str) -> bool:
    """Tell whether a long word stands in a text with a letter misread; a text shorter than it cannot hold it."""
    return 8 <= len(word) <= len(text) + 1 and fuzz.partial_ratio(word, text) >= _LIKE_A_WORD


def _of_type(matter: Matter, *types: str) -> list[Record]:
    return [record for record in matter.records if record.document_type in types]


def names_another_kela_benefit(matter: Matter, table: RoutingTable) -> Ground | None:
    return _text_names(matter, table.words.another_kela_benefit)


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
    grounds = (ground for record in _of_type(matter, "a_certificate") if (ground := infectious_diagnosis(record, table)[1]))
    return next(grounds, None)


def diagnosis_rank(record: Record, table: RoutingTable) -> int | None:
    """Which group of diseases a certificate names: 1 is generally hazardous; None when none of the table's."""
    return infectious_diagnosis(record, table)[0]


def infectious_diagnosis(record: Record, table: RoutingTable) -> tuple[int | None, Ground | None]:
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
    shown = next(iter(international_markers(matter, table)), None)
    return shown or _order_beyond_insurance(matter) or _by_register(matter, matter.facts.is_insured is False, NOT_INSURED)


def _order_beyond_insurance(matter: Matter) -> Ground | None:
    """Marker M05: the insurance is for a fixed time and the order goes on after it."""
    until = matter.facts.insured_until
    for record in _of_type(matter, "absence_order"):
        end = value_of(record, "end")
        if until and isinstance(end, str) and end > until.isoformat():
            return Ground(record, "end", "määräys jatkuu vakuutuksen päättymisen jälkeen")
    return None


def has_international_marker_in_question(matter: Matter, table: RoutingTable) -> Ground | None:
    return next(iter(international_markers(matter, table, "question")), None)


def has_weak_international_marker(matter: Matter, table: RoutingTable) -> Ground | None:
    return next(iter(international_markers(matter, table, "weak")), None)


def international_markers(matter: Matter, table: RoutingTable, strength: Strength = "strong") -> list[Ground]:
    """Every marker of this strength that the papers show, each said once."""
    grounds: dict[str, Ground] = {}
    for marker in table.markers:
        if marker.strength != strength:
            continue
        for record in _of_type(matter, *marker.types):
            if _shows(record, marker):
                grounds.setdefault(marker.says, _ground_of(marker, record))
    return list(grounds.values())


def _ground_of(marker: Marker, record: Record) -> Ground:
    """Say what a marker shows, in every language; an own table may say it in Finnish only."""
    detail = value_of(record, marker.detail) if marker.detail else None
    more = f" ({detail})" if detail else ""
    swedish, english = marker.says_sv or marker.says, marker.says_en or marker.says
    return Ground(record, marker.field, marker.says + more, swedish + more, english + more)


def _shows(record: Record, marker: Marker) -> bool:
    if marker.words:
        return has_word(text_of(record, marker.field), marker.words)
    if marker.unlike:
        found = record.fields.get(marker.field)  # a misread code is no sign: only an accepted one counts
        return isinstance(found, Extraction) and found.accepted and re.fullmatch(marker.unlike, str(found.value)) is None
    value = value_of(record, marker.field)
    return value is True or (isinstance(value, str) and bool(value.strip()))


def has_security_ban(matter: Matter, _table: RoutingTable) -> Ground | None:
    """A ban on giving out the person's data, or a register that cannot say there is none."""
    return _by_register(matter, matter.facts.is_treated_as_protected)


def is_in_prison(matter: Matter, _table: RoutingTable) -> Ground | None:
    return _by_register(matter, matter.facts.is_in_prison is True)


def is_fund_member(matter: Matter, _table: RoutingTable) -> Ground | None:
    return _by_register(matter, matter.facts.is_fund_member is True)


def sickness_allowance_was_paid(matter: Matter, _table: RoutingTable) -> Ground | None:
    return _by_register(matter, matter.facts.sickness_allowance_paid is True)


def _by_register(matter: Matter, holds: bool, says: str = "") -> Ground | None:
    """A ground that no paper shows: it stands on the matter's first paper, without a field."""
    return Ground(matter.records[0], None, says) if holds else None


def said_on(matter: Matter, record: Record) -> str:
    """All words of a paper's pages, where they are known."""
    if record.id in matter.said:
        return matter.said[record.id]
    return " ".join(word.text for page in record.pages if page in matter.texts for word in matter.texts[page].words)


def words_kept(records: Iterable[Record], texts: Mapping[int, PageText]) -> dict[str, str]:
    """The words of those papers that conditions know by them, by record id."""
    return {record.id: said_on(Matter(None, (record,), texts), record) for record in records if record.document_type in WORDED}


def _text_names(matter: Matter, words: Iterable[str], *types: str) -> Ground | None:
    """A paper of one of `types` (any, if none is given) whose text holds one of `words`."""
    for record in _of_type(matter, *types) if types else matter.records:
        if has_word(said_on(matter, record), words):
            return Ground(record, None)
    return None


_LOOSE = ("misdirected_other", "clarification")
"""Papers without fields of their own: only their words tell what they are about."""

WORDED = frozenset({*_LOOSE, "tax_card", "unknown", "absence_order", "change_notice", "municipality_claim"})
"""Papers that conditions and checks know by their words: these are kept with them, for pages' texts are not."""


def is_for_another_authority(matter: Matter, table: RoutingTable) -> Ground | None:
    """A paper that came by mistake and is not Kela's in any way."""
    stray = _of_type(matter, "misdirected_other")
    ours = (names_another_kela_benefit, speaks_of_due_recovery, speaks_of_debt_arrangement, speaks_of_loan_guarantee)
    return None if not stray or any(condition(matter, table) for condition in ours) else Ground(stray[0], None)


def speaks_of_due_recovery(matter: Matter, table: RoutingTable) -> Ground | None:
    return _text_names(matter, table.words.due_recovery, *_LOOSE)


def speaks_of_debt_arrangement(matter: Matter, table: RoutingTable) -> Ground | None:
    return _text_names(matter, table.words.debt_arrangement, *_LOOSE)


def speaks_of_loan_guarantee(matter: Matter, table: RoutingTable) -> Ground | None:
    return _text_names(matter, table.words.loan_guarantee, *_LOOSE)


def has_nothing_for_this_benefit(matter: Matter, _table: RoutingTable) -> Ground | None:
    """A matter of loose papers only: one of them beside an application or a ban never takes that away."""
    return (
        Ground(matter.records[0], None)
        if all(record.document_type in (*_LOOSE, "unknown") for record in matter.records)
        else None
    )


def card_is_for_tax_at_source(matter: Matter, table: RoutingTable) -> Ground | None:
    return _text_names(matter, table.words.tax_at_source, "tax_card")


def card_is_for_wages(matter: Matter, table: RoutingTable) -> Ground | None:
    return _text_names(matter, table.words.wage_card, "tax_card")


def is_self_employed_without_insurance(matter: Matter, _table: RoutingTable) -> Ground | None:
    for record in _of_type(matter, "sv8_application"):
        insurance = value_of(record, "self_employed_insurance")
        if isinstance(insurance, list) and "none" in insurance:
            return Ground(record, "self_employed_insurance")
    return None


def disease_is_not_listed(matter: Matter, table: RoutingTable) -> Ground | None:
    """An order for a disease that no list of the guide holds."""
    for record in _of_type(matter, "absence_order"):
        code = value_of(record, "disease_code")
        if isinstance(code, str) and not any(row.hold(code) for row in table.diagnoses):
            return Ground(record, "disease_code")
    return None


def fell_ill_in_substitute_work(matter: Matter, table: RoutingTable) -> Ground | None:
    for record in _of_type(matter, "sv8_application"):
        if value_of(record, "other_work") is True and has_word(
            text_of(record, "additional_info"), table.words.substitute_illness
        ):
            return Ground(record, "additional_info")
    return None


def employer_is_foreign(matter: Matter, _table: RoutingTable) -> Ground | None:
    """A notice without a Finnish business id from an employer with an account abroad."""
    for record in _of_type(matter, "y17_wage_notice"):
        account = value_of(record, "employer_iban")
        if not text_of(record, "employer_business_id") and isinstance(account, str) and not account.startswith("FI"):
            return Ground(record, "employer_iban")
    return None


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
    "has_security_ban": has_security_ban,
    "is_in_prison": is_in_prison,
    "is_fund_member": is_fund_member,
    "speaks_of_due_recovery": speaks_of_due_recovery,
    "sickness_allowance_was_paid": sickness_allowance_was_paid,
    "card_is_for_tax_at_source": card_is_for_tax_at_source,
    "card_is_for_wages": card_is_for_wages,
    "has_weak_international_marker": has_weak_international_marker,
    "has_international_marker_in_question": has_international_marker_in_question,
    "is_self_employed_without_insurance": is_self_employed_without_insurance,
    "disease_is_not_listed": disease_is_not_listed,
    "fell_ill_in_substitute_work": fell_ill_in_substitute_work,
    "employer_is_foreign": employer_is_foreign,
    "is_for_another_authority": is_for_another_authority,
    "speaks_of_debt_arrangement": speaks_of_debt_arrangement,
    "speaks_of_loan_guarantee": speaks_of_loan_guarantee,
    "has_nothing_for_this_benefit": has_nothing_for_this_benefit,
}
