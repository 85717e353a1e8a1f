"""A matter held back by a silent register goes on when it answers. All people are invented."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

from intake.pipeline.judging import Answers, judge_item
from intake.pipeline.registers_recheck import registers_recheck
from intake.registers_client import HttpRegisters
from intake.store import away_registers, work_items
from intake.store.away_registers import HeldRow
from intake.store.database import Database
from intake.store.work_items import WorkItemRow
from tests.intake.kept_documents import HETU, NOW, application, field, keep, later, next_version
from tests.intake.registers_stand_in import StandInRegisters, registers_server


@pytest.fixture
def server() -> Iterator[StandInRegisters]:
    with registers_server() as stand_in:
        yield stand_in


@pytest.fixture
def registers(server: StandInRegisters) -> Iterator[HttpRegisters]:
    client = HttpRegisters(server.url, None, 0.5)
    yield client
    client.close()


def item_of(database: Database, item_id: UUID) -> WorkItemRow:
    with database.transaction() as conn:
        return work_items.get(conn, item_id)


def held(database: Database, registers: HttpRegisters) -> UUID:
    kept = keep(database, application())
    with database.transaction() as conn:
        judge_item(conn, kept.work_item, Answers(registers, [HETU]), NOW)
    return kept.work_item


def keys(item: WorkItemRow) -> set[str]:
    return {finding["key"] for finding in item.findings}


def test_r03_while_the_register_is_away_the_matter_is_protected_and_says_so(
    database: Database, server: StandInRegisters, registers: HttpRegisters
) -> None:
    server.statuses = [500] * 20

    item = item_of(database, held(database, registers))
    again = registers_recheck(database, registers, later(60))

    assert (item.queue, again) == ("protected_clients", 0)
    assert "C46.register_away" in keys(item)


def test_when_it_answers_the_matter_goes_where_the_table_sends_it(
    database: Database, server: StandInRegisters, registers: HttpRegisters
) -> None:
    server.statuses = [500] * 3
    item_id = held(database, registers)

    again = registers_recheck(database, registers, later(60))

    item = item_of(database, item_id)
    assert (again, item.queue) == (1, "southern_district")
    assert "C46.register_away" not in keys(item)
    assert registers_recheck(database, registers, later(120)) == 0, "it is judged once"


def test_a_ban_that_the_register_then_names_keeps_it_protected_for_good(
    database: Database, server: StandInRegisters, registers: HttpRegisters
) -> None:
    server.statuses = [500] * 3
    server.facts_by_hetu[HETU] = {"has_security_ban": True}
    item_id = held(database, registers)

    registers_recheck(database, registers, later(60))

    item = item_of(database, item_id)
    assert item.queue == "protected_clients"
    assert "C46.register_away" not in keys(item)
    assert registers_recheck(database, registers, later(120)) == 0


def test_a_silent_register_costs_one_question_however_many_wait(
    database: Database, server: StandInRegisters, registers: HttpRegisters, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [HeldRow(id=uuid4(), person_hetu=code) for code in (HETU, "010180-9004", "020290-9016")]
    monkeypatch.setattr(away_registers, "held", lambda *_: rows)
    server.statuses = [500] * 100

    registers_recheck(database, registers, later(60))

    assert {question.body["hetu"] for question in server.asked} == {HETU}


def test_a_finding_on_a_doubtful_field_asks_once_a_person_has_seen_the_field(database: Database) -> None:
    doubtful = field(["student"], accepted=False)
    kept = keep(database, application(employment_status=doubtful, employers=[]))

    with database.transaction() as conn:
        judge_item(conn, kept.work_item, Answers(), NOW)
    unsure = next(one for one in item_of(database, kept.work_item).findings if one["key"] == "C29.no_work")
    seen = application(employment_status=doubtful | {"seen_by": "person"}, employers=[])
    next_version(database, kept.document, 2, seen)
    with database.transaction() as conn:
        judge_item(conn, kept.work_item, Answers(), later(1))
    sure = next(one for one in item_of(database, kept.work_item).findings if one["key"] == "C29.no_work")

    assert (unsure["severity"], unsure["asked_of"]) == ("note", None)
    assert (sure["severity"], sure["asked_of"]) == ("ask", "insured")
