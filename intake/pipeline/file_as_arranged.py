"""A file's pages in rows, as they lie now: what the screen begins with on which a person arranges them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from intake.pipeline.rereading import turned_by_reading
from intake.store import arrangements, attempts, documents, files, pages
from intake.store.arrangements import ArrangementRow
from intake.store.database import Database
from intake.store.documents import DocumentRow, Work
from intake.store.files import FileRow, Stage
from intake.store.pages import PageRow

Mark = Literal["", "blank", "separator"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class PageInRow(_Frozen):
    """`turn` is how far clockwise the page is stood upright; `is_said`: a person has said so. `has_image`: it can be shown."""

    number: int
    mark: Mark
    turn: int
    is_said: bool
    has_image: bool


class Row(_Frozen):
    """Pages side by side: one document, with the blank pages in it, or pages of none.

    `type` is what the document is now, `said_type` what a person has said it is; `work` what has been done with it.
    """

    pages: tuple[PageInRow, ...]
    document_id: UUID | None = None
    type: str | None = None
    said_type: str | None = None
    because: str | None = None
    work: tuple[Work, ...] = ()


class FileAsArranged(_Frozen):
    file: FileRow
    rows: tuple[Row, ...]
    said: ArrangementRow | None


class Progress(_Frozen):
    """How far a file is that was put in line. `is_begun`: a worker has it."""

    stage: Stage
    revision: int
    is_begun: bool


def show(database: Database, file_id: UUID) -> FileAsArranged:
    """Give a file with its pages in rows. Raises NotFoundError."""
    with database.transaction() as conn:
        file = files.get(conn, file_id)
        said = arrangements.newest(conn, file_id)
        found = documents.of_file(conn, file_id) if file.stage == "read" else []
        done = documents.worked_on(conn, [document.id for document in found])
        turned = turned_by_reading(conn, file_id)
        kept = pages.of_file(conn, file_id)
    if said is not None and said.body is not None:
        turned |= said.body.turns
    seen = {page.number: _page(page, turned, said) for page in kept}
    rows = [_row(document, seen, said, sorted(done.get(document.id, ()))) for document in found] or _unread(seen, said)
    return FileAsArranged(file=file, rows=tuple(_with_the_rest(rows, seen.values())), said=said)


def progress(database: Database, file_id: UUID) -> Progress:
    """Say how far a file is. Raises NotFoundError."""
    with database.transaction() as conn:
        file = files.get(conn, file_id)
        return Progress(stage=file.stage, revision=file.revision, is_begun=attempts.unended(conn, file_id))


def _page(page: PageRow, turned: dict[int, int], said: ArrangementRow | None) -> PageInRow:
    place = said.body.said_of(page.number).place if said is not None and said.body is not None else page.state
    mark: Mark = "blank" if place == "blank" else "separator" if place == "separator" else ""
    is_said = said is not None and said.body is not None and page.number in said.body.turns
    has_image = page.image_sha256 is not None
    return PageInRow(number=page.number, mark=mark, turn=turned.get(page.number, 0), is_said=is_said, has_image=has_image)


def _row(document: DocumentRow, seen: dict[int, PageInRow], said: ArrangementRow | None, work: Sequence[Work]) -> Row:
    named = said.body.documents if said is not None and said.body is not None else ()
    its = next((one for one in named if list(one.pages) == document.pages), None)
    return Row(
        pages=tuple(seen[number] for number in document.pages), document_id=document.id, type=document.document_type,
        said_type=its.type if its else None, because=its.elsewhere_because if its else None, work=tuple(work),
    )  # fmt: skip


def _unread(seen: dict[int, PageInRow], said: ArrangementRow | None) -> list[Row]:
    """Of a file that nobody could read: as a person has arranged it before, else all in one row."""
    if said is None or said.body is None:
        whole = tuple(page for page in seen.values() if not page.mark)
        return [Row(pages=whole)] if whole else []
    return [
        Row(pages=tuple(seen[number] for number in one.pages), said_type=one.type, because=one.elsewhere_because)
        for one in said.body.documents
    ]


def _with_the_rest(rows: Sequence[Row], seen: Iterable[PageInRow]) -> list[Row]:
    """Lay each blank page behind the one it follows; other pages of no document are rows of their own."""
    laid = [list(row.pages) for row in rows]
    placed = {page.number for one in laid for page in one}
    alone: list[Row] = []
    for page in seen:
        if page.number in placed:
            continue
        before = next((one for one in laid if any(other.number == page.number - 1 for other in one)), None)
        if page.mark == "blank" and before is not None:
            before.insert(1 + [other.number for other in before].index(page.number - 1), page)
        else:
            alone.append(Row(pages=(page,)))
    whole = [row.model_copy(update={"pages": tuple(one)}) for row, one in zip(rows, laid, strict=True)]
    return sorted([*whole, *alone], key=lambda row: min(page.number for page in row.pages))
