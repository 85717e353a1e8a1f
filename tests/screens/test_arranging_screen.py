"""Pages are arranged by keyboard alone, nothing is saved before it is confirmed, and nobody overwrites another."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from extractors.catalog import load_types
from intake.pipeline import rereading, review
from intake.store import documents, files
from models.arrangement import Arrangement
from models.review import Correction
from tests.intake.kept_documents import field
from tests.intake.received_files import Bench, document, result
from tests.screens.conftest import Drawn, assert_accessible

TWO = [document("d1", 1, 2, 3, absence_end=field(None, accepted=False)), document("d2", 4) | {"type": "proxy", "fields": {}}]


@pytest.fixture
def file_id(place: Bench) -> UUID:
    [taken] = place.take((b"paper", 5))
    place.run(Drawn([result(5, TWO, blank=[5])]), taken)
    return taken


def arranging(opened: Callable[..., Page], file_id: UUID, **how: str) -> Page:
    """Open the screen and come to the first page by the tabulator."""
    page = opened(f"/mailroom/files/{file_id}/arrange", **how)
    expect(page.locator(".arrange-page").first).to_be_visible()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.arrange-page')"):
            return page
    raise AssertionError("the pages cannot be reached by the tabulator")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def stage(place: Bench, file_id: UUID) -> tuple[str, int]:
    with place.database.transaction() as conn:
        file = files.get(conn, file_id)
    return file.stage, file.revision


def test_pages_are_arranged_by_keyboard_alone_and_read_so(place: Bench, opened: Callable[..., Page], file_id: UUID) -> None:
    page = arranging(opened, file_id)

    press(page, "ArrowRight", "s", "r", "ArrowRight", "ArrowRight", "b", "t")
    press(page, "Escape")
    press(page, "Shift+Tab")
    press(page, "Control+z", "Control+y")
    expect(page.locator("#said")).to_have_text("Done again.")
    before = stage(place, file_id)
    press(page, "Control+Enter")
    expect(page.locator("#progress-title")).to_be_focused()
    reader = Drawn([result(5, [document("d1", 1), document("d2", 2, 3)], blank=[4, 5])])
    place.run(reader, file_id)
    page.wait_for_load_state()
    expect(page.get_by_role("heading", name="Document 2")).to_be_visible(timeout=10_000)

    [question] = reader.asked
    said = question.arrangement
    assert before == ("read", 1)
    assert said is not None
    assert [one.pages for one in said.documents] == [(1,), (2, 3)]
    assert (said.blank, said.turns) == ((4, 5), {2: 90})
    assert page.locator(".arrange-page").count() == 5


def test_every_key_says_what_it_has_done_and_can_be_undone(opened: Callable[..., Page], file_id: UUID) -> None:
    page = arranging(opened, file_id)
    said = page.locator("#said")

    for keys, words in [
        (("s",), "Page 1 already begins a document."),
        (("ArrowRight", "s"), "Page 2 begins a new document."),
        (("m",), "Joined with the document above."),
        (("Shift+ArrowRight",), "Page 2 was moved."),
        (("r",), "Page 2 is turned by 90 degrees."),
        (("b",), "Page 2 counts as blank."),
        (("p",), "Page 2 counts as a separator sheet."),
        (("u",), "Undone."),
    ]:
        press(page, *keys)
        expect(said).to_have_text(words)
    press(page, *["u"] * 5)

    expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    expect(page.locator(".arrange-page").nth(1)).to_have_attribute("aria-label", "Page 2, document 1, 2 of 3")


def test_a_page_is_looked_at_large_and_the_way_leads_back_to_it(opened: Callable[..., Page], file_id: UUID) -> None:
    page = arranging(opened, file_id)

    press(page, "Space", "ArrowRight")
    expect(page.get_by_role("dialog", name="Page 2")).to_be_visible()
    press(page, "Escape")

    expect(page.locator('[data-number="2"] .arrange-page')).to_be_focused()


def test_a_paper_is_marked_for_another_authority_only_with_a_reason(
    place: Bench, opened: Callable[..., Page], file_id: UUID
) -> None:
    page = arranging(opened, file_id)

    press(page, "End", "x", "ArrowUp", "Tab", "Tab", "Enter")
    expect(page.locator("#because-error")).to_be_visible()
    page.keyboard.type("TE-toimistolle: työttömyyspäiväraha")
    press(page, "Tab", "Enter")
    expect(page.locator(".arrange-because").nth(1)).to_contain_text("TE-toimistolle")
    press(page, "Control+Enter")
    expect(page.locator("#progress-title")).to_be_focused()
    reader = Drawn([result(5, TWO, blank=[5])])
    place.run(reader, file_id)

    said = reader.asked[0].arrangement
    assert said is not None
    assert (said.documents[1].type, said.documents[1].elsewhere_because) == (
        "misdirected_other", "TE-toimistolle: työttömyyspäiväraha",
    )  # fmt: skip


def test_what_was_typed_is_given_up_only_after_a_warning(place: Bench, opened: Callable[..., Page], file_id: UUID) -> None:
    with place.database.transaction() as conn:
        [first, _] = documents.of_file(conn, file_id)
    review.correct(place.database, first.id, 1, [Correction(field="absence_end", value="2019-03-20")], "bea", place.clock())
    page = arranging(opened, file_id)
    expect(page.get_by_text("Corrected by a person", exact=True)).to_be_visible()

    press(page, "ArrowRight", "s", "Control+Enter")
    expect(page.get_by_role("dialog", name="What people have typed would be lost")).to_be_visible()
    press(page, "Enter")  # "Go back" stands first
    expect(page.locator("#give-up")).to_be_hidden()
    kept = stage(place, file_id)
    press(page, "Control+Enter")
    expect(page.locator("#give-up")).to_be_visible()
    press(page, "Tab", "Enter")
    expect(page.locator("#progress-title")).to_be_focused()

    assert kept == ("read", 1)
    assert stage(place, file_id) == ("received", 2)


def test_a_question_asked_again_at_once_waits_for_its_own_answer(
    place: Bench, opened: Callable[..., Page], file_id: UUID
) -> None:
    with place.database.transaction() as conn:
        [first, _] = documents.of_file(conn, file_id)
    review.correct(place.database, first.id, 1, [Correction(field="absence_end", value="2019-03-20")], "bea", place.clock())
    page = arranging(opened, file_id)

    press(page, "ArrowRight", "s", "Control+Enter")
    expect(page.locator("#give-up")).to_be_visible()
    page.evaluate("document.querySelector('#give-up button').click(); document.getElementById('confirm').click()")
    expect(page.locator("#give-up")).to_be_visible()
    page.get_by_role("button", name="Read again all the same").click()

    expect(page.locator("#progress-title")).to_be_focused()
    assert stage(place, file_id) == ("received", 2)


def test_who_comes_second_is_told_and_nothing_is_saved(place: Bench, opened: Callable[..., Page], file_id: UUID) -> None:
    page = arranging(opened, file_id)
    other = Arrangement.model_validate({"documents": [{"pages": [1, 2, 3, 4]}], "blank": [5]})
    rereading.arrange(place.database, file_id, 1, other, load_types(), "bea", place.clock())
    place.run(Drawn([result(5, [document("d1", 1, 2, 3, 4)], blank=[5])]), file_id)

    press(page, "ArrowRight", "s", "Control+Enter")

    expect(page.get_by_role("dialog", name="Nothing was saved")).to_contain_text("Somebody else has arranged this file")
    assert stage(place, file_id) == ("read", 3)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_screen_keeps_the_rules_of_accessibility(opened: Callable[..., Page], file_id: UUID, theme: str) -> None:
    page = arranging(opened, file_id, theme=theme)
    assert_accessible(page)

    press(page, "ArrowRight", "s", "b", "x")
    assert_accessible(page)
    press(page, "Escape", "Space")
    assert_accessible(page)
