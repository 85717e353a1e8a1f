"""Invent what happened: who fell under an order, for which disease, from when to when, and where they work."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from . import people, words
from .people import Person

KINDS = ("work_absence", "quarantine", "isolation", "child_home")


@dataclass(frozen=True)
class Story:
    """The facts that all papers of one matter share."""

    lang: str
    person: Person
    child: Person | None
    employers: tuple[str, ...]
    kind: str
    code: str
    disease: str
    hazardous: bool
    start: date
    end: date | None
    decided: date
    signed: date
    continuation: bool


def _start(rng: Random) -> date:
    year = rng.choices([2017, 2018, 2019, 2020, 2021, 2022, 2023, 2024], [5, 24, 32, 20, 7, 5, 4, 3])[0]
    return date(year, 1, 1) + timedelta(days=rng.randrange(365))


def tell(rng: Random, lang: str, child: bool = False, other_illness: bool = False) -> Story:
    """Invent a matter."""
    start = _start(rng)
    end = (
        start + timedelta(days=rng.choice([rng.randint(2, 14), rng.randint(7, 30), rng.randint(20, 60)]))
        if rng.random() < 0.87
        else None
    )
    person = people.person(rng, lang, on=start)
    ward = None
    if child:
        drawn = people.person(rng, lang, child=True, on=start)
        ward = (
            drawn
            if rng.random() < 0.2
            else Person(
                person.last, drawn.first, drawn.hetu, drawn.born, "", person.street, person.postal_code, person.city, "", "", ""
            )
        )
    row = rng.choice(words.rows("illnesses" if other_illness else "diseases"))
    kind = "child_home" if child else rng.choices(KINDS[:3], [60, 25, 15])[0]
    decided = start + timedelta(days=rng.choice([-1, 0, 0, 1, 2, 3]))
    signed = max(decided, start) + timedelta(days=rng.randint(1, 40))
    names = tuple(people.employer_name(rng, lang) for _ in range(rng.choices([1, 2, 3], [74, 21, 5])[0]))
    return Story(
        lang,
        person,
        ward,
        names,
        kind,
        row[0],
        row[2 if lang == "sv" else 1],
        bool(row[3]) if len(row) > 3 else False,
        start,
        end,
        decided,
        signed,
        rng.random() < 0.25,
    )
