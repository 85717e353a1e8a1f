"""Matters over HTTP: shown whole, sought by a body and never by an address, papers assigned."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from intake.store.database import Database
from tests.intake.matter_papers import AINO, BERTTA, application, ban, come, doubtful, item_of, order, scan, wage_notice
from tests.intake.received_files import Bench, bench


@pytest.fixture
def place(database: Database, tmp_path: Path) -> Bench:
    return bench(database, tmp_path)


def test_a_matter_is_shown_with_papers_of_all_files_findings_and_amounts(client: TestClient, place: Bench) -> None:
    come(place, scan(application()))
    come(place, scan(order()))
    file_id = come(place, scan(wage_notice()))
    matter_id = item_of(place.database, file_id).matter_id

    answer = client.get(f"/api/v1/matters/{matter_id}")

    told = answer.json()
    assert answer.status_code == 200
    assert {paper["document_type"] for paper in told["documents"]} == {"sv8_application", "absence_order", "y17_wage_notice"}
    assert (told["kind"], told["person_hetu"], told["work_item"]["queue"]) == ("benefit", AINO, "southern_district")
    assert told["amounts"]["is_preview"] is True
    first = told["amounts"]["lines"][0]
    assert (first["key"], first["euros"]) == ("daily", "100.00")
    assert client.get(f"/api/v1/matters/{file_id}").status_code == 404


def test_a_persons_matters_are_sought_in_the_body(client: TestClient, place: Bench) -> None:
    come(place, scan(application()))

    found = client.post("/api/v1/matters/search", json={"person_hetu": AINO})
    none = client.post("/api/v1/matters/search", json={"person_hetu": BERTTA})

    assert [matter["person_hetu"] for matter in found.json()["matters"]] == [AINO]
    assert none.json() == {"matters": []}
    assert client.get("/api/v1/matters", params={"person_hetu": AINO}).status_code in (404, 405)


def test_a_paper_is_assigned_and_its_new_work_item_answered(client: TestClient, place: Bench) -> None:
    come(place, scan(application()))
    item = item_of(place.database, come(place, scan(ban(doubtful("131052-3087"), debtor_name=doubtful("V")))))
    asked: dict[str, Any] = {"version": item.version, "reviewer": "ann", "matter_id": item.candidates[0]["matter_id"]}

    answer = client.post(f"/api/v1/work-items/{item.id}/assign", json=asked)
    again = client.post(f"/api/v1/work-items/{item.id}/assign", json=asked)

    assert answer.status_code == 200 and len(answer.json()["documents"]) == 2
    assert answer.json()["matter_id"] == item.candidates[0]["matter_id"]
    assert (again.status_code, again.json()["code"]) == (409, "conflict")


@pytest.mark.parametrize("where", [{}, {"person_hetu": "x"}, {"person_hetu": AINO, "matter_id": "0" * 32}])
def test_an_assignment_must_say_one_place(opened: Callable[..., TestClient], place: Bench, where: dict[str, str]) -> None:
    item = item_of(place.database, come(place, scan(application())))

    answer = opened().post(f"/api/v1/work-items/{item.id}/assign", json={"version": 1, "reviewer": "ann", **where})

    assert answer.status_code == 422
