"""Bad files beside a good one, through the real command: each is named with a remedy, and costs only itself."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from models.errors import (
    DamagedFileError,
    DecodingLimitError,
    EmptyFileError,
    EncryptedFileError,
    FileMissingError,
    NotADocumentError,
    PageTooLargeError,
    SaapuvaError,
    TooManyPagesError,
)
from tests.end_to_end import bad_papers
from tests.end_to_end.command import Ended, saapuva

pytestmark = pytest.mark.end_to_end


def half(data: bytes) -> bytes:
    return data[: len(data) // 2]


BAD: dict[str, tuple[Callable[[], bytes], type[SaapuvaError]]] = {
    "empty.pdf": (lambda: b"", EmptyFileError),
    "cut.pdf": (lambda: half(bad_papers.pdf()), DamagedFileError),
    "short.tif": (lambda: half(bad_papers.tiff(2)), DamagedFileError),
    "circle.tif": (bad_papers.tiff_in_a_circle, DamagedFileError),
    "locked.pdf": (bad_papers.locked, EncryptedFileError),
    "text.pdf": (lambda: b"No PDF at all.\n" * 20, NotADocumentError),
    "wide.png": (bad_papers.png_of_35_000_pixels, PageTooLargeError),
    "pages.pdf": (lambda: bad_papers.pdf_of_many_pages(5000), TooManyPagesError),
    "frames.tif": (lambda: bad_papers.tiff_of_many_pages(5000), TooManyPagesError),
    "nested.pdf": (bad_papers.pdf_with_forms_in_forms, DecodingLimitError),
    "bomb.pdf": (bad_papers.pdf_with_a_bomb, DecodingLimitError),
}
KINDS = sorted({kind for _, kind in BAD.values()}, key=lambda kind: kind.exit_code)


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("papers")
    (folder / "good.pdf").write_bytes(bad_papers.pdf())
    for name, (made, _) in BAD.items():
        (folder / name).write_bytes(made())
    (folder / "folder.pdf").mkdir()
    return folder


@pytest.fixture(scope="module")
def everything(papers: Path) -> Ended:
    """All bad files before and after the good one, in one run that prints."""
    first, rest = list(BAD)[:6], list(BAD)[6:]
    return saapuva("read", *first, "good.pdf", *rest, "folder.pdf", "none.pdf", "--jobs", 2, folder=papers)


def test_every_bad_file_is_named_with_its_kind_and_what_to_do(everything: Ended) -> None:
    said = everything.said.splitlines()
    kinds = {name: kind for name, (_, kind) in BAD.items()} | {"folder.pdf": FileMissingError, "none.pdf": FileMissingError}
    for name, kind in kinds.items():
        [line] = [number for number, line in enumerate(said) if line.startswith(f"saapuva: {name}: ")]
        assert said[line].endswith(f"[{kind.code}]"), said[line]
        assert len(said[line + 1].strip()) > 10


def test_the_good_file_among_them_is_printed_and_nothing_half_is(everything: Ended) -> None:
    [line] = everything.printed.splitlines()
    record = json.loads(line)

    assert record["source"]["file"] == "good.pdf"
    assert record["schema"] == "intake-result/1"
    assert everything.code == 1


def test_neither_a_trace_nor_what_stands_on_paper_reaches_stderr(everything: Ended) -> None:
    assert "Traceback" not in everything.said
    assert "internal" not in everything.said
    assert not re.search(r"\d{6}[-+A-FU-Y]\d{3}[0-9A-Y]", everything.said)
    assert bad_papers.IDENTITY_CODE not in everything.said


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_one_kind_of_error_gives_its_own_exit_code_and_leaves_the_good_record(
    kind: type[SaapuvaError], papers: Path, tmp_path: Path
) -> None:
    bad = [name for name, (_, each) in BAD.items() if each is kind]

    ended = saapuva("read", *bad, "good.pdf", "--out", tmp_path, folder=papers)

    assert ended.code == kind.exit_code, ended.said
    assert ended.printed == b""
    assert [path.name for path in tmp_path.iterdir()] == ["good.json"]
    assert json.loads((tmp_path / "good.json").read_bytes())["documents"][0]["type"]


def test_a_pdf_inside_a_zip_is_no_pdf(tmp_path: Path) -> None:
    (tmp_path / "packed.zip").write_bytes(bad_papers.zipped())

    ended = saapuva("read", tmp_path / "packed.zip")

    assert ended.code == NotADocumentError.exit_code
    assert ended.printed == b""


def test_a_tree_of_pages_that_holds_itself_ends(tmp_path: Path) -> None:
    (tmp_path / "self.pdf").write_bytes(bad_papers.pdf_that_holds_itself())

    ended = saapuva("read", tmp_path / "self.pdf")

    assert ended.code in (0, DamagedFileError.exit_code)
    assert not ended.code or not ended.printed


@pytest.mark.parametrize("side", [20_000, 10**9])
def test_a_page_of_no_believable_size_is_refused_and_not_called_blank(side: int, tmp_path: Path) -> None:
    (tmp_path / "box.pdf").write_bytes(bad_papers.pdf_with_box(0, 0, side, side))

    ended = saapuva("read", tmp_path / "box.pdf")

    blank = ended.code == 0 and all(page["blank"] for page in json.loads(ended.printed)["pages"])
    assert not blank, "a page with words on it was called blank"


def test_names_with_blanks_umlauts_newlines_and_foreign_bytes_are_read_and_written(tmp_path: Path) -> None:
    foreign = b"\xff\xe4.pdf".decode("utf-8", "surrogateescape")
    names = ["käsin täytetty.pdf", "two\nlines.pdf", "-dash.pdf", "x" * 250 + ".pdf", foreign]
    for name in names:
        (tmp_path / name).write_bytes(bad_papers.pdf())
    out = tmp_path / "out"

    ended = saapuva("read", "--out", out, "--", *names, folder=tmp_path)

    assert ended.code == 0, ended.said
    assert sorted(path.stem for path in out.iterdir()) == sorted(Path(name).stem for name in names)
    for path in out.iterdir():
        json.loads(path.read_bytes())


def test_a_bad_file_with_a_newline_in_its_name_is_named_on_one_line(tmp_path: Path) -> None:
    (tmp_path / "two\nlines ä.pdf").write_bytes(b"")

    ended = saapuva("read", "two\nlines ä.pdf", folder=tmp_path)

    assert ended.code == EmptyFileError.exit_code
    assert ended.said.splitlines()[0].startswith("saapuva: two\N{REPLACEMENT CHARACTER}lines ä.pdf: the file is empty")


def test_a_name_longer_than_the_system_takes_is_an_error_of_that_file(tmp_path: Path) -> None:
    ended = saapuva("read", tmp_path / ("x" * 300 + ".pdf"))

    assert ended.code == FileMissingError.exit_code
    assert "Traceback" not in ended.said
