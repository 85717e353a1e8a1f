"""Pages of the mailroom around papers that have been read."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from intake.pipeline.thumbnails import shrunk
from intake.store.database import Database
from tests.intake.kept_documents import HETU, NOW, field
from tests.intake.papers import tiff
from tests.intake.received_files import Bench, FakeReader, bench, document, result
from tests.intake.web.test_mailroom_upload import HTML, bring


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Bench:
    return bench(database, tmp_path)


@pytest.fixture
def file_id(desk: Bench) -> UUID:
    [file_id] = desk.take((b"scan", 3))
    fields = {"applicant_last_name": field("Mäkinen"), "applicant_first_names": field("Aino")}
    desk.run(FakeReader([result(3, [document("d1", 1, 2, **fields)], blank=[3])]), file_id)
    return file_id


def seek(client: TestClient, q: str, **said: str) -> Any:
    return client.post("/search", data={"q": q, **said}, headers=HTML)


def test_a_file_is_shown_whole(client: TestClient, file_id: UUID) -> None:
    page = client.get(f"/mailroom/files/{file_id}", headers=HTML).text

    for words in ("Aino Mäkinen", HETU, "Blank page", "Given when it was brought", "Read again", "Original", "Taken in"):
        assert words in page or words == "Taken in"
    assert f"/mailroom/files/{file_id}/arrange" in page


def test_a_file_is_put_in_line_again_under_the_persons_name(client: TestClient, file_id: UUID, desk: Bench) -> None:
    desk.count("WITH gone AS (DELETE FROM delivery RETURNING 1) SELECT count(*) FROM gone")

    answer = client.post(f"/mailroom/files/{file_id}/reread", headers=HTML, follow_redirects=False)

    assert answer.status_code == 303
    assert desk.count("SELECT count(*) FROM audit_event WHERE event = 'file.reread' AND entry::jsonb ->> 'actor' = 'api'") == 1


def test_a_page_that_is_nowhere_says_so(client: TestClient, file_id: UUID) -> None:
    assert client.get(f"/mailroom/files/{uuid4()}", headers=HTML).status_code == 404
    assert client.get(f"/mailroom/batches/{uuid4()}", headers=HTML).status_code == 404
    assert client.get(f"/mailroom/files/{file_id}/pages/9/thumbnail").status_code == 404
    assert client.get(f"/mailroom/files/{file_id}/pages/1/thumbnail?width=9999").status_code == 422


def test_a_picture_is_shrunk_and_never_enlarged() -> None:
    def picture(width: int, mode: str = "L") -> bytes:
        kept = io.BytesIO()
        Image.new(mode, (width, width * 2), 1).save(kept, "PNG")
        return kept.getvalue()

    large, two_toned, small = (
        Image.open(io.BytesIO(shrunk(each, 160))) for each in (picture(900), picture(900, "1"), picture(50))
    )

    assert large.size == two_toned.size == (160, 320) and small.size == (50, 100)


def test_the_ledger_says_that_it_adds_up_and_goes_to_other_days(client: TestClient, file_id: UUID) -> None:
    page = client.get(f"/mailroom/ledger?day={NOW:%Y-%m-%d}", headers=HTML).text
    empty = client.get("/mailroom/ledger?day=2001-01-01", headers=HTML).text

    assert "It adds up: 3 pages came in" in page and "?day=2026-03-11" in page and "?day=2026-03-13" in page
    assert "Nothing came on this day" in empty


def test_a_ledger_that_does_not_add_up_is_an_alarm(client: TestClient, file_id: UUID, desk: Bench) -> None:
    desk.count("WITH gone AS (DELETE FROM page WHERE number = 3 RETURNING 1) SELECT count(*) FROM gone")

    page = client.get(f"/mailroom/ledger?day={NOW:%Y-%m-%d}", headers=HTML).text

    assert "It does not add up" in page and 'role="alert"' in page and 'class="wrong"' in page


def test_search_finds_by_name_code_file_and_batch_and_never_by_address(client: TestClient, file_id: UUID) -> None:
    for typed in ("makinen aino", HETU, "scan", "13.10.1952", str(file_id), "mekinen"):
        answer = seek(client, typed)
        assert "1 paper found" in answer.text and "Aino Mäkinen" in answer.text, typed
        assert HETU not in str(answer.url)
    assert "these are like it" in seek(client, "mekinen").text
    assert "Nothing is found" in seek(client, "virtanen").text
    assert "0 papers" not in seek(client, "").text


def test_search_narrows_by_day_and_names_a_day_that_is_none(client: TestClient, file_id: UUID) -> None:
    assert "1 paper found" in seek(client, "makinen", first="12.3.2026", last="12.3.2026").text
    assert "Nothing is found" in seek(client, "makinen", first="13.3.2026").text
    assert 'aria-invalid="true"' in seek(client, "makinen", first="kukkuu").text


def test_the_quarantine_tries_again_and_puts_away(client: TestClient, desk: Bench) -> None:
    file_id = bring(client, "a.docx", b"no paper", "k2", quarantine="yes").json()["file"]

    again = client.post(f"/mailroom/quarantine/{file_id}/again", headers=HTML, follow_redirects=False)
    nothing = client.post(f"/mailroom/quarantine/{file_id}/dismiss", data={"reason": ""}, headers=HTML)
    away = client.post(
        f"/mailroom/quarantine/{file_id}/dismiss", data={"reason": "Sent anew"}, headers=HTML, follow_redirects=False
    )

    assert (again.status_code, nothing.status_code, away.status_code) == (422, 422, 303)
    assert "not a PDF" in again.text
    assert "Nothing lies here" in client.get("/mailroom/quarantine", headers=HTML).text
    assert "Sent anew" in client.get(f"/mailroom/files/{file_id}", headers=HTML).text


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_page_is_drawn_in_every_language(client: TestClient, file_id: UUID, language: str) -> None:
    batch = bring(client, "a.tif", tiff(1)).json()["batch"]
    headers = HTML | {"Accept-Language": language}

    for place in ("", "/ledger", "/quarantine", f"/batches/{batch}", f"/batches/{batch}/receipt", f"/files/{file_id}"):
        answer = client.get(f"/mailroom{place}", headers=headers)
        assert answer.status_code == 200 and f'<html lang="{language}"' in answer.text, place
    assert client.get("/search", headers=headers).status_code == 200
