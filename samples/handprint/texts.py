"""Sample what stands in a form's field: Finnish and Swedish names, addresses, numbers, days, sums and short free text."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random

from samples.generator import people, written
from samples.handprint.characters import CHARACTERS

LONGEST = 36
_ONSETS = ["h", "j", "k", "l", "m", "n", "p", "r", "s", "t", "v", "d", "g", "b", "f", "kr", "st", "tr", "kl", "pr"]
_CORES = [
    "a",
    "e",
    "i",
    "o",
    "u",
    "y",
    "ä",
    "ö",
    "aa",
    "ee",
    "ii",
    "uu",
    "ää",
    "öö",
    "ai",
    "ei",
    "ie",
    "uo",
    "yö",
    "å",
    "au",
    "öy",
]
_ENDS = ["", "", "n", "s", "t", "r", "la", "nen", "inen", "sto", "berg", "ström", "lund", "man", "ssa", "ka"]


@cache
def words(name: str) -> list[str]:
    """One list of `words.toml`."""
    content = tomllib.loads((Path(__file__).parent / "words.toml").read_text())
    return str(content[name]).split()


def made_up(rng: Random) -> str:
    """Make a word that does not exist, so that letters are learned and not a list of words."""
    return "".join(rng.choice(_ONSETS) + rng.choice(_CORES) for _ in range(rng.randint(1, 3))) + rng.choice(_ENDS)


def known(rng: Random, name: str, share: float = 0.55) -> str:
    """Draw a word of a list, or a made-up one with a capital."""
    return rng.choice(words(name)) if rng.random() < share else made_up(rng).capitalize()


def numerals(rng: Random, count: int) -> str:
    """Draw digits."""
    return "".join(rng.choices("0123456789", k=count))


def person_name(rng: Random) -> str:
    last = known(rng, "surnames")
    if rng.random() < 0.12:
        last += "-" + known(rng, "surnames")
    first = " ".join(known(rng, "first_names", 0.75) for _ in range(rng.choice([0, 1, 1, 2, 2])))
    if rng.random() < 0.1:
        first = "-".join(known(rng, "first_names", 0.9) for _ in range(2))
    parts = [last, first] if rng.random() < 0.6 else [first, last]
    return (", " if rng.random() < 0.08 else " ").join(part for part in parts if part)


def address(rng: Random) -> str:
    street = known(rng, "surnames", 0.4) if rng.random() < 0.3 else made_up(rng).capitalize()
    flat = rng.choice(["", "", f" {rng.choice('ABCDEFabcdef')} {rng.randint(1, 90)}", f" {rng.choice('ABCabc')}",
                       f" as. {rng.randint(1, 40)}", f" as {rng.randint(1, 40)}", f"-{rng.randint(1, 99)}"])  # fmt: skip
    return f"{street}{rng.choice(words('streets'))} {rng.randint(1, 130)}{flat}"


def place(rng: Random) -> str:
    town = known(rng, "towns", 0.7)
    code = rng.choice(["", "", "FI-"]) + numerals(rng, 3) + rng.choice(["00", "10", "20", "30", "50", numerals(rng, 2)])
    return rng.choice([town, code, code, f"{code} {town}", f"{code} {town}"])


def day(rng: Random) -> str:
    d, m, y = rng.randint(1, 31), rng.randint(1, 12), rng.choice([rng.randint(1930, 2026), rng.randint(2010, 2022)])
    full = f"{d}.{m}.{y}" if rng.random() < 0.6 else f"{d:02d}.{m:02d}.{y}"
    return rng.choice([full] * 9 + [f"{d}.{m}.", f"{d}.{m}.{y % 100:02d}", f"{d}. {m}. {y}", f"{d}/{m} {y}", f"{d:02d}{m:02d}{y}",
                                    f"{d}.{m}.-{y % 100:02d}", f"{d} {m} {y}"])  # fmt: skip


def span(rng: Random) -> str:
    dash = rng.choice(["-", " - ", "-"])
    first = day(rng) if rng.random() < 0.6 else f"{rng.randint(1, 31)}." + rng.choice(["", f"{rng.randint(1, 12)}."])
    return f"{first}{dash}{day(rng)}"


def amount(rng: Random) -> str:
    value = rng.choice([rng.randint(0, 99), rng.randint(100, 999), rng.randint(1000, 9999), rng.randint(10000, 99999)])
    text = written.money(rng, f"{value}.{numerals(rng, 2)}", unit=rng.random() < 0.25)
    return text.replace(",", ".") if rng.random() < 0.06 else text


def identity(rng: Random) -> str:
    """Write an identity code's form with any century sign; most of its digits say nothing."""
    sign = rng.choice("---AAA+YXWVUBCDEF")
    return (f"{rng.randint(1, 31):02d}{rng.randint(1, 12):02d}{numerals(rng, 2)}{sign}{numerals(rng, 3)}"
            f"{rng.choice(people.HETU_CHECKS)}")  # fmt: skip


def account(rng: Random) -> str:
    code = people.account(rng, rng.random() < 0.1)[0] if rng.random() < 0.5 else "FI" + numerals(rng, 16)
    return written.iban(rng, code)


def phone(rng: Random) -> str:
    return written.phone(rng, people.mobile(rng) if rng.random() < 0.7 else people.landline(rng))


def code(rng: Random) -> str:
    letter = rng.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return rng.choice([
        f"{numerals(rng, 7)}-{numerals(rng, 1)}", f"{numerals(rng, 7)}-{numerals(rng, 1)}",
        f"{letter}{numerals(rng, 2)}.{numerals(rng, 1)}", f"{letter}{numerals(rng, 2)}",
        "".join(rng.choices("ABDEFHIKLNOPST", k=4)) + "FI" + "".join(rng.choices("H2XZ", k=2)),
        numerals(rng, rng.randint(4, 12)), f"{rng.randint(1, 99)}/{rng.randint(2000, 2026)}",
        f"{rng.randint(0, 100)} %", f"{rng.randint(1, 40)},{numerals(rng, 1)} h",
    ])  # fmt: skip


def employer(rng: Random) -> str:
    name, firm = known(rng, "surnames"), rng.choice(words("firms"))
    trade = rng.choice(words("trades"))
    return rng.choice([
        f"{name} {firm}", f"{trade} {name} {firm}", f"{trade} {firm}", f"{known(rng, 'towns')}n {firm}",
        f"{made_up(rng).capitalize()} {trade.lower()} {firm}", f"{name} & {known(rng, 'surnames')} {firm}",
    ])  # fmt: skip


def prose(rng: Random) -> str:
    said = [rng.choice(words("free")) if rng.random() < 0.7 else made_up(rng) for _ in range(rng.randint(1, 5))]
    job, month = rng.choice(words("jobs")), rng.choice(words("months"))
    line = " ".join(said)
    return rng.choice([line, line.capitalize(), job, job.capitalize(), f"{month} {rng.randint(2000, 2026)}"])


def scramble(rng: Random) -> str:
    """Any characters at all, so that rare ones are seen."""
    return "".join(rng.choices(CHARACTERS[1:], k=rng.randint(2, 12)))


def mail(rng: Random) -> str:
    plain = str.maketrans("äöåéü", "aoaeu")
    return f"{made_up(rng)}.{made_up(rng)}@{made_up(rng)}.{rng.choice(['fi', 'com', 'se'])}".translate(plain)


_SORTS: tuple[tuple[Callable[[Random], str], float], ...] = (
    (person_name, 16), (address, 9), (place, 8), (day, 15), (span, 4), (amount, 11), (identity, 10), (account, 7), (phone, 6),
    (code, 8), (employer, 8), (prose, 10), (scramble, 5), (mail, 1),
)  # fmt: skip


def text(rng: Random) -> str:
    """Draw one line of writing, of characters that the recogniser knows."""
    sort = rng.choices([sort for sort, _ in _SORTS], [weight for _, weight in _SORTS])[0]
    line = sort(rng)
    if rng.random() < 0.22:
        line = line.upper()
    elif rng.random() < 0.05:
        line = line.lower()
    known_line = "".join(c for c in " ".join(line.replace("–", "-").split()) if c in CHARACTERS)
    return known_line[:LONGEST].strip() or "-"
