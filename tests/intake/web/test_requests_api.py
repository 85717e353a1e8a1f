"""Letters over HTTP: drafted, edited, printed, sent, answered; receipts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pypdfium2
import pytest
from fastapi.testclient import TestClient

from intake.store.database import Database
from tests.intake.pipeline.requests.asked_matters import asked_matter

BY = {"reviewer": "ann"}


@pytest.fixture
def item(database: Database) -> UUID:
    return asked_matter(database).work_item


def draft(client: TestClient, item: UUID, **said: Any) -> Any:
    return client.post(f"/api/v1/work-items/{item}/requests", json=BY | {"addressee": "insured"} | said)


def test_a_letter_is_drafted_edited_sent_and_given_longer_time(client: TestClient, item: UUID) -> None:
    made = draft(client, item, language="sv")
    place = made.headers["Location"]
    text = client.get(f"{place}/text")
    edit = {"version": 1, "text": f"Hej!\n\n{text.text}", "recipient": ["Anna Ålander", "Uusikatu 1", "00100 HELSINKI"]}

    edited = client.put(f"{place}/text", json=BY | edit)
    sent = client.post(f"{place}/sent", json=BY | {"version": 2})
    day = date.fromisoformat(sent.json()["due_day"]) + timedelta(days=14)
    while day.weekday() > 3 or (day.month, day.day) in ((1, 1), (1, 6), (5, 1), (12, 24), (12, 25)):
        day += timedelta(days=1)
    longer = client.post(f"{place}/extend", json=BY | {"due_day": day.isoformat()})

    assert made.status_code == 201 and made.json()["state"] == "draft" and made.json()["language"] == "sv"
    assert text.headers["content-type"].startswith("text/plain") and text.headers["ETag"] == '"1"'
    assert edited.json()["recipient"] == edit["recipient"] and edited.json()["version"] == 2
    assert client.get(f"{place}/text").text == edit["text"]
    assert sent.json()["state"] == "sent" and longer.json()["first_due_day"] == sent.json()["due_day"], longer.text
    assert client.get(place).json() == longer.json()


def test_the_letter_is_printed_as_edited(client: TestClient, item: UUID) -> None:
    made = draft(client, item).json()
    place = f"/api/v1/requests/{made['id']}"
    client.put(f"{place}/text", json=BY | {"version": 1, "text": f"Rouva Ålander!\n\n{made['text']}"})

    answer = client.get(f"{place}/pdf")

    document = pypdfium2.PdfDocument(answer.content)
    page = document[0]
    words = page.get_textpage()
    text = words.get_text_range()
    for each in (words, page, document):
        each.close()
    assert answer.headers["content-type"] == "application/pdf" and made["reference"] in answer.headers["Content-Disposition"]
    assert "Rouva Ålander!" in text and made["reference"] in text


def test_what_cannot_be_is_told_as_a_problem_with_a_remedy(client: TestClient, item: UUID) -> None:
    place = draft(client, item).headers["Location"]

    answers = [
        draft(client, item),
        draft(client, item, addressee="fund"),
        draft(client, uuid4()),
        draft(client, item, addressee="nobody"),
        client.put(f"{place}/text", json=BY | {"version": 7, "text": "x"}),
        client.put(f"{place}/text", json=BY | {"version": 1, "text": "Ilman päivää 131052-308T"}),
        client.put(f"{place}/text", json=BY | {"version": 1, "text": "NUL \x00"}),
        client.put(f"{place}/text", json=BY | {"version": 1, "text": "x", "recipient": ["NUL \x00"]}),
        client.put(f"{place}/text", json={"reviewer": "a\x00", "version": 1, "text": "x"}),
        client.post(f"{place}/extend", json=BY | {"due_day": "2099-01-01"}),
        client.post(f"{place}/seen", json=BY),
        client.get(f"/api/v1/requests/{uuid4()}/pdf"),
        client.get(f"/api/v1/batches/{uuid4()}/receipt"),
        client.get("/api/v1/requests?state=lost"),
    ]

    assert [answer.status_code for answer in answers] == [409, 422, 404, 422, 409, *[422] * 4, 409, 409, 404, 404, 422]
    assert all(answer.json()["remedy"] for answer in answers)
    assert "131052-308T" not in answers[5].text


def test_requests_are_listed_by_state(client: TestClient, item: UUID) -> None:
    made = draft(client, item).json()

    listed = {
        state: [one["id"] for one in client.get("/api/v1/requests", params={"state": state}).json()["requests"]]
        for state in ("draft", "sent", "overdue")
    }

    assert listed == {"draft": [made["id"]], "sent": [], "overdue": []}
    withdrawn = client.post(f"/api/v1/requests/{made['id']}/withdraw", json=BY)
    assert withdrawn.json()["state"] == "withdrawn"


def test_a_protected_clients_address_is_not_answered(client: TestClient, database: Database) -> None:
    made = draft(client, asked_matter(database, queue="protected_clients").work_item)

    assert made.json()["address_withheld"] is True
    assert "Esplanaden" not in made.text and "Ålander" not in made.text


def test_a_receipt_is_given_for_a_batch(client: TestClient) -> None:
    scan = {"files": ("a.pdf", _pdf(), "application/pdf")}
    batch = client.post("/api/v1/batches", files=scan, data={"channel": "office"}).json()["id"]

    answer = client.get(f"/api/v1/batches/{batch}/receipt", params={"language": "sv"})

    assert answer.status_code == 200 and answer.content.startswith(b"%PDF-")
    assert "YHT02" in answer.headers["Content-Disposition"]


def _pdf() -> bytes:
    import io

    from PIL import Image

    drawn = io.BytesIO()
    Image.new("1", (600, 800), 1).save(drawn, "PDF")
    return drawn.getvalue()
