"""Door: what those who run the service ask: metrics, health, alarms, the audit trail."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, CollectorRegistry, generate_latest
from pydantic import BaseModel, Field

from intake.logs import masked_within
from intake.pipeline import alarm_clearing, audit_trail, protection, readiness
from intake.pipeline.audit_trail import HistoryStep
from intake.pipeline.readiness import Check
from intake.store import alarms, audit, figures
from intake.store.alarms import Alarm
from intake.store.blobs import BlobStore
from intake.version import VERSION
from intake.web.access import PersonDep
from intake.web.deps import BlobsDep, DatabaseDep, Now, SettingsDep
from intake.web.figures_shown import ServiceCollector
from intake.web.problems import MEDIA_TYPE, RETRY_AFTER_S, documented, problem
from models.errors import DatabaseAwayError, SaapuvaError

router = APIRouter()


@router.get("/metrics", tags=["operations"], response_class=Response, include_in_schema=False)
def metrics(request: Request, database: DatabaseDep, blobs: BlobsDep, settings: SettingsDep) -> Response:
    """Show the figures in Prometheus's text format. Answers 200 with `saapuva_up 0` while the database is away."""
    kept = request.app.state
    if getattr(kept, "metrics", None) is None:

        def count() -> figures.Figures | None:
            try:
                with database.transaction() as conn:
                    return figures.figures(conn, datetime.now(UTC), settings.lost_after_s)
            except DatabaseAwayError:
                return None

        kept.metrics = CollectorRegistry()
        kept.metrics.register(ServiceCollector(count, lambda: _free_mb(blobs)))
    return Response(generate_latest(kept.metrics), media_type=CONTENT_TYPE_PLAIN_0_0_4)


def _free_mb(blobs: BlobStore) -> int | None:
    try:
        return blobs.free_mb()
    except SaapuvaError:
        return None


class Alive(BaseModel):
    status: str = "alive"
    version: str = VERSION


@router.get("/health/live", tags=["operations"])
def live() -> Alive:
    """Say that this process answers. Restart it when it does not."""
    return Alive()


class Ready(BaseModel):
    status: str = "ready"
    checks: list[Check]


@router.get("/health/ready", tags=["operations"], response_model=Ready, responses=documented(503))
def ready(database: DatabaseDep, blobs: BlobsDep, settings: SettingsDep) -> Any:
    """Say whether files can be taken now; 503 with a problem that names what is missing otherwise."""
    checks = readiness.checks(database, blobs, settings.data, settings.reserve_mb)
    missing = [check for check in checks if check.problem is not None]
    if not missing:
        return Ready(checks=checks)
    detail = " ".join(f"{check.part}: {check.problem}" for check in missing)
    told = problem(503, missing[0].code or "away", detail, missing[0].remedy or "").model_dump(exclude_none=True)
    told["checks"] = [check.model_dump() for check in checks]
    return JSONResponse(told, 503, {"Retry-After": str(RETRY_AFTER_S)}, MEDIA_TYPE)


class Alarms(BaseModel):
    alarms: list[Alarm]


@router.get("/api/v1/alarms", tags=["operations"])
def open_alarms(database: DatabaseDep) -> Alarms:
    """List what is wrong now, oldest first; docs/operations.md says what to do about each kind."""
    with database.transaction() as conn:
        return Alarms(alarms=alarms.open_alarms(conn))


class Clearing(BaseModel):
    by: Annotated[str, Field(min_length=1, max_length=100)]


@router.post("/api/v1/alarms/{alarm_id}/clear", tags=["operations"])
def clear_alarm(alarm_id: UUID, clearing: Clearing, database: DatabaseDep, person: PersonDep, now: Now) -> Alarm:
    """Say that somebody has seen to an alarm. It is raised anew when its cause has stayed."""
    return alarm_clearing.clear(database, alarm_id, person.named(clearing.by), now)


class History(BaseModel):
    document_id: UUID
    field: str
    steps: list[HistoryStep]


@router.get("/api/v1/documents/{document_id}/history", tags=["audit"])
def history(
    document_id: UUID,
    field: Annotated[str, Query(min_length=1, max_length=200)],
    database: DatabaseDep,
    person: PersonDep,
    now: Now,
) -> History:
    """Tell how a field came to its value: read, corrected, delivered. A cell of a table is `field.0.column`."""
    with database.transaction() as conn:
        protection.look(conn, person, "document", document_id, now)
        return History(document_id=document_id, field=field, steps=audit_trail.history(conn, document_id, field))


class AuditEntry(BaseModel):
    seq: int
    hash: str
    entry: dict[str, Any]


class AuditEntries(BaseModel):
    """`next` is the `after` of the following page; None on the last one."""

    subject: str
    events: list[AuditEntry]
    next: int | None


@router.get("/api/v1/audit", tags=["audit"])
def audit_events(
    subject: Annotated[str, Query(pattern=r"^[a-z_]+:[0-9A-Za-z-]+$", max_length=200)],
    database: DatabaseDep,
    person: PersonDep,
    now: Now,
    after: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    full: Annotated[bool, Query(description="Show identity codes and accounts instead of masking them.")] = False,
) -> AuditEntries:
    """List what happened to one file, document, delivery, … (`file:ID`), oldest first."""
    with database.transaction() as conn:
        protection.look_at_subject(conn, person, subject, now)
        events = audit.of_subject(conn, subject, after=after, limit=limit)
    shown = [AuditEntry(seq=one.seq, hash=one.hash, entry=one.told if full else masked_within(one.told)) for one in events]
    return AuditEntries(subject=subject, events=shown, next=events[-1].seq if len(events) == limit else None)
