"""Set the cells of a form: how wide, how high, where the label stands and where the value goes."""

from dataclasses import dataclass
from random import Random
from typing import Any

from . import fonts, plans, words
from .printing import Printing
from .sheet import WHITE, Area, Rule, Sheet, Text

KIND_WIDTHS = {
    "hetu": 118,
    "phone": 112,
    "date": 84,
    "postal_code": 66,
    "iban": 190,
    "bic": 100,
    "business_id": 100,
    "icd10": 80,
    "money": 110,
    "yes_no": 96,
    "choice": 190,
    "choices": 520,
    "table": 520,
    "signature": 190,
    "text": 150,
}
NAME_WIDTHS = {
    "applicant_street": 210,
    "employee_name": 250,
    "patient_name": 250,
    "person_name": 260,
    "child_name": 220,
    "decision_recipient": 400,
    "main_diagnosis": 300,
    "other_diagnosis": 300,
    "purpose": 330,
    "additional_info": 520,
    "statement": 520,
    "insured_address": 420,
    "benefit": 520,
    "employer_name": 220,
    "physician_sv_number": 90,
    "physician_title": 230,
    "physician_unit": 240,
    "institution_code": 100,
    "payment_reference": 120,
    "incapacity_cause": 400,
    "ordered_person": 380,
    "absence_reason": 420,
    "pay_basis": 200,
    "self_employed_insurance": 270,
    "attachments": 520,
    "competent_address": 240,
    "occupation": 150,
}
COMB_SIGNS = {"hetu": 11, "iban": 18, "postal_code": 5, "date": 8}


@dataclass
class Cell:
    """One field's place in a row."""

    name: str
    spec: dict[str, Any]
    label: str
    x: float = 0.0
    width: float = 0.0

    @property
    def kind(self) -> str:
        """Give the field's kind."""
        return str(self.spec["kind"])


@dataclass(frozen=True)
class Space:
    """Where a value goes: left, top, right, bottom."""

    x0: float
    y0: float
    x1: float
    y1: float


def cells_of(
    document_type: str, lang: str, rows: tuple[tuple[str, ...], ...], printing: Printing, rng: Random
) -> list[list[Cell]]:
    """Cut a section's fields into rows of cells, as planned or freshly grouped, with widths that fill the line."""
    specs = words.fields_of(document_type)
    planned = [[_cell(name, specs[name], lang, printing) for name in row] for row in rows]
    grouped = _regrouped([cell for row in planned for cell in row], rng, printing) if printing.regroup else planned
    return [part for row in grouped for part in _placed(row, printing, rng)]


def _cell(name: str, spec: dict[str, Any], lang: str, printing: Printing) -> Cell:
    text = words.label(spec, lang)
    return Cell(name, spec, plans.synonym(text) if printing.synonyms else text)


def wanted(cell: Cell, printing: Printing) -> float:
    """Give the width a cell asks for."""
    width = float(NAME_WIDTHS.get(cell.name, KIND_WIDTHS.get(cell.kind, 150)))
    if cell.kind in printing.comb:
        width = max(width, COMB_SIGNS[cell.kind] * printing.comb_cell + (24 if cell.kind == "date" else 12))
    if printing.style == "left":
        width += 70
    return max(width, fonts.width(cell.label, printing.regular, printing.label) * 0.62 + 10)


def _regrouped(cells: list[Cell], rng: Random, printing: Printing) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for cell in cells:
        taken = sum(wanted(c, printing) for c in rows[-1]) if rows else 0.0
        if rows and taken + wanted(cell, printing) <= printing.width * 1.02 and rng.random() < 0.78:
            rows[-1].append(cell)
        else:
            rows.append([cell])
    return rows


def _placed(row: list[Cell], printing: Printing, rng: Random) -> list[list[Cell]]:
    if sum(wanted(c, printing) for c in row) > printing.width * 1.25 and len(row) > 1:
        half = (len(row) + 1) // 2
        return _placed(row[:half], printing, rng) + _placed(row[half:], printing, rng)
    shares = [wanted(c, printing) * rng.uniform(0.95, 1.05) for c in row]
    x = printing.left
    for cell, share in zip(row, shares, strict=True):
        cell.x, cell.width = x, printing.width * share / sum(shares)
        x += cell.width
    return [row]


def label_lines(cell: Cell, printing: Printing) -> list[str]:
    """Break a cell's label to its room; no lines where it has none."""
    if not cell.label:
        return []
    room = cell.width * 0.42 if printing.style == "left" and cell.kind not in ("choice", "choices", "table") else cell.width - 8
    return fonts.wrap(cell.label, printing.regular, printing.label, room)


def frame(sheet: Sheet, cell: Cell, printing: Printing, y: float, height: float, boxless: bool) -> Space:
    """Draw a cell's lines and label; give the value's space. Cells of check boxes have no line of their own in open styles."""
    p, lines = printing, label_lines(cell, printing)
    step = p.label * 1.18
    x0, x1 = cell.x, cell.x + cell.width
    beside = p.style == "left" and lines and not boxless
    if p.style == "boxed":
        sheet.add(Area(x0, y, x1, y + height, width=p.rule, edge=p.tone))
    elif p.style == "shaded":
        sheet.add(Area(x0, y, x1, y + height, fill=(236, 236, 236), edge=WHITE, width=p.rule))
    elif p.style == "gray":
        sheet.add(Area(x0 + 1, y + 1, x1 - 1, y + height - 1, fill=(228, 228, 228), edge=None))
    top = y + p.label * 1.15 + (1.5 if p.style in ("boxed", "shaded", "gray") else 0)
    if beside:
        top = y + height - 3.5 - (len(lines) - 1) * step
    for number, line in enumerate(lines):
        sheet.add(Text(x0 + 3, top + number * step, line, p.regular, p.label, p.tone))
    inner_left = x0 + 4 + (cell.width * 0.43 if beside else 0)
    inner_top = y + 2 if beside else y + (len(lines) * step + 2.5 if lines else 2)
    space = Space(inner_left, inner_top, x1 - 3 - (p.gap if p.style != "boxed" else 0), y + height - 1.5)
    if not boxless:
        _value_line(sheet, space, p)
    return space


def _value_line(sheet: Sheet, space: Space, p: Printing) -> None:
    if p.style in ("lined", "left"):
        sheet.add(Rule(space.x0 - 1, space.y1, space.x1 + 1, space.y1, p.rule, p.tone))
    elif p.style == "dotted":
        sheet.add(Rule(space.x0 - 1, space.y1, space.x1 + 1, space.y1, p.rule, p.tone, dotted=True))
    elif p.style == "outlined":
        sheet.add(Area(space.x0 - 2, space.y0, space.x1 + 1, space.y1, width=p.rule, edge=p.tone))
    elif p.style == "shaded":
        sheet.add(Area(space.x0 - 2, space.y0, space.x1 + 1, space.y1, fill=WHITE, edge=(150, 150, 150), width=0.4))
