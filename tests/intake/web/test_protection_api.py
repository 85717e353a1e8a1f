"""Papers of a protected person over HTTP: refused, masked or noted."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from intake.store.database import Database
from tests.intake.kept_documents import HETU, Kept, application, keep
from tests.intake.persons import person, sign_in
from tests.intake.web.conftest import Opened

pytestmark = pytest.mark.usefixtures("quick_hashes")


@pytest.fixture
def kept(database: Database) -> Kept:
    kept = keep(database, application(), queue="protected_clients", waits_because=["queue"], comment="Asuu Salatiellä")
    with database.transaction() as conn:
        conn.execute(
            "INSERT INTO page (file_id, number, state, document_id) VALUES (%s, 1, 'in_document', %s)",
            (kept.file_id, kept.document),
        )
    return kept


@pytest.fixture
def anna(opened: Opened, database: Database) -> TestClient:
    person(database, roles=["supervisor"])
    client = opened(bears_token=False)
    sign_in(client)
    return client


@pytest.fixture
def bertta(opened: Opened, database: Database) -> TestClient:
    person(database, "bertta", ["supervisor"], sees_protected=True)
    client = opened(bears_token=False)
    sign_in(client, "bertta")
    return client


def places(database: Database, kept: Kept) -> list[str]:
    with database.transaction() as conn:
        [(matter,)] = conn.execute("SELECT matter_id FROM document WHERE id = %s", (kept.document,)).fetchall()
    return [
        f"/api/v1/files/{kept.file_id}/result",
        f"/api/v1/files/{kept.file_id}/original",
        f"/api/v1/files/{kept.file_id}/pages/1/image",
        f"/api/v1/documents/{kept.document}",
        f"/api/v1/documents/{kept.document}/history?field=benefit",
        f"/api/v1/documents/{kept.document}/duplicates",
        f"/api/v1/matters/{matter}",
        f"/api/v1/audit?subject=document:{kept.document}",
    ]


def test_whoever_may_not_see_them_is_refused_with_a_remedy(anna: TestClient, database: Database, kept: Kept) -> None:
    for place in places(database, kept):
        answer = anna.get(place)

        assert (answer.status_code, answer.json()["code"]) == (403, "refused"), place
        assert HETU not in answer.text and answer.json()["remedy"]


def test_whoever_may_see_them_does_and_it_is_noted(bertta: TestClient, database: Database, kept: Kept) -> None:
    assert {bertta.get(place).status_code for place in places(database, kept)} <= {200, 404, 409, 500, 503}
    assert bertta.get(f"/api/v1/documents/{kept.document}").status_code == 200

    with database.transaction() as conn:
        looks = conn.execute("SELECT DISTINCT subject FROM audit_event WHERE event LIKE '%looked_at'").fetchall()
    assert {row[0].partition(":")[0] for row in looks} == {"file", "document", "matter"}


def test_nothing_of_them_may_be_changed_unseen(anna: TestClient, kept: Kept) -> None:
    said = {"version": 1, "reviewer": "anna", "corrections": [{"field": "benefit", "says": "confirmed"}]}
    moved = {"version": 1, "reviewer": "anna", "queue": "southern_district", "reason": "x"}

    assert anna.post(f"/api/v1/documents/{kept.document}/corrections", json=said).status_code == 403
    assert anna.post(f"/api/v1/work-items/{kept.work_item}/route", json=moved).status_code == 403
    drafted = anna.post(f"/api/v1/work-items/{kept.work_item}/requests", json={"reviewer": "anna", "addressee": "insured"})
    assert drafted.status_code == 403


def test_lists_show_them_masked(anna: TestClient, bertta: TestClient, kept: Kept) -> None:
    masked, whole = (client.get("/api/v1/work-items").json()["work_items"][0] for client in (anna, bertta))

    assert (masked["id"], masked["queue"]) == (whole["id"], whole["queue"])
    assert HETU in str(whole) and "Salatiellä" in str(whole)
    assert HETU not in str(masked) and "Salatiellä" not in str(masked)


def test_a_files_name_may_be_a_persons(anna: TestClient, bertta: TestClient, kept: Kept) -> None:
    names = [client.get(f"/api/v1/files/{kept.file_id}").json()["name"] for client in (anna, bertta)]

    assert names == ["•••", "scan.tif"]


def test_a_search_by_their_code_finds_nothing(anna: TestClient, bertta: TestClient, kept: Kept) -> None:
    found = [client.post("/api/v1/matters/search", json={"person_hetu": HETU}).json()["matters"] for client in (anna, bertta)]

    assert [len(each) for each in found] == [0, 1]


def test_a_program_sees_them(client: TestClient, kept: Kept) -> None:
    assert client.get(f"/api/v1/documents/{kept.document}").status_code == 200


def test_letters_are_masked_in_lists_and_refused_alone(anna: TestClient, database: Database, kept: Kept) -> None:
    with database.transaction() as conn:
        conn.execute(
            "INSERT INTO request (id, work_item_id, addressee, language, recipient, recipient_doubtful, text, asked, "
            "finding_keys, letter_codes, sections, written_day, due_day, state, written_at, written_by) VALUES "
            "(%s, %s, 'insured', 'fi', '{}', false, 'Hyvä asiakas', '{x}', '{k}', '{c}', '{}', '2026-03-12', '2026-03-26', "
            "'draft', now(), 'x')",
            (kept.document, kept.work_item),
        )

    [listed] = anna.get("/api/v1/requests").json()["requests"]

    assert (listed["text"], listed["recipient"], listed["finding_keys"]) == ("•••", [], [])
    for place in ("", "/pdf", "/text"):
        assert anna.get(f"/api/v1/requests/{kept.document}{place}").status_code == 403
