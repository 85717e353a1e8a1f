"""A page once it is read: its words, and what kind of page it is."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from models.geometry import Box

Language = Literal["fi", "sv", "en"]


class Word(BaseModel):
    """One word as a page reader gives it; `box` in pixels of the cleaned page."""

    model_config = ConfigDict(frozen=True)

    text: str
    box: Box
    engine_score: float = Field(ge=0, le=1)


class PageText(BaseModel):
    """All words of one upright, cleaned page (200 pixels per inch), in reading order."""

    model_config = ConfigDict(frozen=True)

    number: int = Field(ge=1)
    width_px: int
    height_px: int
    reading: Literal["text_layer", "ocr"]
    words: tuple[Word, ...]


class PageNumbering(BaseModel):
    """What the paper prints about itself: `Sivu 1 (2)`."""

    model_config = ConfigDict(frozen=True)

    page: int = Field(ge=1)
    of: int = Field(ge=1)


class LabelledPage(BaseModel):
    """A page with what `classify` and `find_separator` say of it.

    `document_type` is a name of the catalogue, "unknown" included. `is_first` is True when the page bears
    a title or a form head, False when it says of itself that it continues, None when it does not tell.
    `person_hetu` is the identity code that stands on the page, if exactly one can be read with its check;
    `reference` that of the request it answers, if exactly one stands on it and holds its check.
    """

    model_config = ConfigDict(frozen=True)

    number: int = Field(ge=1)
    document_type: str = "unknown"
    type_confidence: float = 0.0
    language: Language | None = None
    form_revision: str | None = None
    numbering: PageNumbering | None = None
    is_first: bool | None = None
    is_blank: bool = False
    is_separator: bool = False
    person_hetu: str | None = None
    reference: str | None = None


class Document(BaseModel):
    """Pages that belong together, by number in the file; blanks and separators are in none."""

    model_config = ConfigDict(frozen=True)

    document_type: str
    type_confidence: float
    language: Language | None
    form_revision: str | None
    pages: tuple[int, ...]
