"""What the API answers about batches and files."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from intake.store.batches import BatchSums, Channel, Door, ReceivedEvidence
from intake.store.files import FileRow, Stage
from intake.store.pages import State


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class FileTaken(_Answer):
    """One file of an upload, now in custody."""

    id: UUID
    number: int = Field(description="In the batch, counted from 1.")
    name: str
    sha256: str
    bytes: int
    media_type: str
    pages: int
    stage: Stage
    duplicate_of: UUID | None = Field(description="The file these very bytes first came as; it is not read again.")

    @classmethod
    def of(cls, file: FileRow) -> Self:
        return cls.model_validate(file.model_dump() | {"pages": file.pages_in})


class BatchTaken(_Answer):
    """What was durably written before this was answered."""

    id: UUID
    pages: int
    files: list[FileTaken]


class BatchList(_Answer):
    """Batches, newest first. `next` goes into `cursor` for the ones before them."""

    batches: list[BatchSums]
    next: str | None


class WhatIsWrong(_Answer):
    """Why a file waits for a person."""

    code: str
    problem: str
    remedy: str


class ArrivalSeen(_Answer):
    """One piece of evidence for when the papers reached us."""

    evidence: str
    day: date
    at: datetime | None
    confidence: float


class DocumentFound(_Answer):
    """A document of the file's newest reading."""

    id: UUID
    label: str
    document_type: str
    pages: list[int]
    version: int
    arrival_day: date
    arrival_evidence: str
    duplicate_of: UUID | None
    possible_duplicate_of: UUID | None


class WorkItemOpen(_Answer):
    """A matter of the file: in which queue it lies, and why a person must see it."""

    id: UUID
    queue: str
    owner: str
    specifier: str
    state: Literal["waiting", "done"]
    waits_because: list[str]
    documents: list[UUID]


class FileStatus(FileTaken):
    """How far a file is."""

    batch_id: UUID
    pages_by_state: dict[State, int]
    problem: WhatIsWrong | None


class FileDetails(FileStatus):
    """All that is known of a file beside what reading printed."""

    arrival_day: date
    arrival: list[ArrivalSeen]
    documents: list[DocumentFound]
    work_items: list[WorkItemOpen]


class BatchStatus(_Answer):
    """One batch, file by file."""

    id: UUID
    door: Door
    channel: Channel | None
    sender: str | None
    reference: str | None
    received_at: datetime
    received_evidence: ReceivedEvidence
    taken_at: datetime
    files: list[FileDetails]


class Result(BaseModel):
    """What reading printed: schema intake-result/1, unchanged."""

    model_config = ConfigDict(extra="allow")

    schema_: Literal["intake-result/1"] = Field(alias="schema")
    source: dict[str, Any]
    pages: list[dict[str, Any]]
    documents: list[dict[str, Any]]
    work_items: list[dict[str, Any]]
