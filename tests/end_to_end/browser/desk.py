"""A caseworker's desk for the browser: the real application on a socket, matters with page pictures, people signed in."""

from __future__ import annotations

import io
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import uvicorn
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page
from pydantic import SecretStr

from intake.pipeline.access import accounts, links, signing_in
from intake.settings import Settings
from intake.store import documents, pages, work_items
from intake.store.blobs import open_blobs
from intake.store.database import Database
from intake.web.app import create_app
from intake.wiring import Wired
from tests.intake.kept_documents import Kept, field, keep

PASSWORD = "Kissanpennut-7-metsa"
PAGE_PX = (1200, 1700)


@dataclass(frozen=True)
class Desk:
    """The application at an address, and what it keeps."""

    address: str
    database: Database
    blobs: Any


@contextmanager
def opened(database: Database, folder: Path) -> Iterator[Desk]:
    """Run the application on a free port of this machine until the block ends."""
    blobs = open_blobs(str(folder / "blobs"), None)
    settings = Settings(data=folder, reserve_mb=0, api_token=SecretStr("x" * 40))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(
        uvicorn.Config(create_app(Wired(settings, database, blobs)), host="127.0.0.1", port=port, log_level="error")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield Desk(f"http://127.0.0.1:{port}", database, blobs)
    server.should_exit = True
    thread.join(10)


def sign_in(desk: Desk, login: str, name: str, roles: Sequence[str] = ("caseworker",)) -> str:
    """Make an account and a session; gives the cookie's value."""
    now = datetime.now(UTC)
    with desk.database.transaction() as conn:
        row = conn.execute("SELECT id FROM account WHERE login = %s", [login]).fetchone()
    if row is None:
        _, link = accounts.make(desk.database, login, accounts.Decided(name, frozenset(roles)), "test", now)
        accounts.set_password(desk.database, link.path.removeprefix(links.PLACE), PASSWORD, now)
    return signing_in.sign_in(desk.database, login, PASSWORD, "127.0.0.1", "browser", now)


FIVE = {
    "applicant_last_name": "Virtanen", "applicant_street": "Rantatie 4", "applicant_city": "Oulu",
    "absence_start": "2026-03-02", "absence_end": "2026-03-11",
}  # fmt: skip
"""Fields of an application that are doubtful and right as proposed."""


def application(place: int, doubtful: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """An application of its own person, whose `doubtful` fields a person must look at."""
    wanted = FIVE if doubtful is None else doubtful
    fields: dict[str, Any] = {
        "applicant_hetu": field(hetu(place)), "benefit": field("infectious_disease_allowance", reading="mark"),
        "abroad": field(False, reading="mark"), "signature": field(True, reading="ink"),
    }  # fmt: skip
    for line, (name, value) in enumerate(wanted.items()):
        box = [0.1, 0.12 + line * 0.05, 0.45, 0.145 + line * 0.05]
        fields[name] = value if isinstance(value, list) else field(value, accepted=False) | {"box": box}
    return {
        "id": "d1", "type": "sv8_application", "type_confidence": 0.998, "accepted": True, "language": "fi",
        "form_revision": "01.19", "pages": [1, 2], "fields": fields,
    }  # fmt: skip


def hetu(place: int) -> str:
    """An artificial identity code, another for each place."""
    day, number = 1 + place % 28, 900 + place // 28 % 100
    signs = "0123456789ABCDEFHJKLMNPRSTUVWXY"
    return f"{day:02}0190-{number}{signs[int(f'{day:02}0190{number}') % 31]}"


def put(desk: Desk, *bodies: Mapping[str, Any], queue: str = "southern_district") -> Kept:
    """Keep a matter of these papers, with a picture of each page."""
    person = bodies[0]["fields"]["applicant_hetu"]["value"]
    kept = keep(desk.database, *bodies, queue=queue, waits_because=["doubtful_fields"], person=person)
    numbers = sorted({number for body in bodies for number in body["pages"]})
    with desk.database.transaction() as conn:
        pages.add_received(conn, kept.file_id, max(numbers))
        for body, document in zip(bodies, kept.documents, strict=True):
            pages.set_in_document(conn, kept.file_id, body["pages"], document)
            for number in body["pages"]:
                sha256 = desk.blobs.put([_picture(body, number)]).sha256
                pages.set_image(conn, kept.file_id, number, sha256, *PAGE_PX, "Hakemus\nSairauspäivärahat")
    return kept


def _picture(body: Mapping[str, Any], number: int) -> bytes:
    page = Image.new("1", PAGE_PX, 1)
    draw = ImageDraw.Draw(page)
    draw.text((80, 60), f"SV 8  page {number}", fill=0, font_size=40)
    for name, cell in body["fields"].items():
        if isinstance(cell, dict) and cell["page"] == number:
            x0, y0, x1, y1 = (share * size for share, size in zip(cell["box"], (*PAGE_PX, *PAGE_PX), strict=True))
            draw.rectangle((x0, y0, x1, y1), outline=0)
            draw.text((x0 + 8, y0 + 4), f"{cell['value']} ({name})", fill=0, font_size=24)
    written = io.BytesIO()
    page.save(written, "PNG")
    return written.getvalue()


def body_of(desk: Desk, document: UUID) -> dict[str, Any]:
    with desk.database.transaction() as conn:
        return documents.newest_record(conn, document).body


def item_of(desk: Desk, kept: Kept) -> work_items.WorkItemRow:
    with desk.database.transaction() as conn:
        return work_items.get(conn, kept.work_item)


At = Callable[..., Page]


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Iterator[Desk]:
    with opened(database, tmp_path) as one:
        yield one


@pytest.fixture
def at(desk: Desk, chromium: Browser) -> Iterator[At]:
    """Sit a person down: gives a page of theirs, signed in. An error of a page's script fails the test."""
    contexts, errors = [], []

    def sit(login: str = "ann", *, scheme: str = "light", roles: Sequence[str] = ("caseworker",)) -> Page:
        context = chromium.new_context(
            viewport={"width": 1280, "height": 720}, color_scheme=scheme, locale="en-GB", reduced_motion="reduce",  # type: ignore[arg-type]
        )  # fmt: skip
        contexts.append(context)
        context.set_default_timeout(60_000)
        cookie = sign_in(desk, login, f"{login.title()} A.", roles)
        context.add_cookies([{"name": "saapuva_session", "value": cookie, "url": desk.address}])
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield sit
    for context in contexts:
        context.close()
    assert errors == []
