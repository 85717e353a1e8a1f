"""The caseworker's pages and what they send, without a browser."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from intake.pipeline import taking
from intake.pipeline.taking import Caseworker
from intake.store import arrivals, documents, pages, work_items
from intake.store.blobs import BlobStore, open_blobs
from intake.store.database import Database
from tests.intake.kept_documents import NOW, Kept, application, field, keep

HTML = {"Accept": "text/html", "Accept-Language": "en"}


@pytest.fixture
def kept(database: Database) -> Kept:
    """An application with a doubtful end, and pages without pictures."""
    one = keep(database, application(absence_end=field("2019-03-20", accepted=False)), waits_because=["doubtful_fields"])
    with database.transaction() as conn:
        pages.add_received(conn, one.file_id, 2)
        pages.set_in_document(conn, one.file_id, [1, 2], one.document)
    return one


def finish(client: TestClient, kept: Kept, version: int = 1, **told: Any) -> Any:
    said = {"version": version, "papers": [{"document_id": str(kept.document), "version": 1, "corrections": [
        {"field": "absence_end", "says": "confirmed"}]}]}  # fmt: skip
    return client.post(f"/work/{kept.work_item}/finish", json=said | told, headers={"Accept": "application/json"})


def test_an_empty_list_is_friendly(client: TestClient) -> None:
    shown = client.get("/work", headers=HTML)

    assert (shown.status_code, "Nothing waits here." in shown.text) == (200, True)


def test_the_list_shows_what_waits_and_next_leads_to_it(client: TestClient, kept: Kept) -> None:
    listed = client.get("/work?type=sv8_application&language=fi&deadline=none", headers=HTML)
    filtered = client.get("/work?type=tax_card", headers=HTML)
    led = client.post("/work/next", headers=HTML, follow_redirects=False)

    assert f'href="/work/{kept.work_item}"' in listed.text
    assert str(kept.work_item) not in filtered.text
    assert led.headers["location"] == f"/work/{kept.work_item}"
    assert client.post("/work/next", data={"queue": "tax"}, follow_redirects=False).headers["location"].endswith("nothing=true")


def test_the_item_shows_the_doubtful_field_and_takes_the_turn(client: TestClient, kept: Kept, database: Database) -> None:
    shown = client.get(f"/work/{kept.work_item}", headers=HTML)

    assert shown.status_code == 200
    assert f'data-key="{kept.document}/absence_end"' in shown.text
    assert 'value="20.3.2019"' in shown.text
    taken = taking.take(database, kept.work_item, Caseworker("ben", "Ben"), NOW)
    assert taken is not None
    assert taken.holder == "api"


def test_finishing_says_where_to_go_on(client: TestClient, kept: Kept, database: Database) -> None:
    done = finish(client, kept)

    assert done.status_code == 200
    assert done.json() == {"next": "/work?nothing=true", "waits_because": ["findings"], "delivered": 1}
    with database.transaction() as conn:
        assert documents.newest_record(conn, kept.document).version == 2


def test_what_is_stale_or_wrong_is_refused_and_nothing_is_kept(client: TestClient, kept: Kept, database: Database) -> None:
    stale = finish(client, kept, version=7)
    wrong = finish(client, kept, moved={"queue": "tax", "reason": " "})
    unknown = finish(client, kept, hurry=True)

    assert (stale.status_code, wrong.status_code, unknown.status_code) == (409, 422, 422)
    assert stale.headers["content-type"] == "application/problem+json"
    with database.transaction() as conn:
        assert documents.newest_record(conn, kept.document).version == 1


def test_a_draft_is_given_back_and_shown_beside_what_changed(client: TestClient, kept: Kept) -> None:
    key = f"{kept.document}/absence_end"
    draft = {"decisions": {key: {"says": "value", "value": "21.3.2019", "shown": "21.3.2019"}}}
    saved = client.post(f"/work/{kept.work_item}/draft", json=draft)

    shown = client.get(f"/work/{kept.work_item}", headers=HTML)
    conflict = client.get(f"/work/{kept.work_item}/conflict", headers=HTML)

    assert (saved.status_code, conflict.status_code) == (204, 409)
    assert "21.3.2019" in shown.text
    assert "21.3.2019" in conflict.text and "20.3.2019" in conflict.text
    client.post(f"/work/{kept.work_item}/drop-draft", headers=HTML)
    assert "21.3.2019" not in client.get(f"/work/{kept.work_item}", headers=HTML).text


def test_a_page_is_shown_as_it_was_drawn_and_not_drawn_twice_for_one_browser(
    client: TestClient, kept: Kept, database: Database, tmp_path: Any
) -> None:
    blobs: BlobStore = open_blobs(str(tmp_path / "blobs"), None)
    with database.transaction() as conn:
        pages.set_image(conn, kept.file_id, 1, blobs.put([b"\x89PNG picture"]).sha256, 10, 10)

    first = client.get(f"/work/pictures/{kept.file_id}/1")
    again = client.get(f"/work/pictures/{kept.file_id}/1", headers={"If-None-Match": first.headers["etag"]})

    assert (first.content, first.headers["content-type"]) == (b"\x89PNG picture", "image/png")
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(f"/work/pictures/{kept.file_id}/2").status_code == 404


def test_the_matter_and_the_history_tell_who_said_what(client: TestClient, kept: Kept, database: Database) -> None:
    finish(client, kept)
    with database.transaction() as conn:
        matter = work_items.get(conn, kept.work_item).matter_id

    shown = client.get(f"/matters/{matter}", headers=HTML)
    history = client.get(f"/work/papers/{kept.document}/history?field=absence_end", headers=HTML)

    assert "Finished" in shown.text
    assert history.text.count("20.3.2019") >= 2 and "benefit" not in history.text
    assert client.get(f"/matters/{uuid4()}", headers=HTML).status_code == 404


def test_a_letter_is_drafted_edited_printed_sent_and_withdrawn(client: TestClient, kept: Kept) -> None:
    item = f"/work/{kept.work_item}"
    corrections = [{"field": "absence_end", "says": "unreadable", "ask": True}]
    papers = [{"document_id": str(kept.document), "version": 1, "corrections": corrections}]
    finish(client, kept, papers=papers)
    drafted = client.post(f"{item}/letters", data={"addressee": "insured"}, headers=HTML, follow_redirects=False)
    letter = drafted.headers["location"]

    shown = client.get(letter, headers=HTML).text
    due = shown.split('name="due_day" value="')[1].split('"')[0]
    text = shown.split('<textarea id="text"')[1].split(">", 1)[1].split("</textarea>")[0]
    edited = client.post(f"{letter}/edit", data={"version": 1, "text": text + "\nTerveisin", "due_day": due, "recipient": "Aino"})
    pdf = client.get(f"{letter}/pdf")
    sent = client.post(f"{letter}/sent", data={"version": 2}, headers=HTML)
    stale = client.post(f"{letter}/edit", data={"version": 1, "text": "x", "due_day": due}, headers=HTML)
    withdrawn = client.post(f"{letter}/withdraw", headers=HTML)

    assert "Terveisin" in edited.text
    assert pdf.content.startswith(b"%PDF")
    assert ("Sent" in sent.text, stale.status_code, "Withdrawn" in withdrawn.text) == (True, 409, True)


def test_pages_that_nobody_could_read_become_a_paper_to_type(client: TestClient, kept: Kept, database: Database) -> None:
    from intake.pipeline import settle

    with database.transaction() as conn:
        pages.park(conn, kept.file_id, "reader_died", [1, 2])
        arrivals.add(conn, kept.file_id, "told", NOW.date(), NOW, 1.0, NOW)
        item = settle.open_unread(conn, kept.file_id, NOW)

    shown = client.get(f"/work/{item}", headers=HTML)
    said = {"page": [1], "document_type": "tax_card"}
    first = client.post(f"/work/{item}/index", data=said, headers=HTML, follow_redirects=False)
    twice = client.post(f"/work/{item}/index", data=said, headers=HTML)
    client.post(f"/work/{item}/index", data={"page": [2], "document_type": "unknown"}, headers=HTML)

    assert "Nobody could read these pages." in shown.text
    assert "doubtful" in client.get(first.headers["location"], headers=HTML).text
    assert twice.status_code == 409
    with database.transaction() as conn:
        assert {page.state for page in pages.of_file(conn, kept.file_id)} == {"in_document"}
        assert work_items.get(conn, item).state == "done"


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_pages_speak_the_persons_language(client: TestClient, kept: Kept, language: str) -> None:
    words = {"fi": "Poissaolo päättyy", "sv": "Frånvaron slutar", "en": "Absence until"}

    shown = client.get(f"/work/{kept.work_item}", headers=HTML | {"Accept-Language": language})

    assert words[language] in shown.text


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_findings_are_shown_in_the_persons_language_and_marked_as_such(client: TestClient, kept: Kept, language: str) -> None:
    finish(client, kept)

    shown = client.get(f"/work/{kept.work_item}", headers=HTML | {"Accept-Language": language}).text

    said = {"fi": "Tartuntataudeista vastaavan", "sv": "Beslutet av den läkare", "en": "The order of the physician"}[language]
    assert f'<p class="finding-says" lang="{language}">{said}' in shown
