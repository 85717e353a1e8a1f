"""Make the pages between papers: blank backs and separator sheets."""

from random import Random

import numpy as np
import zxingcpp

from . import fonts
from .sheet import Area, Sheet, Text

BARCODE_TEXTS = ("SEPARATOR", "KELA-EROTIN", "DOC-SEP-01", "EROTINSIVU", "PATCHT")


def blank_back(rng: Random, front: Sheet) -> Sheet:
    """Make a back with nothing on it but, at times, the front shining through or a speck."""
    back = Sheet()
    for _ in range(rng.choice([0, 0, 0, 1, 3])):
        x, y = rng.uniform(20, 570), rng.uniform(20, 820)
        back.add(Area(x, y, x + rng.uniform(0.4, 1.2), y + rng.uniform(0.4, 1.2), fill=(90, 90, 90), edge=None))
    return back


def patch_sheet(rng: Random) -> Sheet:
    """Make a patch-T separator: bars two and one times a module wide across the page, as scanners detect them."""
    sheet = Sheet()
    module, x = 5.76, 0.0
    pattern = (2, 1, 1, 1, 2, 1, 1)  # patch T: wide bar, narrow, wide bar ... with single-module spaces
    top = rng.uniform(60, 120)
    length = rng.uniform(420, 500)
    for block in range(2):
        x = 40.0
        y = top + block * 600
        for place, wide in enumerate(pattern):
            if place % 2 == 0:
                sheet.add(Area(x, y, x + length, y + wide * module, fill=(0, 0, 0), edge=None))
            y += wide * module
    sheet.add(Text(180, 420, rng.choice(["PATCH T", "Erotinsivu - Patch T", "SEPARATOR SHEET"]), fonts.printed("arimo", True), 26))
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
    sheet.add(Text(x0, y0 - 40, rng.choice(["EROTINSIVU", "Välilehti", "Separator", "SKILJEBLAD"]), fonts.printed("arimo", True), 24))
    return sheet


def separator(rng: Random) -> Sheet:
    """Make a separator sheet of either sort."""
    return patch_sheet(rng) if rng.random() < 0.5 else barcode_sheet(rng)
