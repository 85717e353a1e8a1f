"""What the rules core gets: schema `saapuva-delivery/1`, in a CloudEvents envelope.

Values with where they came from and who saw them. Scores and confidences stay inside: they send work to people and
decide nothing.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self, cast

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from models.result import Channel
from models.work import Queue

SCHEMA = "saapuva-delivery/1"
SCHEMA_ID = "urn:saapuva:schema:saapuva-delivery:1"
EVENT_TYPE = "fi.kela.saapuva.record.v1"
EVENT_SOURCE = "urn:saapuva:intake"

Origin = Literal["text_layer", "ocr", "mark", "ink", "person"]
DeliveredValue = str | bool | int | list[str] | None
ArrivalClue = Literal["stamp", "fax_header", "told", "manifest", "folder", "file_time", "clock"]
Share = Annotated[float, Field(ge=0, le=1)]
Id = Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", json_schema_extra={"format": "uuid"})]
Words = Annotated[str, StringConstraints(min_length=1)]


class _Told(BaseModel):
    """Every key is always there; one that is not named here needs a new schema."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class DeliveredField(_Told):
    """One value and where it came from."""

    value: DeliveredValue = Field(description="In the normal form of the field's kind; null only with `no_value`.")
    no_value: Literal["empty", "unreadable"] | None = Field(
        description="Why there is no value: a person saw that nothing is written there, or that it cannot be read."
    )
    origin: Origin = Field(description="The PDF's own text, a text engine, a ticked box, ink where one signs, or a person.")
    seen_by: Words | None = Field(description="Account of the person who saw the value; null: nobody needed to.")
    seen_at: datetime | None = Field(description="When that was.")
    page: Annotated[int, Field(ge=1)] | None = Field(description="Page of the file where it stands; null: nobody said.")
    box: tuple[Share, Share, Share, Share] | None = Field(
        description="x0, y0, x1, y1 as shares of the page as it arrived, origin top left."
    )

    @model_validator(mode="after")
    def _nothing_is_missing_unsaid(self) -> Self:
        if (self.value is None) != (self.no_value is not None):
            raise ValueError("a value that is null says why, and no other does")
        return self


class LegalArrival(_Told):
    """The legal clock: the earliest arrival that counts, duplicates included."""

    day: date = Field(description="In Finnish time.")
    evidence: ArrivalClue = Field(description="What says so: the paper itself (stamp, fax_header), or how the file came.")


class DeliveredSource(_Told):
    """The file that the document came in."""

    file_id: Id
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="Of the file as it arrived, byte for byte.")
    channel: Channel | None
    received_at: datetime = Field(description="When the file reached us; the legal clock is `arrival`.")
    arrival: LegalArrival


class DeliveredReason(_Told):
    """A rule of the routing table that held."""

    rule: str
    section: str = Field(description="Of the processing guide; REC: a reading of ours; empty: a person moved the matter.")
    document_id: Id | None
    field: str | None


class DeliveredFinding(_Told):
    """Something a check noticed."""

    check: str
    section: str
    severity: str
    letter: str | None = Field(description="Code of the letter that asks for what is missing.")
    says: str
    document_id: Id | None


class DeliveredMatter(_Told):
    """The matter of one insured person that the document belongs to, as it stood when this version was made."""

    id: Id
    documents: tuple[Id, ...] = Field(description="All documents of the matter, this one included.")
    person_hetu: str | None = Field(description="The insured person; null: no paper shows a code that holds its check.")
    queue: Queue
    owner: Queue
    specifier: str
    comment: str
    pending_date: date | None
    last_filing_day: date | None
    reasons: tuple[DeliveredReason, ...]
    findings: tuple[DeliveredFinding, ...]


class Delivery(_Told):
    """One version of all that is known of one document."""

    schema_: Literal["saapuva-delivery/1"] = Field(alias="schema")
    document_id: Id
    version: Annotated[int, Field(ge=1)] = Field(description="A higher one replaces every lower one of the same document whole.")
    supersedes: Annotated[int, Field(ge=1)] | None = Field(
        description="The version offered before this one; it may never have reached the core."
    )
    document_type: str
    type_seen_by: Words | None
    type_seen_at: datetime | None
    language: str | None
    form_revision: str | None
    pages: tuple[Annotated[int, Field(ge=1)], ...] = Field(min_length=1, description="Pages of the file, counted from 1.")
    source: DeliveredSource
    matter: DeliveredMatter
    fields: dict[str, DeliveredField | list[dict[str, DeliveredField]]] = Field(
        description="By name, tables as rows of columns. A field that is left out: its box is empty."
    )


class Envelope(BaseModel):
    """The CloudEvents 1.0 envelope (structured JSON) of one delivery."""

    model_config = ConfigDict(frozen=True)

    specversion: Literal["1.0"]
    id: Id = Field(description="Always the same for the same document and version: the idempotency key.")
    source: Literal["urn:saapuva:intake"]
    type: Literal["fi.kela.saapuva.record.v1"]
    subject: Id = Field(description="The document's id.")
    time: datetime = Field(description="When this version was offered.")
    datacontenttype: Literal["application/json"]
    dataschema: Literal["urn:saapuva:schema:saapuva-delivery:1"]
    data: Delivery


def contract() -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of a delivery; `$defs/Envelope` describes the envelope around it."""
    envelope = Envelope.model_json_schema(by_alias=True)
    parts = cast("dict[str, Any]", envelope.pop("$defs"))
    delivery = parts.pop("Delivery")
    envelope["properties"]["data"] = {"$ref": "#"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        **delivery,
        "$defs": {"Envelope": envelope, **parts},
    }


def contract_text() -> str:
    """The schema as it is published, ready to be a file."""
    return json.dumps(contract(), ensure_ascii=False, indent=2) + "\n"
