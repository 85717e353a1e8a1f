"""Make the pages between papers: blank backs and separator sheets."""

from random import Random

import numpy as np
import zxingcpp

from . import fonts
from .sheet import Area, Sheet, Text

BARCODE_TEXTS = ("SEPARATOR", "KELA-EROTIN", "DOC-SEP-01", "EROTINSIVU", "PATCHT")


def blank_back(rng: Random, front: Sheet) -> Sheet:
    """Make a back with nothing on it but, at times, the front shining through or a speck."""
    back = Sheet(ghost=front if rng.random() < 0.35 else None)
    for _ in range(rng.choice([0, 0, 0, 1, 3])):
        x, y = rng.uniform(20, 570), rng.uniform(20, 820)
        back.add(Area(x, y, x + rng.uniform(0.4, 1.2), y + rng.uniform(0.4, 1.2), fill=(90, 90, 90), edge=None))
    return back


def patch_sheet(rng: Random) -> Sheet:
    """Make a patch-T separator: narrow, wide, narrow, wide bars of 0.08 and 0.20 inch at both ends of the page."""
    sheet, length = Sheet(), rng.uniform(150, 460)
    for top in (rng.uniform(16, 90), rng.uniform(690, 740)):
        y = top
        for tall in (5.76, 14.4, 5.76, 14.4):
            sheet.add(Area(297 - length / 2, y, 297 + length / 2, y + tall, fill=(0, 0, 0), edge=None))
            y += tall + 5.76
    sheet.add(
        Text(180, 420, rng.choice(["PATCH T", "Erotinsivu - Patch T", "SEPARATOR SHEET"]), fonts.printed("arimo", True), 26)
    )
    return sheet


def barcode_sheet(rng: Random) -> Sheet:
    """Make a separator with a Code 128 or Code 39 bar code."""
    text = rng.choice(BARCODE_TEXTS)
    kind = rng.choice([zxingcpp.BarcodeFormat.Code128, zxingcpp.BarcodeFormat.Code39])
    bits = zxingcpp.create_barcode(text, kind).to_image(scale=1, add_quiet_zones=False)
    row = np.asarray(bits)[0].tolist()
    sheet = Sheet()
    pitch = min(1.6, 420 / len(row))
    x0, y0 = (595 - pitch * len(row)) / 2, rng.uniform(180, 300)
    for place, shade in enumerate(row):
        if shade < 128:
            sheet.add(Area(x0 + place * pitch, y0, x0 + (place + 1) * pitch, y0 + 90, fill=(0, 0, 0), edge=None))
    sheet.add(Text(x0, y0 + 112, text, fonts.printed("cousine"), 14))
    sheet.add(
        Text(x0, y0 - 40, rng.choice(["EROTINSIVU", "Välilehti", "Separator", "SKILJEBLAD"]), fonts.printed("arimo", True), 24)
    )
    return sheet


def separator(rng: Random) -> Sheet:
    """Make a separator sheet of either sort."""
    return patch_sheet(rng) if rng.random() < 0.5 else barcode_sheet(rng)
