"""Small pictures of pages: drawn when first asked for, kept in memory for a while."""

from __future__ import annotations

import io
import threading
from collections import OrderedDict
from enum import IntEnum
from uuid import UUID

from intake.pipeline.protection import Viewer, is_hidden, refusal
from intake.store import files, pages, protection
from intake.store.blobs import BlobStore
from intake.store.database import Database
from models.errors import NotFoundError, NotReadYetError


class Width(IntEnum):
    """Pixels across: in a list, and to see what a page is."""

    LISTED = 160
    SEEN = 720


_MOST_KEPT = 1_000
"""Some five megabytes."""
_QUALITY = 70


def thumbnail(database: Database, blobs: BlobStore, viewer: Viewer, file_id: UUID, number: int, width: Width) -> bytes:
    """Give a page's small picture as JPEG.

    Raises NotFoundError, NotReadYetError while nobody has drawn the page, and RefusedError (403) for a page that is
    hidden from whoever asks. A look at it is not noted: the page around it says who has looked at what.
    """
    with database.transaction() as conn:
        file = files.get(conn, file_id)
        document_id = protection.document_of_page(conn, file_id, number)
        if is_hidden(conn, viewer, "document" if document_id else "file", document_id or file_id):
            raise refusal()
        page = next((row for row in pages.of_file(conn, file.duplicate_of or file.id) if row.number == number), None)
    if page is None:
        raise NotFoundError("page", f"{number} of file {file_id}")
    if page.image_sha256 is None:
        raise NotReadYetError(str(file_id), file.stage)
    return _small(blobs, page.image_sha256, width)


_kept: OrderedDict[tuple[str, int], bytes] = OrderedDict()
_turn = threading.Lock()


def _small(blobs: BlobStore, sha256: str, width: int) -> bytes:
    with _turn:
        if (sha256, width) in _kept:
            _kept.move_to_end((sha256, width))
            return _kept[sha256, width]
    drawn = shrunk(blobs.read(sha256), width)
    with _turn:
        _kept[sha256, width] = drawn
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    return drawn


def shrunk(image: bytes, width: int) -> bytes:
    """Shrink a picture to so many pixels across; one that is smaller stays as large as it is."""
    from PIL import Image  # an idle web process does without

    with Image.open(io.BytesIO(image)) as opened:
        opened.draft("L", (width * 2, width * 2))
        grey = opened.convert("L")
    height = max(1, round(grey.height * width / grey.width))
    if grey.width > width:
        grey = grey.resize((width, height), Image.Resampling.BOX if grey.width > 3 * width else Image.Resampling.LANCZOS)
    kept = io.BytesIO()
    grey.save(kept, "JPEG", quality=_QUALITY)
    return kept.getvalue()
