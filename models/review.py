"""What a person says about a document: one value typed over another, confirmed, or missing."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Said = Literal["value", "confirmed", "empty", "unreadable"]
TYPE_PATH = "document_type"

FieldPath = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\[\d{1,3}\](\.[a-z][a-z0-9_]*)?)?$", max_length=200)]
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
"""No database keeps a NUL."""
Share = Annotated[float, Field(ge=0, le=1)]


class Correction(BaseModel):
    """What a person says about one field (`applicant_hetu`), cell (`employers[0].name`), row, table or `document_type`.

    `value` replaces what was read (the row after the last one is new), `confirmed` agrees with it, `empty` says that
    nothing is written there, `unreadable` that nobody can read it. `page` and `box` say where it stands, where that is
    not where it was read. `ask` that the customer is to be asked for it: with `empty` and `unreadable`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: FieldPath
    says: Said = "value"
    value: bool | int | Text | list[Text] | None = None
    page: Annotated[int, Field(ge=1)] | None = None
    box: tuple[Share, Share, Share, Share] | None = None
    ask: bool = False

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if (self.says == "value") != (self.value is not None):
            raise ValueError("a value belongs to says=value, and to nothing else")
        if self.ask and self.says not in ("empty", "unreadable"):
            raise ValueError("one asks for what is empty or unreadable")
        return self
