"""Put on what shows the day of arrival: the received stamp, or the fax's transmission line."""

from datetime import date
from itertools import pairwise
from math import cos, radians, sin
from random import Random

from . import fonts
from .sheet import Ink, Sheet, Stroke, Text
from .stamping import SHAPES, Press

INKS: tuple[Ink, ...] = ((30, 30, 35), (60, 60, 66), (140, 20, 30), (40, 40, 120), (80, 20, 90))


def received(sheet: Sheet, rng: Random, lang: str, day: date) -> None:
    """Stamp a page as received on a day: frame, words and date, a little askew, often with gaps in the ink."""
    options = {
        "fi": ["KELA SAAPUNUT", "SAAPUNUT", "KELA SAAPUNUT", "SAAPUNUT KELA"],
        "sv": ["INKOMMIT", "FPA INKOMMIT", "KELA SAAPUNUT"],
    }
    word = rng.choice(options["sv" if lang == "sv" else "fi"])
    text = rng.choice(
        [f"{day:%d.%m.%Y}", f"{day:%d.%m.%Y}", f"{day.day}.{day.month}.{day.year}", f"{day:%d-%m-%Y}", f"{day:%d.%m.%y}"]
    )
    font, size = fonts.printed(rng.choice(["arimo", "roboto", "cousine", "archivo-narrow"]), True), rng.uniform(10, 13)
    width = max(fonts.width(word, font, size), fonts.width(text, font, size)) + 14
    ink, turn = rng.choice(INKS), rng.gauss(0, 4)
    x, y = (
        (rng.uniform(300, 565 - width), rng.uniform(22, 66))
        if rng.random() < 0.85
        else (rng.uniform(60, 300), rng.uniform(735, 770))
    )
    _frame(sheet, rng, x, y, width, size * 2.9, turn, ink)
    for number, line in enumerate((word, text)):
        px, py = _turned(7, size * (1.15 + 1.25 * number), turn)
        sheet.add(Text(x + px, y + py, line, font, size, ink, turn + 0.01))


MONTHS = {
    "fi": ["TAMMI", "HELMI", "MAALIS", "HUHTI", "TOUKO", "KESÄ", "HEINÄ", "ELO", "SYYS", "LOKA", "MARRAS", "JOULU"],
    "sv": ["JAN", "FEB", "MARS", "APRIL", "MAJ", "JUNI", "JULI", "AUG", "SEPT", "OKT", "NOV", "DEC"],
}
OFFICES = {
    "fi": ["KELA", "KELA", "KANSANELÄKELAITOS", "VAKUUTUSPIIRI", "KELA TURKU", "KELA OULU"],
    "sv": ["FPA", "FPA", "KELA", "FOLKPENSIONSANSTALTEN", "FPA VASA"],
}
WORDS = {
    "fi": ["SAAPUNUT", "SAAPUNUT", "SAAP.", "VASTAANOTETTU", "Saapunut", "SAAPUI"],
    "sv": ["INKOMMIT", "INKOMMIT", "ANKOM", "INK.", "MOTTAGET", "Inkommit"],
}


def pressed(sheet: Sheet, rng: Random, lang: str, day: date) -> None:
    """Stamp a page as other offices do: other shapes, words and date forms, worn ink, often across what is printed."""
    tongue = "sv" if lang == "sv" else "fi"
    word, office, when = rng.choice(WORDS[tongue]), rng.choice(OFFICES[tongue]), stamp_date(rng, tongue, day)
    shape = rng.choice(SHAPES)
    if shape in ("banded", "round"):
        rows, loud = rng.choice([((office, when, word), 1), ((word, when, office), 1), ((word, when, ""), 1)])
    elif shape == "bare":
        rows, loud = rng.choice([((f"{word} {when}",), 0), ((word, when), 1), ((office, f"{word} {when}"), 1)])
    else:
        rows, loud = rng.choice([
            ((f"{office} {word}", when), 1), ((word, when), 1), ((office, word, when), 2), ((word, when, office), 1),
        ])  # fmt: skip
    family = rng.choice(["arimo", "roboto", "archivo-narrow", "cousine", "public-sans", "tinos", "b612-mono", "open-sans"])
    x, y = (
        (rng.uniform(110, 500), rng.uniform(45, 120)) if rng.random() < 0.75 else (rng.uniform(110, 480), rng.uniform(120, 330))
    )
    sheet.add(Press(
        x, y, shape, rows, loud, fonts.printed(family, rng.random() < 0.8), rng.uniform(9, 13.5), rng.choice(INKS),
        max(-17.0, min(17.0, rng.gauss(0, 5))), rng.getrandbits(32),
    ))  # fmt: skip


def stamp_date(rng: Random, tongue: str, day: date) -> str:
    """Write a day as received stamps do."""
    name = MONTHS[tongue][day.month - 1]
    return rng.choice([
        f"{day:%d.%m.%Y}", f"{day:%d.%m.%Y}", f"{day.day}.{day.month}.{day.year}", f"{day:%d. %m. %Y}",
        f"{day:%d}.{day.month}. {day.year}",
        f"{day:%d} {name} {day.year}", f"{day.day}. {name}. {day.year}", f"{day:%Y -%m- %d}", f"{day:%Y-%m-%d}",
        f"{day:%d-%m-%Y}",
        f"{day:%d.%m.%y}", f"{day:%d %m %Y}",
    ])  # fmt: skip


def _turned(dx: float, dy: float, turn: float) -> tuple[float, float]:
    a = radians(turn)
    return dx * cos(a) + dy * sin(a), -dx * sin(a) + dy * cos(a)


def _frame(sheet: Sheet, rng: Random, x: float, y: float, width: float, height: float, turn: float, ink: Ink) -> None:
    corners = [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height), (0.0, 0.0)]
    worn = rng.random() < 0.4
    for (ax, ay), (bx, by) in pairwise(corners):
        for step in range(8):
            if worn and rng.random() < 0.3:
                continue
            points = tuple(_turned(ax + (bx - ax) * t, ay + (by - ay) * t, turn) for t in (step / 8, (step + 1) / 8))
            sheet.add(Stroke(tuple((x + px, y + py) for px, py in points), 1.1, ink))


def fax_line(rng: Random, day: date) -> str:
    """Word a transmission line without its page count; `{n}` and `{all}` are filled in page by page."""
    clock = f"{rng.randint(7, 19):02d}:{rng.randint(0, 59):02d}"
    months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
    when = rng.choice(
        [
            f"{day:%d-%m-%Y} {clock}",
            f"{day:%d-%m-%Y} {clock}",
            f"{day:%d.%m.%Y} {clock}",
            f"{day:%Y-%m-%d} {clock}",
            f"{day.day}.{day.month}.{day.year} {clock}",
            f"{day:%d}-{months[day.month - 1]}-{day.year} {clock}",
            f"{day:%d}/{day:%m}/{day.year} {clock}",
            f"{day:%d}. {months[day.month - 1].title()}. {day.year} {clock}",
        ]
    )
    number = rng.choice(
        [
            f"+358 9 {rng.randint(100000, 999999)}",
            f"+358 {rng.choice([2, 3, 6, 8, 13, 14, 15, 17, 19])} {rng.randint(100000, 9999999)}",
            f"0{rng.choice([9, 2, 3, 19])} {rng.randint(100000, 9999999)}",
        ]
    )
    sender = rng.choice(["", "", "", "TERVEYSKESKUS", "ULOSOTTOVIRASTO", "TILITOIMISTO", "KAUPUNKI SOTE"])
    page = rng.choice(
        [
            "S. {n:02d}/{all:02d}",
            "S. {n:02d}/{all:02d}",
            "P.{n:02d}",
            "{n:03d}/{all:03d}",
            "SIVU {n}/{all}",
            "PAGE {n:02d} OF {all:02d}",
        ]
    )
    return rng.choice(
        [
            "  ".join(filter(None, (when, number, sender, page))),
            "   ".join(filter(None, (sender or "FAX", number, when, page))),
            f"{when}  {number}  {page}",
        ]
    )


def other_fax_line(rng: Random, day: date) -> str:
    """Word a transmission line as machines of other makers do."""
    clock = f"{rng.randint(7, 19):02d}{rng.choice('::.')}{rng.randint(0, 59):02d}"
    name = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"][day.month - 1]
    weekday = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"][day.weekday()]
    when = rng.choice(
        [
            f"{day:%d}-{name}-{day.year} {clock}",
            f"{day:%Y/%m/%d} {clock}",
            f"{day:%d.%m.%Y} {clock}",
            f"{name}. {day.day}. {day.year} {clock}",
            f"{name}-{day:%d-%Y}  {clock}",
            f"{day:%d/%m/%y} {clock}",
            f"{weekday} {day:%d/%m/%Y} {clock}",
            f"{day:%d} {name.title()} {day.year} {clock}",
            f"{day:%Y%m%d} {clock}",
            f"{day:%d.%m.%y} klo {clock}",
        ]
    )
    number = rng.choice(
        [
            f"+358 {rng.choice([9, 2, 8, 14])} {rng.randint(100000, 9999999)}",
            f"0{rng.randint(10, 19)}{rng.randint(100000, 999999)}",
            f"+358{rng.randint(10000000, 999999999)}",
        ]
    )
    sender = rng.choice(["TERVEYSASEMA", "VAASAN KAUPUNKI", "Tilitoimisto Oy", "HVC VASA", "ULOSOTTO", "SAIRAALA OS 4", ""])
    page = rng.choice(
        [
            "P.{n:02d}/{all:02d}",
            "P. {n}/{all}",
            "S. {n}/{all}",
            "Sid {n}({all})",
            "Sivu {n}({all})",
            "{n}/{all}",
            "page {n} of {all}",
        ]
    )
    return rng.choice(
        [
            f"{when}  {sender} {number}  {page}",
            f"{sender}  {number}  {when}  {page}",
            f"FROM: {sender}  FAX: {number}  {when}  {page}",
            f"{when} FROM {number} TO 0204349000 {page}",
            f"{number} {when} {page}",
            f"{page}   {when}   {sender or number}",
        ]
    )
