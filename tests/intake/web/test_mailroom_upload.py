"""Bringing papers: by script one by one, by a plain form all at once; good files are taken, bad ones named."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from intake.store.database import Database
from tests.intake.papers import pdf, tiff
from tests.intake.web.signed_in import account, sign_in

Opened = Callable[..., TestClient]
HTML = {"Accept": "text/html", "Accept-Language": "en"}
GROUP = str(uuid4())


def bring(client: TestClient, name: str, content: bytes, key: str = "k1", **said: str) -> Any:
    data = {"group": GROUP, "channel": "post", **said}
    headers = {"Idempotency-Key": key, "Accept": "application/json", "Accept-Language": "fi"}
    return client.post("/mailroom/files", data=data, files={"files": (name, content)}, headers=headers)


def send_form(client: TestClient, *papers: tuple[str, bytes], **said: str) -> Any:
    data = {"group": str(uuid4()), "channel": "office", "arrived": "", **said}
    return client.post("/mailroom", data=data, files=[("files", paper) for paper in papers], headers=HTML, follow_redirects=False)


def test_the_page_says_what_to_do_when_nothing_has_come(client: TestClient) -> None:
    page = client.get("/mailroom", headers=HTML).text

    assert "Nothing has come yet" in page and 'enctype="multipart/form-data"' in page
    assert "style=" not in page and "<script>" not in page


def test_a_file_is_taken_and_its_row_given_and_again_only_once(client: TestClient) -> None:
    first, again = bring(client, "a.tif", tiff(2)), bring(client, "a.tif", tiff(2))

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json()["file"] == again.json()["file"]
    assert "Jonossa" in first.json()["html"] and "a.tif" in first.json()["html"]
    batch = client.get(f"/api/v1/batches/{first.json()['batch']}").json()
    assert (batch["door"], len(batch["files"])) == ("mailroom", 1)


def test_a_bad_file_is_named_with_a_remedy_and_the_good_ones_stay(client: TestClient) -> None:
    good = bring(client, "a.tif", tiff(2), "k1")
    bad = bring(client, "kirje.docx", b"no paper", "k2")
    empty = bring(client, "tyhja.pdf", b"", "k3")

    assert (bad.status_code, bad.json()["code"], empty.json()["code"]) == (422, "not_a_document", "empty_file")
    assert "tiedosto ei ole PDF" in bad.json()["html"] and "Tallenna" in bad.json()["html"]
    assert len(client.get(f"/api/v1/batches/{good.json()['batch']}").json()["files"]) == 1


def test_a_bad_file_goes_to_quarantine_when_its_person_says_so(client: TestClient) -> None:
    kept = bring(client, "kirje.docx", b"no paper", "k2", quarantine="yes")

    assert kept.status_code == 200 and "Karanteenissa" in kept.json()["html"]
    page = client.get("/mailroom/quarantine", headers=HTML).text
    assert "kirje.docx" in page and "Put away" in page
    assert "Files could not be opened" in client.get("/mailroom", headers=HTML).text


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"arrived": (datetime.now(UTC) + timedelta(days=3)).strftime("%d.%m.%Y")}, "future"),
        ({"arrived": "1.1.1980"}, "too far back"),
        ({"arrived": "kukkuu"}, "cannot be read"),
        ({"chanel": "post"}, "may not"),
        ({"group": "x"}, "may not"),
    ],
)
def test_a_form_that_says_what_it_may_not_takes_nothing(client: TestClient, said: dict[str, str], words: str) -> None:
    answer = bring(client, "a.tif", tiff(1), **said)

    assert answer.status_code == 422 and words in answer.json()["detail"]
    assert client.get("/api/v1/batches").json()["batches"] == []


def test_a_day_in_the_past_counts_as_told(client: TestClient) -> None:
    file_id = bring(client, "a.tif", tiff(1), arrived="2.3.2026").json()["file"]

    file = client.get(f"/api/v1/files/{file_id}").json()
    assert file["arrival_day"] == "2026-03-02"
    assert {each["evidence"] for each in file["arrival"]} == {"told", "clock"}


def test_a_plain_form_takes_all_and_leads_to_the_batch(client: TestClient) -> None:
    answer = send_form(client, ("a.tif", tiff(2)), ("b.pdf", pdf(3)))

    assert answer.status_code == 303
    page = client.get(answer.headers["location"], headers=HTML).text
    assert "a.tif" in page and "b.pdf" in page and "2 files" in page


def test_a_plain_form_takes_the_good_and_names_the_bad(client: TestClient) -> None:
    answer = send_form(client, ("a.tif", tiff(2)), ("b.txt", b"no paper"))
    only_bad = send_form(client, ("b.txt", b"no paper"))
    kept = send_form(client, ("b.txt", b"no paper"), quarantine="yes")

    assert answer.status_code == 200 and "b.txt" in answer.text and "1 file is kept" in answer.text
    assert only_bad.status_code == 422
    assert kept.status_code == 303


def test_the_plain_form_sent_twice_is_taken_once(client: TestClient) -> None:
    group = str(uuid4())
    one, two = (send_form(client, ("a.tif", tiff(2)), group=group) for _ in range(2))

    assert one.headers["location"] == two.headers["location"]


def test_a_form_without_its_sessions_token_is_refused(opened: Opened, database: Database) -> None:
    account(database, "paula", "mailroom")
    client = opened(bears_token=False)
    csrf = sign_in(client, "paula")

    assert send_form(client, ("a.tif", tiff(2))).status_code == 403
    assert bring(client, "a.tif", tiff(2)).status_code == 403
    assert send_form(client, ("a.tif", tiff(2)), csrf=csrf).status_code == 303


def test_events_tell_of_every_file_and_end_when_nothing_changes_by_itself(client: TestClient) -> None:
    batch = bring(client, "kirje.docx", b"no paper", "k2", quarantine="yes").json()["batch"]

    answer = client.get(f"/mailroom/batches/{batch}/events", headers={"Accept": "text/event-stream"})

    assert answer.headers["content-type"].startswith("text/event-stream")
    kinds = [line.removeprefix("event: ") for line in answer.text.splitlines() if line.startswith("event: ")]
    assert kinds == ["file", "summary", "over"]
    told = [json.loads(line.removeprefix("data: ")) for line in answer.text.splitlines() if line.startswith("data: ")]
    assert "kirje.docx" in told[0]["html"]


def test_the_receipt_can_be_printed(client: TestClient) -> None:
    batch = bring(client, "a.tif", tiff(2)).json()["batch"]

    page = client.get(f"/mailroom/batches/{batch}/receipt?letter=sv", headers=HTML).text
    drawn = client.get(f"/mailroom/batches/{batch}/receipt.pdf")

    assert "Kvitto på handlingar" in page and "YHT02" in page
    assert drawn.content.startswith(b"%PDF") and "YHT02" in drawn.headers["content-disposition"]
