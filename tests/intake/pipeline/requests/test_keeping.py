"""Requests from draft to answer: asked once, edited by one at a time, sent, given longer time, withdrawn."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from intake.pipeline.audit_trail import verify
from intake.pipeline.requests import answering, keeping
from intake.pipeline.requests.keeping import KeptRequest
from intake.store import audit, requests, reviews
from intake.store.database import Database
from models.errors import ConflictError, NotFoundError, RefusedError
from tests.intake.kept_documents import field
from tests.intake.pipeline.requests.asked_matters import application, asked_matter, lacks, set_findings, wage_notice, work_item

NOW = datetime(2019, 3, 12, 10, 0, tzinfo=UTC)
DUE = date(2019, 3, 26)


def draft(
    database: Database, item_id: UUID, addressee: Any = "insured", language: Any = None, now: datetime = NOW
) -> KeptRequest:
    return keeping.draft(database, item_id, addressee, language, "ann", now)


def sent(database: Database, item_id: UUID, addressee: Any = "insured") -> KeptRequest:
    made = draft(database, item_id, addressee)
    return keeping.mark_sent(database, made.row.id, made.row.version, "ann", NOW)


def events(database: Database, request_id: UUID) -> list[str]:
    with database.transaction() as conn:
        return [event.event for event in audit.of_subject(conn, f"request:{request_id}")]


def test_c06_one_letter_asks_all_that_one_party_has_not_said(database: Database) -> None:
    item = asked_matter(database, application(), wage_notice()).work_item

    made = draft(database, item)

    asked = [finding.asks for finding in lacks() if finding.asked_of == "insured"]
    assert made.row.asked == asked and asked
    assert all(ask in made.row.text for ask in asked)
    assert (made.row.state, made.row.version, made.row.due_day) == ("draft", 1, DUE)
    assert made.row.recipient == ["Anna Maria Ålander", "Norra Esplanaden 5 A", "00100 HELSINGFORS"]
    assert made.reference in made.row.text and "26.3.2019" in made.row.text
    assert "131052-308T" not in made.row.text


def test_the_employer_gets_a_letter_of_its_own(database: Database) -> None:
    item = asked_matter(database, application(), wage_notice()).work_item

    made = draft(database, item, "employer")

    assert made.row.recipient == ["Leipomo Kaura Oy", "Kaurakatu 3", "33100 TAMPERE"]
    assert made.row.asked == [finding.asks for finding in lacks() if finding.asked_of == "employer"]


@pytest.mark.parametrize(
    ("paper", "named", "used"), [("sv", None, "sv"), ("fi", None, "fi"), ("en", None, "fi"), ("fi", "sv", "sv")]
)
def test_c90_the_letter_speaks_the_language_of_the_application_unless_one_is_named(
    database: Database, paper: str, named: str | None, used: str
) -> None:
    item = asked_matter(database, application(language=paper)).work_item

    made = draft(database, item, language=named)

    assert made.row.language == used
    assert ("Svara senast" in made.row.text) == (used == "sv")
    assert made.row.asked == [finding.asks for finding in lacks() if finding.asked_of == "insured"]


def test_what_a_sent_letter_asks_is_not_asked_again(database: Database) -> None:
    item = asked_matter(database).work_item
    first = sent(database, item)

    with pytest.raises(ConflictError) as refused:
        draft(database, item)

    assert str(first.row.id) in refused.value.problem and refused.value.remedy
    assert draft(database, item, "employer").row.addressee == "employer"


def test_only_what_is_new_is_asked_in_the_next_letter(database: Database) -> None:
    findings = lacks()
    item = asked_matter(database, findings=findings).work_item
    sent(database, item)
    another = findings[0].model_copy(
        update={"key": "lately.asked", "asked_of": "insured", "asks": "Kerro lomasi.", "asks_sv": "Berätta."}
    )
    set_findings(database, item, [*findings, another])

    made = draft(database, item)

    assert made.row.asked == ["Kerro lomasi."]
    assert made.row.finding_keys == ["lately.asked"]


def test_a_second_draft_waits_for_the_first(database: Database) -> None:
    item = asked_matter(database).work_item
    first = draft(database, item)

    with pytest.raises(ConflictError, match=str(first.row.id)):
        draft(database, item)
    keeping.withdraw(database, first.row.id, "ann", NOW)

    assert draft(database, item).row.number > first.row.number


def test_of_many_who_draft_at_once_one_does(database: Database) -> None:
    item = asked_matter(database).work_item

    def attempt(_: int) -> bool:
        try:
            draft(database, item)
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(attempt, range(8)))

    with database.transaction() as conn:
        kept = requests.of_matter(conn, item)
    assert done.count(True) == 1 and len(kept) == 1


def test_nothing_is_asked_of_who_lacks_nothing_and_no_matter_is_no_matter(database: Database) -> None:
    item = asked_matter(database, findings=[]).work_item

    with pytest.raises(RefusedError):
        draft(database, item)
    with pytest.raises(NotFoundError):
        draft(database, uuid4())


def test_a_protected_clients_address_is_nowhere(database: Database) -> None:
    item = asked_matter(database, queue="protected_clients").work_item

    made = draft(database, item)

    assert (made.row.recipient, made.is_address_withheld) == ([], True)
    assert "Esplanaden" not in str(made) and keeping.printed(made).recipient == ("Osoite lisätään käsin.",)
    with pytest.raises(RefusedError, match="protected"):
        keeping.edit(database, made.row.id, 1, made.row.text, "ann", NOW, recipient=["Anna Ålander", "Esplanaden 5"])


def test_a_client_who_becomes_protected_after_the_draft_is_protected_on_paper(database: Database) -> None:
    item = asked_matter(database).work_item
    made = draft(database, item)
    with database.transaction() as conn:
        reviews.set_route(
            conn,
            item,
            queue="protected_clients",
            owner="protected_clients",
            specifier="",
            comment="",
            person_hetu=None,
            reasons=[],
        )

    shown = keeping.show(database, made.row.id, NOW)

    assert "Ålander" not in str(keeping.printed(shown)) and shown.is_address_withheld


def test_an_edited_letter_is_what_is_printed_and_the_slower_of_two_is_told(database: Database) -> None:
    item = asked_matter(database, application(applicant_street=field("Norra 5", accepted=False))).work_item
    made = draft(database, item)
    text = f"Hei!\n\n{made.row.text}"

    edited = keeping.edit(database, made.row.id, 1, text, "ann", NOW, recipient=["Anna Ålander", "Norra 5", "00100 HELSINKI"])

    assert (made.row.recipient_doubtful, edited.row.recipient_doubtful) == (True, False)
    assert keeping.printed(edited).body == text and edited.row.version == 2
    assert keeping.printed(edited).recipient == ("Anna Ålander", "Norra 5", "00100 HELSINKI")
    with pytest.raises(ConflictError):
        keeping.edit(database, made.row.id, 1, text, "bo", NOW)
    with pytest.raises(ConflictError):
        keeping.mark_sent(database, made.row.id, 1, "bo", NOW)


@pytest.mark.parametrize("text", [" \n", "Vastaa heti.", "Vastaa 26.3.2019. Tunnus 131052-308T.", "26.3.2019 " + "x" * 20_000])
def test_a_text_that_may_not_go_out_is_not_kept(database: Database, text: str) -> None:
    made = draft(database, asked_matter(database).work_item)

    with pytest.raises(RefusedError):
        keeping.edit(database, made.row.id, 1, text, "ann", NOW)

    assert keeping.show(database, made.row.id, NOW).row == made.row


def test_a_due_day_is_a_working_day_after_today_and_stands_in_the_text(database: Database) -> None:
    made = draft(database, asked_matter(database).work_item)

    for day in (date(2019, 3, 12), date(2019, 3, 31)):
        with pytest.raises(RefusedError):
            keeping.edit(database, made.row.id, 1, f"{day.day}.{day.month}.{day.year}", "ann", NOW, due_day=day)
    edited = keeping.edit(database, made.row.id, 1, "Vastaa 1.4.2019.", "ann", NOW, due_day=date(2019, 4, 1))

    assert edited.row.due_day == date(2019, 4, 1)


def test_a_letter_that_has_gone_out_is_not_edited_and_goes_out_once(database: Database) -> None:
    row = sent(database, asked_matter(database).work_item).row

    assert (row.state, row.sent_by, row.sent_at) == ("sent", "ann", NOW)
    with pytest.raises(ConflictError, match="sent"):
        keeping.edit(database, row.id, row.version, row.text, "ann", NOW)
    with pytest.raises(ConflictError):
        keeping.mark_sent(database, row.id, row.version, "ann", NOW)


def test_a_draft_that_has_lain_till_its_due_day_is_not_sent(database: Database) -> None:
    made = draft(database, asked_matter(database).work_item)

    with pytest.raises(ConflictError, match="due"):
        keeping.mark_sent(database, made.row.id, 1, "ann", NOW + timedelta(days=14))


def test_longer_time_is_given_once_and_ends_the_waiting(database: Database) -> None:
    item = asked_matter(database).work_item
    row = sent(database, item).row
    late = datetime(2019, 3, 27, 8, tzinfo=UTC)
    answering.overdue(database, late)

    longer = keeping.extend(database, row.id, date(2019, 4, 9), "ann", late)

    assert (longer.row.first_due_day, longer.row.due_day, longer.is_overdue) == (DUE, date(2019, 4, 9), False)
    assert work_item(database, item).waits_because == []
    with pytest.raises(ConflictError, match="once"):
        keeping.extend(database, row.id, date(2019, 4, 16), "ann", late)


def test_longer_time_is_longer(database: Database) -> None:
    row = sent(database, asked_matter(database).work_item).row

    with pytest.raises(RefusedError):
        keeping.extend(database, row.id, DUE, "ann", NOW)


def test_what_a_withdrawn_letter_asked_may_be_asked_again(database: Database) -> None:
    item = asked_matter(database).work_item
    row = sent(database, item).row

    keeping.withdraw(database, row.id, "ann", NOW)

    assert draft(database, item).row.asked == row.asked
    with pytest.raises(ConflictError):
        keeping.withdraw(database, row.id, "ann", NOW)


def test_every_step_is_told_without_the_words_of_the_letter(database: Database) -> None:
    item = asked_matter(database).work_item
    made = draft(database, item)
    keeping.edit(database, made.row.id, 1, f"Hei Anna!\n\n{made.row.text}", "ann", NOW)
    keeping.mark_sent(database, made.row.id, 2, "ann", NOW)
    keeping.extend(database, made.row.id, date(2019, 4, 9), "ann", NOW)
    keeping.withdraw(database, made.row.id, "ann", NOW)

    with database.transaction() as conn:
        told = " ".join(event.entry for event in audit.of_subject(conn, f"request:{made.row.id}"))
    assert events(database, made.row.id) == [
        "request.drafted", "request.edited", "request.sent", "request.extended", "request.withdrawn",
    ]  # fmt: skip
    assert "Anna" not in told and "Ålander" not in told
    verify(database)
