"""Read a table on a form: columns by their heads, rows by ruling or by the lines of writing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from extractors.choices import ticked
from extractors.labels import LabelHit
from extractors.readpage import ReadPage
from extractors.readvalue import Readers, read_value
from models.document_type import Column, FieldSpec
from models.extraction import Extraction, Row
from models.geometry import Box

ROW_PX = (24, 110)
"""Least and greatest height of a row (3 to 14 mm)."""

HEAD_GAP_PX = 28
"""The walls of the first row begin at most so far below the heads (3.6 mm)."""

SAME_PLACE = 0.5


def read_table(
    pages: Mapping[int, ReadPage], labels: Mapping[str, LabelHit], exclude: Mapping[int, list[Box]], spec: FieldSpec,
    readers: Readers,
) -> list[Row]:  # fmt: skip
    """Read the rows of a table that hold anything; one doubted row when its heads were not found."""
    heads = {
        column.name: labels[f"{spec.name}.{column.name}"] for column in spec.columns if f"{spec.name}.{column.name}" in labels
    }
    if not heads:
        return [{spec.columns[0].name: Extraction(value=None, evidence=("label_missing",))}]
    page = pages[next(iter(heads.values())).page]
    heads = {name: hit for name, hit in heads.items() if hit.page == page.number}
    columns = _columns(page, heads)
    # Their words too, on whichever side the rest of the form has them.
    ticks = [place for box in page.check_boxes for place in (box.box.grown(3, 3), box.text_box, box.left_box)]
    bands = _bands(page, heads, columns, [box for box in exclude[page.number] if box not in ticks])
    rows = []
    for top, bottom in bands:
        row = _read_row(page, columns, spec.columns, top, bottom, exclude[page.number], readers)
        if any("unticked" not in cell.evidence for cell in row.values()):
            rows.append({name: cell for name, cell in row.items() if "unticked" not in cell.evidence})
    return rows


def _columns(page: ReadPage, heads: Mapping[str, LabelHit]) -> dict[str, tuple[float, float]]:
    """Left and right edge of each column: the walls beside its head, or the middle between two heads."""
    walls = sorted(_walls(page, heads))
    edges = {}
    ordered = sorted(heads.items(), key=lambda item: item[1].box.x0)
    for i, (name, hit) in enumerate(ordered):
        next_head = ordered[i + 1][1].box.x0 - 6 if i + 1 < len(ordered) else page.clean.gray.shape[1]
        left = max([x for x in walls if x <= hit.box.x0 + 8], default=hit.box.x0 - 12)
        right = min([x for x in walls if x > hit.box.x0 + 12], default=next_head)
        edges[name] = (left, min(right, next_head + 12))
    return edges


def _walls(page: ReadPage, heads: Mapping[str, LabelHit]) -> list[float]:
    bottom = max(hit.box.y1 for hit in heads.values())
    return [line.center[0] for line in page.rulings.vertical if line.y0 < bottom + HEAD_GAP_PX and line.y1 > bottom + 10]


def _bands(
    page: ReadPage, heads: Mapping[str, LabelHit], columns: Mapping[str, tuple[float, float]], exclude: Sequence[Box]
) -> list[tuple[float, float]]:
    """Top and bottom of each row: between ruling lines, else around each line of writing."""
    top = max(hit.box.y1 for hit in heads.values())
    left, right = min(a for a, _ in columns.values()), max(b for _, b in columns.values())
    floor = _floor(page, top, left, right, exclude)
    lines = _levels(
        [line.center[1] for line in page.rulings.horizontal if top - 4 < line.y0 <= floor + 12 and _crosses(line, left, right)]
    )
    if len(lines) >= 2 or (lines and lines[0] - top > ROW_PX[0]):
        edges = [top, *lines] if lines[0] - top > ROW_PX[0] else lines
        return [(a, b) for a, b in pairwise(edges) if ROW_PX[0] <= b - a <= ROW_PX[1]]
    pieces = page.inks.inside(Box(left, top + 2, right, floor), exclude)
    rows = [page.inks.bounding(row) for row in page.inks.rows(pieces)]
    return [(row.y0 - 5, row.y1 + 5) for row in rows]


def _floor(page: ReadPage, top: float, left: float, right: float, exclude: Sequence[Box]) -> float:
    """The table ends at the next printed words below it."""
    below = [box.y0 for box in exclude if box.y0 > top + 12 and box.x1 > left and box.x0 < right]
    return min([*below, top + 560, float(page.clean.gray.shape[0])])


def _crosses(line: Box, left: float, right: float) -> bool:
    return min(line.x1, right) - max(line.x0, left) > 0.22 * (right - left)


def _levels(heights: Sequence[float]) -> list[float]:
    """Pieces of one broken line count as one level."""
    levels: list[float] = []
    for height in sorted(heights):
        if not levels or height - levels[-1] > 12:
            levels.append(height)
    return levels


def _read_row(
    page: ReadPage, edges: Mapping[str, tuple[float, float]], columns: Sequence[Column], top: float, bottom: float,
    exclude: Sequence[Box], readers: Readers,
) -> Row:  # fmt: skip
    row: Row = {}
    for column in columns:
        if column.name not in edges:
            continue
        left, right = edges[column.name]
        cell = Box(left + 2, top, right - 2, bottom)
        found = ticked(page.check_boxes, cell) if column.kind == "yes_no" else None
        found = found or read_value(page, cell, column.kind, readers, exclude)
        if found is not None:
            row[column.name] = found
    return _without_shared_ink(row)


def _without_shared_ink(row: Row) -> Row:
    """Doubt all cells that were read from one place: a wall between them was not seen, and no ink is two values."""
    spans = {name: cell.span.box for name, cell in row.items() if cell.span is not None and cell.value is not None}
    shared = {
        name for name, box in spans.items() for other, its in spans.items() if name != other and box.covered_by(its) > SAME_PLACE
    }
    return {name: cell.model_copy(update={"value": None}) if name in shared else cell for name, cell in row.items()}
