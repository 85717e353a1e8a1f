"""Order is kept by one at a time, and lost work goes on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from intake import maintain
from intake.pipeline import upkeep
from intake.settings import Settings
from intake.store import alarms
from intake.store.blobs import open_blobs
from intake.store.database import Database
from intake.wiring import Wired
from models.errors import BlobsAwayError
from tests.intake.received_files import NOW, Bench, bench

TODO = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'"
GIVE_TO = """
    WITH worker AS (
        INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => %(silent_s)s)) RETURNING id)
    UPDATE procrastinate_jobs SET status = 'doing', worker_id = worker.id FROM worker RETURNING procrastinate_jobs.id
"""


@pytest.fixture
def place(database: Database, tmp_path: Path) -> Bench:
    return bench(database, tmp_path)


def until(ask: Callable[[], bool], limit_s: float = 10.0) -> bool:
    deadline = time.monotonic() + limit_s
    while time.monotonic() < deadline:
        if ask():
            return True
        time.sleep(0.05)
    return False


def test_jobs_of_a_silent_worker_are_given_on_and_those_of_a_living_one_are_not(place: Bench) -> None:
    place.take((b"one", 1))
    place.count(GIVE_TO, silent_s=3)
    early = upkeep.give_lost_work_on(place.database, 6)
    place.count("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '7 s' RETURNING id")

    given = upkeep.give_lost_work_on(place.database, 6)

    assert (early, given, place.count(TODO)) == (0, 1, 1)


def test_a_worker_silent_for_long_is_struck_off_after_its_jobs_are_given_on(place: Bench) -> None:
    place.take((b"one", 1))
    place.count(GIVE_TO, silent_s=600)

    given = upkeep.give_lost_work_on(place.database, 6)

    assert (given, place.count("SELECT count(*) FROM procrastinate_workers")) == (1, 0)


def test_a_file_that_lost_its_wake_up_is_lined_up_again_once(place: Bench) -> None:
    place.take((b"one", 1))
    with place.database.transaction() as conn:
        conn.execute("DELETE FROM procrastinate_jobs")
    later = NOW + timedelta(minutes=1)

    woken = [upkeep.wake(place.database, later), upkeep.wake(place.database, later)]

    assert (woken, place.count(TODO)) == ([1, 0], 1)


def test_a_file_that_waits_too_long_is_an_alarm_until_it_is_read(place: Bench) -> None:
    place.take((b"one", 1))

    upkeep.watch_age(place.database, NOW + timedelta(minutes=14))
    with place.database.transaction() as conn:
        before = alarms.open_alarms(conn)
    upkeep.watch_age(place.database, NOW + timedelta(minutes=17))
    with place.database.transaction() as conn:
        [raised] = alarms.open_alarms(conn)
        conn.execute("DELETE FROM page")
        conn.execute("DELETE FROM arrival")
        conn.execute("DELETE FROM file")
    upkeep.watch_age(place.database, NOW + timedelta(minutes=18))

    assert (before, raised.kind) == ([], "oldest_waiting")
    with place.database.transaction() as conn:
        assert alarms.open_alarms(conn) == []


def test_work_without_a_worker_is_an_alarm_until_one_lives(place: Bench) -> None:
    idle = _alarms_after_looking(place)
    place.take((b"one", 1))
    alone = _alarms_after_looking(place)
    with place.database.transaction() as conn:
        conn.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
    served = _alarms_after_looking(place)

    assert (idle, alone, served) == ([], ["no_worker"], [])


def _alarms_after_looking(place: Bench) -> list[str]:
    upkeep.watch_workers(place.database, 6.0, NOW)
    with place.database.transaction() as conn:
        return [alarm.kind for alarm in alarms.open_alarms(conn)]


def test_a_mistake_in_one_duty_does_not_keep_the_others_from_being_done(
    place: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a duty that fails each time, before one that gives lost work on
    def fails(_: object) -> None:
        raise RuntimeError

    def away(_: object) -> None:
        raise BlobsAwayError("folder: gone")

    stop = threading.Event()
    duties = [maintain.Duty(0.0, fails), maintain.Duty(0.0, away), maintain.Duty(0.0, lambda _: stop.set())]
    monkeypatch.setattr(maintain, "duties_of", lambda _: duties)

    # when
    maintain.run(Wired(Settings(data=tmp_path), place.database, open_blobs(str(tmp_path), None)), stop)

    # then it has come to an end by itself
    assert stop.is_set()


@pytest.mark.end_to_end
def test_one_keeps_order_at_a_time_and_another_takes_over(
    database_url: str, place: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked: list[str] = []
    monkeypatch.setattr(maintain, "TICK_S", 0.05)
    monkeypatch.setattr(
        maintain, "duties_of", lambda _: [maintain.Duty(0.0, lambda _: worked.append(threading.current_thread().name))]
    )
    stops = [threading.Event(), threading.Event()]
    threads = []
    for name, stop in zip("ab", stops, strict=True):
        wired = Wired(Settings(data=tmp_path), Database(database_url), open_blobs(str(tmp_path), None))
        threads.append(threading.Thread(target=maintain.run, args=(wired, stop), name=name))
        threads[-1].start()
        assert until(lambda: bool(worked))

    stops[0].set()
    threads[0].join(10)
    taken_over = until(lambda: "b" in worked)
    place.count(
        """SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()"""
    )
    worked.clear()
    goes_on = until(lambda: "b" in worked)
    stops[1].set()
    threads[1].join(10)

    assert (taken_over, goes_on, [thread.is_alive() for thread in threads]) == (True, True, [False, False])


def test_scratch_folders_of_killed_workers_are_removed_and_others_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "saapuva-reading-x").mkdir()
    (tmp_path / "saapuva-other").mkdir()
    monkeypatch.setattr(maintain.tempfile, "gettempdir", lambda: str(tmp_path))

    maintain._sweep_scratch(3600)
    young = (tmp_path / "saapuva-reading-x").exists()
    maintain._sweep_scratch(-1)

    assert young
    assert [path.name for path in tmp_path.iterdir()] == ["saapuva-other"]
