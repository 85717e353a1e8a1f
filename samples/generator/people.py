"""Invent people, employers and their numbers; every identity code is an artificial one (individual number 900-999)."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from . import words

HETU_CHECKS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
CENTURY_SIGNS = {18: "+", 19: "-----UVWXY", 20: "AAAAABCDEF"}
BANKS = [
    ("1", "NDEAFIHH"),
    ("2", "NDEAFIHH"),
    ("31", "HANDFIHH"),
    ("36", "TAPIFI22"),
    ("37", "DNBAFIHX"),
    ("39", "SBANFIHH"),
    ("405", "ITELFIHH"),
    ("47", "POPFFI22"),
    ("5", "OKOYFIHH"),
    ("6", "AABAFI22"),
    ("8", "DABAFIHH"),
]
FOREIGN_BANKS = [
    ("EE", 16, "HABAEE2X"),
    ("EE", 16, "EEUHEE2X"),
    ("DE", 18, "DEUTDEFF"),
    ("SE", 20, "SWEDSESS"),
    ("SE", 20, "NDEASESS"),
    ("LV", 13, "HABALV22"),
]


@dataclass(frozen=True)
class Person:
    """An invented person."""

    last: str
    first: str
    hetu: str
    born: date
    phone: str
    street: str
    postal_code: str
    city: str
    iban: str
    bic: str
    job: str

    @property
    def name(self) -> str:
        """Give the name with the surname first, as registers write it."""
        return f"{self.last} {self.first}"

    @property
    def spoken_name(self) -> str:
        """Give the name with the surname last."""
        return f"{self.first} {self.last}"


@dataclass(frozen=True)
class Employer:
    """An invented employer."""

    name: str
    business_id: str
    street: str
    postal_code: str
    city: str
    iban: str
    contact: str
    phone: str


def hetu(rng: Random, born: date) -> str:
    """Make an identity code whose individual number no living person has."""
    number = f"{born:%d%m%y}{rng.randint(900, 999)}"
    sign = rng.choice(CENTURY_SIGNS[born.year // 100])
    return f"{number[:6]}{sign}{number[6:]}{HETU_CHECKS[int(number) % 31]}"


def _luhn(digits: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        double = int(digit) * (2 if place % 2 == 0 else 1)
        total += double - 9 if double > 9 else double
    return str(-total % 10)


def _iban(country: str, account: str) -> str:
    letters = "".join(str(int(c, 36)) for c in account + country)
    return f"{country}{98 - int(letters + '00') % 97:02d}{account}"


def account(rng: Random, foreign: bool = False) -> tuple[str, str]:
    """Make an account number with right check digits, and its bank's code."""
    if foreign:
        country, length, bic = rng.choice(FOREIGN_BANKS)
        prefix = "HABA" if country == "LV" else ""
        return _iban(country, prefix + "".join(rng.choices("0123456789", k=length))), bic
    prefix, bic = rng.choice(BANKS)
    body = prefix + "".join(rng.choices("0123456789", k=13 - len(prefix)))
    return _iban("FI", body + _luhn(body)), bic


def business_id(rng: Random) -> str:
    """Make a business id whose check digit is right."""
    while True:
        digits = f"{rng.randint(100000, 3300000):07d}"
        rest = sum(int(d) * w for d, w in zip(digits, (7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
        if rest != 1:
            return f"{digits}-{11 - rest if rest else 0}"


def reference(rng: Random) -> str:
    """Make a payment reference with its check digit (weights 7, 3, 1)."""
    body = str(rng.randint(10**5, 10**12 - 1)).rstrip("0") or "1"
    total = sum(int(d) * (7, 3, 1)[i % 3] for i, d in enumerate(reversed(body)))
    return f"{body}{-total % 10}"


def mobile(rng: Random) -> str:
    """Make a Finnish mobile number, digits only."""
    return rng.choice(["040", "040", "0400", "041", "044", "045", "050", "050", "046"]) + str(rng.randint(1000000, 9999999))


def landline(rng: Random) -> str:
    """Make a Finnish fixed-line number, digits only."""
    return rng.choice(["09", "02", "03", "08", "013", "014", "015", "016", "017", "018", "019", "05", "06"]) + str(
        rng.randint(100000, 9999999)
    )


def address(rng: Random, lang: str) -> tuple[str, str, str]:
    """Make a street address, postal code and town."""
    street = rng.choice(words.names("streets_sv" if lang == "sv" and rng.random() < 0.7 else "streets_fi"))
    number = f" {rng.randint(1, 130)}"
    flat = rng.choice(
        [
            "",
            "",
            "",
            f" {rng.choice('ABCDEF')} {rng.randint(1, 90)}",
            f" {rng.choice('ABC')}",
            f" as. {rng.randint(1, 30)}",
            f" {rng.choice('abc')}",
        ]
    )
    town = rng.choice([t for t in words.rows("towns") if lang != "sv" or t[2]])
    return street + number + flat, town[1], town[2] if lang == "sv" and rng.random() < 0.8 else town[0]


def _surname(rng: Random, lang: str) -> str:
    key = "surnames_sv" if rng.random() < (0.7 if lang == "sv" else 0.06) else "surnames_fi"
    last = words.pick(rng, key)
    return f"{last}-{words.pick(rng, 'surnames_fi')}" if rng.random() < 0.12 and "-" not in last else last


def _first_names(rng: Random, lang: str) -> str:
    key = rng.choice(["women", "men"]) + ("_sv" if rng.random() < (0.75 if lang == "sv" else 0.05) else "_fi")
    return " ".join(rng.sample(words.names(key), rng.choice([1, 2, 2, 2, 3])))


def person(rng: Random, lang: str = "fi", child: bool = False, on: date = date(2019, 6, 1)) -> Person:
    """Invent a person; a child is under sixteen on the given day."""
    age = rng.uniform(0.5, 15.5) if child else rng.triangular(18, 68, 42)
    born = on - timedelta(days=int(age * 365.25))
    if not child and rng.random() < 0.004:
        born = date(rng.randint(1896, 1899), born.month, min(born.day, 28))
    street, postal_code, city = address(rng, lang)
    foreign = rng.random() < 0.05
    iban, bic = account(rng, foreign)
    job = words.pick(rng, "jobs_sv" if lang == "sv" else "jobs_fi")
    return Person(
        _surname(rng, lang),
        _first_names(rng, lang),
        hetu(rng, born),
        born,
        mobile(rng),
        street,
        postal_code,
        city,
        iban,
        bic if foreign or rng.random() < 0.1 else "",
        job,
    )


def short_name(rng: Random, lang: str = "fi") -> str:
    """Invent an official's name, first name first."""
    return f"{_first_names(rng, lang).split()[0]} {_surname(rng, lang)}"


def employer_name(rng: Random, lang: str = "fi") -> str:
    """Invent an employer's name."""
    pattern = words.pick(rng, "employers_sv" if lang == "sv" and rng.random() < 0.6 else "employers_fi")
    town = rng.choice(words.rows("towns"))
    if pattern.startswith("{t}n") and town[0][-1] not in "aeiouyäö":
        pattern = pattern.replace("{t}n", "{t}")
    if pattern == "{t} stad":
        return f"{town[2] or 'Vasa'} stad"
    return pattern.format(s=words.pick(rng, "surnames_sv" if lang == "sv" else "surnames_fi"), t=town[0])


def employer(rng: Random, lang: str = "fi", name: str = "") -> Employer:
    """Invent an employer."""
    street, postal_code, city = address(rng, lang)
    phone = landline(rng) if rng.random() < 0.7 else mobile(rng)
    return Employer(
        name or employer_name(rng, lang),
        business_id(rng),
        street,
        postal_code,
        city,
        account(rng)[0],
        short_name(rng, lang),
        phone,
    )
