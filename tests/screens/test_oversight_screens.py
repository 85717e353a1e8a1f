"""The screens of oversight keep the rules of accessibility, and renew themselves without taking the focus away."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from intake.store import alarms
from tests.intake.kept_documents import field
from tests.intake.received_files import Bench, document, result
from tests.screens.conftest import Drawn, assert_accessible

SCREENS = ("/oversight", "/oversight/workers", "/oversight/deliveries?state=all", "/oversight/audit")


@pytest.fixture
def busy(place: Bench) -> Bench:
    """Papers that went out and papers that wait; one alarm."""
    ready, doubtful, _waits = place.take((b"one", 2), (b"two", 1), (b"three", 1))
    place.run(Drawn([result(2, [document("d1", 1, 2)])]), ready)
    place.run(Drawn([result(1, [document("d1", 1, absence_end=field(None, accepted=False))])]), doubtful)
    raise_alarm(place, "a")
    return place


def raise_alarm(place: Bench, subject: str) -> None:
    with place.database.transaction() as conn:
        alarms.raise_alarm(conn, "file_parked", f"file:{subject}", f"Trouble {subject}.", "Mend it.", place.at)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", SCREENS)
def test_the_screens_keep_the_rules_of_accessibility(busy: Bench, opened: Callable[..., Page], path: str, theme: str) -> None:
    page = opened(path, theme=theme)
    for details in page.locator("main details").all():
        details.evaluate("details => { details.open = true; }")

    assert_accessible(page)


def test_what_changes_is_renewed_and_the_focus_stays(busy: Bench, opened: Callable[..., Page]) -> None:
    page = opened("/oversight")
    table = page.locator("#queues-picture-table > summary")
    table.focus()
    page.keyboard.press("Enter")
    raise_alarm(busy, "b")
    [waits] = list(busy.take((b"four", 1)))
    busy.run(Drawn([result(1, [document("d1", 1, absence_end=field(None, accepted=False))])]), waits)

    expect(page.get_by_text("Trouble b.")).to_be_visible(timeout=25_000)

    expect(table).to_be_focused()
    expect(page.locator("#queues-picture-table")).to_have_attribute("open", "")


def test_renewing_can_be_stopped(busy: Bench, opened: Callable[..., Page]) -> None:
    page = opened("/oversight")
    page.get_by_role("button", name="Do not renew").click()
    raise_alarm(busy, "b")

    page.wait_for_timeout(11_000)

    assert page.get_by_text("Trouble b.").count() == 0


def test_an_alarm_is_seen_to_by_keyboard(busy: Bench, opened: Callable[..., Page]) -> None:
    page = opened("/oversight")
    page.get_by_role("button", name="I have seen to it").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_text("No open alarms")).to_be_visible()
