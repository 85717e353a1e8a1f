"""What a person says about how a file's pages belong together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

PageNumber = Annotated[int, Field(ge=1)]
Turn = Literal[0, 90, 180, 270]
Place = Literal["document", "blank", "separator"]

MISDIRECTED = ("misdirected_maintenance", "misdirected_pension", "misdirected_other")
"""Papers that came here by mistake; where each goes on to, the routing table says."""

FOR_ANOTHER_AUTHORITY = "misdirected_other"


class ArrangedDocument(BaseModel):
    """Pages of one document, in their order there. Without `type`, reading says what it is.

    `elsewhere_because` says why it is for another authority, where the routing table cannot tell from its words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    pages: Annotated[tuple[PageNumber, ...], Field(min_length=1)]
    type: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=100)] | None = None
    elsewhere_because: (
        Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=r"^[^\x00]*$")] | None
    ) = None

    @model_validator(mode="after")
    def _only_misdirected_papers_go_elsewhere(self) -> Self:
        if self.elsewhere_because is not None and self.type != FOR_ANOTHER_AUTHORITY:
            raise ValueError(f"only a document of the type {FOR_ANOTHER_AUTHORITY} is for another authority")
        return self


class PageSaid(BaseModel):
    """What a person says of one page: where it belongs, and how far it must be turned clockwise; None: reading sees."""

    model_config = ConfigDict(frozen=True)

    place: Place
    turn: Turn | None


class Arrangement(BaseModel):
    """Every page of a file in one place: a document, among the blank ones, or among the separator sheets.

    `turns` are clockwise, of the page as it arrived; pages it does not name are stood upright by reading.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    documents: tuple[ArrangedDocument, ...]
    blank: tuple[PageNumber, ...] = ()
    separators: tuple[PageNumber, ...] = ()
    turns: dict[PageNumber, Turn] = {}

    @model_validator(mode="after")
    def _every_page_has_one_place(self) -> Self:
        placed = list(self._placed())
        if len(set(placed)) < len(placed):
            raise ValueError("a page has two places")
        if not set(self.turns) <= set(placed):
            raise ValueError("a page is turned that has no place")
        return self

    def _placed(self) -> Iterator[int]:
        for document in self.documents:
            yield from document.pages
        yield from self.blank
        yield from self.separators

    @property
    def pages(self) -> frozenset[int]:
        return frozenset(self._placed())

    def said_of(self, number: int) -> PageSaid:
        """Give what is said of one page, which must have a place."""
        place: Place = "blank" if number in self.blank else "separator" if number in self.separators else "document"
        return PageSaid(place=place, turn=self.turns.get(number))
