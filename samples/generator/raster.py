"""Turn a described page into pixels."""

from math import hypot

import cv2
import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageOps

from . import fonts, stamping
from .sheet import WHITE, Area, Ink, Op, Rule, Sheet, Stroke, Text
from .stamping import Press

DPI = 300


def paint(sheet: Sheet, colour: bool = False, dpi: int = DPI) -> Image.Image:
    """Draw a page; grey unless colour is asked for. The page's own turn is applied last."""
    scale = dpi / 72
    mode = "RGB" if colour else "L"
    image = Image.new(mode, (round(sheet.width * scale), round(sheet.height * scale)), _tone(WHITE, colour))
    if sheet.ghost:
        faint = ImageOps.mirror(paint(Sheet(sheet.ghost.ops), colour, dpi))
        image = faint.point(lambda v: 255 - (255 - v) // 12)
    if sheet.shiver:
        _draw(image, [op for op in sheet.ops if not _penned(op)], scale, colour)
        ink = Image.new(mode, image.size, _tone(WHITE, colour))
        _draw(ink, [op for op in sheet.ops if _penned(op)], scale, colour)
        image = ImageChops.darker(image, _bent(ink, sheet.shiver[0], sheet.shiver[1] * scale, scale))
    else:
        _draw(image, sheet.ops, scale, colour)
    return image.rotate(-sheet.turn, expand=True) if sheet.turn else image


def _penned(op: Op) -> bool:
    return isinstance(op, Stroke) or (isinstance(op, Text) and op.pen)


def _bent(ink: Image.Image, seed: int, reach: float, scale: float) -> Image.Image:
    # Two fields of shifts: a wide one that leans whole words, a fine one that bends single strokes.
    source = np.random.default_rng(seed)
    tall, wide = ink.height, ink.width
    shifts = [np.zeros((tall, wide), np.float32), np.zeros((tall, wide), np.float32)]
    for axis in (0, 1):
        for cell, share in ((30 * scale, 0.75), (5.5 * scale, 0.3)):
            rough = source.standard_normal((round(tall / cell) + 2, round(wide / cell) + 2), np.float32) * np.float32(
                reach * share
            )
            shifts[axis] += cv2.resize(rough, (wide, tall), interpolation=cv2.INTER_CUBIC)
    shifts[0] += np.arange(wide, dtype=np.float32)[None, :]
    shifts[1] += np.arange(tall, dtype=np.float32)[:, None]
    border = (255, 255, 255)
    bent = cv2.remap(np.asarray(ink), shifts[0], shifts[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=border)
    return Image.fromarray(np.asarray(bent, np.uint8))


def _draw(image: Image.Image, ops: list[Op], scale: float, colour: bool) -> None:
    draw = ImageDraw.Draw(image)
    for op in ops:
        if isinstance(op, Text):
            _text(image, draw, op, scale, colour)
        elif isinstance(op, Rule):
            _rule(draw, op, scale, colour)
        elif isinstance(op, Area):
            _area(draw, op, scale, colour)
        elif isinstance(op, Press):
            _press(image, op, scale, colour)
        else:
            _stroke(draw, op, scale, colour)


def _tone(ink: Ink, colour: bool) -> int | Ink:
    return ink if colour else round(0.299 * ink[0] + 0.587 * ink[1] + 0.114 * ink[2])


def _text(image: Image.Image, draw: ImageDraw.ImageDraw, op: Text, scale: float, colour: bool) -> None:
    font = fonts.loaded(op.font, round(op.size * scale, 1))
    swell = op.swell * scale
    fill = _tone(op.ink, colour)
    if not op.angle:
        draw.text((op.x * scale, op.y * scale), op.words, font=font, fill=fill, anchor="ls", stroke_width=swell)
        return
    left, top, right, bottom = font.getbbox(op.words, anchor="ls", stroke_width=swell)
    reach = round(max(abs(left), abs(right), abs(top), abs(bottom))) + 4
    mask = Image.new("L", (2 * reach, 2 * reach), 0)
    ImageDraw.Draw(mask).text((reach, reach), op.words, font=font, fill=255, anchor="ls", stroke_width=swell)
    if op.stretch != 1.0:
        wide = mask.resize((round(mask.width * op.stretch), mask.height), Image.Resampling.BILINEAR)
        mask = Image.new("L", mask.size, 0)
        mask.paste(wide, (reach - round(reach * op.stretch), 0))
    mask = mask.rotate(op.angle, Image.Resampling.BILINEAR)
    image.paste(fill, (round(op.x * scale) - reach, round(op.y * scale) - reach), mask)


def _rule(draw: ImageDraw.ImageDraw, op: Rule, scale: float, colour: bool) -> None:
    fill, width = _tone(op.ink, colour), max(1, round(op.width * scale))
    if not op.dotted:
        draw.line((op.x0 * scale, op.y0 * scale, op.x1 * scale, op.y1 * scale), fill=fill, width=width)
        return
    length = hypot(op.x1 - op.x0, op.y1 - op.y0)
    steps = max(1, int(length / 2.4))
    radius = max(1.0, width * 0.6)
    for step in range(steps + 1):
        x = (op.x0 + (op.x1 - op.x0) * step / steps) * scale
        y = (op.y0 + (op.y1 - op.y0) * step / steps) * scale
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)


def _area(draw: ImageDraw.ImageDraw, op: Area, scale: float, colour: bool) -> None:
    draw.rectangle(
        (op.x0 * scale, op.y0 * scale, op.x1 * scale, op.y1 * scale),
        fill=None if op.fill is None else _tone(op.fill, colour),
        outline=None if op.edge is None else _tone(op.edge, colour),
        width=max(1, round(op.width * scale)),
    )


def _press(image: Image.Image, op: Press, scale: float, colour: bool) -> None:
    mask = stamping.mask(op, scale)
    image.paste(_tone(op.ink, colour), (round(op.x * scale - mask.width / 2), round(op.y * scale - mask.height / 2)), mask)


def _stroke(draw: ImageDraw.ImageDraw, op: Stroke, scale: float, colour: bool) -> None:
    fill, width = _tone(op.ink, colour), max(1, round(op.width * scale))
    points = [(x * scale, y * scale) for x, y in op.points]
    draw.line(points, fill=fill, width=width, joint="curve")
    for x, y in (points[0], points[-1]):
        draw.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=fill)
