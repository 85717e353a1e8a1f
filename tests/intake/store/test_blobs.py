from __future__ import annotations

import errno
import hashlib
import io
import os
import socket
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto.server import ThreadedMotoServer

from intake.store import blobs_local, blobs_s3
from intake.store.blobs import BlobStore, open_blobs
from models.errors import BlobDamagedError, BlobsAwayError, DiskFullError, SettingsError

NOT_STORED = "0" * 64


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


class S3Server:
    """A real S3 server that can go away and come back at the same address; what it holds survives that."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def ask(self, method: str, path: str) -> None:
        urllib.request.urlopen(urllib.request.Request(self.url + path, method=method)).close()

    def start(self) -> None:
        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=self.port, verbose=False)
        self._server.start()

    def stop(self) -> None:
        self._server.stop()


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    server = S3Server()
    yield server
    server.stop()


@pytest.fixture
def s3(server: S3Server, monkeypatch: pytest.MonkeyPatch) -> S3Server:
    for name, value in (("ACCESS_KEY_ID", "key"), ("SECRET_ACCESS_KEY", "secret"), ("REGION", "eu-north-1")):
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setattr(blobs_s3, "_RETRIES", 0)
    monkeypatch.setattr(blobs_s3, "_CONNECT_S", 2)
    server.ask("POST", "/moto-api/reset")
    server.ask("PUT", "/papers")
    return server


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    if request.param == "folder":
        return open_blobs(str(tmp_path / "not" / "yet" / "there"), None)
    server: S3Server = request.getfixturevalue("s3")
    return open_blobs("s3://papers/under/here", server.url)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "blobs"


@pytest.fixture
def local(folder: Path) -> blobs_local.LocalBlobs:
    return blobs_local.LocalBlobs(folder)


def path_of(folder: Path, sha256: str) -> Path:
    return folder / "sha256" / sha256[:2] / sha256[2:4] / sha256


def overwrite(path: Path, content: bytes) -> None:
    path.chmod(0o600)
    path.write_bytes(content)


def left_over(folder: Path) -> list[Path]:
    return list((folder / "tmp").iterdir())


def test_what_was_put_is_read_back_under_its_hash(store: BlobStore) -> None:
    content = os.urandom(100_000)

    blob = store.put([content[:10], b"", content[10:]])

    assert (blob.sha256, blob.size) == (hashlib.sha256(content).hexdigest(), len(content))
    assert store.read(blob.sha256) == content
    with store.open(blob.sha256) as stream:
        assert stream.read() == content
    with store.as_file(blob.sha256) as path:
        assert path.read_bytes() == content


def test_a_large_blob_goes_through_in_parts(store: BlobStore) -> None:
    piece = os.urandom(1 << 20)

    blob = store.put(piece for _ in range(13))

    assert blob.size == 13 << 20
    assert store.read(blob.sha256) == piece * 13


def test_no_bytes_at_all_are_a_blob_too(store: BlobStore) -> None:
    blob = store.put([])

    assert store.read(blob.sha256) == b""


def test_the_same_bytes_again_are_one_blob(store: BlobStore) -> None:
    first, second = store.put([b"paper"]), store.put([b"pa", b"per"])

    assert first == second
    assert list(store.every()) == [first.sha256]


def test_it_knows_what_it_holds(store: BlobStore) -> None:
    blobs = {store.put([bytes([number])]).sha256 for number in range(5)}

    assert set(store.every()) == blobs
    assert all(store.exists(sha256) for sha256 in blobs)
    assert not store.exists(NOT_STORED)


def test_a_store_never_written_to_is_empty_and_well(store: BlobStore) -> None:
    store.check()

    assert list(store.every()) == []


def test_a_blob_that_is_not_there_is_a_clear_error(store: BlobStore) -> None:
    store.put([b"another"])

    with pytest.raises(BlobDamagedError):
        store.read(NOT_STORED)
    with pytest.raises(BlobDamagedError), store.as_file(NOT_STORED):
        pass


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 63 + "\n", "0" * 64 + "/x"])
def test_only_a_hash_is_a_name(local: blobs_local.LocalBlobs, name: str) -> None:
    local.check()

    with pytest.raises(BlobDamagedError):
        local.read(name)
    with pytest.raises(BlobDamagedError):
        local.exists(name)


def test_a_failure_of_the_sender_is_not_the_stores(store: BlobStore) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise OSError(errno.ENOSPC, "the sender's own disk")

    with pytest.raises(OSError, match="own disk"):
        store.put(broken())

    assert list(store.every()) == []


def test_many_put_the_same_bytes_at_once(store: BlobStore) -> None:
    content = os.urandom(50_000)
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(store.put([content]).sha256)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [hashlib.sha256(content).hexdigest()] * 8
    assert store.read(found[0]) == content


@given(pieces=st.lists(st.binary(max_size=3000), max_size=6))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_pieces_come_back_as_one(local: blobs_local.LocalBlobs, folder: Path, pieces: list[bytes]) -> None:
    blob = local.put(pieces)

    assert local.read(blob.sha256) == b"".join(pieces)
    assert left_over(folder) == []


def test_damaged_bytes_are_never_given_and_are_mended_by_the_same_file(local: blobs_local.LocalBlobs, folder: Path) -> None:
    blob = local.put([b"paper"])
    overwrite(path_of(folder, blob.sha256), b"papier")

    for read in (local.read, lambda sha256: local.open(sha256).close(), lambda sha256: local.as_file(sha256).__enter__()):
        with pytest.raises(BlobDamagedError):
            read(blob.sha256)

    local.put([b"paper"])
    assert local.read(blob.sha256) == b"paper"


def test_the_same_bytes_again_do_not_touch_a_whole_blob(local: blobs_local.LocalBlobs, folder: Path) -> None:
    path = path_of(folder, local.put([b"paper"]).sha256)
    before = path.stat().st_ino

    local.put([b"paper"])

    assert path.stat().st_ino == before


def test_a_folder_that_disappears_is_away_and_not_made_anew(local: blobs_local.LocalBlobs, folder: Path) -> None:
    sha256 = local.put([b"paper"]).sha256
    folder.rename(folder.with_name("unmounted"))

    for act in (
        lambda: local.put([b"x"]),
        lambda: local.read(sha256),
        lambda: local.exists(sha256),
        local.check,
        lambda: list(local.every()),
    ):
        with pytest.raises(BlobsAwayError):
            act()
    assert not folder.exists()

    folder.with_name("unmounted").rename(folder)
    assert local.read(sha256) == b"paper"


def test_a_place_that_is_no_folder_is_away(folder: Path) -> None:
    folder.write_text("a file")

    with pytest.raises(BlobsAwayError):
        open_blobs(str(folder), None).put([b"x"])


def test_a_full_disk_is_told_from_one_that_is_away(
    local: blobs_local.LocalBlobs, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    local.check()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(DiskFullError):
        local.put([b"paper"])
    monkeypatch.undo()
    assert left_over(folder) == []
    assert list(local.every()) == []


def test_a_really_full_disk_refuses_and_leaves_nothing(tmp_path: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this machine has no /dev/full")
    store = blobs_local.LocalBlobs(tmp_path / "blobs")

    with full.open("wb", buffering=0) as file, pytest.raises(DiskFullError):
        store._write(file, b"paper")


def test_another_disk_below_the_folder_is_no_obstacle(
    local: blobs_local.LocalBlobs, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    local.check()
    real = Path.replace

    def across(self: Path, target: Path) -> Path:
        if self.parent.name == "tmp":
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", across)
    blob = local.put([b"paper"])

    assert local.read(blob.sha256) == b"paper"
    assert list(local.every()) == [blob.sha256]
    assert list(folder.rglob(".*")) == [] == left_over(folder)


def test_file_and_every_folder_are_forced_to_disk_after_the_name_is_given(
    local: blobs_local.LocalBlobs, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[tuple[str, bool]] = []
    blob_path: list[Path] = []
    real = os.fsync

    def seen(handle: int) -> None:
        name = str(Path(f"/proc/self/fd/{handle}").readlink())
        synced.append((name, bool(list(folder.glob("sha256/*/*/*")))))
        real(handle)

    monkeypatch.setattr(os, "fsync", seen)
    blob_path.append(path_of(folder, local.put([b"paper"]).sha256))

    last = [name for name, named in synced if named]
    first = [name for name, named in synced if not named]
    assert any("/tmp/" in name for name in first), "the bytes before the name"
    assert last == [str(each) for each in blob_path[0].parents[:4]], "the name's folder and all above it"
    assert str(folder.parent) in first, "the store's own entry"


def test_only_old_leavings_are_swept(local: blobs_local.LocalBlobs, folder: Path) -> None:
    local.check()
    old, fresh = folder / "tmp" / "old", folder / "tmp" / "fresh"
    old.write_bytes(b"half")
    fresh.write_bytes(b"half")
    os.utime(old, (1, 1))

    blobs_local.LocalBlobs(folder).put([b"paper"])

    assert left_over(folder) == [fresh]


def test_room_is_told_also_before_the_folder_is_made(local: blobs_local.LocalBlobs) -> None:
    assert (local.free_mb() or 0) > 0


def test_s3_that_goes_away_is_away_until_it_comes_back(s3: S3Server) -> None:
    store = open_blobs("s3://papers/under/here", s3.url)
    sha256 = store.put([b"paper"]).sha256
    s3.stop()

    acts = (
        lambda: store.put([b"x"]),
        lambda: store.read(sha256),
        lambda: store.exists(sha256),
        store.check,
        lambda: list(store.every()),
    )
    for act in acts:
        with pytest.raises(BlobsAwayError) as raised:
            act()
        assert s3.url not in str(raised.value)

    s3.start()
    store.check()
    assert store.put([b"paper"]).sha256 == sha256
    assert store.read(sha256) == b"paper"


def test_a_bucket_that_is_not_there_is_away(s3: S3Server) -> None:
    store = open_blobs("s3://another", s3.url)

    for act in (store.check, lambda: store.put([b"x"]), lambda: store.put([bytes(9 << 20)]), lambda: store.read(NOT_STORED)):
        with pytest.raises(BlobsAwayError):
            act()


def test_damage_in_s3_is_noticed_and_mended_by_the_same_file(s3: S3Server) -> None:
    store = open_blobs("s3://papers", s3.url)
    sha256 = store.put([b"paper"]).sha256
    store._store.put(blobs_s3._key(sha256), b"papier")  # type: ignore[attr-defined]

    with pytest.raises(BlobDamagedError):
        store.read(sha256)

    store.put([b"paper"])
    assert store.read(sha256) == b"paper"


def test_two_prefixes_of_one_bucket_do_not_meet(s3: S3Server) -> None:
    one, two = open_blobs("s3://papers/one", s3.url), open_blobs("s3://papers/two/", s3.url)

    sha256 = one.put([b"paper"]).sha256

    assert not two.exists(sha256)
    assert list(two.every()) == []


@pytest.mark.end_to_end
def test_more_blobs_than_one_answer_of_s3_lists(s3: S3Server) -> None:
    store = open_blobs("s3://papers/many", s3.url)
    for number in range(1005):
        name = hashlib.sha256(str(number).encode()).hexdigest()
        store._store.put(blobs_s3._key(name), io.BytesIO(b""), use_multipart=False)  # type: ignore[attr-defined]

    assert len(set(store.every())) == 1005


def test_an_address_without_a_bucket_is_refused() -> None:
    with pytest.raises(SettingsError):
        open_blobs("s3://", None)


def test_a_folder_whose_share_is_not_mounted_is_away_and_not_made_anew(tmp_path: Path) -> None:
    # given a process that starts before the share is there
    store = open_blobs(str(tmp_path / "share" / "blobs"), None, lambda: True)

    for use in (lambda: store.put([b"paper"]), store.check, lambda: store.exists(NOT_STORED)):
        with pytest.raises(BlobsAwayError):
            use()
    assert list(tmp_path.iterdir()) == []

    # when it is mounted, it goes on
    (tmp_path / "share" / "blobs" / "sha256").mkdir(parents=True)
    assert store.read(store.put([b"paper"]).sha256) == b"paper"
