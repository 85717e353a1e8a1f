"""Accounts: the first administrator, those made after, what may not happen to the last."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from intake.pipeline.access import accounts, links, signing_in
from intake.pipeline.access.accounts import Decided
from intake.pipeline.access.signing_in import Terms
from intake.store import audit
from intake.store.database import Database
from models.errors import ConflictError, NotFoundError, RefusedError
from tests.intake.kept_documents import NOW, later
from tests.intake.persons import PASSWORD, WRONG, person

pytestmark = pytest.mark.usefixtures("quick_hashes")

CASEWORKER = Decided("Bertta Berg", frozenset({"caseworker"}))


def token_of(link: links.Link | None) -> str:
    assert link is not None
    return link.path.removeprefix("/welcome/")


def told(database: Database, subject: str) -> list[dict[str, Any]]:
    with database.transaction() as conn:
        return [event.told for event in audit.of_subject(conn, subject)]


def events(database: Database, account_id: UUID) -> list[str]:
    return [each["event"] for each in told(database, f"account:{account_id}")]


@pytest.fixture
def boss(database: Database) -> UUID:
    return person(database, "pomo", ["administrator"])


def test_the_first_link_makes_an_administrator_with_every_role_once(database: Database) -> None:
    token = token_of(links.make_first(database, NOW))

    account_id = accounts.welcome_first(database, token, " Anna.A ", "Anna  Aalto", PASSWORD, later(60))

    kept = accounts.get(database, account_id)
    assert (kept.login, kept.name, set(kept.roles), kept.sees_protected) == ("anna.a", "Anna Aalto", set(accounts.ROLES), True)
    assert links.make_first(database, later(61)) is None
    with pytest.raises(RefusedError) as refusal:
        accounts.welcome_first(database, token, "eve", "Eve", PASSWORD, later(62))
    assert refusal.value.status == 410


def test_a_link_ends_after_a_day_and_when_a_newer_one_is_made(database: Database) -> None:
    old = token_of(links.make_first(database, NOW))
    newer = token_of(links.make_first(database, later(1)))

    with pytest.raises(RefusedError):
        links.invited(database, old, later(2))
    assert links.invited(database, newer, later(2)).account is None
    with pytest.raises(RefusedError):
        links.invited(database, newer, later(1) + links.LASTS)


def test_a_link_is_not_kept_nor_told(database: Database) -> None:
    token = token_of(links.make_first(database, NOW))

    with database.transaction() as conn:
        rows = conn.execute("SELECT row_to_json(account_link)::text FROM account_link").fetchall()
        trail = conn.execute("SELECT entry FROM audit_event").fetchall()

    assert rows and trail
    assert token not in str(rows) + str(trail)


def test_a_refused_password_leaves_the_link_usable(database: Database) -> None:
    token = token_of(links.make_first(database, NOW))

    with pytest.raises(RefusedError):
        accounts.welcome_first(database, token, "anna", "Anna", "too short", later(1))

    assert accounts.welcome_first(database, token, "anna", "Anna", PASSWORD, later(2))


def test_two_who_open_the_first_link_at_once_do_not_both_come_in(database: Database) -> None:
    token = token_of(links.make_first(database, NOW))
    accounts.welcome_first(database, token, "anna", "Anna", PASSWORD, later(1))

    with pytest.raises(RefusedError):
        accounts.welcome_first(database, token, "bertta", "Bertta", PASSWORD, later(1))

    assert [each.account.login for each in accounts.listing(database, later(2))] == ["anna"]


def test_an_account_is_made_invited_and_its_person_sets_the_password(database: Database, boss: UUID) -> None:
    account_id, link = accounts.make(database, "Bertta", CASEWORKER, "pomo", NOW)
    [shown] = [each for each in accounts.listing(database, later(1)) if each.account.id == account_id]
    assert (shown.account.password_hash, shown.link_until) == (None, link.ends_at)

    accounts.set_password(database, token_of(link), PASSWORD, later(2))

    assert signing_in.sign_in(database, "bertta", PASSWORD, "::1", "", later(3))
    assert events(database, account_id) == ["account.made", "account.link_made", "account.password_set"]
    with pytest.raises(RefusedError):
        accounts.set_password(database, token_of(link), PASSWORD, later(4))


def test_a_password_set_by_link_ends_what_was_signed_in_before(database: Database, boss: UUID) -> None:
    session = signing_in.sign_in(database, "pomo", PASSWORD, "::1", "", NOW)

    accounts.set_password(database, token_of(links.make_for_login(database, " Pomo ", later(1))), WRONG, later(2))

    assert signing_in.resume(database, session, Terms(), later(3)) is None


def test_a_password_is_changed_by_whoever_knows_it_and_only_this_session_stays(database: Database, boss: UUID) -> None:
    here, there = (signing_in.sign_in(database, "pomo", PASSWORD, "::1", "", NOW) for _ in range(2))
    seen = signing_in.resume(database, here, Terms(), later(1))
    assert seen is not None

    with pytest.raises(RefusedError):
        accounts.change_password(database, boss, WRONG, "viisi punaista autoa", seen.session.id, later(2))
    accounts.change_password(database, boss, PASSWORD, "viisi punaista autoa", seen.session.id, later(3))

    assert signing_in.resume(database, here, Terms(), later(4)) is not None
    assert signing_in.resume(database, there, Terms(), later(4)) is None
    assert signing_in.sign_in(database, "pomo", "viisi punaista autoa", "::1", "", later(5))


def test_what_changes_is_told_before_and_after(database: Database, boss: UUID) -> None:
    account_id, _ = accounts.make(database, "bertta", CASEWORKER, "pomo", NOW)

    accounts.change(database, account_id, Decided("Bertta Berg", frozenset({"mailroom"}), True), "pomo", later(1))
    accounts.change(database, account_id, Decided("Bertta Berg", frozenset({"mailroom"}), True), "pomo", later(2))

    [change] = [each for each in told(database, f"account:{account_id}") if each["event"] == "account.changed"]
    assert (change["actor"], change["before"]["roles"], change["after"]["roles"]) == ("pomo", ["caseworker"], ["mailroom"])
    assert change["after"]["sees_protected"] is True


def test_a_blocked_account_signs_nobody_in_and_its_sessions_end(database: Database, boss: UUID) -> None:
    other = person(database, "bertta")
    session = signing_in.sign_in(database, "bertta", PASSWORD, "::1", "", NOW)

    accounts.block(database, other, "pomo", later(1))

    assert signing_in.resume(database, session, Terms(), later(2)) is None
    with pytest.raises(RefusedError):
        signing_in.sign_in(database, "bertta", PASSWORD, "::1", "", later(3))
    with pytest.raises(ConflictError):
        links.make_for(database, other, "pomo", later(4))
    accounts.unblock(database, other, "pomo", later(5))
    assert signing_in.sign_in(database, "bertta", PASSWORD, "::1", "", later(6))
    assert [each for each in events(database, other) if "block" in each] == ["account.blocked", "account.unblocked"]


def test_a_link_of_somebody_blocked_meanwhile_leads_nowhere(database: Database, boss: UUID) -> None:
    account_id, link = accounts.make(database, "bertta", CASEWORKER, "pomo", NOW)

    accounts.block(database, account_id, "pomo", later(1))

    with pytest.raises(RefusedError):
        accounts.set_password(database, token_of(link), PASSWORD, later(2))


def test_the_last_administrator_is_neither_blocked_nor_made_something_else(database: Database, boss: UUID) -> None:
    accounts.make(database, "heir", Decided("Heir", frozenset({"administrator"})), "pomo", NOW)  # has no password yet

    for attempt in (
        lambda: accounts.block(database, boss, "pomo", later(1)),
        lambda: accounts.change(database, boss, CASEWORKER, "pomo", later(1)),
    ):
        with pytest.raises(ConflictError):
            attempt()

    person(database, "toinen", ["administrator"])
    accounts.block(database, boss, "toinen", later(2))
    assert accounts.get(database, boss).blocked_at is not None


def test_sessions_of_an_account_are_ended_by_the_administrator(database: Database, boss: UUID) -> None:
    bertta = person(database, "bertta")
    session = signing_in.sign_in(database, "bertta", PASSWORD, "::1", "", NOW)

    accounts.end_all(database, bertta, "pomo", later(1))

    assert signing_in.resume(database, session, Terms(), later(2)) is None


@pytest.mark.parametrize("login", ["", "a", "-anna", "anna aalto", "a" * 64, "131052-308T", "x131052308t", "ann/a"])
def test_a_user_name_that_cannot_be_one_is_refused(database: Database, boss: UUID, login: str) -> None:
    with pytest.raises(RefusedError):
        accounts.make(database, login, CASEWORKER, "pomo", NOW)


def test_one_user_name_is_given_once(database: Database, boss: UUID) -> None:
    with pytest.raises(ConflictError):
        accounts.make(database, "POMO", CASEWORKER, "pomo", NOW)


@pytest.mark.parametrize("decided", [Decided("", frozenset({"mailroom"})), Decided("x" * 81, frozenset({"mailroom"})),
                                     Decided("Anna", frozenset()), Decided("Anna", frozenset({"service"}))])  # fmt: skip
def test_an_account_needs_a_name_and_roles_there_are(database: Database, boss: UUID, decided: Decided) -> None:
    with pytest.raises(RefusedError):
        accounts.make(database, "bertta", decided, "pomo", NOW)


def test_language_and_theme_are_kept_and_nothing_else_is(database: Database, boss: UUID) -> None:
    accounts.prefer(database, boss, "sv", "dark")

    kept = accounts.get(database, boss)
    assert (kept.language, kept.theme) == ("sv", "dark")
    with pytest.raises(RefusedError):
        accounts.prefer(database, boss, "de", None)


def test_who_is_not_there_is_said(database: Database, boss: UUID) -> None:
    with pytest.raises(NotFoundError):
        accounts.get(database, UUID(int=1))
    with pytest.raises(RefusedError):
        links.make_for_login(database, "nobody", NOW)
