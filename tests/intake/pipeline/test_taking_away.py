"""A file leaves a shared folder under a name of ours first: whatever happens in between, no other file goes with it."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest

from intake.pipeline.resting import Trace, is_unfinished
from intake.pipeline.taking_away import Meant, bring_back, give_back, left_behind, remove, take_away


def meant(path: Path, content: bytes = b"one") -> Meant:
    path.write_bytes(content)
    return Meant(path, Trace.of(path.stat()), hashlib.sha256(content).hexdigest())


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_file_that_was_meant_goes(tmp_path: Path) -> None:
    remove(meant(tmp_path / "a.pdf"))

    assert names(tmp_path) == []


@pytest.mark.parametrize("name", ["a.pdf", "ä" * 125 + ".pdf", "x" * 255])
def test_what_a_crash_leaves_is_no_file_to_take_until_it_has_its_name_back(tmp_path: Path, name: str) -> None:
    # given
    ours = take_away(meant(tmp_path / name))
    assert ours is not None and is_unfinished(ours.name)

    # when
    for path in left_behind(tmp_path):
        bring_back(path)

    # then
    [found] = names(tmp_path)
    assert found == name or (len(os.fsencode(name)) > 237 and not is_unfinished(found))
    assert (tmp_path / found).read_bytes() == b"one"


def test_in_folders_too_and_only_what_is_ours(tmp_path: Path) -> None:
    day = tmp_path / "2020-03-16"
    day.mkdir()
    ours = take_away(meant(day / "a.pdf"))
    (tmp_path / ".saapuva-of-somebody").touch()

    assert list(left_behind(tmp_path)) == [ours]


@pytest.mark.parametrize("has_links", [True, False])
def test_a_name_given_back_never_covers_another_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_links: bool) -> None:
    # given a third file that came under the name meanwhile
    ours = take_away(meant(tmp_path / "a.pdf"))
    assert ours is not None
    (tmp_path / "a.pdf").write_bytes(b"third")
    if not has_links:
        monkeypatch.setattr(os, "link", _not_permitted)

    # when
    give_back(ours, tmp_path / "a.pdf")

    # then
    assert {name: (tmp_path / name).read_bytes() for name in names(tmp_path)} == {"a (2).pdf": b"one", "a.pdf": b"third"}


def _not_permitted(*_: Any, **__: Any) -> None:
    raise PermissionError(1, "Operation not permitted")


def test_a_crash_between_the_two_names_leaves_one_file(tmp_path: Path) -> None:
    ours = take_away(meant(tmp_path / "a.pdf"))
    assert ours is not None
    os.link(ours, tmp_path / "a.pdf")

    bring_back(ours)

    assert names(tmp_path) == ["a.pdf"]


def test_two_that_bring_the_same_file_back_do_not_mind(tmp_path: Path) -> None:
    ours = take_away(meant(tmp_path / "a.pdf"))
    assert ours is not None

    bring_back(ours)
    bring_back(ours)

    assert names(tmp_path) == ["a.pdf"]


def test_a_share_that_numbers_files_by_their_names_lets_them_go_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def of(stat: os.stat_result) -> Trace:
        return Trace(stat.st_dev, next(inodes), stat.st_size, stat.st_mtime_ns)

    file = meant(tmp_path / "a.pdf")
    inodes = iter([file.trace.inode, file.trace.inode + 1])
    monkeypatch.setattr(Trace, "of", of)

    remove(file)

    assert names(tmp_path) == []


def test_a_share_that_renamed_but_lost_its_answer_lets_the_file_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # given NFS: the request is sent twice, the second answer counts
    rename = Path.rename

    def renamed_twice(path: Path, target: Path) -> Path:
        rename(path, target)
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", renamed_twice)

    remove(meant(tmp_path / "a.pdf"))

    assert names(tmp_path) == []


def test_a_long_name_given_back_beside_another_file_still_fits(tmp_path: Path) -> None:
    path = tmp_path / ("ä" * 125 + ".pdf")
    ours = take_away(meant(path))
    assert ours is not None
    path.write_bytes(b"third")

    give_back(ours, path)

    assert sorted(found.read_bytes() for found in tmp_path.iterdir()) == [b"one", b"third"]
