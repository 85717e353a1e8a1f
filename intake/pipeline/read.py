"""Read one file into the record that is printed, kept and delivered. Needs no database."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from extractors.catalog import known_types
from extractors.ocr.handprint import HandprintReader
from extractors.ocr.ppocr import PaddleReader
from extractors.ocr.tesseract import get_page_reader
from extractors.pages import open_pages, sniff
from extractors.read import ReadFile, Seen, SeenPage, read_pages
from extractors.readvalue import Readers
from intake.pipeline.checks.case import Arrived
from intake.pipeline.conditions import words_kept
from intake.pipeline.route import route
from models.arrangement import Arrangement
from models.errors import FileMissingError
from models.result import ArrivalEvidence, Channel, IntakeResult, PageResult, Source

FAX_DPI = (203, 205)
FINNISH_TIME = ZoneInfo("Europe/Helsinki")


@cache
def readers() -> Readers:
    """Load the engines once a process. Raises EngineError when one is missing."""
    return Readers(page=get_page_reader(), line=PaddleReader(), hand=HandprintReader())


def read_file(
    path: Path, *, name: str | None = None, channel: Channel | None = None, received_at: datetime | None = None,
    seen: Seen | None = None, arrangement: Arrangement | None = None,
) -> IntakeResult:  # fmt: skip
    """Read a file whole. Raises InputError for one that cannot be opened to its last page; nothing partial is given.

    Without `channel`, a file in fax resolution came by fax, any other by post; without `received_at`, the file's own
    time counts. `name` is what the sender called it, where `path` is but the place it is kept; `seen` is told of every
    page as it is read. Where a person has arranged the pages, `arrangement` counts.
    """
    called = name or path.name
    if not path.is_file():
        raise FileMissingError(called)
    data = path.read_bytes()
    media_type = sniff(data, called)
    read = read_pages(open_pages(data, called), known_types(), readers(), seen, arrangement)
    when = received_at or datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
    source = Source(
        file=called,
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=media_type,
        channel=channel or _channel(read),
        received_at=when.isoformat(timespec="seconds"),
        pages=len(read.pages),
        arrival=_arrival(read),
    )
    texts = {page.text.number: page.text for page in read.pages}
    return IntakeResult(
        source=source,
        pages=tuple(_page(page) for page in read.pages),
        documents=read.records,
        work_items=tuple(
            route(
                read.records,
                texts,
                Arrived(_day_of_law(source, when), source.channel),
            )
        ),
        transforms={page.text.number: page.transform for page in read.pages},
        said=words_kept(read.records, texts),
    )


def _day_of_law(source: Source, when: datetime) -> date:
    """The day the paper itself shows, else the Finnish day on which the file reached us."""
    return date.fromisoformat(source.arrival.date) if source.arrival else when.astimezone(FINNISH_TIME).date()


def _channel(read: ReadFile) -> Channel:
    densities = [page.dpi[0] for page in read.pages if page.dpi]
    by_fax = bool(densities) and all(FAX_DPI[0] <= dpi <= FAX_DPI[1] for dpi in densities)
    by_fax = by_fax or (read.arrival is not None and read.arrival.evidence == "fax_header")
    return "fax" if by_fax else "post"


def _arrival(read: ReadFile) -> ArrivalEvidence | None:
    if read.arrival is None:
        return None
    return ArrivalEvidence(date=read.arrival.date, evidence=read.arrival.evidence, confidence=read.arrival.confidence)


def _page(page: SeenPage) -> PageResult:
    return PageResult(
        number=page.text.number,
        width_px=page.transform.arrived_width,
        height_px=page.transform.arrived_height,
        dpi=(round(page.dpi[0]), round(page.dpi[1])) if page.dpi else None,
        rotation=page.rotation,
        skew_deg=page.skew_deg,
        blank=page.label.is_blank,
        separator=page.label.is_separator,
        quality=page.quality,
        reference=page.label.reference,
    )
