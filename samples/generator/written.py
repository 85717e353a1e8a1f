"""Write a truth value the way people and programs put it on paper."""

from datetime import date
from random import Random
from typing import Any

MONTHS = {
    "fi": [
        "tammikuu",
        "helmikuu",
        "maaliskuu",
        "huhtikuu",
        "toukokuu",
        "kesäkuu",
        "heinäkuu",
        "elokuu",
        "syyskuu",
        "lokakuu",
        "marraskuu",
        "joulukuu",
    ],
    "sv": [
        "januari",
        "februari",
        "mars",
        "april",
        "maj",
        "juni",
        "juli",
        "augusti",
        "september",
        "oktober",
        "november",
        "december",
    ],
}


def day(rng: Random, value: str | date, plain: bool = False) -> str:
    """Write a day; plain keeps to the two common forms."""
    d = value if isinstance(value, date) else date.fromisoformat(value)
    short, padded = f"{d.day}.{d.month}.{d.year}", f"{d:%d.%m.%Y}"
    if plain or rng.random() < 0.95:
        return rng.choice([short, padded])
    return rng.choice(
        [
            f"{d.day}.{d.month}.{d:%y}",
            f"{d.day}. {d.month}. {d.year}",
            f"{d.day}/{d.month} {d.year}",
            f"{d.day}.{d.month}.-{d:%y}",
        ]
    )


def phone(rng: Random, digits: str) -> str:
    """Write a phone number."""
    code = 4 if digits.startswith("0400") else 3 if digits[:2] in ("04", "05", "01") else 2
    head, rest = digits[:code], digits[code:]
    forms = [
        f"{head} {rest}",
        f"{head} {rest}",
        digits,
        f"{head}-{rest}",
        f"{head} {rest[:3]} {rest[3:]}",
        f"{head}-{rest[:3]} {rest[3:]}",
        f"+358 {head[1:]} {rest}",
    ]
    return rng.choice(forms)


def iban(rng: Random, value: str) -> str:
    """Write an account number."""
    if rng.random() < 0.2:
        return value
    return " ".join(value[i : i + 4] for i in range(0, len(value), 4))


def money(rng: Random, value: str, unit: bool = False) -> str:
    """Write an amount with a decimal comma."""
    whole, cents = value.split(".")
    grouped = f"{int(whole):,}".replace(",", " ")
    amount = f"{rng.choice([grouped, grouped, whole])},{cents}"
    if cents == "00" and rng.random() < 0.2:
        amount = rng.choice([grouped, f"{grouped},-"])
    return f"{amount} {rng.choice(['€', 'euroa', 'EUR'])}" if unit else amount


def reference(rng: Random, digits: str) -> str:
    """Write a reference in groups of five from the right, or whole."""
    if rng.random() < 0.2:
        return digits
    start = len(digits) % 5
    groups = ([digits[:start]] if start else []) + [digits[i : i + 5] for i in range(start, len(digits), 5)]
    return " ".join(groups)


def name(rng: Random, value: str) -> str:
    """Write a name kept surname first, at times with a comma."""
    last, _, first = value.partition(" ")
    return f"{last}, {first}" if first and rng.random() < 0.25 else value


def value(rng: Random, kind: str, content: Any, field: str = "") -> str:
    """Write any single value of a form."""
    if kind == "date":
        return day(rng, content)
    if kind == "phone":
        return phone(rng, content)
    if kind == "iban":
        return iban(rng, content)
    if kind == "money":
        return money(rng, content)
    if field.endswith("reference"):
        return reference(rng, content)
    if field in ("employee_name", "patient_name", "person_name", "child_name"):
        return name(rng, content)
    return str(content)


def span(rng: Random, start: date, end: date | None, lang: str) -> str:
    """Write a range of days, short forms included; without an end it runs until further notice."""
    if end is None:
        tail = {
            "fi": ["alkaen toistaiseksi", "lukien toistaiseksi", "- toistaiseksi", "alkaen kunnes toisin päätetään"],
            "sv": ["och tills vidare", "tills vidare", "- tills vidare"],
        }[lang]
        head = "fr.o.m. " if lang == "sv" else ""
        return f"{head}{day(rng, start, True)} {rng.choice(tail)}"
    if rng.random() < 0.35 and start.year == end.year:
        dash = rng.choice(["–", "-", " – ", " - "])
        if start.month == end.month and rng.random() < 0.7:
            return f"{start.day}.{dash}{end.day}.{end.month}.{end.year}"
        return f"{start.day}.{start.month}.{dash}{end.day}.{end.month}.{end.year}"
    dash = rng.choice([" - ", "–", " – ", "-"])
    if rng.random() < 0.25:
        both = {"fi": "{} alkaen {} saakka", "sv": "fr.o.m. {} t.o.m. {}"}[lang]
        return both.format(day(rng, start, True), day(rng, end, True))
    return f"{day(rng, start, True)}{dash}{day(rng, end, True)}"


def month(rng: Random, value: str, lang: str) -> str:
    """Write a month of a year."""
    year, number = value.split("-")
    return rng.choice([f"{MONTHS[lang][int(number) - 1]} {year}", f"{int(number)}/{year}", f"{number}/{year}"])
