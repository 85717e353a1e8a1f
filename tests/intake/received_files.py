"""Files as the doors leave them, and readers that answer at will, for tests of the stage."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from intake.pipeline import receive
from intake.pipeline.file_reading import FileRead, Question
from intake.pipeline.page_keeping import KeptPage
from intake.pipeline.receive import IncomingFile, NewBatch
from intake.pipeline.stages import Limits, Outcome, Worker, run_stage
from intake.reading_child import Failure
from intake.store.blobs import BlobStore, open_blobs
from intake.store.database import Database
from tests.intake.kept_documents import application

NOW = datetime(2026, 3, 12, 8, 0, tzinfo=UTC)
BROKEN = Failure("reader_died", 22, "scan.tif: the process that read it ended without an answer.", "Try again.", retryable=True)
VERSIONS = {"product": "0.1.0", "types": "abc"}


def take(database: Database, blobs: BlobStore, *papers: tuple[bytes, int], at: datetime = NOW) -> list[UUID]:
    """Let a batch come in: pairs of bytes and number of pages. Gives the files' ids."""
    incoming = []
    for number, (content, pages) in enumerate(papers, start=1):
        blob = blobs.put([content])
        incoming.append(IncomingFile(f"scan-{number}.tif", blob.sha256, blob.size, "image/tiff", pages))
    batch = NewBatch("api", "fax", "a municipality", None, at, "told")
    return list(receive.take(database, batch, incoming, at).file_ids)


def result(
    pages: int, documents: Sequence[Mapping[str, Any]] = (), *, blank: Iterable[int] = (), separator: Iterable[int] = (),
    queue: str = "southern_district", arrival: Mapping[str, Any] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """What reading prints: all documents in one matter."""
    blank, separator = set(blank), set(separator)
    item = {
        "person_hetu": "131052-308T", "documents": [body["id"] for body in documents], "queue": queue, "owner": queue,
        "specifier": "Tartuntatautipäiväraha", "comment": "E 115" if queue == "international_centre" else "",
        "reasons": [{"rule": "R10", "section": "1.8"}],
    }  # fmt: skip
    return {
        "schema": "intake-result/1",
        "source": {"file": "scan.tif", "pages": pages} | ({"arrival": arrival} if arrival else {}),
        "pages": [{"number": n, "blank": n in blank, "separator": n in separator} for n in range(1, pages + 1)],
        "documents": list(documents),
        "work_items": [item] if documents else [],
    }


def document(label: str, *pages: int, **changed: Any) -> dict[str, Any]:
    return application(**changed) | {"id": label, "pages": list(pages)}


@dataclass
class FakeReader:
    """Answers with what it is given, one after the other, the last one for ever; may do something while it reads."""

    answers: list[Mapping[str, Any] | Failure]
    meanwhile: Callable[[], None] = lambda: None
    drawn: int | Failure = 0
    asked: list[Question] = field(default_factory=list)

    def read(self, question: Question) -> FileRead | Failure:
        self.asked.append(question)
        self.meanwhile()
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Failure):
            return answer
        return FileRead(answer, VERSIONS, 1.5, _images(question.scratch, len(answer["pages"])))

    def draw(self, question: Question) -> tuple[KeptPage, ...] | Failure:
        return self.drawn if isinstance(self.drawn, Failure) else _images(question.scratch, self.drawn)


def _images(folder: Path, count: int) -> tuple[KeptPage, ...]:
    pages = []
    for number in range(1, count + 1):
        image = folder / f"{number}.png"
        image.write_bytes(b"image %d" % number)
        pages.append(KeptPage(number, image, 100, 140, None))
    return tuple(pages)


@dataclass
class Bench:
    """A database, a blob store and a clock that goes a second further at each look."""

    database: Database
    blobs: BlobStore
    at: datetime = NOW
    limits: Limits = field(default_factory=Limits)

    def clock(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at

    def run(self, reader: FakeReader, file_id: UUID, worker: str = "host:1:aa", job: int = 0) -> Outcome:
        return run_stage(self.database, self.blobs, reader, file_id, Worker(worker, job), self.clock, self.limits)

    def take(self, *papers: tuple[bytes, int]) -> list[UUID]:
        return take(self.database, self.blobs, *papers, at=self.clock())

    def count(self, sql: str, **values: Any) -> int:
        with self.database.transaction() as conn:
            row = conn.execute(sql.encode(), values).fetchone()
        assert row is not None
        return int(row[0])


def bench(database: Database, folder: Path) -> Bench:
    return Bench(database, open_blobs(str(folder / "blobs"), None))
