"""What was read from a document, value by value, with what speaks for each."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from models.geometry import Box

Value = str | bool | int | list[str] | None
Reading = Literal["text_layer", "ocr", "mark", "ink"]


class Span(BaseModel):
    """Where a value stands: page number in the file, and box in pixels of the cleaned page."""

    model_config = ConfigDict(frozen=True)

    page: int
    box: Box


class Candidate(BaseModel):
    """One value that a place may hold: as read, and its share of the chance among all that were weighed, 0…1."""

    model_config = ConfigDict(frozen=True)

    value: Value
    raw: str
    share: float


class Extraction(BaseModel):
    """The chosen reading of one field.

    `value` is in the contract's normal form, None when a person must read it. `evidence` names what speaks
    for it, out of a closed list (see docs/glossary.md); `engine_score` and `weakest` are what the engine thinks
    of the line and of its least sure character, 0…1; `confidence` is the calibrated chance that the value is
    right, `accepted` whether that suffices for nobody to look. `candidates` are the values that readers leave open,
    best first, the chosen one among them; `asked` that a person has said to ask the customer for it.
    """

    model_config = ConfigDict(frozen=True)

    value: Value
    raw: str = ""
    span: Span | None = None
    reading: Reading = "ocr"
    evidence: tuple[str, ...] = ()
    engine_score: float = 0.0
    weakest: float = 0.0
    candidates: tuple[Candidate, ...] = ()
    confidence: float = 0.0
    accepted: bool = False
    asked: bool = False


Row = dict[str, Extraction]
Fields = dict[str, Extraction | list[Row]]


class Record(BaseModel):
    """All that was read from one document. Never edited, only superseded.

    `reference` is that of our request whose answer the document is: its own, or the one of the cover page before it.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    document_type: str
    type_confidence: float
    accepted: bool
    language: str | None
    form_revision: str | None
    pages: tuple[int, ...]
    fields: Fields
    reference: str | None = None
