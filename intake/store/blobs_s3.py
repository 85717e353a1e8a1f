"""Blobs in an S3 bucket, of Amazon's or any server that speaks S3."""

from __future__ import annotations

import contextlib
import errno
import shutil
import tempfile
from collections.abc import Generator, Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, cast

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import S3Store

from intake.store.blobs import CHUNK_BYTES, Blob, checked_name, copy_hashed, is_sha256
from models.errors import BlobDamagedError, BlobsAwayError, DiskFullError, SettingsError

# Up to here a blob is held in memory and goes out in one conditional request; larger ones wait on disk, and go in parts.
_IN_MEMORY_BYTES = 8 << 20
_CONNECT_S = 5
_REQUEST_S = 60
_RETRIES = 3
_RETRY_S = 15


class S3Blobs:
    """`prefix/sha256/ab/cd/abcd…` in one bucket, which must be there. Credentials come from AWS_* variables.

    The server checks what reaches it against the checksum that goes along.
    """

    def __init__(self, place: str, endpoint: str | None) -> None:
        bucket, _, prefix = place.removeprefix("s3://").partition("/")
        if not bucket:
            raise SettingsError("SAAPUVA_BLOBS", "an s3 address names a bucket: s3://bucket/prefix")
        self._bucket, self._prefix, self._endpoint = bucket, prefix.strip("/"), endpoint
        self._opened: S3Store | None = None

    def put(self, chunks: Iterable[bytes]) -> Blob:
        with _no_room():
            spool = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)  # noqa: SIM115 - closed below
        with spool:
            blob = copy_hashed(chunks, lambda chunk: _write(spool, chunk))
            if not self._is_there(blob):
                spool.seek(0)
                self._send(blob, cast(BinaryIO, spool))
        return blob

    def read(self, sha256: str) -> bytes:
        with self.open(sha256) as stream:
            return stream.read()

    def open(self, sha256: str) -> BinaryIO:
        with _no_room():
            spool = cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES))  # noqa: SIM115 - the caller's to close
        try:
            self._fetch(sha256, spool)
        except BaseException:
            spool.close()
            raise
        return spool

    @contextlib.contextmanager
    def as_file(self, sha256: str) -> Generator[Path, None, None]:
        with tempfile.TemporaryDirectory(prefix="blob-") as folder:
            path = Path(folder) / "blob"
            with self.open(sha256) as source, _no_room(), path.open("wb") as target:
                shutil.copyfileobj(source, target, CHUNK_BYTES)
            yield path

    def exists(self, sha256: str) -> bool:
        return self._size(sha256) is not None

    def every(self) -> Iterator[str]:
        with _failures():
            for batch in obstore.list(self._store, prefix="sha256"):
                yield from filter(is_sha256, (meta["path"].rpartition("/")[2] for meta in batch))

    def check(self) -> None:
        with _failures():
            # A request that a missing bucket, a wrong key and a server that is away all fail.
            obstore.list_with_delimiter(self._store, prefix="check")

    def free_mb(self) -> int | None:
        return None

    @property
    def _store(self) -> S3Store:
        if self._opened is None:
            self._opened = _open(self._bucket, self._prefix, self._endpoint)
        return self._opened

    def _is_there(self, blob: Blob) -> bool:
        return self._size(blob.sha256) == blob.size

    def _size(self, sha256: str) -> int | None:
        with _failures():
            try:
                return obstore.head(self._store, _key(sha256))["size"]
            except FileNotFoundError:
                return None

    def _send(self, blob: Blob, spool: BinaryIO) -> None:
        """Bytes of another size under this name can only be damage: they are replaced."""
        key = _key(blob.sha256)
        with _failures():
            if blob.size > _IN_MEMORY_BYTES:
                obstore.put(self._store, key, spool, max_concurrency=2)
            else:
                self._send_small(key, spool.read())
        if not self._is_there(blob):
            raise BlobsAwayError("S3: what was sent did not arrive whole")

    def _send_small(self, key: str, content: bytes) -> None:
        try:
            obstore.put(self._store, key, content, mode="create")
        except AlreadyExistsError:
            if obstore.head(self._store, key)["size"] != len(content):
                obstore.put(self._store, key, content, mode="overwrite", use_multipart=False)

    def _fetch(self, sha256: str, spool: BinaryIO) -> None:
        with _failures():
            try:
                chunks = obstore.get(self._store, _key(sha256)).stream(min_chunk_size=CHUNK_BYTES)
            except FileNotFoundError:
                self.check()
                raise BlobDamagedError(sha256, "are not there") from None
            fetched = copy_hashed((bytes(chunk) for chunk in chunks), lambda chunk: _write(spool, chunk))
        if fetched.sha256 != sha256:
            raise BlobDamagedError(sha256, "are not those that were stored")
        spool.seek(0)


def _open(bucket: str, prefix: str, endpoint: str | None) -> S3Store:
    """A store that gives up in time: whoever waits for it is told to come back."""
    at_endpoint = {"endpoint": endpoint, "virtual_hosted_style_request": False} if endpoint else {}
    with _failures():
        return S3Store(
            bucket,
            prefix=prefix or None,
            checksum_algorithm="SHA256",
            client_options={
                "allow_http": bool(endpoint and endpoint.startswith("http://")),
                "connect_timeout": timedelta(seconds=_CONNECT_S),
                "timeout": timedelta(seconds=_REQUEST_S),
            },
            retry_config={"max_retries": _RETRIES, "retry_timeout": timedelta(seconds=_RETRY_S)},
            **at_endpoint,  # type: ignore[arg-type]
        )


def _key(sha256: str) -> str:
    return f"sha256/{sha256[:2]}/{sha256[2:4]}/{checked_name(sha256)}"


def _write(spool: tempfile.SpooledTemporaryFile[bytes] | BinaryIO, chunk: bytes) -> None:
    with _no_room():
        spool.write(chunk)


@contextlib.contextmanager
def _no_room() -> Generator[None, None, None]:
    """The failures of the disk where blobs wait."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            free = shutil.disk_usage(tempfile.gettempdir()).free >> 20
            raise DiskFullError(free, free + 1) from error
        raise BlobsAwayError(f"spool: {error.strerror or type(error).__name__}") from error


@contextlib.contextmanager
def _failures() -> Generator[None, None, None]:
    """The network's failures in our words: only their kind, for the server's own words quote addresses and keys."""
    try:
        yield
    except FileNotFoundError as error:
        raise BlobsAwayError("S3: there is no such bucket") from error
    except (BaseError, OSError, ValueError) as error:
        raise BlobsAwayError(f"S3: {type(error).__name__}") from error
