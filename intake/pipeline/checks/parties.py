"""Tax cards, recipients, withdrawal, representation, language and account (checks C70–C91)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from dateutil.relativedelta import relativedelta

from extractors.values.identity import born, is_hetu
from intake.pipeline.checks.case import Case, day, flag, grounds, is_told, rows, text
from intake.pipeline.checks.register import Noticed, check
from intake.pipeline.checks.words import as_day
from intake.pipeline.conditions import has_word, said_on
from intake.pipeline.routing_table import routing_table
from models.extraction import Record

CHILD_ACTS_ALONE_YEARS, ADULT_YEARS = 15, 18
"""Source: guide 1.5.2.1."""


CORRECTED_UNTIL = (5, 31)
"""Month and day of the next year until which a year's withholding is corrected. Source: guide 1.9.3.5."""


@check("C70")
def recipients(case: Case) -> Iterator[Noticed]:
    """The employer's copy goes to the recipient that it names."""
    for record in case.papers("y17_wage_notice"):
        if text(record, "decision_recipient"):
            yield Noticed("C70.named_recipient", record, "decision_recipient")


@check("C72", "C71")
def withdrawal(case: Case) -> Iterator[Noticed]:
    """Taking an application back: both must agree where the employer has reported paid wage."""
    for record in case.papers("application_withdrawal"):
        notices = case.papers("y17_wage_notice")
        both = any(flag(notice, "claims_benefit") or rows(notice, "wage_periods") for notice in notices)
        yield Noticed("C72.employer_too" if both else "C72.withdrawn", record, rests_on=grounds(notices, "claims_benefit"))


@check("C82")
def tax_card(case: Case) -> Iterator[Noticed]:
    """A card is usable for this benefit only when it is made for benefits; what it corrects ends on 31 May of the next year."""
    for record in case.papers("tax_card"):
        yield Noticed(f"C82.{_purpose(case, record)}", record)
        made, came = day(record, "date"), case.arrived[record.id].day
        if made and made.year < came.year:
            last = date(made.year + 1, *CORRECTED_UNTIL)
            words = {"year": str(made.year), "last": as_day(last)}
            yield Noticed("C82.correctable" if came <= last else "C82.too_late", record, "date", words)


def _purpose(case: Case, record: Record) -> str:
    """What a card is made for, by its words; where they are not at hand, a person looks."""
    said, words = said_on(case.matter, record), routing_table().words
    kinds = (("source_card", words.tax_at_source), ("benefit_card", words.benefit_card), ("wage_card", words.wage_card))
    found = [kind for kind, wanted in kinds if has_word(said, wanted)]
    return found[0] if len(found) == 1 else "check_purpose"


@check("C85")
def representation(case: Case) -> Iterator[Noticed]:
    """A minor applicant, and somebody who acts for another."""
    for record in case.papers("sv8_application"):
        code = text(record, "applicant_hetu")
        if is_hetu(code) and born(code) + relativedelta(years=ADULT_YEARS) > case.today:
            young = born(code) + relativedelta(years=CHILD_ACTS_ALONE_YEARS) > case.today
            yield Noticed("C85.child" if young else "C85.minor", record, "applicant_hetu")
    for record in case.papers("proxy"):
        yield Noticed("C85.proxy", record)


@check("C90")
def language(case: Case) -> Iterator[Noticed]:
    """The decision's language is the register's, not the paper's: a Swedish or English paper is noted for contact only."""
    for record in case.papers("sv8_application"):
        if record.language == "sv":
            yield Noticed("C90.swedish_paper", record)


@check("C91")
def account(case: Case) -> Iterator[Noticed]:
    """A Finnish account needs nothing more; a foreign one its BIC; without any the money goes as an order of payment."""
    for record in case.papers("sv8_application"):
        code = text(record, "iban")
        if not is_told(record, "iban"):
            yield Noticed("C91.no_account", record, "iban")
        elif code and not code.startswith("FI"):
            key = "C91.foreign" if is_told(record, "bic") else "C91.foreign_without_bic"
            yield Noticed(key, record, "bic", rests_on=grounds([record], "iban"))
