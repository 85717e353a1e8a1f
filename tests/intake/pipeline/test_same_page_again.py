"""One sheet scanned and then faxed is one paper; the same sheet with another date is for a person to look at."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import numpy as np
import pytest
from PIL import Image

from intake.pipeline.file_reading import FileRead, Question
from intake.pipeline.page_keeping import PageKeeper
from intake.pipeline.read import read_file
from intake.reading_child import Failure
from intake.store import documents
from intake.store.database import Database
from intake.store.documents import DocumentRow
from samples.generator import media, pen, plans, printing, stamps
from samples.generator.form_draw import draw_form
from samples.generator.raster import paint
from samples.generator.sheet import Sheet, Text
from tests.intake.received_files import VERSIONS, Bench, FakeReader, bench

pytestmark = [pytest.mark.ocr, pytest.mark.end_to_end]

VALUES = {
    "person_name": "Virtanen Anna Maria", "person_hetu": "131052-308T", "iban": "FI2112345600000785", "bic": "NDEAFIHH",
    "signature_date": "2019-03-12", "signature": True,
}  # fmt: skip


class RealReader(FakeReader):
    """Reads for real, in this process."""

    def read(self, question: Question) -> FileRead | Failure:
        keeper = PageKeeper(question.scratch)
        printed = read_file(question.path, name=question.name, channel="fax", received_at=None, seen=keeper).to_json()
        return FileRead(printed, VERSIONS, 1.0, tuple(keeper.pages))


def sheet_of(day: str = "12.03.2019") -> Sheet:
    """An account change as one machine fills it in; with another day, all else stays stroke for stroke the same."""
    writer = replace(pen.typist(Random(3)), size=10.0)
    (sheet,) = draw_form(plans.plan("y121_account_change", "fi"), printing.choose(Random(24), False), VALUES, writer, Random(8))
    (at,) = [at for at, op in enumerate(sheet.ops) if isinstance(op, Text) and op.words == "12.03.2019"]
    op = sheet.ops[at]
    assert isinstance(op, Text)
    sheet.ops[at] = replace(op, words=day)
    return sheet


def scanned(sheet: Sheet, path: Path) -> bytes:
    Image.fromarray(media.scan(np.array(paint(sheet, dpi=300)), Random(1))).save(path, "TIFF", dpi=(300, 300))
    return path.read_bytes()


def faxed(sheet: Sheet, path: Path, seed: int) -> bytes:
    header = stamps.fax_line(Random(seed), date(2019, 3, 14)).format(n=1, all=1)
    media.write_fax([media.fax(np.array(paint(sheet)), Random(seed), "fax_fine", header)], "fax_fine", path)
    return path.read_bytes()


def come_in(place: Bench, content: bytes) -> DocumentRow:
    (file_id,) = place.take((content, 1))
    assert place.run(RealReader([]), file_id) == "read"
    with place.database.transaction() as conn:
        (row,) = documents.of_file(conn, file_id)
    return row


def test_a_sheet_scanned_then_faxed_is_one_paper_and_with_another_date_another(database: Database, tmp_path: Path) -> None:
    place = bench(database, tmp_path)
    original = come_in(place, scanned(sheet_of(), tmp_path / "scan.tif"))
    again = come_in(place, faxed(sheet_of(), tmp_path / "fax.tif", 2))
    other = come_in(place, faxed(sheet_of("18.03.2019"), tmp_path / "other.tif", 4))

    assert original.document_type == "y121_account_change"
    assert again.duplicate_of == original.id
    assert other.duplicate_of is None
    assert other.possible_duplicate_of == original.id
