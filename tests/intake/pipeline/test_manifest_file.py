from __future__ import annotations

import csv
import io
import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.pipeline.manifest_file import ListedFile, is_manifest, parse, plain_name
from models.errors import ManifestError

SHA = "ab" * 32
TITLES = {
    "name": ["file", "File name", "Tiedosto", "TIEDOSTON NIMI", "fil", "Filnamn"],
    "pages": ["pages", "Sivut", "sivuja", "Sivumäärä", "sidor"],
    "sha256": ["sha256", "SHA-256", "hash", "Tiiviste", "checksum"],
    "received_at": ["received", "Saapunut", "ankommit", "received_at"],
    "sender": ["sender", "Lähettäjä", "avsändare"],
    "reference": ["reference", "Viite", "referens"],
}
WORDS = (
    st.text(st.characters(codec="cp1252", categories=("L", "N", "P", "Zs")), min_size=1, max_size=12).map(str.strip).filter(bool)
)
NAMES = (
    st.text(st.sampled_from('abcåäöÅÄÖ019 -_.,;"()'), min_size=1, max_size=20).map(lambda stem: f"x{stem}.pdf")
)  # fmt: skip
LISTED = st.builds(
    ListedFile,
    name=NAMES,
    pages=st.none() | st.integers(0, 999),
    sha256=st.none() | st.just(SHA),
    received_at=st.none() | st.integers(1_500_000_000, 1_800_000_000).map(lambda second: datetime.fromtimestamp(second, UTC)),
    sender=st.none() | WORDS,
    reference=st.none() | WORDS,
)


@given(
    listed=st.lists(LISTED, min_size=1, max_size=5),
    titles=st.fixed_dictionaries({column: st.sampled_from(words) for column, words in TITLES.items()}),
    order=st.permutations(list(TITLES)),
    delimiter=st.sampled_from(";,\t"),
    coding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
    newline=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_every_spelling_of_a_csv_says_the_same(
    listed: list[ListedFile], titles: dict[str, str], order: list[str], delimiter: str, coding: str, newline: str, quoting: int
) -> None:
    # given
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=newline, quoting=quoting)  # type: ignore[arg-type]
    writer.writerow([titles[column] for column in order])
    for file in listed:
        cells = {key: "" if value is None else str(value) for key, value in vars(file).items()}
        writer.writerow([cells[column] for column in order])

    # when
    read = parse(text.getvalue().encode(coding), "manifest.csv")

    # then
    assert list(read) == listed


@given(st.binary(max_size=400) | st.text(st.sampled_from('file;,\n"<>/=&!a1'), max_size=80).map(str.encode))
def test_whatever_the_bytes_are_the_answer_is_a_list_or_a_manifest_error(content: bytes) -> None:
    try:
        assert parse(content, "manifest.csv")
    except ManifestError as refused:
        assert refused.problem and refused.remedy


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("2020-03-16", datetime(2020, 3, 15, 22, tzinfo=UTC)),
        ("16.3.2020", datetime(2020, 3, 15, 22, tzinfo=UTC)),
        ("16.03.2020 klo 10.22", datetime(2020, 3, 16, 8, 22, tzinfo=UTC)),
        ("2020-06-16 10:22:05", datetime(2020, 6, 16, 7, 22, 5, tzinfo=UTC)),
        ("2020-03-16T10:22:00+01:00", datetime(2020, 3, 16, 9, 22, tzinfo=UTC)),
        ("2020-03-16T10:22:00Z", datetime(2020, 3, 16, 10, 22, tzinfo=UTC)),
    ],
)
def test_a_time_of_arrival_is_finnish_unless_it_says_otherwise(written: str, at: datetime) -> None:
    (file,) = parse(f"file;received\na.pdf;{written}\n".encode(), "manifest.csv")

    assert file.received_at == at


@pytest.mark.parametrize(
    "xml",
    [
        f'<manifest><file name="a.pdf" pages="3" sha256="{SHA}"/></manifest>',
        f"<manifest><files><file><name>a.pdf</name><pages>3</pages><sha256>{SHA.upper()}</sha256></file></files></manifest>",
        f'<?xml version="1.0"?><m:manifest xmlns:m="urn:x"><m:file m:name="a.pdf" pages="3" hash="{SHA}"/></m:manifest>',
        f'<luettelo><tiedosto sivut="3" tiiviste="{SHA}">in\\a.pdf</tiedosto></luettelo>',
        f"<manifest><file><file>a.pdf</file><sidor>3</sidor><hash>sha256:{SHA}</hash></file></manifest>",
    ],
)
def test_an_xml_list_may_use_attributes_or_elements(xml: str) -> None:
    assert parse(xml.encode(), "manifest.xml") == (ListedFile("a.pdf", 3, SHA),)


@pytest.mark.parametrize(
    ("content", "where", "may_be_cut"),
    [
        (b"", "empty", True),
        (b"file;pages\n", "no file", True),
        (b"when;what\n1;2\n", "names no column", False),
        (b"file;pages\na.pdf;three\n", "row 1", False),
        (b"file;pages\na.pdf;1\n;2\n", "row 2", True),
        (b"file;hash\na.pdf;d41d8cd98f00b204e9800998ecf8427e\n", "no sha256", False),
        (b"file;received\na.pdf;2020-13-45\n", "no date", False),
        # neither of these can be expressed in another zone, nor be read back from the database
        (b"file;received\na.pdf;0001-01-01T00:00:00+14:00\n", "row 1: the time of arrival lies too far", False),
        (b"file;received\na.pdf;9999-12-31T23:59:59-12:00\n", "too far from now", False),
        (b'file;pages\n"a.pdf;1\n', "quotation", True),
        (b"file;pages\na.pdf;1;extra\n", "more cells", False),
        (b"<manifest><file name='a.pdf'/>", "well-formed", True),
        (b"<manifest><file name='a.pdf'></manifest>", "well-formed", False),
        (b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]><manifest><file name='&a;'/></manifest>", "entities", False),
        (b"<manifest>" + b"<a>" * 100_000, "well-formed", True),
    ],
)
def test_a_list_that_cannot_be_read_says_where_and_whether_more_may_come(content: bytes, where: str, may_be_cut: bool) -> None:
    with pytest.raises(ManifestError, match=where) as refused:
        parse(content, "manifest.csv")

    assert refused.value.may_be_cut is may_be_cut


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("manifest.csv", True), ("MANIFEST.XML", True), ("manifest", True), ("manifest-2020-03-16.txt", True),
        ("batch7.manifest.csv", True), ("scanner_manifest_7.xml", True), ("2020-03-16/manifest.csv", True),
        ("manifest.pdf", False), ("scan.csv", False), ("manifestation.tif", False), ("manifests/scan.csv", False),
    ],
)  # fmt: skip
def test_a_list_is_known_by_its_name(name: str, is_one: bool) -> None:
    assert is_manifest(name) is is_one


def test_a_macs_spelling_of_a_name_is_the_same_name() -> None:
    assert plain_name(unicodedata.normalize("NFD", "in/Päätös.PDF")) == plain_name("päätös.pdf")
