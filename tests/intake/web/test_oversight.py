"""The door of oversight: figures as pictures, deliveries sent again, the trail searched without a code in any address."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from intake.store import alarms
from intake.store.database import Database
from tests.intake.kept_documents import HETU, field
from tests.intake.received_files import Bench, FakeReader, bench, document, result

HTML = {"Accept": "text/html"}
SCREENS = ("/oversight", "/oversight/workers", "/oversight/deliveries?state=all", "/oversight/audit")


@pytest.fixture
def place(database: Database, tmp_path: Path) -> Bench:
    """A paper that went out, one that waits for a person, and one alarm."""
    kept = bench(database, tmp_path)
    ready, doubtful = kept.take((b"one", 2), (b"two", 1))
    kept.run(FakeReader([result(2, [document("d1", 1, 2)])]), ready)
    kept.run(FakeReader([result(1, [document("d1", 1, absence_end=field(None, accepted=False))])]), doubtful)
    with database.transaction() as conn:
        alarms.raise_alarm(conn, "file_parked", "file:a", "Trouble.", "Mend it.", kept.at)
    return kept


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_screen_is_drawn_in_every_language(client: TestClient, place: Bench, language: str) -> None:
    for path in SCREENS:
        answer = client.get(path, headers=HTML | {"Accept-Language": language})

        assert answer.status_code == 200, path
        assert answer.headers["content-language"] == language


def test_pictures_have_names_descriptions_and_the_same_figures_as_tables(client: TestClient, place: Bench) -> None:
    page = client.get("/oversight", headers=HTML | {"Accept-Language": "en"}).text

    assert page.count('role="img"') == page.count("<desc id=") > 0
    assert page.count("As a table") == 5


def test_what_renews_itself_comes_without_the_frame(client: TestClient, place: Bench) -> None:
    for path in ("/oversight?part=live", "/oversight/workers?part=live", "/oversight/deliveries?part=live"):
        part = client.get(path, headers=HTML).text

        assert "data-live" in part
        assert "<html" not in part


def test_an_alarm_is_cleared_by_whoever_is_signed_in(client: TestClient, place: Bench, database: Database) -> None:
    with database.transaction() as conn:
        [alarm] = alarms.open_alarms(conn)

    answer = client.post(f"/oversight/alarms/{alarm.id}/clear", follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (303, "/oversight")
    with database.transaction() as conn:
        assert alarms.open_alarms(conn) == []


def test_a_refused_delivery_is_shown_with_its_answer_and_sent_again(client: TestClient, place: Bench, database: Database) -> None:
    with database.transaction() as conn:
        conn.execute(
            "UPDATE delivery SET state = 'parked', attempts = 3, answered_at = now(),"
            """ answer = '{"status": 422, "body": "no such person 131052-308T"}'"""
        )
        [delivery_id] = [row[0] for row in conn.execute("SELECT id FROM delivery")]

    shown = client.get("/oversight/deliveries", headers=HTML).text
    client.post("/oversight/deliveries/replay", follow_redirects=False)
    waiting = place.count("SELECT count(*) FROM delivery WHERE state = 'waiting' AND attempts = 0")
    client.post(f"/oversight/deliveries/{delivery_id}/replay", follow_redirects=False)

    assert "<strong>422</strong>" in shown
    assert "no such person" in shown
    assert HETU not in shown
    assert waiting == 1
    assert place.count("SELECT count(*) FROM audit_event WHERE event = 'delivery.replayed'") == 2


def test_the_trail_is_searched_by_code_only_in_the_body_and_the_search_is_noted(client: TestClient, place: Bench) -> None:
    in_address = client.get("/oversight/audit", params={"subject": f"person:{HETU}"}, headers=HTML)
    found = client.post("/oversight/audit", data={"text": HETU.lower()}, headers=HTML)
    nobody = client.post("/oversight/audit", data={"text": "010101-999X"}, headers=HTML)
    odd = client.post("/oversight/audit", data={"text": "%' OR 1=1"}, headers=HTML)

    assert HETU not in found.text
    assert "file:" in found.text
    assert in_address.status_code == 200
    assert "file:" not in in_address.text.partition('class="trail"')[2]
    assert (nobody.status_code, odd.status_code) == (200, 422)
    assert place.count("SELECT count(*) FROM audit_event WHERE event = 'audit.searched'") == 2
    assert place.count(f"SELECT count(*) FROM audit_event WHERE event = 'audit.searched' AND entry LIKE '%%{HETU}%%'") == 0


def test_the_trail_is_searched_by_event_actor_day_and_id(client: TestClient, place: Bench, database: Database) -> None:
    def numbers(**asked: str) -> int:
        return client.post("/oversight/audit", data=asked, headers=HTML).text.count('class="nowrap trail-at"')

    with database.transaction() as conn:
        row = conn.execute("SELECT subject FROM audit_event WHERE event = 'file.read' LIMIT 1").fetchone()
    assert row is not None

    assert numbers(event="file.read") == 2
    assert numbers(event="file.read", day="2026-03-12") == 2
    assert numbers(event="file.read", day="2026-03-13") == 0
    assert numbers(actor="nobody.at.all") == 0
    assert numbers(text=row[0].partition(":")[2], event="file.read") == 1
    assert numbers(text=row[0], event="file.read") == 1


def test_the_chain_is_verified_and_a_broken_one_is_told(client: TestClient, place: Bench, database: Database) -> None:
    whole = client.post("/oversight/audit/verify", headers=HTML | {"Accept-Language": "en"}).text
    with database.transaction() as conn:
        conn.execute("ALTER TABLE audit_event DISABLE TRIGGER audit_event_append_only")
        conn.execute("UPDATE audit_event SET entry = replace(entry, 'saapuva', 'somebody') WHERE seq = 2")
    broken = client.post("/oversight/audit/verify", headers=HTML | {"Accept-Language": "en"}).text

    assert "The chain holds together" in whole
    assert "The chain holds together" not in broken
    assert 'role="alert"' in broken


def test_a_lock_that_nobody_holds_cannot_be_freed(client: TestClient, place: Bench) -> None:
    answer = client.post(f"/oversight/locks/{'0' * 8}-0000-0000-0000-{'0' * 12}/free")

    assert answer.status_code == 404


def test_nobody_oversees_without_signing_in(opened: Callable[..., TestClient], place: Bench) -> None:
    nobody = opened(bears_token=False)

    for path in SCREENS:
        assert nobody.get(path).status_code in (401, 403), path
