"""Signing in and being signed out, in a real browser."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Page, expect

from intake.web.access import SESSION_COOKIE
from tests.end_to_end.browser.accessible import violations
from tests.end_to_end.browser.site import PASSWORD, Site, Size

pytestmark = pytest.mark.end_to_end


def dead(site: Site, page: Page) -> None:
    """Let the page's session end as if nobody had used it for hours."""
    site.sql(
        "UPDATE session SET seen_at = now() - interval '3 hours', began_at = now() - interval '4 hours' WHERE ended_at IS NULL"
    )


def typed_and_sent(page: Page) -> None:
    page.get_by_label("Name", exact=True).fill("Bertta Berg")
    page.get_by_label("User name").fill("bertta")
    page.get_by_role("checkbox", name="Mailroom").check()
    page.get_by_role("button", name="Make the account").click()


def first_link(site: Site) -> re.Match[str]:
    """The link is printed once the service answers; the test may be there a moment earlier."""
    give_up = time.monotonic() + 30
    while time.monotonic() < give_up:
        link = re.search(r"http://\S+/welcome/\S+", site.running.log.read_text())
        if link is not None:
            return link
        time.sleep(0.2)
    raise AssertionError("no link was printed")


def test_the_first_start_prints_a_link_that_lets_the_first_administrator_in(site: Site) -> None:
    link = first_link(site)
    page = site.visitor()

    page.goto(link[0])
    page.get_by_label("Your name").fill("Anna Aalto")
    page.get_by_label("User name").fill("ensimmäinen")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Show the password").first.click()
    expect(page.get_by_label("Password", exact=True)).to_have_attribute("type", "text")
    page.get_by_label("The same password again").fill(PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_text("Your password is set")).to_be_visible()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")

    page.wait_for_url(lambda url: "/sign-in" not in url and "/welcome" not in url)
    page.goto("/accounts")
    expect(page.get_by_role("link", name="Anna Aalto")).to_be_visible()
    assert page.goto(link[0]).status == 410  # type: ignore[union-attr]


def test_a_session_that_dies_while_somebody_types_costs_nothing(site: Site) -> None:
    page = site.signed_in("dora")
    page.goto("/accounts")
    dead(site, page)

    typed_and_sent(page)
    dialog = page.get_by_role("dialog", name="Sign in again")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_label("Password")).to_be_focused()
    page.keyboard.type("wrong password")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_have_text("The password is wrong.")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Link for Bertta Berg")).to_be_visible()
    assert "/welcome/" in page.get_by_label("Link").input_value()


def test_a_cookie_that_is_gone_is_a_session_that_is_gone_and_later_is_an_answer(site: Site) -> None:
    page = site.signed_in("elsa")
    page.goto("/accounts")
    page.context.clear_cookies(name=SESSION_COOKIE)
    page.get_by_label("Name", exact=True).fill("Kept Name")
    page.get_by_label("User name").fill("kept")
    page.get_by_role("checkbox", name="Mailroom").check()

    page.get_by_role("button", name="Make the account").click()
    page.get_by_role("button", name="Not now").click()

    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Kept Name")
    page.get_by_role("button", name="Make the account").click()
    page.get_by_role("dialog").get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Link for Kept Name")).to_be_visible()


def test_a_script_s_question_is_asked_again_after_signing_in(site: Site) -> None:
    page = site.signed_in("fanni")
    page.goto("/account")
    page.context.clear_cookies(name=SESSION_COOKIE)

    page.evaluate("""() => { import("/static/saapuva.js").then(({ask}) => ask("/session"))
        .then((it) => it.json()).then((it) => { document.body.dataset.answer = it.login; }); }""")
    page.get_by_role("dialog").get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")

    expect(page.locator("body")).to_have_attribute("data-answer", "fanni")


def test_before_the_end_one_is_asked_and_stays(site: Site) -> None:
    account = site.account("greta")
    page = site.visitor()
    site.give_session(page, account)
    page.goto("/account")
    site.sql("UPDATE session SET seen_at = now() - interval '28 minutes 30 seconds' WHERE account_id = %s", account)

    page.evaluate("""() => { Object.defineProperty(document, "hidden", {value: false, configurable: true});
        const real = Date.now; Date.now = () => real() + 29 * 60 * 1000;
        document.dispatchEvent(new Event("visibilitychange")); Date.now = real; }""")
    dialog = page.get_by_role("dialog", name="You will be signed out soon")
    expect(dialog).to_be_visible()
    assert violations(page) == []
    dialog.get_by_role("button", name="Stay signed in").click()

    expect(dialog).to_be_hidden()
    [(age,)] = site.sql("SELECT extract(epoch FROM now() - seen_at) FROM session WHERE account_id = %s", account)
    assert age < 60


def test_a_form_of_another_session_is_refused(site: Site) -> None:
    page = site.signed_in("hilma")
    page.goto("/account")
    page.eval_on_selector_all('input[name="csrf"]', "fields => fields.forEach((field) => { field.value = 'nonsense'; })")
    page.evaluate("document.querySelector('form[action=\"/account/preferences\"]').submit()")

    expect(page.get_by_text("This form is not of your session.")).to_be_visible()


def test_what_a_role_may_not_is_neither_shown_nor_given(site: Site) -> None:
    page = site.signed_in("iida", ["mailroom"])
    page.goto("/account")

    expect(page.get_by_role("navigation", name="Main").get_by_role("link", name="Accounts")).to_have_count(0)
    answer = page.goto("/accounts")
    assert answer is not None and answer.status == 403
    expect(page.get_by_text("Your account may not do this.")).to_be_visible()


def test_too_many_wrong_passwords_must_wait_and_the_page_says_so(site: Site) -> None:
    site.account("jussi")
    page = site.visitor()
    page.goto("/sign-in")

    for _ in range(7):
        page.get_by_label("User name").fill("jussi")
        page.get_by_label("Password", exact=True).fill("not the password")
        page.keyboard.press("Enter")
        page.wait_for_load_state()

    expect(page.get_by_text("There were too many tries to sign in.")).to_be_visible()
    site.sql("DELETE FROM sign_in_try")


def test_signed_out_is_signed_out_in_every_tab(site: Site) -> None:
    page = site.signed_in("kaisa")
    page.goto("/account")
    other = page.context.new_page()
    other.goto("/account")

    page.locator("summary").click()
    page.get_by_role("button", name="Sign out", exact=True).click()

    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    other.reload()
    assert "/sign-in?back=%2Faccount" in other.url


def test_the_keyboard_alone_signs_in_and_makes_an_account(site: Site) -> None:
    site.account("laura")
    page = site.visitor()
    page.goto("/sign-in?back=/accounts")
    expect(page.get_by_label("User name")).to_be_focused()
    page.keyboard.type("laura")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Accounts", exact=True)).to_be_visible()

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    until_focused(page, page.get_by_label("Name", exact=True))
    page.keyboard.type("Näppis Nieminen")
    page.keyboard.press("Tab")
    page.keyboard.type("nappis")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    until_focused(page, page.get_by_role("button", name="Make the account"))
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Link for Näppis Nieminen")).to_be_visible()


def until_focused(page: Page, wanted: object, presses: int = 60) -> None:
    for _ in range(presses):
        if wanted.evaluate("element => element === document.activeElement"):  # type: ignore[attr-defined]
            return
        page.keyboard.press("Tab")
    raise AssertionError("the keyboard does not get there")


@pytest.mark.parametrize(("language", "size"), [("fi", "small"), ("sv", "large"), ("en", "small")])
def test_no_page_of_access_keeps_anybody_out(site: Site, language: str, size: Size) -> None:
    page = site.signed_in(f"mari-{language}", sees_protected=True, language=language, size=size)
    other = site.account(f"niina-{language}", ["mailroom"])
    visitor = site.visitor(language=language, size=size)
    found = []

    for name, place in (("account", "/account"), ("accounts", "/accounts"), ("account-of", f"/accounts/{other}")):
        page.goto(place)
        found += looked_at(site, page, f"access-{name}-{language}")
    page.locator(f'form[action="/accounts/{other}/link"] button').click()
    link = page.locator("#link").input_value()
    found += looked_at(site, page, f"access-link-{language}")
    page.evaluate("import('/static/saapuva.js').then(({signInAgain}) => { signInAgain().catch(() => {}); })")
    expect(page.get_by_role("dialog")).to_be_visible()
    found += looked_at(site, page, f"access-session-over-{language}")
    for name, place in (
        ("sign-in", "/sign-in"),
        ("signed-out", "/signed-out"),
        ("spent", "/welcome/nonsense"),
        ("welcome", link),
    ):
        visitor.goto(place)
        found += looked_at(site, visitor, f"access-{name}-{language}")

    assert found == []


def looked_at(site: Site, page: Page, name: str) -> list[str]:
    found = violations(page)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        site.shot(page, f"{name}-{theme}")
    return found
