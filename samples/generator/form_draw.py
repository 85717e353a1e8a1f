"""Draw a form and fill it in."""

from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from . import fonts, words, written
from .form_cells import COMB_SIGNS, Cell, Space, cells_of, frame, label_lines
from .pen import Writer
from .plans import Plan, Section
from .printing import BAND_FILLS, Printing
from .sheet import WHITE, Area, Rule, Sheet, Text

OPEN_BOXES = {"additional_info": 52.0, "statement": 70.0}
YES_NO = {"fi": ("Kyllä", "Ei"), "sv": ("Ja", "Nej"), "en": ("yes", "no")}
BOTTOM = 795.0


@dataclass
class FormDrawing:
    """A form being drawn, page after page."""

    plan: Plan
    printing: Printing
    values: dict[str, Any]
    writer: Writer
    rng: Random
    sheets: list[Sheet] = field(default_factory=lambda: [Sheet()])
    y: float = 0.0

    @property
    def sheet(self) -> Sheet:
        """Give the page being drawn on."""
        return self.sheets[-1]


def draw_form(plan: Plan, printing: Printing, values: dict[str, Any], writer: Writer, rng: Random) -> list[Sheet]:
    """Draw a plan in a printing, filled with values in the contract's normal forms."""
    form = FormDrawing(plan, printing, values, writer, rng)
    _head(form)
    number = 0
    for section in _ordered(form):
        number += bool(section.title)
        _section(form, section, number)
    _feet(form)
    return form.sheets


def _ordered(form: FormDrawing) -> list[Section]:
    sections = list(form.plan.sections)
    if form.printing.shuffle:
        loose = [s for s in sections if not s.fixed]
        form.rng.shuffle(loose)
        sections = [s if s.fixed else loose.pop() for s in sections]
    return sections


def _head(form: FormDrawing) -> None:
    plan, p, sheet = form.plan, form.printing, form.sheet
    right, y = p.left + p.width, 38.0
    code_size = form.rng.choice([11, 13, 15])
    brand = plan.brand.upper() if p.head == 2 else plan.brand
    if p.head == 1:
        deep = 84 if plan.subtitle else 72
        sheet.add(Area(p.left, 22, right, deep, fill=(236, 236, 236) if p.band == "grey" else None, edge=p.tone, width=p.rule))
        y = 40.0
    sheet.add(Text(p.left + (6 if p.head == 1 else 0), y, brand, p.bold, 15, p.tone))
    sheet.add(Text(right - 8 - fonts.width(plan.code, p.bold, code_size), y, plan.code, p.bold, code_size, p.tone))
    title = plan.title.upper() if p.capitals and p.head != 0 else plan.title
    whole = f"{title} – {plan.subtitle}"
    if p.head == 3 and plan.subtitle and fonts.width(whole, p.bold, 12) < p.width - 180:
        sheet.add(Text(p.left + 110, y, whole, p.bold, 12, p.tone))
        form.y = y + 14
    else:
        gap = 6 if p.head == 1 else 0
        sheet.add(Text(p.left + gap, y + 20 + 0.8 * gap, title, p.bold, 13 if p.head != 1 else 11, p.tone))
        form.y = y + (30 if p.head != 1 else 32)
        if plan.subtitle:
            sheet.add(Text(p.left + gap, form.y + 5 if gap else form.y + 7, plan.subtitle, p.regular, 9 if gap else 10, p.tone))
            form.y += 13
        form.y = max(form.y, 88.0 if plan.subtitle else 76.0) if gap else form.y
    for line in fonts.wrap(plan.note, p.regular, p.label + 0.6, p.width):
        sheet.add(Text(p.left, form.y + 7, line, p.regular, p.label + 0.6, p.tone))
        form.y += 9
    form.y += 8


def _section(form: FormDrawing, section: Section, number: int) -> None:
    rows = cells_of(form.plan.document_type, form.plan.lang, section.rows, form.printing, form.rng)
    heading = form.printing.heading + 8 if section.title else 0.0
    note = form.printing.option + 4 if section.note else 0.0
    _room(form, heading + note + _row_height(form, rows[0]))
    if section.title:
        _heading(form, section.title, number, heading)
    if section.note:
        form.sheet.add(
            Text(
                form.printing.left + 2,
                form.y + form.printing.option + 1,
                section.note,
                form.printing.regular,
                form.printing.option,
                form.printing.tone,
            )
        )
        form.y += note
    for row in rows:
        height = _row_height(form, row)
        _room(form, height)
        for cell in row:
            _fill(form, cell, height)
        form.y += height
    form.y += form.printing.gap * 0.5


def _room(form: FormDrawing, height: float) -> None:
    if form.y + height <= BOTTOM:
        return
    p = form.printing
    form.sheets.append(Sheet())
    form.sheet.add(Text(p.left + p.width - 8 - fonts.width(form.plan.code, p.bold, 10), 28, form.plan.code, p.bold, 10, p.tone))
    form.y = 46.0


def _heading(form: FormDrawing, title: str, number: int, height: float) -> None:
    p, sheet = form.printing, form.sheet
    text = p.numbering.format(number) + (title.upper() if p.capitals else title)
    ink = p.tone
    if p.band in BAND_FILLS:
        sheet.add(Area(p.left, form.y, p.left + p.width, form.y + height - 1, fill=BAND_FILLS[p.band], edge=None))
        ink = WHITE if p.band == "dark" else p.tone
    elif p.band == "rule":
        sheet.add(Rule(p.left, form.y + 1, p.left + p.width, form.y + 1, 1.2, p.tone))
    sheet.add(Text(p.left + 3, form.y + height - 5, text, p.bold, p.heading, ink))
    form.y += height


def _feet(form: FormDrawing) -> None:
    p, plan = form.printing, form.plan
    page, low = {"fi": "Sivu", "sv": "Sida", "en": "Page"}[plan.lang], form.rng.uniform(810, 822)
    pattern = form.rng.choice(["{page} {n} ({all})", "{page} {n} ({all})", "{n} ({all})", "{n}/{all}"])
    edition = (
        plan.code if plan.document_type == "e115" else f"{plan.code}  {p.edition}" if p.head == 2 else f"{plan.code} {p.edition}"
    )
    for number, sheet in enumerate(form.sheets, 1):
        text = pattern.format(page=page, n=number, all=len(form.sheets))
        sheet.add(Text(p.left, low, edition, p.regular, 7.5, p.tone))
        sheet.add(Text(p.left + p.width - 4 - fonts.width(text, p.regular, 7.5), low, text, p.regular, 7.5, p.tone))


def _options(form: FormDrawing, cell: Cell) -> dict[Any, str]:
    if cell.kind == "yes_no":
        yes, no = YES_NO[form.plan.lang]
        return {True: yes, False: no}
    return dict(words.value_labels(cell.spec, form.plan.lang))


def _option_places(form: FormDrawing, cell: Cell, room: float) -> list[tuple[Any, str, float, float]]:
    p, x, y = form.printing, 0.0, 0.0
    step = max(p.option, p.check) * 1.32
    options = _options(form, cell)
    upright = p.upright and len(options) <= 4 and cell.kind != "yes_no"
    places = []
    for value, text in options.items():
        length = p.check + 4 + fonts.width(text, p.regular, p.option)
        if x and (x + length > room or upright):
            x, y = 0.0, y + step
        places.append((value, text, x, y))
        x += length + 11
    return places


def _row_height(form: FormDrawing, row: list[Cell]) -> float:
    return max(_cell_height(form, cell) for cell in row)


def _cell_height(form: FormDrawing, cell: Cell) -> float:
    p = form.printing
    label = len(label_lines(cell, p)) * p.label * 1.18 + 3
    if cell.kind in ("yes_no", "choice", "choices"):
        step = max(p.option, p.check) * 1.32
        return label + _option_places(form, cell, cell.width - 10)[-1][3] + step + 3
    if cell.kind == "table":
        return label + p.label * 2.4 + _table_rows(form, cell) * (p.value + 4) + 2
    if cell.name in OPEN_BOXES:
        return label + OPEN_BOXES[cell.name]
    if p.style == "left":
        return max(label, p.value + 4) + 4
    return label + max(p.value, p.comb_cell + 3 if cell.kind in p.comb else 0) + 2


def _table_rows(form: FormDrawing, cell: Cell) -> int:
    return max(form.printing.rows, len(form.values.get(cell.name, [])))


def _fill(form: FormDrawing, cell: Cell, height: float) -> None:
    p = form.printing
    if cell.kind == "table":
        open_style = replace(p, style="lined") if p.style != "boxed" else p
        space = frame(form.sheet, cell, open_style, form.y, height, boxless=True)
        _table(form, cell, space)
    elif cell.kind in ("yes_no", "choice", "choices"):
        space = frame(form.sheet, cell, p, form.y, height, boxless=True)
        _tick_boxes(form, cell, space)
    else:
        own = height if p.style in ("boxed", "left") else min(height, _cell_height(form, cell) + 10)
        space = frame(form.sheet, cell, p, form.y, own, boxless=False)
        _write_value(form, cell, space)


def _tick_boxes(form: FormDrawing, cell: Cell, space: Space) -> None:
    p, chosen = form.printing, form.values.get(cell.name)
    marked = chosen if isinstance(chosen, list) else [] if chosen is None else [chosen]
    lift = max(p.option, p.check)
    places = _option_places(form, cell, cell.width - 10)
    wrong = [value for value, *_ in places if value not in marked]
    again = form.rng.choice(wrong) if marked and wrong and form.writer.changes_mind() else None
    for value, text, x, y in places:
        left, base = space.x0 + x, space.y0 + y + lift
        text_width = fonts.width(text, p.regular, p.option)
        box_left = left + text_width + 4 if p.check_after else left
        form.sheet.add(
            Area(
                box_left,
                base - p.check + 1,
                box_left + p.check,
                base + 1,
                fill=WHITE if p.style == "shaded" else None,
                edge=p.tone,
                width=max(0.5, p.rule),
            )
        )
        form.sheet.add(Text(left if p.check_after else left + p.check + 3.5, base, text, p.regular, p.option, p.tone))
        text_left = left if p.check_after else left + p.check + 3.5
        if value in marked:
            form.writer.mark_option(form.sheet, (box_left, base - p.check + 1, p.check), (text_left, text_left + text_width))
        elif again is not None and value is again:
            form.writer.blot(form.sheet, box_left, base - p.check + 1, p.check)


def _write_value(form: FormDrawing, cell: Cell, space: Space) -> None:
    content, writer, rng = form.values.get(cell.name), form.writer, form.rng
    base = space.y1 - 3 + (rng.gauss(-0.3, 1.1) if writer.hand else 0)
    if cell.kind in form.printing.comb and _comb(form, cell, space, content):
        return
    if cell.kind == "signature":
        if content:
            writer.sign(form.sheet, space.x0 + rng.uniform(2, 12), base, space.x1 - space.x0 - 14)
    elif content is None:
        return
    elif cell.name in OPEN_BOXES:
        step = writer.size * rng.uniform(1.25, 1.5)
        writer.write_lines(form.sheet, content, space.x0 + 3, space.y0 + writer.size * 1.15 + 3, space.x1 - space.x0 - 8, step)
    else:
        text = written.value(rng, cell.kind, content, cell.name)
        if cell.name == "signature_date" and form.values.get("_place"):
            text = f"{form.values['_place']} {text}"
        indent = rng.uniform(1, 5)
        writer.write(form.sheet, text, space.x0 + indent, base, space.x1 - space.x0 - indent)


def _comb(form: FormDrawing, cell: Cell, space: Space, content: str | None) -> bool:
    p = form.printing
    text = content or ""
    if cell.kind == "date" and text:
        text = text[8:10] + text[5:7] + text[:4]
    count = max(COMB_SIGNS[cell.kind], len(text))
    groups = _groups(cell.kind, count, p.comb_group)
    pitch = min(p.comb_cell, (space.x1 - space.x0 - max(12, 5 * (len(groups) - 1))) / count)
    if pitch < 8.5:
        return False
    tall = min(p.comb_cell + 2, space.y1 - space.y0 - 1)
    x, top = space.x0, space.y1 - tall - 0.5
    for start, stop in groups:
        _teeth(form, x, top, pitch, tall, stop - start)
        form.writer.comb(form.sheet, text[start:stop], x, top + tall - 2.5, pitch, tall - 2)
        x += (stop - start) * pitch
        if cell.kind == "date" and stop < 8:
            form.sheet.add(Text(x + 1.2, top + tall - 2, ".", p.regular, 9, p.tone))
        x += 5
    return True


def _groups(kind: str, count: int, size: int) -> list[tuple[int, int]]:
    if kind == "date":
        return [(0, 2), (2, 4), (4, 8)]
    if kind == "iban" and size:
        return [(start, min(start + size, count)) for start in range(0, count, size)]
    return [(0, count)]


def _teeth(form: FormDrawing, x: float, top: float, pitch: float, tall: float, count: int) -> None:
    """Draw one comb: boxes; a line with short ticks on it; or a frame with dividers that rise half way."""
    p, right, foot = form.printing, x + count * pitch, top + tall
    width = max(0.4, p.rule * 0.8)
    if p.comb_look == "boxes":
        for place in range(count):
            left = x + place * pitch
            form.sheet.add(Area(left, top, left + pitch, foot, fill=WHITE, edge=p.tone, width=width))
        return
    if p.comb_look == "dividers":
        form.sheet.add(Area(x, top, right, foot, fill=WHITE, edge=p.tone, width=width))
    form.sheet.add(Rule(x, foot, right, foot, width, p.tone))
    high = tall * (0.45 if p.comb_look == "dividers" else 0.28)
    for place in range(count + 1):
        form.sheet.add(Rule(x + place * pitch, foot - high, x + place * pitch, foot, width, p.tone))


def _table(form: FormDrawing, cell: Cell, space: Space) -> None:
    p, columns = form.printing, cell.spec["columns"]
    x0, x1, row_height = cell.x, cell.x + cell.width, p.value + 4
    shares = [2.6 if c == "name" else 1.0 if s["kind"] != "yes_no" else 1.35 for c, s in columns.items()]
    edges = [x0 + (x1 - x0) * sum(shares[:i]) / sum(shares) for i in range(len(shares) + 1)]
    top, head = space.y0, p.label * 2.3
    for edge, name in zip(edges, columns, strict=False):
        for number, line in enumerate(
            fonts.wrap(
                words.label(columns[name], form.plan.lang),
                p.regular,
                p.label,
                edges[1] - edges[0] if name == "name" else (x1 - x0) / sum(shares) * 1.25,
            )[:2]
        ):
            form.sheet.add(Text(edge + 2.5, top + p.label * (1.0 + 1.1 * number), line, p.regular, p.label * 0.97, p.tone))
    rows = _table_rows(form, cell)
    for number in range(rows + 1):
        y = top + head + number * row_height
        form.sheet.add(Rule(x0, y, x1, y, p.rule, p.tone, dotted=p.style == "dotted"))
    for edge in edges if p.style not in ("lined", "dotted", "left") or form.rng.random() < 0.6 else []:
        form.sheet.add(Rule(edge, top, edge, top + head + rows * row_height, p.rule, p.tone))
    for number in range(rows):
        content = form.values.get(cell.name, [])
        line = content[number] if number < len(content) else {}
        _table_row(form, columns, edges, line, top + head + (number + 1) * row_height)


def _table_row(form: FormDrawing, columns: dict[str, Any], edges: list[float], line: dict[str, Any], bottom: float) -> None:
    p, writer = form.printing, form.writer
    base = bottom - 3.5 + (form.rng.gauss(0, 0.9) if writer.hand else 0)
    for (name, spec), left, right in zip(columns.items(), edges, edges[1:], strict=False):
        yes, no = YES_NO[form.plan.lang]
        if spec["kind"] == "yes_no" and p.boxed_answers:
            x = left + 4
            for value, text in ((True, yes), (False, no)):
                form.sheet.add(
                    Area(x, base - p.check + 1, x + p.check, base + 1, edge=p.tone, width=max(0.5, p.rule)),
                    Text(x + p.check + 2.5, base, text, p.regular, p.option, p.tone),
                )
                if line.get(name) is value:
                    writer.tick(form.sheet, x, base - p.check + 1, p.check)
                x += p.check + 9 + fonts.width(text, p.regular, p.option)
        elif name in line:
            text = (
                (yes if line[name] else no).lower()
                if spec["kind"] == "yes_no"
                else written.value(form.rng, spec["kind"], line[name])
            )
            writer.write(form.sheet, text, left + 4, base, right - left - 6)
