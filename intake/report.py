"""Printed records as tables a person reads: what came, how sure we are, where it goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from intake.terminal import printable
from models.document_type import DocumentType

Printed = dict[str, Any]
# The specifier that every matter of this benefit bears says nothing in a table of them.
USUAL_SPECIFIER = "Tartuntatautipäiväraha"
BAR_CELLS = 5
# A detail table keeps this many rows, of which at most so many are for a person: the rest is in the file.
ROWS_SHOWN = 12
DOUBTFUL_SHOWN = 5


@dataclass(frozen=True)
class FieldLine:
    """One field as a line of a table; a column of a table's row counts as a field: `employers 1 · name`."""

    name: str
    value: str
    confidence: float
    accepted: bool


def field_lines(document: Printed) -> Iterator[FieldLine]:
    """List a document's fields in the record's order, tables row by row."""
    for name, found in document["fields"].items():
        if isinstance(found, list):
            for number, row in enumerate(found, start=1):
                for column, cell in row.items():
                    yield _line(f"{name} {number} · {column}", cell)
        else:
            yield _line(name, found)


def summary_table(record_by_file: Sequence[tuple[Path, Printed]]) -> Table:
    """One line per document: which file and pages, how many fields need nobody, and where it goes."""
    table = Table(title="What came in", title_justify="left", header_style="bold", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading in ("file", "pages", "document", "fields ready", "goes to"):
        table.add_column(heading, justify="right" if heading == "fields ready" else "left", overflow="fold")
    for path, record in record_by_file:
        file = printable(path.name)
        queue_by_document = _queues(record)
        for document in record["documents"]:
            lines = list(field_lines(document))
            ready = sum(line.accepted for line in lines)
            queue = queue_by_document.get(document["id"], "")
            table.add_row(file, _pages(document), _type_of(document), f"{ready}/{len(lines)}", Text(queue))
            file = ""
        blank = [page["number"] for page in record["pages"] if page["blank"]]
        if blank or not record["documents"]:
            table.add_row(file, numbers(blank), Text("blank" if blank else "nothing found", style="dim"), "", "")
    return table


def detail_table(path: Path, document: Printed) -> Table:
    """A document's fields with value, confidence and whether a person looks; the longest are cut to fit a screen."""
    lines = list(field_lines(document))
    shown = worth_showing(lines)
    table = Table(
        title=Text(f"{printable(path.name)}, page {_pages(document)}: {document['type']}"),
        title_justify="left",
        header_style="bold",
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        caption=f"… and {len(lines) - len(shown)} more in the file" if len(shown) < len(lines) else None,
        caption_justify="left",
    )
    table.add_column("field", no_wrap=True)
    table.add_column("value", overflow="ellipsis", no_wrap=True, max_width=34)
    table.add_column("confidence", no_wrap=True)
    table.add_column("", no_wrap=True)
    for line in shown:
        style = "" if line.accepted else "yellow"
        whose = "ready" if line.accepted else "a person looks"
        table.add_row(line.name, Text(line.value), _bar(line.confidence), Text(whose, style=style))
    return table


def worth_showing(lines: Sequence[FieldLine]) -> list[FieldLine]:
    """Choose the lines a short table shows, in their order: some that a person must see, then the first others."""
    doubtful = [line for line in lines if not line.accepted]
    ready = [line for line in lines if line.accepted]
    chosen = doubtful[: max(DOUBTFUL_SHOWN, ROWS_SHOWN - len(ready))][:ROWS_SHOWN]
    chosen += ready[: ROWS_SHOWN - len(chosen)]
    names = {line.name for line in chosen}
    return [line for line in lines if line.name in names]


def types_table(doc_types: Iterable[DocumentType]) -> Table:
    """List document types with their fields counted; a type file that says nonsense never gets here."""
    table = Table(header_style="bold", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading in ("type", "read as", "title", "fields"):
        table.add_column(heading, justify="right" if heading == "fields" else "left")
    for doc_type in sorted(doc_types, key=lambda each: each.name):
        titles = doc_type.title.every()
        table.add_row(doc_type.name, doc_type.family, titles[0] if titles else "", str(len(doc_type.fields)))
    return table


def _line(name: str, found: Printed) -> FieldLine:
    return FieldLine(name, _words(found["value"]), found["confidence"], found["accepted"])


def _words(value: object) -> str:
    if value is None:
        return "?"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return printable(str(value))


def _bar(confidence: float) -> Text:
    filled = round(confidence * BAR_CELLS)
    return Text.assemble(("█" * filled, "green"), ("░" * (BAR_CELLS - filled), "dim"), f" {confidence:.3f}")


def _type_of(document: Printed) -> Text:
    language = f" ({document['language']})" if document.get("language") else ""
    return Text(f"{document['type']}{language}", style="" if document["accepted"] else "yellow")


def _pages(document: Printed) -> str:
    return numbers(document["pages"])


def numbers(pages: Sequence[int]) -> str:
    """Page numbers as people write them: `1–2, 4`."""
    runs: list[list[int]] = []
    for page in pages:
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def _queues(record: Printed) -> dict[str, str]:
    """Each document's queue, with a specifier that is not the usual one; a document may be in several work items."""
    words: dict[str, list[str]] = {}
    for item in record["work_items"]:
        specifier = "" if item.get("specifier") in ("", None, USUAL_SPECIFIER) else f" · {item['specifier']}"
        for document in item["documents"]:
            words.setdefault(document, []).append(f"{item['queue']}{specifier}")
    return {document: "; ".join(dict.fromkeys(queues)) for document, queues in words.items()}
