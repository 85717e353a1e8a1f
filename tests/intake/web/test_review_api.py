"""Corrections, routes and deliveries over HTTP: what is asked, what is answered."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient

from intake.pipeline import deliver
from intake.store.database import Database
from models.delivery import contract
from models.errors import CoreRefusedError
from tests.intake.core_stand_in import ScriptedCore
from tests.intake.kept_documents import Kept, application, field, keep, later


@pytest.fixture
def doubtful(database: Database) -> Kept:
    return keep(database, application(absence_end=field(None, accepted=False)), waits_because=["doubtful_fields"])


def correct(client: TestClient, kept: Kept, version: int = 1, **said: Any) -> Any:
    asked = {"version": version, "reviewer": "ann", "corrections": [{"field": "absence_end", **said}]}
    return client.post(f"/api/v1/documents/{kept.document}/corrections", json=asked)


def test_a_document_is_corrected_and_goes_out(client: TestClient, doubtful: Kept) -> None:
    before = client.get(f"/api/v1/documents/{doubtful.document}").json()

    answer = correct(client, doubtful, value="31.3.2019")

    after = client.get(f"/api/v1/documents/{doubtful.document}").json()
    assert answer.status_code == 200 and answer.json()["waits_because"] == ["findings"]
    assert (before["version"], after["version"]) == (1, 2)
    assert before["record"]["fields"]["absence_end"]["value"] is None
    assert after["record"]["fields"]["absence_end"] | {"seen_at": ""} == {
        "value": "2019-03-31", "accepted": True, "reading": "person", "page": 1, "box": [0.07, 0.19, 0.24, 0.21],
        "seen_by": "ann", "seen_at": "",
    }  # fmt: skip
    assert [row["id"] for row in after["deliveries"]] == [answer.json()["delivery_id"]]
    assert (after["arrival_day"], after["work_items"][0]["state"]) == ("2019-03-12", "waiting")


def test_a_nul_is_refused_wherever_it_stands(client: TestClient, doubtful: Kept) -> None:
    item = client.get(f"/api/v1/documents/{doubtful.document}").json()["work_items"][0]
    moved = {"version": item["version"], "reviewer": "ann", "queue": "southern_district", "reason": "as told"}
    corrected = {"version": 1, "reviewer": "a\0nn", "corrections": [{"field": "absence_end", "value": "31.3.2019"}]}

    answers = [
        client.post(f"/api/v1/documents/{doubtful.document}/corrections", json=corrected),
        correct(client, doubtful, value="31\0"),
        client.post(f"/api/v1/work-items/{item['id']}/route", json=moved | {"reviewer": "a\0nn"}),
        client.post(f"/api/v1/work-items/{item['id']}/route", json=moved | {"reason": "as\0told"}),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(422, "invalid_request")] * 4


def test_a_stale_page_and_a_wrong_value_and_a_wrong_id_are_told_apart(client: TestClient, doubtful: Kept) -> None:
    answers = [
        correct(client, doubtful, version=7, value="31.3.2019"),
        correct(client, doubtful, value="31.2.2019"),
        correct(client, doubtful, says="nonsense"),
        client.get(f"/api/v1/documents/{uuid4()}"),
        client.post(f"/api/v1/work-items/{uuid4()}/route", json={"version": 1, "reviewer": "a", "queue": "tax", "reason": "x"}),
        client.get(f"/api/v1/deliveries/{uuid4()}"),
    ]

    assert [answer.status_code for answer in answers] == [409, 422, 422, 404, 404, 404]
    assert all(answer.headers["content-type"].startswith("application/problem+json") for answer in answers)
    assert "31.2.2019" not in answers[1].text


@pytest.mark.parametrize(
    "asked",
    [
        {"version": 1, "reviewer": " ", "queue": "tax", "reason": "x"},
        {"version": 1, "reviewer": "ann", "queue": "tax", "reason": " "},
        {"version": 1, "reviewer": "ann", "queue": "elsewhere", "reason": "x"},
    ],
)
def test_a_matter_is_not_moved_by_nobody_for_nothing_or_to_nowhere(
    client: TestClient, doubtful: Kept, asked: dict[str, Any]
) -> None:
    assert client.post(f"/api/v1/work-items/{doubtful.work_item}/route", json=asked).status_code == 422


def test_a_matter_is_moved(client: TestClient, doubtful: Kept) -> None:
    asked = {"version": 1, "reviewer": "ann", "queue": "international_centre", "reason": "Asuu Virossa"}

    answer = client.post(f"/api/v1/work-items/{doubtful.work_item}/route", json=asked)

    assert answer.status_code == 200
    assert (answer.json()["queue"], answer.json()["comment"]) == ("international_centre", "Asuu Virossa")


def test_deliveries_are_listed_shown_and_replayed(client: TestClient, database: Database, doubtful: Kept) -> None:
    delivery_id = correct(client, doubtful, says="empty").json()["delivery_id"]
    row = client.get("/api/v1/deliveries", params={"state": "waiting"}).json()["deliveries"][0]
    assert row["id"] == delivery_id
    with database.transaction() as conn:
        conn.execute("UPDATE delivery SET next_try_at = %(now)s", {"now": later(0)})
    deliver.deliver(database, ScriptedCore([CoreRefusedError(422, "why")]), UUID(row["id"]), later(1))

    shown = client.get(f"/api/v1/deliveries/{delivery_id}").json()
    replayed = client.post(f"/api/v1/deliveries/{delivery_id}/replay").json()

    assert shown["answer"]["body"] == "why" and '"specversion": "1.0"' in shown["body"]
    assert (shown["state"], replayed["state"]) == ("parked", "waiting")
    assert client.get("/api/v1/deliveries").json()["counts"] == {"waiting": 1}
    assert client.get("/api/v1/deliveries", params={"state": "parked"}).json()["deliveries"] == []


def test_the_contract_is_published(client: TestClient) -> None:
    assert client.get("/api/v1/contract").json() == contract()
