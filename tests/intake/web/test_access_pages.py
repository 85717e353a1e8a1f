"""The pages of signing in, of one's own account, and of the administrator."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from intake.pipeline.access import links
from intake.store.database import Database
from tests.intake.kept_documents import Kept, application, keep
from tests.intake.persons import PASSWORD, person, sign_in
from tests.intake.web.conftest import Opened

pytestmark = pytest.mark.usefixtures("quick_hashes")

HTML = {"Accept": "text/html", "Accept-Language": "en"}


@pytest.fixture
def browser(opened: Opened) -> TestClient:
    return opened(bears_token=False)


@pytest.fixture
def boss(browser: TestClient, database: Database) -> UUID:
    account_id = person(database, "pomo", ["administrator"])
    sign_in(browser, "pomo")
    browser.headers.update(HTML)
    return account_id


def token_on(page: str) -> str:
    found = re.search(r"/welcome/([\w-]+)", page)
    assert found is not None
    return found[1]


def test_the_first_person_comes_in_by_the_link_and_signs_in(browser: TestClient, database: Database) -> None:
    link = links.make_first(database, datetime.now(UTC))
    assert link is not None
    said = {"login": "anna.a", "name": "Anna Aalto", "password": PASSWORD, "again": PASSWORD}

    asked = browser.get(link.path, headers=HTML)
    unlike = browser.post(link.path, headers=HTML, data=said | {"again": "something else"})
    done = browser.post(link.path, headers=HTML, data=said)
    spent = browser.get(link.path, headers=HTML)

    assert "you become the administrator" in asked.text
    assert unlike.status_code == 422 and 'value="Anna Aalto"' in unlike.text and "not the same" in unlike.text
    assert PASSWORD not in unlike.text
    assert "Your password is set" in done.text
    assert spent.status_code == 410 and "leads nowhere" in spent.text
    sign_in(browser)
    assert browser.get("/accounts", headers=HTML).status_code == 200


def test_a_wrong_password_is_told_on_the_page_and_the_name_stays(browser: TestClient, database: Database) -> None:
    person(database)

    answer = browser.post("/sign-in", headers=HTML, data={"login": "anna.a", "password": "wrong"})

    assert answer.status_code == 401 and 'value="anna.a"' in answer.text and "is wrong" in answer.text


def test_an_account_is_made_and_its_link_shown_once(browser: TestClient, opened: Opened, database: Database, boss: UUID) -> None:
    made = browser.post("/accounts", data={"login": "bertta", "name": "Bertta Berg", "roles": ["mailroom", "caseworker"]})
    token = token_on(made.text)

    other = opened(bears_token=False)
    welcome = other.get(f"/welcome/{token}", headers=HTML)
    other.post(f"/welcome/{token}", headers=HTML, data={"password": PASSWORD, "again": PASSWORD})
    sign_in(other, "bertta")

    assert made.status_code == 200 and "Welcome, Bertta Berg" in welcome.text
    assert token not in browser.get("/accounts").text
    assert other.get("/api/v1/batches").status_code == 200


def test_what_was_typed_stays_when_an_account_is_refused(browser: TestClient, boss: UUID) -> None:
    answer = browser.post("/accounts", data={"login": "pomo", "name": "Bertta <Berg>", "roles": "mailroom"})

    assert answer.status_code == 409
    assert 'value="Bertta &lt;Berg&gt;"' in answer.text and 'value="mailroom" checked' in answer.text


def test_roles_and_the_right_to_see_protected_persons_are_changed(browser: TestClient, database: Database, boss: UUID) -> None:
    other = person(database, "bertta")

    browser.post(f"/accounts/{other}", data={"name": "Bertta B", "roles": "supervisor", "sees_protected": "true"})

    page = browser.get(f"/accounts/{other}").text
    assert (
        'value="supervisor" checked' in page
        and 'value="caseworker">' in page
        and 'name="sees_protected" value="true" checked' in page
    )


def test_an_account_is_blocked_signed_out_and_let_in_again(
    browser: TestClient, opened: Opened, database: Database, boss: UUID
) -> None:
    other = person(database, "bertta")
    theirs = opened(bears_token=False)
    sign_in(theirs, "bertta")

    browser.post(f"/accounts/{other}/sign-out")
    assert theirs.get("/session").status_code == 401
    browser.post(f"/accounts/{other}/block")
    assert theirs.post("/sign-in", data={"login": "bertta", "password": PASSWORD}).status_code == 401
    browser.post(f"/accounts/{other}/unblock")

    sign_in(theirs, "bertta")


def test_the_last_administrator_stays(browser: TestClient, boss: UUID) -> None:
    answer = browser.post(f"/accounts/{boss}", data={"name": "Pomo", "roles": "mailroom"})

    assert answer.status_code == 409 and "Nobody would be left" in answer.text


def test_a_password_is_changed_on_ones_own_page(browser: TestClient, database: Database, boss: UUID) -> None:
    new = "viisi punaista autoa"

    wrong = browser.post("/account/password", data={"former": "wrong", "password": new, "again": new})
    done = browser.post("/account/password", data={"former": PASSWORD, "password": new, "again": new})

    assert wrong.status_code == 422 and "present password is wrong" in wrong.text
    assert "The password is changed" in done.text
    sign_in(browser, "pomo", new)


def test_language_and_theme_are_kept_with_the_account(browser: TestClient, boss: UUID) -> None:
    browser.post("/account/preferences", data={"language": "sv", "theme": "dark"})

    page = browser.get("/account").text
    assert '<html lang="sv" data-theme="dark">' in page and "Mitt konto" in page


def test_a_language_chosen_in_the_frame_is_kept_with_the_account_too(browser: TestClient, boss: UUID) -> None:
    browser.get("/language/sv?back=/account")
    browser.cookies.delete("saapuva_language")

    assert '<html lang="sv"' in browser.get("/account").text


def test_another_site_changes_nobodys_language(browser: TestClient, boss: UUID) -> None:
    browser.get("/language/sv", headers={"Sec-Fetch-Site": "cross-site"})
    browser.cookies.delete("saapuva_language")

    assert '<html lang="en"' in browser.get("/account").text


def test_the_page_knows_how_long_its_session_lasts(browser: TestClient, boss: UUID) -> None:
    page = browser.get("/account").text
    left = re.search(r'name="session-left" content="([\d.]+)"', page)

    assert left is not None and 1790 < float(left[1]) <= 1800
    assert 'id="session-over"' in page and 'id="session-over"' not in browser.get("/signed-out").text


def test_who_is_signed_in_is_who_has_reviewed(browser: TestClient, database: Database) -> None:
    person(database)
    sign_in(browser)
    kept: Kept = keep(database, application(), waits_because=["doubtful_fields"])

    said = {"version": 1, "reviewer": "somebody.else", "corrections": [{"field": "benefit", "says": "confirmed"}]}
    answer = browser.post(f"/api/v1/documents/{kept.document}/corrections", json=said)

    assert answer.status_code == 200, answer.text
    assert browser.get(f"/api/v1/documents/{kept.document}").json()["author"] == "anna.a"
