"""The caseworker's day in a real browser, by keyboard."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from intake.pipeline import review
from models.review import Correction
from tests.end_to_end.browser.desk import FIVE, At, Desk, application, at, body_of, desk, item_of, put
from tests.intake.conftest import database, database_url, server_url, template
from tests.intake.kept_documents import NOW, field

__all__ = ["at", "database", "database_url", "desk", "server_url", "template"]
"""Fixtures of these tests."""

pytestmark = pytest.mark.end_to_end
expect.set_options(timeout=20_000)


class Hands:
    """A keyboard that counts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pressed = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1

    def type(self, text: str) -> None:
        """What must be typed is not counted."""
        self.page.keyboard.type(text)


def ready(page: Page) -> None:
    page.wait_for_selector("html[data-ready]")


def seen(body: dict[str, Any], *names: str) -> list[Any]:
    return [(body["fields"][name]["value"], body["fields"][name].get("seen_by")) for name in names]


def test_ten_items_are_reviewed_by_keyboard_alone_with_two_keys_a_field_at_most(desk: Desk, at: At) -> None:
    kept = [put(desk, application(place)) for place in range(10)]
    page = at()
    page.goto(f"{desk.address}/work")
    hands = Hands(page)

    hands.press("n")
    for _ in kept:
        ready(page)
        before, here = hands.pressed, page.url
        for _ in FIVE:
            hands.press("Enter")
        expect(page.locator("#finish")).to_be_focused()
        hands.press("Enter")
        assert hands.pressed - before <= 2 * len(FIVE)
        page.wait_for_function("here => location.href !== here", arg=here)

    for one in kept:
        body = body_of(desk, one.document)
        assert seen(body, *FIVE) == [(value, "ann") for value in FIVE.values()]
    assert "nothing=true" in page.url


def test_what_is_typed_is_tidied_and_kept_in_its_normal_form(desk: Desk, at: At) -> None:
    doubtful = {
        "applicant_last_name": "Virtamen", "applicant_postal_code": None, "iban": None, "absence_start": "2026-03-02",
        "absence_end": None, "abroad": None,
    }  # fmt: skip
    kept = put(desk, application(0, doubtful))
    page = at()
    page.goto(f"{desk.address}/work/{kept.work_item}")
    ready(page)
    hands = Hands(page)

    for typed in ("Virtanen", "00100", "fi2112345600000785", None, "12032026"):
        if typed:
            hands.type(typed)
        hands.press("Enter")
    hands.press("2", "Enter")
    expect(page.locator("#finish")).to_be_focused()
    hands.press("Enter")
    page.wait_for_url("**/work?*")

    body = body_of(desk, kept.document)
    assert [value for value, _ in seen(body, *doubtful)] == [
        "Virtanen", "00100", "FI2112345600000785", "2026-03-02", "2026-03-12", False,
    ]  # fmt: skip


def test_a_wrong_code_is_not_waved_through(desk: Desk, at: At) -> None:
    kept = put(desk, application(0, {"iban": None, "absence_end": None}))
    page = at()
    page.goto(f"{desk.address}/work/{kept.work_item}")
    ready(page)
    hands = Hands(page)

    hands.type("FI2112345600000786")
    hands.press("Enter")

    control = page.locator('[data-key$="/iban"] .f-control')
    expect(control).to_be_focused()
    expect(control).to_have_attribute("aria-invalid", "true")
    expect(page.locator('[data-key$="/iban"] .f-hint')).to_contain_text("check does not hold")


def test_unreadable_empty_and_ask_are_one_key_each_and_lead_to_a_letter(desk: Desk, at: At) -> None:
    kept = put(desk, application(0, {"applicant_street": None, "applicant_city": None, "absence_end": None}))
    page = at()
    page.goto(f"{desk.address}/work/{kept.work_item}")
    ready(page)

    Hands(page).press("F2", "F4", "F8", "Enter")
    page.wait_for_url("**/work?*")

    fields = body_of(desk, kept.document)["fields"]
    assert [fields[name]["no_value"] for name in ("applicant_street", "applicant_city", "absence_end")] == [
        "unreadable", "empty", "unreadable",
    ]  # fmt: skip
    assert fields["absence_end"]["asked"] is True
    page.goto(f"{desk.address}/work/{kept.work_item}")
    page.get_by_role("tab", name="Findings").click()
    page.get_by_role("button", name="Applicant:").click()
    page.wait_for_url("**/letters/*")  # the tab of the page before bears the same name
    expect(page.get_by_label("Text", exact=True)).to_have_value(re.compile("Ilmoita meille: Päättyen"))
    page.get_by_role("button", name="It is sent").click()
    expect(page.locator("h1")).to_contain_text("Sent")


def test_undo_takes_the_last_decision_back_and_redo_brings_it_again(desk: Desk, at: At) -> None:
    kept = put(desk, application(0))
    page = at()
    page.goto(f"{desk.address}/work/{kept.work_item}")
    ready(page)
    hands = Hands(page)
    first, second = (page.locator(f'[data-key$="/{name}"]') for name in list(FIVE)[:2])

    hands.press("Enter", "F2")
    expect(second).to_have_attribute("data-said", "unreadable")
    hands.press("Control+z")
    expect(second).to_have_attribute("data-said", "")
    hands.press("Control+z")
    expect(first).to_have_attribute("data-said", "")
    expect(first.locator(".f-control")).to_be_focused()
    hands.press("Control+y", "Control+y")
    expect(first).to_have_attribute("data-said", "confirmed")
    expect(second).to_have_attribute("data-said", "unreadable")


def test_a_reload_and_another_browser_lose_nothing_that_was_typed(desk: Desk, at: At) -> None:
    kept = put(desk, application(0))
    page = at()
    page.goto(f"{desk.address}/work/{kept.work_item}")
    ready(page)
    hands = Hands(page)
    hands.press("Enter")
    hands.type("Rantakatu 5")  # and no Enter: still being typed
    with page.expect_response("**/draft"):
        pass

    page.reload()
    ready(page)
    expect(page.locator('[data-key$="/applicant_last_name"]')).to_have_attribute("data-said", "confirmed")
    expect(page.locator('[data-key$="/applicant_street"] .f-control')).to_have_value("Rantakatu 5")
    other = at()  # the session died: the same person signs in elsewhere
    other.goto(f"{desk.address}/work/{kept.work_item}")
    ready(other)
    expect(other.locator('[data-key$="/applicant_street"] .f-control')).to_have_value("Rantakatu 5")


def test_two_people_on_one_queue_get_different_items_and_see_whose_they_are(desk: Desk, at: At) -> None:
    put(desk, application(0))
    put(desk, application(1))
    ann, ben = at("ann"), at("ben")
    for page in (ann, ben):
        page.goto(f"{desk.address}/work")
        page.keyboard.press("n")
        ready(page)

    assert ann.url != ben.url
    ben.goto(ann.url)
    ready(ben)
    expect(ben.locator(".bar-notices")).to_contain_text("Ann A. is at this now")
    expect(ben.locator("#finish")).to_be_disabled()


def test_when_two_met_the_second_sees_both_and_goes_on_with_what_was_typed(desk: Desk, at: At) -> None:
    kept = put(desk, application(0, {"applicant_street": "Rantatie 4", "applicant_city": "Oulu"}))
    page = at()
    page.goto(f"{desk.address}/work/{kept.work_item}")
    ready(page)
    hands = Hands(page)
    hands.type("Rantakatu 5")
    hands.press("Enter")
    review.correct(desk.database, kept.document, 1, [Correction(field="applicant_street", value="Rantatie 44")], "ben", NOW)

    hands.press("Control+Enter", "Control+Enter")
    page.wait_for_url("**/conflict*")
    row = page.get_by_role("row", name="Street address")
    expect(row).to_contain_text("Rantakatu 5")
    expect(row).to_contain_text("Rantatie 44")
    page.get_by_role("link", name="Go on with what stands there now").click()
    ready(page)
    hands.press("Enter")
    expect(page.locator("#finish")).to_be_focused()
    hands.press("Enter")
    page.wait_for_url("**/work?*")
    assert seen(body_of(desk, kept.document), "applicant_street", "applicant_city") == [("Rantakatu 5", "ann"), ("Oulu", "ann")]


def test_rows_of_a_table_are_added_and_removed_by_keyboard(desk: Desk, at: At) -> None:
    employers = [{"name": field("Leipomo Kaura Oy", accepted=False)}, {"name": field("Kauppa Oy", accepted=False)}]
    kept = put(desk, application(0, {"employers": employers}))
    page = at()
    page.goto(f"{desk.address}/work/{kept.work_item}")
    ready(page)
    hands = Hands(page)

    hands.press("Enter")
    hands.press("Alt+-")
    page.locator('[data-key$="/employers[0].name"] .f-control').focus()
    hands.press("Alt++")
    hands.type("Uusi Oy")
    hands.press("Enter", "Control+Enter")
    page.wait_for_url("**/work?*")

    names = [row["name"]["value"] for row in body_of(desk, kept.document)["fields"]["employers"]]
    assert names == ["Leipomo Kaura Oy", "Uusi Oy"]


def test_the_picture_follows_the_field_and_lights_its_box(desk: Desk, at: At) -> None:
    kept = put(desk, application(0))
    page = at()
    page.goto(f"{desk.address}/work/{kept.work_item}")
    ready(page)

    before = page.locator("#lit").get_attribute("y")
    page.keyboard.press("Enter")
    page.wait_for_timeout(400)
    view = [float(part) for part in (page.locator("#page").get_attribute("viewBox") or "").split()]

    lit = {name: float(page.locator("#lit").get_attribute(name) or 0) for name in ("x", "y", "width", "height")}
    assert float(before or 0) < lit["y"]
    assert view[0] <= lit["x"] and lit["x"] + lit["width"] <= view[0] + view[2]
    assert view[1] <= lit["y"] and lit["y"] + lit["height"] <= view[1] + view[3]
    assert page.locator("#page").get_attribute("aria-label") == "SV 8 Application, page 1. Shown: Street address"


def test_moving_a_matter_needs_a_reason(desk: Desk, at: At) -> None:
    kept = put(desk, application(0))
    page = at()
    page.goto(f"{desk.address}/work/{kept.work_item}")
    ready(page)
    page.get_by_role("tab", name="Queue").click()
    page.get_by_label("To", exact=True).select_option("tax")

    page.keyboard.press("Control+Enter")
    expect(page.locator("#move-why")).to_be_focused()
    page.keyboard.type("verokortti mukana")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/work?*")

    assert (item_of(desk, kept).queue, item_of(desk, kept).comment) == ("tax", "verokortti mukana")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_a_caseworker_has_a_fault_of_accessibility(desk: Desk, at: At, scheme: str) -> None:
    employers = [{"name": field("Leipomo Kaura Oy", accepted=False)}]
    kept = put(desk, application(0, {**FIVE, "abroad": None, "employers": employers}))
    page = at(scheme=scheme)
    item = f"{desk.address}/work/{kept.work_item}"
    matter = item_of(desk, kept).matter_id
    faults: dict[str, list[str]] = {}

    def look(name: str) -> None:
        found = Axe().run(page).response["violations"]
        faults[name] = [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]

    page.goto(f"{desk.address}/work")
    look("work")
    page.goto(item)
    ready(page)
    for tab in ("fields", "findings", "route", "letters", "amounts", "papers", "text"):
        page.locator(f"#tab-{tab}").click()
        look(tab)
    page.locator("#tab-fields").click()
    page.keyboard.press("Alt+t")
    look("all fields")
    page.locator("#show-keys").click()
    look("keys")
    page.goto(f"{item}/conflict")
    look("conflict")
    page.goto(f"{desk.address}/matters/{matter}")
    look("matter")
    page.goto(f"{desk.address}/work/papers/{kept.document}/history")
    look("history")

    assert {name: found for name, found in faults.items() if found} == {}
