"""Transactions meet each other: nobody waits in a circle, and who was rolled back for it comes again."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pytest

from intake.pipeline.audit_trail import verify
from intake.store import alarms, audit, jobs
from intake.store.database import Database, again, at_last
from models.errors import DatabaseAwayError

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_who_tells_the_trail_early_and_locks_late_never_waits_in_a_circle(database: Database) -> None:
    # given a row that both want, and one of them has told the trail before
    with database.transaction() as conn:
        alarms.raise_alarm(conn, "delivery_parked", "delivery:1", "", "", NOW)
    told, locked = threading.Event(), threading.Event()

    def tells_first() -> None:
        with database.transaction() as conn:
            audit.append(conn, "delivery.superseded", "delivery:1", actor="saapuva", at=NOW)
            told.set()
            assert locked.wait(10)
            alarms.clear(conn, "delivery_parked", "delivery:1", NOW)

    def locks_first() -> None:
        with database.transaction() as conn:
            assert told.wait(10)
            alarms.clear(conn, "delivery_parked", "delivery:1", NOW)
            locked.set()
            audit.append(conn, "delivery.sent", "delivery:1", actor="saapuva", at=NOW)

    # when
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(tells_first), pool.submit(locks_first)]:
            done.result(30)

    # then
    assert verify(database).events == 2


@pytest.mark.parametrize("moment", ["before", "committing"])
def test_a_database_that_goes_away_is_told_as_such_whatever_is_done(database: Database, database_url: str, moment: str) -> None:
    """Also by procrastinate, which puts an error of its own around it."""
    with pytest.raises(DatabaseAwayError), database.transaction() as conn:
        if moment == "committing":
            jobs.enqueue(conn, jobs.DELIVER, uuid4())
        with psycopg.connect(database_url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (conn.info.backend_pid,))
        if moment == "before":
            jobs.enqueue(conn, jobs.DELIVER, uuid4())

    with database.transaction() as conn:
        assert conn.execute("SELECT count(*) FROM procrastinate_jobs").fetchone() == (0,)


def test_what_is_told_is_as_it_was_when_it_was_told_and_in_order(database: Database) -> None:
    after = {"n": 1}
    with database.transaction() as conn:
        audit.append(conn, "file.read", "file:1", actor="saapuva", at=NOW, after=after)
        after["n"] = 2
        audit.append(conn, "file.read", "file:1", actor="saapuva", at=NOW, after=after)

    with database.transaction() as conn:
        told = [event.told for event in audit.of_subject(conn, "file:1")]
    assert [(event["seq"], event["after"]["n"]) for event in told] == [(1, 1), (2, 2)]


def test_nothing_is_told_of_what_was_rolled_back_now_or_later(database: Database) -> None:
    with pytest.raises(RuntimeError), database.transaction() as conn:
        audit.append(conn, "file.read", "file:1", actor="saapuva", at=NOW)
        raise RuntimeError
    with database.transaction() as conn:
        conn.execute("SELECT 1")

    assert verify(database).events == 0


def test_what_fails_at_last_keeps_nothing(database: Database) -> None:
    def fail() -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError), database.transaction() as conn:
        alarms.raise_alarm(conn, "watch_failed", "watch", "", "", NOW)
        at_last(conn, fail)

    with database.transaction() as conn:
        assert alarms.open_alarms(conn) == []


@pytest.mark.parametrize("state", ["40P01", "40001"])
def test_a_transaction_that_met_another_one_is_done_again(database: Database, state: str) -> None:
    runs: list[None] = []

    def work() -> str:
        runs.append(None)
        with database.transaction() as conn:
            if len(runs) < 3:
                conn.execute(f"DO $$ BEGIN RAISE EXCEPTION 'met' USING ERRCODE = '{state}'; END $$".encode())
        return "done"

    assert (again(work), len(runs)) == ("done", 3)


def test_one_that_always_meets_another_or_finds_nobody_comes_to_an_end() -> None:
    runs: list[None] = []

    def fails(cause: Exception) -> None:
        runs.append(None)
        raise DatabaseAwayError("x") from cause

    for cause, times in ((psycopg.errors.DeadlockDetected(), 5), (psycopg.OperationalError(), 1)):
        runs.clear()
        with pytest.raises(DatabaseAwayError):
            again(lambda cause=cause: fails(cause))  # type: ignore[misc]
        assert len(runs) == times
