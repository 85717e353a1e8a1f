"""What reading a file prints: the record of schema `intake-result/1`."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from models.extraction import Extraction, Fields, Record
from models.geometry import Transform
from models.work import WorkItem

Channel = Literal["post", "fax", "office", "email"]
ShareBox = tuple[float, float, float, float]
MOST_OTHERS = 3
"""So many readings beside the chosen one are offered to the person who looks."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class ArrivalEvidence(_Frozen):
    """The day that counts in law, as the paper itself shows it."""

    date: str
    evidence: Literal["stamp", "fax_header"]
    confidence: float


class Source(_Frozen):
    """The file as it came. `arrival` is None when the paper shows no day of arrival."""

    file: str
    sha256: str
    media_type: str
    channel: Channel
    received_at: str
    pages: int
    arrival: ArrivalEvidence | None


class PageResult(_Frozen):
    """One page as it arrived: size in pixels, how it lay, and how well it can be read (0…1).

    `reference` is that of one of our requests, where it stands on the page.
    """

    number: int
    width_px: int
    height_px: int
    dpi: tuple[int, int] | None
    rotation: int
    skew_deg: float
    blank: bool
    separator: bool
    quality: float
    reference: str | None = None


class IntakeResult(_Frozen):
    """All of one file. `transforms` (by page number) turn boxes into shares of the page as it arrived.

    `said` holds, by document, the words of papers that routing knows by their words: kept, not printed.
    """

    source: Source
    pages: tuple[PageResult, ...]
    documents: tuple[Record, ...]
    work_items: tuple[WorkItem, ...]
    transforms: dict[int, Transform]
    said: dict[str, str] = {}

    def to_json(self) -> dict[str, Any]:
        """The printed record: plain JSON values, keys as in the contract; what is None is left out where it may be."""
        source = self.source.model_dump(mode="json")
        if self.source.arrival is None:
            del source["arrival"]
        return {
            "schema": "intake-result/1",
            "source": source,
            "pages": [{k: v for k, v in page.model_dump(mode="json").items() if v is not None} for page in self.pages],
            "documents": [self._document(record) for record in self.documents],
            "work_items": [item.model_dump(mode="json") for item in self.work_items],
        }

    def _document(self, record: Record) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "id": record.id,
            "type": record.document_type,
            "type_confidence": record.type_confidence,
            "accepted": record.accepted,
            "language": record.language,
            "form_revision": record.form_revision,
            "pages": list(record.pages),
            "fields": self._fields(record.fields),
        }
        return shown if record.reference is None else shown | {"reference": record.reference}

    def _fields(self, fields: Fields) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        for name, found in fields.items():
            if isinstance(found, list):
                shown[name] = [{column: self._field(cell) for column, cell in row.items()} for row in found]
            else:
                shown[name] = self._field(found)
        return shown

    def _field(self, found: Extraction) -> dict[str, Any]:
        shown: dict[str, Any] = {"value": found.value, "confidence": found.confidence, "accepted": found.accepted}
        if found.span is not None:
            shown["page"] = found.span.page
            shown["box"] = list(self.transforms[found.span.page].share_box(found.span.box))
        shown["reading"] = found.reading
        if found.raw:
            shown["raw"] = found.raw
        others = [one.value for one in found.candidates if one.value != found.value][:MOST_OTHERS]
        if others and not found.accepted:
            shown["candidates"] = others
        shown["evidence"] = list(found.evidence)
        return shown
