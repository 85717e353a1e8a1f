"""Take pictures of every screen in three languages: `python -m samples.screenshots [FOLDER]`.

Starts a whole service in a folder of its own, lets it read some of `samples/inbox`, signs a person in with a real browser,
and writes FOLDER/screens/*.png and FOLDER/screens.md (FOLDER is `docs`). `SCREENS` is the list: a new screen is a new row.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import httpx2
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from intake.pipeline.access import accounts, links
from intake.store.database import Database
from samples.running import ROOT, Running

LANGUAGES = ("fi", "sv", "en")
SIZE = (1280, 720)
COLOURS = 48
READ_WITHIN_S = 900.0
LOGIN, NAME, PASSWORD = "kirsi.kuvaaja", "Kirsi Kuvaaja", "neljä sanaa ja kuvia"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
PAPERS = (
    ("fax", "01-hakemus-ja-paatos-faksi.tif"), ("post", "02-hakemus-paatos-y17-skannaus-tyhja-kaantopuoli.pdf"),
    ("post", "06-ulkomailla-ohjelmasta.pdf"), ("email", "09-y17-kuva.jpg"), ("fax", "14-tilinumero-faksi.tif"),
    ("post", "20-maksukielto-skannaus-leima.tif"), ("fax", "25-kaksi-henkiloa-erotinsivu-faksi.tif"),
)  # fmt: skip


@dataclass(frozen=True)
class Screen:
    """One picture: what it is called, its address, keys pressed before it is taken. `is_dark`: taken in dark, too."""

    name: str
    title: str
    address: str
    keys: tuple[str, ...] = ()
    is_dark: bool = False
    is_open: bool = False
    """Shown to whoever is not signed in."""


# {file}, {batch} and {item} are ids of the sample with the most pages. A screen that does not answer 200 is named and left out.
SCREENS = (
    Screen("sign-in", "Signing in", "/sign-in", is_open=True),
    Screen("mailroom", "The mailroom: papers come in", "/mailroom"),
    Screen("batch", "What became of a batch", "/mailroom/batches/{batch}"),
    Screen("file", "A file, page by page", "/mailroom/files/{file}"),
    Screen("arrange", "Arranging pages", "/mailroom/files/{file}/arrange", ("Tab",) * 12, is_dark=True),
    Screen("ledger", "The ledger", "/mailroom/ledger"),
    Screen("quarantine", "The quarantine", "/mailroom/quarantine"),
    Screen("search", "Searching", "/search"),
    Screen("work", "The queues", "/work", is_dark=True),
    Screen("review", "Reviewing a document", "/work/{item}", is_dark=True),
    Screen("oversight", "Oversight", "/oversight", is_dark=True),
    Screen("workers", "Workers", "/oversight/workers"),
    Screen("deliveries", "Deliveries", "/oversight/deliveries?state=all"),
    Screen("audit", "The audit trail", "/oversight/audit"),
    Screen("account", "One's own account", "/account"),
    Screen("accounts", "Accounts", "/accounts"),
)


def main(folder: Path) -> int:
    """Take all pictures; gives 1 when a screen could not be shown."""
    with tempfile.TemporaryDirectory(prefix="saapuva-screens-") as place, Running(Path(place) / "data") as service:
        service.start()
        ids = _papers_read(service)
        _first_person(service)
        missing = _pictures(service, ids, folder / "screens")
    (folder / "screens.md").write_text("\n".join(_document(folder)) + "\n", encoding="utf-8")
    for name in missing:
        print(f"{name}: not shown")
    return 1 if missing else 0


def _papers_read(service: Running) -> Mapping[str, str]:
    """Send the samples, wait until all are read, and give the ids that addresses need."""
    with httpx2.Client(base_url=service.url, headers=service.headers, timeout=60.0) as client:
        batches = []
        for channel, name in PAPERS:
            files = {"files": (name, (ROOT / "samples" / "inbox" / name).read_bytes())}
            batches.append(client.post("/api/v1/batches", data={"channel": channel}, files=files).raise_for_status().json())
        ends = time.monotonic() + READ_WITHIN_S
        while any(_stage(client, batch) == "received" for batch in batches):
            if time.monotonic() > ends:
                raise TimeoutError("the samples were not read in time")
            time.sleep(2.0)
        longest = max(batches, key=lambda batch: int(batch["pages"]))
        file_id = longest["files"][0]["id"]
        items = client.get(f"/api/v1/files/{file_id}").raise_for_status().json()["work_items"]
    return {"batch": longest["id"], "file": file_id, "item": items[0]["id"]}


def _stage(client: httpx2.Client, batch: Mapping[str, object]) -> str:
    return str(client.get(f"/api/v1/batches/{batch['id']}").raise_for_status().json()["files"][0]["stage"])


def _first_person(service: Running) -> None:
    """Make the first account, which has every role, as its one-time link would."""
    now = datetime.now(UTC)
    with Database(service.database_url) as database:
        link = links.make_first(database, now)
        assert link is not None
        accounts.welcome_first(database, link.path.rpartition("/")[2], LOGIN, NAME, PASSWORD, now)


def _pictures(service: Running, ids: Mapping[str, str], folder: Path) -> list[str]:
    folder.mkdir(parents=True, exist_ok=True)
    missing: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        for theme, is_signed_in in (("light", False), ("light", True), ("dark", True)):
            context = _context(browser, service.url, theme)
            if is_signed_in:
                _sign_in(context)
            for screen in SCREENS:
                if screen.is_open == is_signed_in or (theme == "dark" and not screen.is_dark):
                    continue
                missing += [one for one in _in_languages(context, screen, ids, theme, folder) if one not in missing]
            context.close()
        browser.close()
    return missing


def _context(browser: Browser, address: str, theme: str) -> BrowserContext:
    size = {"width": SIZE[0], "height": SIZE[1]}
    return browser.new_context(base_url=address, viewport=size, color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]


def _sign_in(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("input[name=login]", LOGIN)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "/sign-in" not in address)
    page.close()


def _in_languages(context: BrowserContext, screen: Screen, ids: Mapping[str, str], theme: str, folder: Path) -> Iterator[str]:
    """Take one screen in every language, in dark in the first alone; names it when it cannot be shown."""
    for language in LANGUAGES[:1] if theme == "dark" else LANGUAGES:
        page = context.new_page()
        page.goto(f"/language/{language}?back=/health/live")
        answer = page.goto(screen.address.format(**ids))
        if answer is None or answer.status != 200 or (not screen.is_open and "/sign-in" in page.url):
            page.close()
            yield screen.name
            return
        page.wait_for_timeout(900)
        for key in screen.keys:
            page.keyboard.press(key)
        _keep(page, folder / f"{screen.name}-{language}{'-dark' if theme == 'dark' else ''}.png")
        page.close()


def _keep(page: Page, path: Path) -> None:
    """Write the picture with few colours: a tenth of the bytes, and nobody sees it."""
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


def _document(folder: Path) -> Iterator[str]:
    yield "# The screens"
    yield ""
    yield "Made by `python -m samples.screenshots` from the papers of `samples/inbox`; all people in them are invented."
    for screen in SCREENS:
        kept = [f"screens/{screen.name}-{language}.png" for language in LANGUAGES]
        if not all((folder / one).exists() for one in kept):
            continue
        yield f"\n## {screen.title}\n"
        yield "| suomi | svenska | English |"
        yield "|---|---|---|"
        yield "| " + " | ".join(f"![{screen.title}]({one})" for one in kept) + " |"
        if (folder / f"screens/{screen.name}-fi-dark.png").exists():
            yield f"\n![{screen.title}, dark](screens/{screen.name}-fi-dark.png)"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs"))
