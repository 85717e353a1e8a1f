"""What the watched folders bring: how each stands, the lists held against what came, the files nobody could open."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from intake.pipeline import manifests as reconciling
from intake.store import manifests, watched_folders
from intake.store.manifests import ManifestItemRow, ManifestRow, ManifestSums, QuarantinedRow
from intake.store.watched_folders import WatchedFolderRow
from intake.web.access import PersonDep
from intake.web.deps import DatabaseDep, Now

router = APIRouter(prefix="/api/v1", tags=["watched folders"])

Limit = Annotated[int, Query(ge=1, le=1000)]


class ManifestAnswer(BaseModel):
    """One manifest and all its items; an item's `difference` says how what came disagrees with it."""

    manifest: ManifestRow
    items: list[ManifestItemRow]


class Closing(BaseModel):
    """Who settles a manifest as it is."""

    by: str


@router.get("/manifests", operation_id="listManifests")
def list_manifests(database: DatabaseDep, limit: Limit = 100, open_only: bool = False) -> list[ManifestSums]:
    """List the newest manifests; with `open_only` those that something is missing from or differs in."""
    with database.transaction() as conn:
        return manifests.newest(conn, limit, open_only=open_only)


@router.get("/manifests/{manifest_id}", operation_id="getManifest")
def get_manifest(manifest_id: UUID, database: DatabaseDep) -> ManifestAnswer:
    """Show one manifest item by item, with each difference."""
    with database.transaction() as conn:
        return ManifestAnswer(manifest=manifests.get(conn, manifest_id), items=manifests.items_of(conn, manifest_id))


@router.post("/manifests/{manifest_id}/close", operation_id="closeManifest", status_code=204)
def close_manifest(manifest_id: UUID, closing: Closing, database: DatabaseDep, person: PersonDep, now: Now) -> None:
    """Settle a manifest as it is: somebody has found out about every difference."""
    reconciling.close(database, manifest_id, person.named(closing.by), now)


@router.get("/quarantine", operation_id="listQuarantine")
def list_quarantine(database: DatabaseDep, limit: Limit = 100) -> list[QuarantinedRow]:
    """List the files that could not be opened, newest first, each with the reason and what to do."""
    with database.transaction() as conn:
        return manifests.quarantined(conn, limit)


@router.get("/folders", operation_id="listFolders")
def list_folders(database: DatabaseDep) -> list[WatchedFolderRow]:
    """Show the watched folders: when each was last looked into, how many files wait there, what is wrong."""
    with database.transaction() as conn:
        return watched_folders.every(conn)
