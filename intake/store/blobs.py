"""Originals and page images, each under the sha256 of its bytes: in a folder, or in an S3 bucket."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from models.errors import BlobDamagedError

CHUNK_BYTES = 1 << 20
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Blob:
    """What was stored: `size` in bytes."""

    sha256: str
    size: int


class BlobStore(Protocol):
    """Where bytes are kept for good. All raise BlobsAwayError when the place does not answer.

    What is read is held against its hash before it is given; BlobDamagedError says that it is gone or not the same.
    """

    def put(self, chunks: Iterable[bytes]) -> Blob:
        """Store bytes so that they survive a power cut from here on; the same bytes again change nothing.

        Raises DiskFullError when there is no room.
        """
        ...

    def read(self, sha256: str) -> bytes:
        """Give all bytes."""
        ...

    def open(self, sha256: str) -> BinaryIO:
        """Give a stream at its beginning; the caller closes it."""
        ...

    def as_file(self, sha256: str) -> AbstractContextManager[Path]:
        """Give a path to read from, good within the block; its name says nothing."""
        ...

    def exists(self, sha256: str) -> bool:
        """Say whether there are bytes under this name, without reading them."""
        ...

    def every(self) -> Iterator[str]:
        """Name all that is stored, in no order."""
        ...

    def check(self) -> None:
        """Raise BlobsAwayError unless something could be stored now."""
        ...

    def free_mb(self) -> int | None:
        """Room left; None where nobody can say."""
        ...


def open_blobs(place: str, s3_endpoint: str | None, was_used: Callable[[], bool] = lambda: False) -> BlobStore:
    """Choose the store that `place` names: s3://bucket/prefix, or a folder. Nothing is touched before the first use.

    `was_used` says whether anything was ever kept there: a folder that is gone since is then not made anew.
    """
    if place.startswith("s3://"):
        from intake.store.blobs_s3 import S3Blobs  # 20 MB that a folder does not need

        return S3Blobs(place, s3_endpoint)
    from intake.store.blobs_local import LocalBlobs

    return LocalBlobs(Path(place), was_used)


def is_sha256(name: str) -> bool:
    return _SHA256.fullmatch(name) is not None


def checked_name(sha256: str) -> str:
    """Let only a hash through: a name becomes a path."""
    if not is_sha256(sha256):
        raise BlobDamagedError("?", "were asked for under a name that is no sha256")
    return sha256


def copy_hashed(chunks: Iterable[bytes], write: Callable[[bytes], object]) -> Blob:
    """Pass chunks on and tell what went by."""
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        digest.update(chunk)
        size += len(chunk)
        write(chunk)
    return Blob(digest.hexdigest(), size)


def chunks_of(stream: BinaryIO) -> Iterator[bytes]:
    """Read a stream to its end, piece by piece."""
    while chunk := stream.read(CHUNK_BYTES):
        yield chunk


def verified(sha256: str, stream: BinaryIO) -> BinaryIO:
    """Hold a stream against its hash and give it back at its beginning; closes it when it does not agree."""
    try:
        if copy_hashed(chunks_of(stream), len).sha256 != sha256:
            raise BlobDamagedError(sha256, "are not those that were stored")
        stream.seek(0, io.SEEK_SET)
    except BaseException:
        stream.close()
        raise
    return stream
