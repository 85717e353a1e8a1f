"""Signing in: who is let in, who must wait, how long a session stands."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from argon2 import PasswordHasher

from intake.pipeline.access import passwords, signing_in
from intake.pipeline.access.signing_in import FREE_TRIES, FREE_TRIES_OF_ADDRESS, LONGEST_WAIT, Terms
from intake.store import accounts
from intake.store.database import Database
from models.errors import RefusedError
from tests.intake.kept_documents import NOW, later
from tests.intake.persons import PASSWORD, QUICK, WRONG, person

pytestmark = pytest.mark.usefixtures("quick_hashes")

TERMS = Terms(idle=timedelta(minutes=30), age=timedelta(hours=12))


@pytest.fixture
def anna(database: Database) -> UUID:
    return person(database)


def come_in(database: Database, at: datetime = NOW, login: str = "anna.a", password: str = PASSWORD, address: str = "::1") -> str:
    return signing_in.sign_in(database, login, password, address, "Firefox", at)


def refused(
    database: Database, at: datetime, login: str = "anna.a", password: str = WRONG, address: str = "::1"
) -> tuple[int, str]:
    with pytest.raises(RefusedError) as refusal:
        come_in(database, at, login, password, address)
    return refusal.value.status, refusal.value.problem


def stands(database: Database, token: str, at: datetime, *, is_active: bool = True) -> bool:
    return signing_in.resume(database, token, TERMS, at, is_active=is_active) is not None


def test_a_session_is_opened_and_its_token_kept_as_a_hash_only(database: Database, anna: UUID) -> None:
    token = come_in(database)

    found = signing_in.resume(database, token, TERMS, later(60))

    assert found is not None and found.account.id == anna and found.session.client == "Firefox"
    with database.transaction() as conn:
        rows = str(conn.execute("SELECT row_to_json(session)::text FROM session").fetchall())
        trail = str(conn.execute("SELECT entry FROM audit_event").fetchall())
    assert token not in rows + trail and PASSWORD not in trail and "session.began" in trail


def test_wrong_unknown_blocked_and_unset_are_told_alike(database: Database, anna: UUID) -> None:
    with database.transaction() as conn:
        accounts.add(conn, "unset", "U", ["mailroom"], False, NOW)
        blocked = person(database, "blocked")
        conn.execute("UPDATE account SET blocked_at = now() WHERE id = %s", (blocked,))

    answers = {
        refused(database, NOW),
        refused(database, NOW, "nobody"),
        refused(database, NOW, "unset", PASSWORD),
        refused(database, NOW, "blocked", PASSWORD),
    }

    assert answers == {(401, "User name or password is wrong.")}


def test_after_some_wrong_passwords_even_the_right_one_must_wait(database: Database, anna: UUID) -> None:
    for number in range(FREE_TRIES + 1):
        assert refused(database, later(number))[0] == 401

    assert refused(database, later(10), password=PASSWORD)[0] == 429
    assert come_in(database, later(40))


def test_the_wait_doubles_up_to_a_quarter_of_an_hour(database: Database, anna: UUID) -> None:
    at, waits = NOW, []
    for _ in range(FREE_TRIES + 8):
        assert refused(database, at)[0] == 401
        began = at
        while refused_now(database, at):
            at += timedelta(seconds=30)
        waits.append(at - began)

    assert waits[FREE_TRIES - 1] == timedelta() and waits[FREE_TRIES] == timedelta(seconds=30)
    assert waits[FREE_TRIES + 1] == 2 * waits[FREE_TRIES]
    assert max(waits) == LONGEST_WAIT == waits[-1]


def refused_now(database: Database, at: datetime) -> bool:
    with database.transaction() as conn:
        return conn.execute("SELECT 1 FROM sign_in_try WHERE wait_until > %s", (at,)).fetchone() is not None


def test_an_unknown_name_waits_as_a_known_one_does(database: Database) -> None:
    for number in range(FREE_TRIES + 1):
        refused(database, later(number), "nobody")

    assert refused(database, later(10), "nobody")[0] == 429


def test_names_tried_one_after_the_other_from_one_address_must_wait(database: Database, anna: UUID) -> None:
    for number in range(FREE_TRIES_OF_ADDRESS + 1):
        assert refused(database, later(number / 10), f"guess{number}", address="10.0.0.1")[0] == 401

    assert refused(database, later(5), password=PASSWORD, address="10.0.0.1")[0] == 429
    assert come_in(database, later(5), address="10.0.0.2")


def test_who_mistypes_and_comes_in_leaves_the_address_free(database: Database, anna: UUID) -> None:
    for number in range(FREE_TRIES_OF_ADDRESS):
        refused(database, later(2 * number))
        come_in(database, later(2 * number + 1))

    assert refused(database, later(1000))[0] == 401


def test_tries_are_forgotten_after_a_day(database: Database, anna: UUID) -> None:
    for number in range(FREE_TRIES + 1):
        refused(database, later(number))

    assert refused(database, later(10))[0] == 429
    assert refused(database, later(24 * 3600 + 10))[0] == 401


def test_many_tries_at_once_are_all_counted(database: Database, anna: UUID) -> None:
    def attempt(_: int) -> int:
        return refused(database, NOW)[0]

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(attempt, range(FREE_TRIES + 10)))

    assert answers.count(401) == FREE_TRIES + 1


def test_what_stands_in_the_wrong_field_is_kept_nowhere(database: Database, anna: UUID) -> None:
    refused(database, NOW, login=PASSWORD)

    with database.transaction() as conn:
        kept = str(conn.execute("SELECT subject FROM sign_in_try").fetchall())
        trail = str(conn.execute("SELECT entry FROM audit_event").fetchall())
    assert "sinistä" not in kept + trail and "account.sign_in_failed" in trail


def test_a_session_ends_when_it_is_not_used(database: Database, anna: UUID) -> None:
    token = come_in(database)

    assert stands(database, token, later(29 * 60)) and stands(database, token, later(58 * 60))
    assert not stands(database, token, later(88 * 60 + 1))
    assert not stands(database, token, later(88 * 60 + 2))


def test_what_a_page_asks_by_itself_keeps_no_session_alive(database: Database, anna: UUID) -> None:
    token = come_in(database)

    for minute in range(1, 30):
        assert stands(database, token, later(60 * minute), is_active=False)

    assert not stands(database, token, later(30 * 60), is_active=False)


def test_a_session_ends_after_twelve_hours_of_work(database: Database, anna: UUID) -> None:
    token = come_in(database)

    for minute in range(20, 12 * 60, 20):
        assert stands(database, token, later(60 * minute))

    assert not stands(database, token, later(12 * 3600))


def test_the_end_is_told_once_with_its_reason(database: Database, anna: UUID) -> None:
    idle, out = come_in(database), come_in(database)
    signing_in.sign_out(database, out, later(1))
    signing_in.sign_out(database, out, later(2))
    stands(database, idle, later(3600))

    with database.transaction() as conn:
        ends = [
            row[0] for row in conn.execute("SELECT entry::jsonb #>> '{after,by}' FROM audit_event WHERE event = 'session.ended'")
        ]
    assert sorted(ends) == ["idle", "person"]


def test_one_sees_and_ends_ones_own_sessions_only(database: Database, anna: UUID) -> None:
    other = person(database, "bertta")
    mine, theirs = come_in(database), come_in(database, login="bertta")
    [own] = signing_in.own_sessions(database, anna, TERMS, later(1))

    signing_in.end_own(database, other, own.id, later(2))
    signing_in.end_own(database, anna, uuid4(), later(2))
    assert stands(database, mine, later(3))
    signing_in.end_own(database, anna, own.id, later(4))

    assert not stands(database, mine, later(5)) and stands(database, theirs, later(5))


def test_a_password_is_hashed_anew_when_parameters_have_changed(
    database: Database, anna: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    stronger = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", stronger)

    come_in(database)

    with database.transaction() as conn:
        kept = accounts.get(conn, anna).password_hash
    assert kept is not None and not stronger.check_needs_rehash(kept) and QUICK.check_needs_rehash(kept)
    assert come_in(database, later(1))


def test_no_cookie_of_ours_is_no_session(database: Database, anna: UUID) -> None:
    assert not stands(database, "", NOW) and not stands(database, "x" * 500, NOW)
