"""The mailroom's day in a real browser: papers brought and seen through; nothing is lost or doubled whatever dies meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.end_to_end.browser.mailroom_desk import Desk, desk_at
from tests.intake.papers import tiff
from tests.proof.caseworker import corrections

pytestmark = pytest.mark.end_to_end

INBOX = Path(__file__).parents[3] / "samples" / "inbox"
PAPERS = sorted(path for path in INBOX.iterdir() if not path.name.endswith(".truth.json"))[:20]
OPEN_FILES = "SELECT count(*) FROM file WHERE stage = 'received'"
DOUBTFUL = """
    SELECT DISTINCT document.id, document.version, record.body
      FROM document
      JOIN record ON record.document_id = document.id AND record.version = document.version
      JOIN work_item ON work_item.matter_id = document.matter_id
     WHERE work_item.state = 'waiting' AND document.duplicate_of IS NULL
"""


@pytest.fixture
def desk(tmp_path: Path, chromium: Browser) -> Iterator[Desk]:
    with desk_at(tmp_path, chromium) as desk:
        yield desk


def bad_files(folder: Path) -> list[Path]:
    empty, letter, cut = folder / "tyhja.pdf", folder / "kirje.docx", folder / "katkennut.tif"
    empty.write_bytes(b"")
    letter.write_bytes(b"no paper at all")
    cut.write_bytes(PAPERS[0].read_bytes()[:2000])
    return [empty, letter, cut]


def confirm_all(desk: Desk) -> None:
    """Say of every doubtful value that it is right, as a caseworker would through the API."""
    token = (desk.running.data / "api-token").read_text().strip()
    with psycopg.connect(desk.running.database_url) as conn:
        waiting: list[tuple[Any, int, dict[str, Any]]] = conn.execute(DOUBTFUL).fetchall()
    for document_id, version, body in waiting:
        if said := corrections(body):
            httpx2.post(
                f"{desk.running.url}/api/v1/documents/{document_id}/corrections",
                json={"version": version, "reviewer": "ktodiste", "corrections": said},
                headers={"Authorization": f"Bearer {token}"}, timeout=60,
            )  # fmt: skip


def violations(desk: Desk) -> list[str]:
    found = []
    for theme in ("light", "dark"):
        desk.page.emulate_media(color_scheme=theme)
        for each in Axe().run(desk.page).response["violations"]:
            found.append(f"{theme} {desk.page.url} {each['id']}: {each['nodes'][0]['html'][:200]}")
    return found


def test_twenty_mixed_files_are_seen_through_to_delivered(desk: Desk, tmp_path: Path) -> None:
    # given: twenty papers, and three files that are none
    desk.choose(*PAPERS, *bad_files(tmp_path))
    assert violations(desk) == []

    # when: they are sent with the keyboard, and one that cannot be opened is put into quarantine
    desk.send()
    desk.page.wait_for_selector("text=20/23 tiedostoa lähetetty", timeout=120_000)
    desk.page.wait_for_selector(".is-refused >> nth=2")
    assert violations(desk) == []
    desk.page.click('button[aria-label="Pane karanteeniin: kirje.docx"]')
    desk.page.wait_for_selector(".is-quarantined")
    desk.page.wait_for_selector("text=Kaikki on luettu.", timeout=600_000)

    # then: each file is there once and read, and the page has told so by itself
    assert desk.count("SELECT count(*) FROM file") == 21 and desk.count(OPEN_FILES) == 0
    assert desk.page.locator(".paper-file.is-read").count() == 20
    assert desk.page.locator(".papers img").first.get_attribute("alt") == "Sivu 1"

    # and: what a person has confirmed goes out; the ledger adds up
    confirm_all(desk)
    desk.wait_for(lambda: desk.count("SELECT count(*) FROM delivery WHERE state = 'delivered'") > 0, 90, "delivered")
    for place in ("/mailroom/ledger", "/mailroom/quarantine", "/mailroom"):
        desk.open(place)
        assert violations(desk) == []
    desk.open("/mailroom/ledger")
    assert desk.page.locator(".balance.good").is_visible()
    desk.open("/mailroom")
    desk.page.click("table.batches a >> nth=0")
    assert violations(desk) == []
    desk.page.click(".file-name >> nth=0")
    assert violations(desk) == []
    desk.open("/search")
    desk.page.fill("#q", "saaskilahti")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_selector(".results > li")
    assert violations(desk) == []
    assert desk.faults == []


def test_the_web_process_killed_during_the_upload_loses_and_doubles_nothing(desk: Desk, tmp_path: Path) -> None:
    files = many(tmp_path, 12)
    slow_down(desk, bytes_per_s=60_000)
    desk.choose(*files)

    desk.send()
    desk.wait_for(lambda: desk.count("SELECT count(*) FROM file") >= 2, 60, "two files are taken")
    desk.kill("web")
    desk.page.wait_for_selector("text=12/12 tiedostoa lähetetty", timeout=180_000)

    assert desk.count("SELECT count(*) FROM file") == 12
    assert desk.count("SELECT count(DISTINCT sha256) FROM file") == 12
    assert desk.count("SELECT count(*) FROM batch") == 1
    assert desk.page.locator(".paper-file").count() == 12
    assert desk.faults == []


def test_a_worker_killed_during_the_upload_loses_and_doubles_nothing(desk: Desk, tmp_path: Path) -> None:
    desk.choose(PAPERS[3], *many(tmp_path, 6), PAPERS[8])

    desk.send()
    desk.wait_for(lambda: desk.count("SELECT count(*) FROM attempt WHERE ended_at IS NULL") > 0, 90, "a file is being read")
    desk.kill("worker")
    desk.page.wait_for_selector("text=Kaikki on luettu.", timeout=300_000)

    assert desk.count("SELECT count(*) FROM file") == 8 and desk.count(OPEN_FILES) == 0
    assert desk.count("SELECT count(*) FROM reading") == desk.count("SELECT count(*) FROM file WHERE stage = 'read'")
    assert desk.page.locator(".is-read, .is-parked").count() == 8


def many(folder: Path, count: int) -> list[Path]:
    """Small pages, each in a file that takes a while on a slow line."""
    made = []
    for number in range(count):
        path = folder / f"sivu-{number:02}.tif"
        path.write_bytes(tiff(1, shade=number) + bytes(40_000))
        made.append(path)
    return made


def slow_down(desk: Desk, bytes_per_s: int) -> None:
    line = desk.page.context.new_cdp_session(desk.page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", {
        "offline": False, "latency": 20, "downloadThroughput": -1, "uploadThroughput": bytes_per_s,
    })  # fmt: skip
