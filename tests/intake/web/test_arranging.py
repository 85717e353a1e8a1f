"""The door of arranging: what is shown, what is kept, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from intake.store.database import Database
from tests.intake.received_files import Bench, FakeReader, bench, document, result

HTML = {"Accept": "text/html"}


@pytest.fixture
def place(database: Database, tmp_path: Path) -> Bench:
    return bench(database, tmp_path)


@pytest.fixture
def file_id(place: Bench) -> UUID:
    [taken] = place.take((b"paper", 4))
    read = result(4, [document("d1", 1), document("d2", 3, 2)], blank=[4])
    read["pages"][1]["rotation"] = 90
    place.run(FakeReader([read]), taken)
    return taken


def asked(revision: int = 1, **said: Any) -> dict[str, Any]:
    return {"revision": revision, "arrangement": said or None}


def test_the_page_shows_every_page_in_its_row_and_how_it_is_stood_upright(client: TestClient, file_id: UUID) -> None:
    shown = client.get(f"/mailroom/files/{file_id}/arrange", headers=HTML)

    assert shown.status_code == 200
    rows = shown.text.partition('id="state">')[2].partition("</script>")[0]
    assert rows.count('"number":') == 4
    assert '"turn": 270' in rows
    assert '"mark": "blank"' in rows


def test_what_is_confirmed_puts_the_file_in_line(client: TestClient, file_id: UUID) -> None:
    address = f"/mailroom/files/{file_id}/arrange"

    answer = client.post(address, json=asked(documents=[{"pages": [1, 2, 3]}], blank=[4]))

    assert answer.json() == {"stage": "received", "revision": 2, "is_begun": False}
    assert client.get(f"{address}/progress").json() == answer.json()
    assert "disabled" not in client.get(address, headers=HTML).text.partition('data-ready="no"')[1]


def test_an_arrangement_can_be_taken_back(client: TestClient, place: Bench, file_id: UUID) -> None:
    address = f"/mailroom/files/{file_id}/arrange"
    client.post(address, json=asked(documents=[{"pages": [1, 2, 3]}], blank=[4]))
    place.run(FakeReader([result(4, [document("d1", 1, 2, 3)], blank=[4])]), file_id)
    assert 'id="forget"' in client.get(address, headers=HTML).text

    assert client.post(address, json=asked(3)).status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (asked(9, documents=[{"pages": [1, 2, 3, 4]}]), 409),
        (asked(documents=[{"pages": [1, 2]}]), 422),
        (asked(documents=[{"pages": [1, 1, 2, 3, 4]}]), 422),
        (asked(documents=[{"pages": [1, 2, 3, 4]}], turns={"1": 45}), 422),
        ({"revision": 1}, 422),
    ],
    ids=["somebody was faster", "a page is missing", "a page twice", "a turn by 45", "nothing said"],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    client: TestClient, file_id: UUID, body: dict[str, Any], status: int
) -> None:
    answer = client.post(f"/mailroom/files/{file_id}/arrange", json=body)

    assert answer.status_code == status
    assert client.get(f"/mailroom/files/{file_id}/arrange/progress").json()["revision"] == 1


def test_nobody_arranges_without_signing_in(opened: Callable[..., TestClient], file_id: UUID) -> None:
    nobody = opened(bears_token=False)

    answer = nobody.post(f"/mailroom/files/{file_id}/arrange", json=asked(documents=[{"pages": [1, 2, 3, 4]}]))

    assert answer.status_code in (401, 403)


def test_a_file_that_nobody_knows_is_a_page_with_a_remedy(client: TestClient) -> None:
    answer = client.get(f"/mailroom/files/{UUID(int=7)}/arrange", headers=HTML)

    assert answer.status_code == 404
    assert "<h1>" in answer.text
