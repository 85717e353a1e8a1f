"""What a document type file may say. Anything else in it stops the start."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Kind = Literal[
    "text", "hetu", "phone", "postal_code", "iban", "bic", "business_id", "icd10", "reference", "institution",
    "integer", "date", "months", "money", "yes_no", "choice", "choices", "signature", "table",
]  # fmt: skip


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Match(_Strict):
    """How a page of this type is recognised.

    `codes` are printed form codes (`SV 8`), `titles` what stands large at the head, `wording` phrases of
    the text that one page in another type hardly bears, `hints` words that only speak together; `none_of`
    phrases that speak strongly against the type.
    """

    codes: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    wording: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()


class Labels(_Strict):
    """What is printed beside a field, or an option's words, by language."""

    fi: tuple[str, ...] = ()
    sv: tuple[str, ...] = ()
    en: tuple[str, ...] = ()

    def every(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.fi + self.sv + self.en))


class Option(_Strict):
    """One value of a choice, with the words that stand beside its box."""

    value: str
    labels: Labels = Labels()


class Column(_Strict):
    """One column of a table field."""

    name: str
    kind: Kind
    labels: Labels


class FieldSpec(_Strict):
    """A named thing to read.

    `area` fields hold several lines of free text; `heading` is the section heading that a field without a
    label of its own stands under.
    """

    name: str
    kind: Kind
    labels: Labels = Labels()
    heading: Labels = Labels()
    area: bool = False
    options: tuple[Option, ...] = Field(default=(), alias="option")
    columns: tuple[Column, ...] = Field(default=(), alias="column")
    patterns: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if self.columns and self.kind != "table":
            raise ValueError(f"field {self.name!r}: only a table has columns")
        if self.options and self.kind not in ("choice", "choices"):
            raise ValueError(f"field {self.name!r}: only a choice has options")
        return self


class DocumentType(_Strict):
    """One kind of paper. `family` says how it is read: by its ruled cells, or as running text."""

    name: str
    family: Literal["form", "letter"]
    title: Labels
    match: Match
    fields: tuple[FieldSpec, ...] = Field(default=(), alias="field")

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        names = [spec.name for spec in self.fields]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"{self.name}: field named twice: {', '.join(twice)}")
        return self

    def spec(self, name: str) -> FieldSpec:
        """Raises KeyError for a field that this type does not have."""
        for found in self.fields:
            if found.name == name:
                return found
        raise KeyError(f"{self.name} has no field {name!r}")
