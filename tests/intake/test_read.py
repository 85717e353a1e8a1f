"""A file becomes its record: by real engines, whole or not at all."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from extractors.catalog import known_types
from intake.pipeline.read import read_file, readers
from models.errors import DamagedFileError, EmptyFileError, FileMissingError, NotADocumentError
from models.geometry import Box
from tests.drawing import Sheet, faxed

HETU = "131052-308T"
WHEN = datetime(2019, 3, 12, 8, 22, tzinfo=UTC)


def account_change(path: Path, dpi: tuple[float, float] = (200, 200), header: str = "") -> Box:
    """Draw a Y 121 and its blank back into a TIFF; give the box of the identity code as shares of the page."""
    sheet = Sheet()
    if header:
        sheet.text(60, 24, header, size=24)
    sheet.text(120, 140, "Tilinumeron muutos", size=44)
    sheet.text(1300, 140, "Y 121", size=36)
    places = {}
    for y, label, value in (
        (400, "Nimi", "Virtanen Matti"),
        (520, "Henkilötunnus", HETU),
        (640, "Tilinumero", "FI21 1234 5600 0007 85"),
    ):
        sheet.frame(Box(120, y, 1500, y + 100))
        sheet.text(134, y + 10, label)
        places[label] = sheet.text(140, y + 50, value, size=32)
    pages = [sheet.gray, Sheet().gray]
    if dpi != (200, 200):
        pages = [faxed(page, round(dpi[1]))[0] for page in pages]
    first, *others = [Image.fromarray(page).convert("1") for page in pages]
    first.save(path, save_all=True, append_images=others, compression="group4", dpi=dpi)
    box = places["Henkilötunnus"]
    return Box(box.x0 / 1654, box.y0 / 2339, box.x1 / 1654, box.y1 / 2339)


@pytest.mark.ocr
@pytest.mark.parametrize("dpi", [(200, 200), (204, 98)])
def test_a_file_is_read_whole_into_the_record_of_the_contract(dpi: tuple[float, float], tmp_path: Path) -> None:
    place = account_change(tmp_path / "a.tif", dpi)

    result = read_file(tmp_path / "a.tif", received_at=WHEN).to_json()

    assert result["source"] == {
        "file": "a.tif", "sha256": hashlib.sha256((tmp_path / "a.tif").read_bytes()).hexdigest(), "media_type": "image/tiff",
        "channel": "fax" if dpi[0] == 204 else "post", "received_at": "2019-03-12T08:22:00+00:00", "pages": 2,
    }  # fmt: skip
    assert [page["blank"] for page in result["pages"]] == [False, True]
    (document,) = result["documents"]
    assert (document["type"], document["pages"], document["language"]) == ("y121_account_change", [1], "fi")
    hetu = document["fields"]["person_hetu"]
    assert (hetu["value"], hetu["page"]) == (HETU, 1)
    assert tuple(hetu["box"]) == pytest.approx(tuple(place), abs=0.006)
    assert json.loads(json.dumps(result)) is not None


@pytest.mark.ocr
def test_the_matter_goes_to_the_queue_of_its_paper(tmp_path: Path) -> None:
    account_change(tmp_path / "a.tif")

    (item,) = read_file(tmp_path / "a.tif").work_items

    assert (item.queue, item.person_hetu, item.documents) == ("basic_data", HETU, ("d1",))


@pytest.mark.ocr
def test_a_fax_line_tells_the_day_of_arrival_and_the_channel(tmp_path: Path) -> None:
    account_change(tmp_path / "a.tif", header="12/03/2019 10:22 FAX 0401234567 LEIPOMO KAURA OY P. 001/002")

    source = read_file(tmp_path / "a.tif", received_at=WHEN).source

    assert source.arrival is not None
    assert (source.arrival.date, source.arrival.evidence, source.channel) == ("2019-03-12", "fax_header", "fax")


@pytest.mark.ocr
def test_the_channel_that_is_told_counts(tmp_path: Path) -> None:
    account_change(tmp_path / "a.tif", (204, 98))

    assert read_file(tmp_path / "a.tif", channel="office").source.channel == "office"


@pytest.mark.ocr
def test_the_same_file_gives_the_same_record(tmp_path: Path) -> None:
    account_change(tmp_path / "a.tif")

    first, again = (read_file(tmp_path / "a.tif", received_at=WHEN).to_json() for _ in range(2))

    assert first == again


@pytest.mark.parametrize(
    ("content", "error"),
    [(b"", EmptyFileError), (b"Hei, tulen huomenna.\n" * 40, NotADocumentError)],
    ids=["empty", "a letter in plain text"],
)
def test_what_is_no_paper_gives_an_error_that_names_the_file(content: bytes, error: type[Exception], tmp_path: Path) -> None:
    (tmp_path / "x.pdf").write_bytes(content)

    with pytest.raises(error, match=r"x\.pdf"):
        read_file(tmp_path / "x.pdf")


@pytest.mark.ocr
def test_a_file_cut_off_on_its_way_gives_no_record(tmp_path: Path) -> None:
    account_change(tmp_path / "a.tif")
    whole = (tmp_path / "a.tif").read_bytes()
    (tmp_path / "b.tif").write_bytes(whole[: len(whole) // 2])

    with pytest.raises(DamagedFileError, match=r"b\.tif"):
        read_file(tmp_path / "b.tif")


@pytest.mark.parametrize("name", ["nothing.tif", "."])
def test_a_file_that_is_not_there_is_named(name: str, tmp_path: Path) -> None:
    with pytest.raises(FileMissingError):
        read_file(tmp_path / name)


@pytest.mark.ocr
def test_engines_and_types_are_loaded_once() -> None:
    once: tuple[Any, Any] = (readers(), known_types())

    assert (readers(), known_types()) == once
    assert readers() is once[0]
