"""The outbox: what goes in, in what order it goes out, and what happens when the core will not have it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from intake.core_client import Receipt
from intake.pipeline import deliver
from intake.pipeline.delivered import event_id
from intake.store import alarms, audit, deliveries, documents
from intake.store.database import Database
from models.delivery import Envelope
from models.errors import ConflictError, CoreAwayError, CoreRefusedError, NotFoundError
from tests.intake.core_stand_in import STORED, ScriptedCore
from tests.intake.kept_documents import HETU, NOW, application, field, keep, later, next_version


def offered(database: Database, document_id: Any, seconds: float = 0) -> Any:
    with database.transaction() as conn:
        return deliver.offer(conn, document_id, later(seconds))


def state_of(database: Database, delivery_id: Any) -> str:
    with database.transaction() as conn:
        row = deliveries.find(conn, delivery_id)
    assert row is not None
    return row.state


def events(database: Database) -> list[str]:
    with database.transaction() as conn:
        return [event.event for event in audit.every(conn)]


def jobs_of(database: Database, delivery_id: Any) -> list[Any]:
    statement = "SELECT scheduled_at FROM procrastinate_jobs WHERE args ->> 'subject' = %(id)s ORDER BY id"
    with database.transaction() as conn:
        return [row[0] for row in conn.execute(statement, {"id": str(delivery_id)})]


def test_a_record_of_which_nothing_waits_is_offered_with_a_job_and_an_event(database: Database) -> None:
    kept = keep(database, application())

    delivery_id = offered(database, kept.document)

    assert delivery_id == event_id(kept.document, 1)
    assert state_of(database, delivery_id) == "waiting"
    assert jobs_of(database, delivery_id) == [None]
    assert events(database) == ["delivery.offered"]


def test_offering_the_same_version_again_changes_nothing(database: Database) -> None:
    kept = keep(database, application())
    first = offered(database, kept.document)

    again = offered(database, kept.document, 60)

    assert again == first
    assert len(jobs_of(database, first)) == 1
    assert events(database) == ["delivery.offered"]


@pytest.mark.parametrize(
    "body",
    [
        application(absence_end=field(None, accepted=False)),
        application(employers=[{"name": field("L", accepted=False)}]),
        {**application(), "accepted": False},
    ],
    ids=["a doubtful field", "a doubtful cell", "a doubtful type"],
)
def test_a_record_that_waits_for_a_person_stays_inside(database: Database, body: dict[str, Any]) -> None:
    kept = keep(database, body)

    assert offered(database, kept.document) is None
    assert events(database) == []


@pytest.mark.parametrize("queue", ["home_district", "indexing", "basic_data"])
def test_what_the_rules_core_does_not_decide_stays_inside(database: Database, queue: str) -> None:
    kept = keep(database, application(), queue=queue)

    assert offered(database, kept.document) is None


@pytest.mark.parametrize("mark", [documents.set_duplicate, documents.set_possible_duplicate])
def test_a_paper_that_has_come_before_stays_inside(database: Database, mark: Any) -> None:
    original, again = keep(database, application()), keep(database, application())
    with database.transaction() as conn:
        mark(conn, again.document, original.document)

    assert offered(database, again.document) is None


def test_a_field_that_a_person_has_seen_does_not_wait(database: Database) -> None:
    seen = {**field("2019-04-01", accepted=False), "seen_by": "ann", "seen_at": NOW.isoformat()}
    kept = keep(database, application(absence_end=seen))

    assert offered(database, kept.document) is not None


def test_what_goes_out_keeps_the_contract_and_bears_no_scores(database: Database) -> None:
    kept = keep(database, application(), {**application(), "id": "d2"})
    offered(database, kept.document)

    with database.transaction() as conn:
        body = deliveries.body_of(conn, event_id(kept.document, 1))

    assert body is not None
    event = Envelope.model_validate_json(body)
    assert (event.id, event.subject) == (str(event_id(kept.document, 1)), str(kept.document))
    assert event.data.source.channel == "fax" and event.data.source.arrival.evidence == "fax_header"
    assert set(event.data.matter.documents) == {str(one) for one in kept.documents}
    assert event.data.matter.reasons[0].document_id == str(kept.document)
    assert event.data.matter.findings[0].document_id == str(kept.document)
    assert json.loads(body)["data"]["fields"]["applicant_hetu"] == {
        "value": HETU, "no_value": None, "origin": "ocr", "seen_by": None, "seen_at": None,
        "page": 1, "box": [0.07, 0.19, 0.24, 0.21],
    }  # fmt: skip
    assert not {"confidence", "raw", "type_confidence", "scan.tif"} & set(body.split('"'))


def test_the_core_gets_the_very_bytes_that_were_kept(database: Database) -> None:
    delivery_id = offered(database, keep(database, application()).document)
    core = ScriptedCore([STORED])

    outcome = deliver.deliver(database, core, delivery_id, later(1))

    shown = deliver.show(database, delivery_id)
    assert outcome == "delivered" and shown.row.state == "delivered"
    assert core.sent == [(delivery_id, shown.body.encode())]
    assert shown.row.answer == {"status": 201, "body": "stored"}
    assert events(database) == ["delivery.offered", "delivery.sent"]


def test_a_delivered_one_is_not_sent_again(database: Database) -> None:
    delivery_id = offered(database, keep(database, application()).document)
    core = ScriptedCore([STORED])
    deliver.deliver(database, core, delivery_id, later(1))

    assert deliver.deliver(database, core, delivery_id, later(500)) == "not_due"
    assert len(core.sent) == 1


def test_a_core_that_is_away_is_asked_again_under_the_same_id(database: Database) -> None:
    delivery_id = offered(database, keep(database, application()).document)
    core = ScriptedCore([CoreAwayError("ConnectError"), STORED])

    first = deliver.deliver(database, core, delivery_id, later(1), chance=lambda: 1.0)
    too_early = deliver.deliver(database, core, delivery_id, later(2))
    second = deliver.deliver(database, core, delivery_id, later(10))

    assert (first, too_early, second) == ("waiting", "not_due", "delivered")
    assert [sent[0] for sent in core.sent] == [delivery_id, delivery_id]
    assert core.sent[0] == core.sent[1]


def test_the_next_attempt_is_lined_up_for_when_it_is_due(database: Database) -> None:
    delivery_id = offered(database, keep(database, application()).document)

    deliver.deliver(database, ScriptedCore([CoreAwayError("status 503", 503, "", 30.0)]), delivery_id, later(1))

    row = deliver.show(database, delivery_id).row
    assert jobs_of(database, delivery_id) == [None, row.next_try_at]
    assert later(31) <= row.next_try_at <= later(32)


def test_after_its_attempts_it_is_parked_with_the_answer_and_an_alarm(database: Database) -> None:
    delivery_id = offered(database, keep(database, application()).document)
    core = ScriptedCore([CoreAwayError("status 500", 500, "x" * 9000)])

    outcomes = [deliver.deliver(database, core, delivery_id, later(1000 * n)) for n in (1, 2, 3)]

    assert outcomes == ["waiting", "waiting", "parked"]
    row = deliver.show(database, delivery_id).row
    assert row.answer is not None and row.answer["status"] == 500 and len(row.answer["body"]) == 2000
    with database.transaction() as conn:
        raised = alarms.open_alarms(conn)
    assert [(alarm.kind, alarm.subject) for alarm in raised] == [("delivery_parked", f"delivery:{delivery_id}")]
    assert HETU not in raised[0].problem + raised[0].remedy and "xxx" not in raised[0].problem
    assert events(database)[-1] == "delivery.parked"


def test_what_is_refused_for_good_is_parked_at_once(database: Database) -> None:
    delivery_id = offered(database, keep(database, application()).document)
    core = ScriptedCore([CoreRefusedError(422, "no")])

    assert deliver.deliver(database, core, delivery_id, later(1)) == "parked"
    assert len(core.sent) == 1


def test_a_parked_one_is_replayed_and_its_alarm_cleared_when_it_arrives(database: Database) -> None:
    delivery_id = offered(database, keep(database, application()).document)
    core = ScriptedCore([CoreRefusedError(422, "no"), STORED])
    deliver.deliver(database, core, delivery_id, later(1))

    row = deliver.replay(database, delivery_id, "ann", later(60))
    outcome = deliver.deliver(database, core, delivery_id, later(61))

    assert (row.state, row.attempts, outcome) == ("waiting", 0, "delivered")
    with database.transaction() as conn:
        assert alarms.open_alarms(conn) == []
    assert events(database) == ["delivery.offered", "delivery.parked", "delivery.replayed", "delivery.sent"]


def test_all_parked_ones_are_replayed_together(database: Database) -> None:
    ids = [offered(database, keep(database, application()).document) for _ in range(3)]
    for delivery_id in ids[:2]:
        deliver.deliver(database, ScriptedCore([CoreRefusedError(400, "no")]), delivery_id, later(1))

    assert deliver.replay_parked(database, "ann", later(60)) == 2
    assert {state_of(database, delivery_id) for delivery_id in ids} == {"waiting"}


def test_a_newer_version_holds_the_waiting_one_back(database: Database) -> None:
    kept = keep(database, application())
    first = offered(database, kept.document)
    next_version(database, kept.document, 2, application(absence_start=field("2019-03-13")))

    second = offered(database, kept.document, 60)

    core = ScriptedCore([STORED])
    assert deliver.deliver(database, core, first, later(61)) == "not_due"
    assert deliver.deliver(database, core, second, later(62)) == "delivered"
    assert [sent[0] for sent in core.sent] == [second]
    assert state_of(database, first) == "superseded"
    assert Envelope.model_validate_json(core.sent[0][1]).data.supersedes == 1


def test_a_newer_version_that_waits_for_a_person_holds_back_the_outdated_one(database: Database) -> None:
    kept = keep(database, application())
    first = offered(database, kept.document)
    next_version(database, kept.document, 2, application(absence_end=field(None, accepted=False)))

    assert offered(database, kept.document, 60) is None
    assert state_of(database, first) == "superseded"


def test_superseding_a_parked_version_clears_its_alarm(database: Database) -> None:
    kept = keep(database, application())
    first = offered(database, kept.document)
    deliver.deliver(database, ScriptedCore([CoreRefusedError(422, "no")]), first, later(1))
    next_version(database, kept.document, 2, application())

    offered(database, kept.document, 60)

    assert state_of(database, first) == "superseded"
    with database.transaction() as conn:
        assert alarms.open_alarms(conn) == []


def test_a_newer_version_waits_until_the_older_one_on_its_way_has_ended(database: Database) -> None:
    kept = keep(database, application())
    first = offered(database, kept.document)
    outcomes: list[str] = []
    second_core = ScriptedCore([STORED])

    def correct_meanwhile() -> None:
        next_version(database, kept.document, 2, application())
        second = offered(database, kept.document, 2)
        outcomes.append(deliver.deliver(database, second_core, second, later(3)))

    outcome = deliver.deliver(database, ScriptedCore([STORED], while_sending=correct_meanwhile), first, later(1))

    assert (outcomes, outcome, second_core.sent) == (["not_due"], "delivered", [])
    assert deliver.deliver(database, second_core, event_id(kept.document, 2), later(6)) == "delivered"


@pytest.mark.parametrize("answer", [STORED, CoreAwayError("ReadTimeout")], ids=["arrived", "nobody knows"])
def test_what_the_core_may_have_it_is_told_anew_when_the_matter_moves_meanwhile(database: Database, answer: Any) -> None:
    # given a record on its way, and a correction that takes its matter to a queue the core does not decide
    kept = keep(database, application())
    first = offered(database, kept.document)

    def move_meanwhile() -> None:
        with database.transaction() as conn:
            conn.execute("UPDATE work_item SET queue = 'indexing'")
        next_version(database, kept.document, 2, application())
        offered(database, kept.document, 2)

    # when
    deliver.deliver(database, ScriptedCore([answer], while_sending=move_meanwhile), first, later(1))

    # then the core hears where it is now
    second_core = ScriptedCore([STORED])
    assert deliver.deliver(database, second_core, event_id(kept.document, 2), later(100)) == "delivered"
    assert Envelope.model_validate_json(second_core.sent[0][1]).data.supersedes == 1


def test_a_second_worker_does_not_send_what_is_on_its_way(database: Database) -> None:
    delivery_id = offered(database, keep(database, application()).document)
    other = ScriptedCore([STORED])
    outcomes: list[str] = []
    core = ScriptedCore([STORED], while_sending=lambda: outcomes.append(deliver.deliver(database, other, delivery_id, later(2))))

    deliver.deliver(database, core, delivery_id, later(1))

    assert outcomes == ["not_due"] and other.sent == []


def test_who_has_lost_the_lease_has_no_say(database: Database) -> None:
    delivery_id = offered(database, keep(database, application()).document)
    other = ScriptedCore([STORED])

    def the_lease_runs_out() -> None:
        deliver.deliver(database, other, delivery_id, later(1 + core.terms.lease_s))

    core = ScriptedCore([CoreRefusedError(422, "no")], while_sending=the_lease_runs_out)
    outcome = deliver.deliver(database, core, delivery_id, later(1))

    assert outcome == "not_due"
    assert state_of(database, delivery_id) == "delivered"
    assert events(database) == ["delivery.offered", "delivery.sent"]


def test_an_older_version_that_the_core_refuses_as_outdated_raises_no_alarm(database: Database) -> None:
    kept = keep(database, application())
    first = offered(database, kept.document)

    def correct_meanwhile() -> None:
        next_version(database, kept.document, 2, application())
        offered(database, kept.document, 2)

    core = ScriptedCore([CoreRefusedError(409, "a newer version is stored")], while_sending=correct_meanwhile)

    assert deliver.deliver(database, core, first, later(1)) == "superseded"
    with database.transaction() as conn:
        assert alarms.open_alarms(conn) == []


def test_a_sweep_lines_up_what_no_job_is_about_and_only_that(database: Database) -> None:
    lost, held = (offered(database, keep(database, application()).document) for _ in range(2))
    with database.transaction() as conn:
        conn.execute("DELETE FROM procrastinate_jobs WHERE args ->> 'subject' = %(id)s", {"id": str(lost)})

    swept = [deliver.sweep(database, later(60)), deliver.sweep(database, later(61))]

    assert swept == [1, 0]
    assert len(jobs_of(database, lost)) == len(jobs_of(database, held)) == 1


def test_an_outdated_one_cannot_be_replayed(database: Database) -> None:
    kept = keep(database, application())
    first = offered(database, kept.document)
    deliver.deliver(database, ScriptedCore([STORED]), first, later(1))
    next_version(database, kept.document, 2, application())
    offered(database, kept.document, 60)

    with pytest.raises(ConflictError):
        deliver.replay(database, first, "ann", later(61))


def test_a_delivery_that_does_not_exist_cannot_be_replayed(database: Database) -> None:
    with pytest.raises(NotFoundError):
        deliver.replay(database, keep(database, application()).document, "ann", NOW)


def test_one_on_its_way_cannot_be_replayed(database: Database) -> None:
    delivery_id = offered(database, keep(database, application()).document)
    refusals: list[str] = []

    def replay_meanwhile() -> None:
        with pytest.raises(ConflictError) as refused:
            deliver.replay(database, delivery_id, "ann", later(2))
        refusals.append(refused.value.problem)

    deliver.deliver(database, ScriptedCore([STORED], while_sending=replay_meanwhile), delivery_id, later(1))

    assert refusals == ["This delivery is on its way now."]


def test_waits_double_are_spread_and_never_exceed_an_hour() -> None:
    longest = [deliver.wait_s(n, 2.0, 0.0, lambda: 1.0) for n in range(1, 15)]
    shortest = [deliver.wait_s(n, 2.0, 0.0, lambda: 0.0) for n in range(1, 15)]

    assert longest[:4] == [2.0, 4.0, 8.0, 16.0] and longest[-1] == 3600.0
    assert shortest == [wait / 2 for wait in longest]
    assert deliver.wait_s(1, 2.0, 90.0, lambda: 0.5) == 90.0
    assert deliver.wait_s(1, 2.0, 1e9, lambda: 0.5) == 3600.0
    assert deliver.wait_s(10**6, 2.0, 0.0, lambda: 1.0) == 3600.0


def test_the_event_id_depends_on_document_and_version_alone(database: Database) -> None:
    one, other = (keep(database, application()).document for _ in range(2))

    assert event_id(one, 1) == event_id(one, 1)
    assert len({event_id(one, 1), event_id(one, 2), event_id(other, 1)}) == 3


def test_a_duplicate_answer_counts_as_delivered(database: Database) -> None:
    """The core had stored it, but its first answer was lost."""
    delivery_id = offered(database, keep(database, application()).document)
    core = ScriptedCore([CoreAwayError("ReadTimeout"), Receipt(200, "had it", duplicate=True)])

    deliver.deliver(database, core, delivery_id, later(1))

    assert deliver.deliver(database, core, delivery_id, NOW + timedelta(minutes=5)) == "delivered"
