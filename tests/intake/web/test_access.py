"""One place decides who may do what: the table of rights, sessions, form tokens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from intake.store.database import Database
from intake.web import access
from intake.web.access import RIGHT_OF_ROUTE, RIGHTS_OF_ROLE, SESSION_COOKIE, Right, Role
from intake.web.app import ROUTERS
from tests.intake.papers import tiff
from tests.intake.persons import PASSWORD, person, sign_in
from tests.intake.web.conftest import Opened

pytestmark = pytest.mark.usefixtures("quick_hashes")

HTML = {"Accept": "text/html"}
OPEN = {
    "live", "ready", "metrics", "choose_language", "show_sign_in", "sign_in", "show_signed_out", "show_welcome", "welcome",
}  # fmt: skip


def routes() -> Iterator[Any]:
    for router in ROUTERS:
        yield from router.routes


@pytest.fixture
def browser(opened: Opened) -> TestClient:
    return opened(bears_token=False)


def test_every_route_is_in_the_table_and_the_table_names_no_other() -> None:
    names = Counter(route.endpoint.__name__ for route in routes())

    assert set(names) == set(RIGHT_OF_ROUTE)
    assert [name for name, count in names.items() if count > 1] == []


def test_only_health_figures_language_and_signing_in_are_open_to_all() -> None:
    assert {name for name, right in RIGHT_OF_ROUTE.items() if right is None} == OPEN


def test_whoever_has_a_role_may_enter_and_no_role_but_the_administrators_makes_accounts() -> None:
    assert all(Right.ENTER in rights for rights in RIGHTS_OF_ROLE.values())
    assert [role for role, rights in RIGHTS_OF_ROLE.items() if Right.ADMINISTER in rights] == [Role.ADMINISTRATOR]
    assert Right.SEE_PAPERS not in RIGHTS_OF_ROLE[Role.ADMINISTRATOR]


@pytest.mark.parametrize(
    "route", [each for each in routes() if RIGHT_OF_ROUTE[each.endpoint.__name__]], ids=lambda each: each.name
)
def test_nobody_is_let_through_to_any_route(browser: TestClient, route: Any) -> None:
    place = route.path
    for name in route.param_convertors:
        value = {"day": "2026-03-12", "number": "1"}.get(name, "00000000-0000-0000-0000-000000000001")
        place = place.replace(f"{{{name}}}", value)
    for method in route.methods:
        assert browser.request(method, place).status_code == 401, (method, place)


def test_a_route_that_is_not_in_the_table_is_closed(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        access, "RIGHT_OF_ROUTE", {name: right for name, right in RIGHT_OF_ROUTE.items() if name != "show_contract"}
    )

    assert opened().get("/api/v1/contract").status_code == 403


@pytest.mark.parametrize(
    ("role", "place", "status"),
    [
        ("mailroom", "/api/v1/batches", 200),
        ("mailroom", "/api/v1/work-items", 403),
        ("mailroom", "/accounts", 403),
        ("caseworker", "/api/v1/work-items", 200),
        ("caseworker", "/api/v1/ledger", 403),
        ("caseworker", "/api/v1/deliveries", 403),
        ("supervisor", "/api/v1/deliveries", 200),
        ("supervisor", "/accounts", 403),
        ("administrator", "/accounts", 200),
        ("administrator", "/api/v1/work-items", 403),
        ("administrator", "/api/v1/deliveries", 403),
    ],
)
def test_a_role_opens_what_belongs_to_it(browser: TestClient, database: Database, role: str, place: str, status: int) -> None:
    person(database, roles=[role])
    sign_in(browser)

    answer = browser.get(place)

    assert answer.status_code == status, answer.text


def test_a_role_taken_away_is_gone_with_the_next_request(browser: TestClient, database: Database) -> None:
    account_id = person(database, roles=["mailroom", "caseworker"])
    sign_in(browser)
    assert browser.get("/api/v1/work-items").status_code == 200

    with database.transaction() as conn:
        conn.execute("UPDATE account SET roles = '{mailroom}' WHERE id = %s", (account_id,))

    assert browser.get("/api/v1/work-items").status_code == 403


def test_a_page_sends_nobody_to_sign_in_and_back_to_where_they_were(browser: TestClient, database: Database) -> None:
    person(database, roles=["administrator"])

    sent = browser.get("/accounts?sort=name", headers=HTML, follow_redirects=False)
    page = browser.get(sent.headers["location"], headers=HTML)
    back = browser.post(
        "/sign-in",
        headers=HTML,
        data={"login": "anna.a", "password": PASSWORD, "back": "/accounts?sort=name"},
        follow_redirects=False,
    )

    assert (sent.status_code, sent.headers["location"]) == (303, "/sign-in?back=%2Faccounts%3Fsort%3Dname")
    assert 'name="back" value="/accounts?sort=name"' in page.text
    assert (back.status_code, back.headers["location"]) == (303, "/accounts?sort=name")
    assert browser.get("/accounts", headers=HTML).status_code == 200


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example", "/\n/evil.example", "evil"])
def test_signing_in_leads_nowhere_else(browser: TestClient, database: Database, back: str) -> None:
    person(database)

    answer = browser.post(
        "/sign-in", headers=HTML, data={"login": "anna.a", "password": PASSWORD, "back": back}, follow_redirects=False
    )

    assert answer.headers["location"] == "/"


def test_the_cookie_is_hidden_from_scripts_and_other_sites(browser: TestClient, opened: Opened, database: Database) -> None:
    person(database)
    said = {"login": "anna.a", "password": PASSWORD}

    plain = browser.post("/sign-in", data=said).headers["set-cookie"]
    secure = opened(bears_token=False, public_url="https://papers.example").post("/sign-in", data=said).headers["set-cookie"]

    assert plain.startswith(f"{SESSION_COOKIE}=") and "HttpOnly" in plain and "SameSite=lax" in plain and "Path=/" in plain
    assert "Secure" not in plain and "Secure" in secure
    assert "Max-Age" not in plain and "expires" not in plain.lower()


def test_a_form_needs_its_sessions_token(browser: TestClient, opened: Opened, database: Database) -> None:
    person(database)
    person(database, "bertta")
    csrf = sign_in(browser)
    other = sign_in(opened(bears_token=False), "bertta")
    del browser.headers["X-CSRF-Token"]

    for given in (None, "", "nonsense", other, csrf[:-2], csrf.split(".")[0], f"{csrf[:-8]}AAAAAAAA"):
        form = {"language": "sv"} | ({} if given is None else {"csrf": given})
        assert browser.post("/account/preferences", data=form).status_code == 403
    assert browser.post("/account/preferences", data={"csrf": csrf, "language": "sv"}, follow_redirects=False).status_code == 303


def test_a_script_sends_the_token_in_a_header(browser: TestClient, database: Database) -> None:
    person(database, roles=["mailroom"])
    csrf = sign_in(browser)
    papers = {"files": ("a.tif", tiff())}

    taken = browser.post("/api/v1/batches", files=papers)
    del browser.headers["X-CSRF-Token"]
    refused = browser.post("/api/v1/batches", files=papers, data={"csrf": csrf})

    assert (taken.status_code, refused.status_code) == (201, 403)


def test_an_old_token_ends_with_its_session(browser: TestClient, database: Database) -> None:
    person(database)
    sign_in(browser)
    assert browser.post("/sign-out", follow_redirects=False).headers["location"] == "/signed-out"

    assert browser.post("/account/preferences", data={"language": "sv"}).status_code == 401
    assert SESSION_COOKIE not in browser.cookies


def test_signing_out_ends_the_session_for_whoever_has_copied_the_cookie(
    browser: TestClient, opened: Opened, database: Database
) -> None:
    person(database)
    sign_in(browser)
    thief = opened(bears_token=False)
    thief.cookies.set(SESSION_COOKIE, browser.cookies[SESSION_COOKIE])
    assert thief.get("/session").status_code == 200

    browser.post("/sign-out")

    assert thief.get("/session").status_code == 401


def test_a_wrong_token_is_not_mended_by_a_cookie(browser: TestClient, database: Database) -> None:
    person(database)
    sign_in(browser)

    assert browser.get("/api/v1/work-items", headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert browser.get("/session", headers={"Authorization": "Bearer wrong"}).status_code == 401


def test_the_token_lies_in_the_data_folder_for_its_owner_alone(opened: Opened, tmp_path: Any) -> None:
    opened()
    again = opened(bears_token=False)
    place = tmp_path / "api-token"

    assert place.stat().st_mode & 0o777 == 0o600
    assert again.get("/api/v1/batches", headers={"Authorization": f"Bearer {place.read_text().strip()}"}).status_code == 200
    assert sorted(path.name for path in tmp_path.iterdir() if "token" in path.name) == ["api-token"]


def test_a_program_makes_no_accounts_and_has_none(opened: Opened) -> None:
    client = opened()

    assert client.get("/accounts").status_code == 403
    assert client.post("/account/preferences", data={"language": "sv"}).status_code == 403


def test_health_needs_nobody_and_no_database(opened: Opened) -> None:
    with Database("host=127.0.0.1 port=1 user=nobody", wait_s=0.3) as away:
        browser = opened(database=away, bears_token=False)

        assert browser.get("/health/live").status_code == 200
        assert browser.get("/metrics").status_code == 200


def test_behind_a_proxy_the_address_it_names_last_counts(opened: Opened, database: Database) -> None:
    person(database)
    browser = opened(bears_token=False, public_url="http://papers.example")

    for number in range(8):
        headers = {"X-Forwarded-For": f"1.2.3.{number}, 10.0.0.1", "Host": "papers.example"}
        assert browser.post("/sign-in", data={"login": f"x{number}", "password": "x"}, headers=headers).status_code == 401

    with database.transaction() as conn:
        rows = conn.execute("SELECT failures FROM sign_in_try WHERE subject LIKE 'address:%'").fetchall()
    assert rows == [(8,)]
