"""Whom a letter goes to: as the papers say for sure, and nobody where they do not."""

from __future__ import annotations

from typing import Any

from intake.pipeline.requests.recipients import NOBODY, Recipient, language_of, recipient_of
from tests.intake.kept_documents import field
from tests.intake.pipeline.requests.asked_matters import application, wage_notice

BAKERY = Recipient(("Leipomo Kaura Oy", "Kaurakatu 3", "33100 TAMPERE"))


def of(addressee: Any, *bodies: dict[str, Any]) -> Recipient:
    return recipient_of(addressee, "southern_district", bodies)


def test_the_newest_application_tells_where_the_insured_lives() -> None:
    moved = application(applicant_street=field("Uusikatu 1"))

    assert of("insured", application(), moved).lines[1] == "Uusikatu 1"


def test_half_an_address_is_none() -> None:
    assert of("insured", application(applicant_city=field(None, accepted=False))) == Recipient(("Anna Maria Ålander",))


def test_without_an_application_nobody_knows_where_the_insured_lives() -> None:
    assert of("insured", wage_notice()) == NOBODY


def test_an_address_that_nobody_has_seen_and_no_engine_believes_is_doubtful() -> None:
    doubtful = field("Norra 5", accepted=False)

    assert of("insured", application(applicant_street=doubtful)).is_doubtful
    assert not of("insured", application(applicant_street=doubtful | {"seen_by": "ann"})).is_doubtful


def test_the_employer_is_the_one_that_the_wage_notices_name() -> None:
    assert of("employer", application(), wage_notice()) == BAKERY
    assert of("employer", wage_notice(), wage_notice()) == BAKERY


def test_of_several_employers_none_is_chosen() -> None:
    rows = [{"name": field("A Oy")}, {"name": field("B Oy")}]

    assert of("employer", wage_notice(), wage_notice("B Oy")) == NOBODY
    assert of("employer", application(employers=rows)) == NOBODY


def test_without_a_notice_the_application_names_the_employer_and_no_address() -> None:
    assert of("employer", application()) == Recipient(("Leipomo Kaura Oy",))


def test_the_address_of_a_fund_stands_on_no_paper() -> None:
    assert of("fund", application(), wage_notice()) == NOBODY


def test_a_protected_client_has_no_address_for_anybody() -> None:
    assert {recipient_of(one, "protected_clients", [application(), wage_notice()]) for one in ("insured", "employer")} == {NOBODY}


def test_c90_without_an_application_the_newest_paper_tells_the_language() -> None:
    assert language_of([wage_notice() | {"language": "fi"}, wage_notice() | {"language": "sv"}]) == "sv"
    assert language_of([application(language="fi"), wage_notice() | {"language": "sv"}]) == "fi"
    assert language_of([]) == "fi"
