"""The frame around every page."""

from __future__ import annotations

from fastapi.testclient import TestClient

HTML = {"Accept": "text/html"}


def test_a_mistake_on_a_page_is_a_page_with_a_remedy(client: TestClient) -> None:
    answer = client.get("/api/v1/nothing", headers=HTML)
    page = client.get("/language/de", headers=HTML)

    assert answer.headers["content-type"] == "application/problem+json"
    assert page.status_code == 422


def test_the_chosen_language_is_kept_and_leads_back(client: TestClient) -> None:
    answer = client.get("/language/sv?back=/mailroom", follow_redirects=False)

    assert answer.headers["location"] == "/mailroom"
    assert "saapuva_language=sv" in answer.headers["set-cookie"]


def test_the_way_back_never_leaves_the_service(client: TestClient) -> None:
    for astray in ("//evil.example/", "https://evil.example/", "/\\evil.example"):
        answer = client.get("/language/sv", params={"back": astray}, follow_redirects=False)

        assert answer.headers["location"] == "/"


def test_a_file_with_a_mark_is_kept_for_ever(client: TestClient) -> None:
    assert "immutable" in client.get("/static/saapuva.css?v=1").headers["cache-control"]
    assert "immutable" not in client.get("/static/fonts/atkinson-next.woff2").headers["cache-control"]
