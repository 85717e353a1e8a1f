"""C09, YHT02: a receipt tells of every page that was left, and of nobody."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pypdfium2
import pytest

from intake.pipeline.requests import receipt
from intake.pipeline.requests.receipt import Paper, receipt_words, title_of
from intake.pipeline.requests.receipt_printing import as_pdf
from intake.store import files
from intake.store.database import Database
from models.errors import NotFoundError
from tests.intake.kept_documents import HETU
from tests.intake.received_files import Bench, FakeReader, bench, document, result

NOW = datetime(2026, 3, 13, 8, 0, tzinfo=UTC)
CAME = date(2026, 3, 12)


def batch_of(desk: Bench, file_id: UUID) -> UUID:
    with desk.database.transaction() as conn:
        return files.get(conn, file_id).batch_id


def words_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    texts = []
    for page in document:
        words = page.get_textpage()
        texts.append(words.get_text_range())
        words.close()
        page.close()
    document.close()
    return "\n".join(texts)


def read(desk: Bench, file_id: UUID, told: dict[str, Any]) -> None:
    assert desk.run(FakeReader([told]), file_id) == "read"


def test_c09_every_page_is_told_of_by_sort_and_day(database: Database, tmp_path: Path) -> None:
    desk = bench(database, tmp_path)
    first, _ = desk.take((b"first", 5), (b"second", 3))
    read(desk, first, result(5, [document("d1", 1, 2), document("d2", 4)], blank=[3], separator=[5]))

    found = receipt.of_batch(database, batch_of(desk, first), NOW)

    assert found.papers == (Paper("sv8_application", CAME, 2, 3), Paper(None, CAME, 0, 3))
    assert (found.empty_pages, found.pages, found.channel) == (2, 8, "fax")


def test_papers_whose_bytes_came_before_are_told_of_too(database: Database, tmp_path: Path) -> None:
    desk = bench(database, tmp_path)
    (first,) = desk.take((b"same", 2))
    read(desk, first, result(2, [document("d1", 1, 2)]))
    (again,) = desk.take((b"same", 2))

    found = receipt.of_batch(database, batch_of(desk, again), NOW)

    assert found.papers == (Paper("sv8_application", CAME, 1, 2),)


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_c09_the_receipt_names_papers_and_the_batch_and_no_person(database: Database, tmp_path: Path, language: Any) -> None:
    desk = bench(database, tmp_path)
    (file_id,) = desk.take((b"paper", 2))
    read(desk, file_id, result(2, [document("d1", 1, 2)]))
    batch_id = batch_of(desk, file_id)

    words = words_of(as_pdf(receipt.of_batch(database, batch_id, NOW), language))

    for told in (receipt_words(language).title, title_of("sv8_application", language), "YHT02", "12.3.2026", str(batch_id)):
        assert told in words
    assert HETU not in words and "scan-1" not in words and "Leipomo" not in words
    assert "1 (1)" in words


def test_a_receipt_says_nothing_of_where_a_paper_belongs() -> None:
    assert title_of("misdirected_pension", "fi") == title_of("unknown", "fi") == "Muu asiakirja"


def test_a_batch_that_never_came_has_no_receipt(database: Database) -> None:
    with pytest.raises(NotFoundError):
        receipt.of_batch(database, uuid4(), NOW)
