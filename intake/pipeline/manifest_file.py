"""Read a manifest: a list of what was sent, as CSV or XML, in the spellings that scanners, offices and Excel give it."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from xml.etree.ElementTree import Element

from intake.pipeline.receive import HELSINKI
from models.errors import ManifestError

MAX_BYTES = 8_000_000
MAX_ITEMS = 20_000
MAX_NAME = 500

_COLUMNS = {
    "name": ("file", "filename", "name", "tiedosto", "tiedostonimi", "tiedostonnimi", "nimi", "fil", "filnamn", "namn"),
    "pages": ("pages", "pagecount", "numberofpages", "sivut", "sivuja", "sivumaara", "sidor", "sidantal", "antalsidor"),
    "sha256": ("sha256", "hash", "checksum", "tiiviste", "tarkiste", "kontrollsumma", "hashvarde"),
    "received_at": (
        "received", "receivedat", "arrived", "saapunut", "saapumisaika", "saapumispaiva", "ankommit", "inkommit", "mottagen",
    ),
    "sender": ("sender", "from", "lahettaja", "avsandare"),
    "reference": ("reference", "ref", "viite", "referens"),
}  # fmt: skip
_COLUMN_BY_WORD = {word: column for column, words in _COLUMNS.items() for word in words}
_FILE_TAGS = ("file", "tiedosto", "fil")
_DELIMITERS = (";", ",", "\t", "|")
_ENDINGS = ("", ".csv", ".xml", ".txt", ".tsv")
_UNFINISHED_XML = (3, 5)
"""expat's XML_ERROR_NO_ELEMENTS and XML_ERROR_UNCLOSED_TOKEN: the text ends too early."""
_YEARS = range(2000, 2100)
"""Beyond them lies a slip of the pen, or a moment that no other zone or the database can express."""
_TIME = re.compile(
    r"(?:(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})|(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4}))"
    r"(?:[T ]*(?:klo|kl\.?)? *(?P<hour>\d{1,2})[.:](?P<minute>\d{2})(?:[.:](?P<second>\d{2}))?(?:\.\d+)?)?"
)


@dataclass(frozen=True)
class ListedFile:
    """What a manifest says of one file; None where it says nothing."""

    name: str
    pages: int | None = None
    sha256: str | None = None
    received_at: datetime | None = None
    sender: str | None = None
    reference: str | None = None


def is_manifest(name: str) -> bool:
    """Tell a manifest by its name: manifest*, or *manifest*.csv and .xml."""
    path = PurePosixPath(name.casefold())
    if path.name.startswith("manifest"):
        return path.suffix in _ENDINGS
    return "manifest" in path.name and path.suffix in (".csv", ".xml")


def parse(content: bytes, name: str) -> tuple[ListedFile, ...]:
    """Read a list. Raises ManifestError that names the line or item."""
    if len(content) > MAX_BYTES:
        raise ManifestError(name, f"it is larger than {MAX_BYTES // 1_000_000} MB")
    if not content.strip(b"\0 \r\n\t"):
        raise ManifestError(name, "it is empty", True)
    rows = _xml_rows(content, name) if _is_xml(content) else _csv_rows(_text(content), name)
    listed = []
    for where, row in rows:
        listed.append(_listed(row, where, name))
        if len(listed) > MAX_ITEMS:
            raise ManifestError(name, f"it lists more than {MAX_ITEMS:,} files")
    if not listed:
        raise ManifestError(name, "it lists no file", True)
    return tuple(listed)


def plain_name(name: str) -> str:
    """The name that two spellings of one file share: without folders, capitals, or a Mac's taken-apart letters."""
    return unicodedata.normalize("NFC", re.split(r"[/\\]", name.strip())[-1]).casefold()


def _is_xml(content: bytes) -> bool:
    return _text(content[:200]).lstrip("\ufeff \r\n\t").startswith("<")


def _text(content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):  # Excel's "Unicode text"
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _word(title: str) -> str:
    """A column's title without accents, capitals, spaces and signs."""
    apart = unicodedata.normalize("NFKD", title.casefold())
    return "".join(letter for letter in apart if letter.isalnum())


# --- CSV -----------------------------------------------------------------------------------------------------


def _csv_rows(text: str, name: str) -> Iterator[tuple[str, dict[str, str]]]:
    lines = io.StringIO(text, newline="")
    delimiter, columns = _head(text, lines, name)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield f"row {reader.line_num}", _row(columns, cells, f"row {reader.line_num}", name)
    except csv.Error as broken:
        raise ManifestError(name, f"row {reader.line_num}: quotation marks do not match", True) from broken


def _head(text: str, lines: io.StringIO, name: str) -> tuple[str, list[str | None]]:
    """Find the line with the titles, and what separates them: the separator that makes most titles known."""
    for line in lines:
        told = re.fullmatch(r"sep=(.)", line.strip())  # Excel's own line
        if told is not None or not line.strip():
            continue
        best = max(_DELIMITERS, key=lambda delimiter: sum(column is not None for column in _titles(line, delimiter)))
        columns = _titles(line, best)
        if "name" not in columns:
            break
        return best, columns
    raise ManifestError(name, "its first line names no column for the file", "\n" not in text)


def _titles(line: str, delimiter: str) -> list[str | None]:
    cells = next(csv.reader([line.strip("\r\n")], delimiter=delimiter), [])
    found = [_COLUMN_BY_WORD.get(_word(cell)) for cell in cells]
    return [column if found.index(column) == at else None for at, column in enumerate(found)]


def _row(columns: list[str | None], cells: list[str], where: str, name: str) -> dict[str, str]:
    if any(cell.strip() for cell in cells[len(columns) :]):
        raise ManifestError(name, f"{where}: it has more cells than there are columns")
    return {column: cell.strip() for column, cell in zip(columns, cells, strict=False) if column is not None}


# --- XML -----------------------------------------------------------------------------------------------------


def _xml_rows(content: bytes, name: str) -> Iterator[tuple[str, dict[str, str]]]:
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException  # type: ignore[import-untyped] # none published
    from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except ParseError as broken:
        line, _ = broken.position
        raise ManifestError(name, f"line {line}: it is no well-formed XML", broken.code in _UNFINISHED_XML) from broken
    except (DefusedXmlException, ValueError, LookupError) as hostile:
        raise ManifestError(name, "it holds what no list needs: entities, a DTD, or an unknown encoding") from hostile
    for number, element in enumerate(_file_elements(root), start=1):
        yield f"item {number}", dict(_told(element))


def _file_elements(root: Element) -> Iterator[Element]:
    """Give the elements that stand for files; a <file> within another only names it."""
    waiting = list(reversed(root))  # not recursive: a hostile list may be nested a million deep
    while waiting:
        element = waiting.pop()
        if _tag(element) in _FILE_TAGS:
            yield element
        else:
            waiting.extend(reversed(element))


def _told(element: Element) -> Iterator[tuple[str, str]]:
    if len(element) == 0 and (element.text or "").strip():
        yield "name", (element.text or "").strip()
    for child in element:
        if (column := _COLUMN_BY_WORD.get(_tag(child))) is not None:
            yield column, (child.text or "").strip()
    for key, value in element.attrib.items():
        if (column := _COLUMN_BY_WORD.get(_word(key.rpartition("}")[2]))) is not None:
            yield column, value.strip()


def _tag(element: Element) -> str:
    return _word(str(element.tag).rpartition("}")[2])


# --- one file ------------------------------------------------------------------------------------------------


def _listed(row: Mapping[str, str], where: str, name: str) -> ListedFile:
    listed = re.split(r"[/\\]", row.get("name", ""))[-1].strip()
    if not listed:
        raise ManifestError(name, f"{where}: it names no file", True)
    if len(listed) > MAX_NAME or any(unicodedata.category(letter) in ("Cc", "Cs") for letter in listed):
        raise ManifestError(name, f"{where}: no file can have that name")
    return ListedFile(
        name=unicodedata.normalize("NFC", listed),
        pages=_pages(row.get("pages"), where, name),
        sha256=_sha256(row.get("sha256"), where, name),
        received_at=_time(row.get("received_at"), where, name),
        sender=_words(row.get("sender")),
        reference=_words(row.get("reference")),
    )


def _pages(text: str | None, where: str, name: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise ManifestError(name, f"{where}: the number of pages is no number")
    return int(text)


def _sha256(text: str | None, where: str, name: str) -> str | None:
    if not text:
        return None
    digest = re.sub(r"^sha-?256[:=]", "", text.casefold())
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise ManifestError(name, f"{where}: the hash is no sha256")
    return digest


def _time(text: str | None, where: str, name: str) -> datetime | None:
    """Read a day or a moment; without a zone it is Finnish time, and a day alone is its beginning."""
    if not text:
        return None
    try:
        moment = _moment(text)
    except ValueError:
        raise ManifestError(name, f"{where}: the time of arrival is no date") from None
    if moment.year not in _YEARS:
        raise ManifestError(name, f"{where}: the time of arrival lies too far from now")
    return moment


def _moment(text: str) -> datetime:
    found = _TIME.fullmatch(text)
    if found is None:
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=HELSINKI)
    year, month, day = (int(found[long] or found[short]) for long, short in (("year", "y"), ("month", "m"), ("day", "d")))
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    return datetime(year, month, day, hour, minute, second, tzinfo=HELSINKI)


def _words(text: str | None) -> str | None:
    return re.sub(r"[\x00-\x1f\x7f]+", " ", text).strip()[:MAX_NAME] or None if text else None
