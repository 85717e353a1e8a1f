"""Sixty pages in one file: memory and time of the reading process, and the same records however many read."""

from __future__ import annotations

import io
import json
import time
from pathlib import Path

import pytest
from PIL import Image, ImageSequence

from tests.end_to_end.command import cpu_s, end, peak_mb, reading_process, saapuva, start

pytestmark = pytest.mark.end_to_end

INBOX = Path(__file__).parents[2] / "samples" / "inbox"
PAGES = 60
MOST_MB = 900
MOST_CPU_S_PER_PAGE = 8.0
"""Four times what a page of a form needs on an idle core; what grows with the square of the pages needs more."""


def sixty_pages() -> bytes:
    """The pages of one faxed form over and over: all wait cleaned in memory until the last has come."""
    with Image.open(next(INBOX.glob("01-*.tif"))) as fax:
        pages = [page.copy() for page in ImageSequence.Iterator(fax)]
        dpi = fax.info["dpi"]
    first, *rest = (pages * PAGES)[:PAGES]
    buffer = io.BytesIO()
    first.save(buffer, "TIFF", save_all=True, append_images=rest, compression="group4", dpi=dpi)
    return buffer.getvalue()


def test_sixty_pages_stay_within_memory_and_time(tmp_path: Path) -> None:
    path = tmp_path / "sixty.tif"
    path.write_bytes(sixty_pages())
    command = start("read", path, "--out", tmp_path / "out")

    highest, used = 0.0, 0.0
    give_up = time.monotonic() + 2 * PAGES * MOST_CPU_S_PER_PAGE
    while command.poll() is None and time.monotonic() < give_up:
        reader = reading_process(command)
        if reader is not None:
            highest, used = max(highest, peak_mb(reader)), max(used, cpu_s(reader))
        time.sleep(0.1)
    ended = end(command, 1)

    record = json.loads((tmp_path / "out" / "sixty.json").read_bytes())
    assert ended.code == 0, ended.said
    assert len(record["pages"]) == record["source"]["pages"] == PAGES
    assert 100 < highest <= MOST_MB
    assert 1 < used <= PAGES * MOST_CPU_S_PER_PAGE


def test_two_readers_write_the_very_records_that_one_writes(tmp_path: Path) -> None:
    papers = [path for number in ("10", "13", "14", "18", "24") for path in INBOX.glob(f"{number}-*") if path.suffix != ".json"]

    one = saapuva("read", *papers, "--jobs", 1, "--out", tmp_path / "one")
    two = saapuva("read", *papers, "--jobs", 2, "--out", tmp_path / "two")

    assert (one.code, two.code) == (0, 0), one.said + two.said
    assert len(papers) == 5
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name
