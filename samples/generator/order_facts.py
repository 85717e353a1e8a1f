"""Invent what a physician's decision says before it is laid out."""

from dataclasses import dataclass
from random import Random
from typing import Any

from . import order_texts as texts
from . import people, words, written
from .story import Story


@dataclass(frozen=True)
class Order:
    """What one decision says, in words ready for the page."""

    lang: str
    kind: str
    authority: str
    unit: str
    name: str
    spoken: str
    hetu: str
    guardian: str
    guardian_name: str
    address: str
    period: str
    start: str
    end: str
    disease: str
    code: str
    hazard: str
    workplace: str
    date: str
    diary: str
    physician: str
    title: str
    section: str

    @property
    def heading(self) -> str:
        """Give the decision's name."""
        return texts.HEADINGS[self.lang][self.kind][0]


def _diary(rng: Random, year: int) -> str:
    group = ".".join(f"{rng.randint(0, 9):02d}" for _ in range(2))
    numbers = [
        f"{rng.randint(100, 9999)}/{rng.randint(1, 9):02d}.{rng.randint(1, 9):02d}/{year}",
        f"{rng.randint(1, 400)}/{year}",
        f"THL/{rng.randint(100, 999)}/{year % 100}",
        f"{rng.randint(1000, 9999)}/{rng.randint(10, 14)}.{group}/{year}",
    ]
    return rng.choice(numbers)


def _authority(rng: Random, story: Story) -> str:
    town = rng.choice(words.rows("towns"))
    genitive = {
        "Helsinki": "Helsingin",
        "Turku": "Turun",
        "Lahti": "Lahden",
        "Porvoo": "Porvoon",
        "Vaasa": "Vaasan",
        "Kuopio": "Kuopion",
        "Oulu": "Oulun",
        "Espoo": "Espoon",
    }
    pattern = words.pick(rng, f"authorities_{story.lang}")
    return pattern.format(g=genitive.get(town[0], rng.choice(list(genitive.values()))), t=town[0], v=town[2] or "Vasa")


def invent_order(rng: Random, story: Story) -> tuple[dict[str, Any], Order]:
    """Invent one decision; give its fields as they will be printed, and its words."""
    lang, subject = story.lang, story.child or story.person
    in_charge = rng.random() < 0.92
    title = rng.choice((texts.IN_CHARGE if in_charge else texts.OTHER_TITLES)[lang])
    stated, employer_stated = rng.random() < 0.8, rng.random() < 0.85
    coded = rng.random() < 0.92
    diary = _diary(rng, story.decided.year)
    surname_first = rng.random() < 0.6
    name = subject.name if surname_first else subject.spoken_name
    written_name = f"{subject.last}, {subject.first}" if surname_first and rng.random() < 0.35 else name
    authority = _authority(rng, story)
    fields: dict[str, Any] = {
        "authority": authority,
        "decision_kind": story.kind,
        "subject_name": name,
        "subject_hetu": subject.hetu,
        "start": story.start.isoformat(),
        "decision_date": story.decided.isoformat(),
        "physician_name": people.short_name(rng, lang),
        "physician_is_responsible": in_charge,
        "diary_number": diary,
    }
    fields |= {"end": story.end.isoformat()} if story.end else {}
    fields |= {"disease_code": story.code} if coded else {}
    fields |= {"guardian_hetu": story.person.hetu} if story.child else {}
    fields |= {"hazardous": story.hazardous} if stated else {}
    fields |= {"workplace": story.employers[0]} if employer_stated else {}
    home = f"{story.person.street}, {story.person.postal_code} {story.person.city}"
    order = Order(
        lang,
        story.kind,
        authority,
        rng.choice(texts.UNITS[lang]),
        written_name,
        subject.spoken_name if not surname_first else name,
        subject.hetu,
        story.person.hetu if story.child else "",
        story.person.spoken_name if story.child else "",
        home if rng.random() < 0.6 else "",
        written.span(rng, story.start, story.end, lang),
        written.day(rng, story.start, True),
        written.day(rng, story.end, True) if story.end else {"fi": "toistaiseksi", "sv": "tills vidare"}[lang],
        story.disease,
        story.code if coded else "",
        rng.choice(texts.HAZARDS[lang][story.hazardous]) if stated else "",
        story.employers[0] if employer_stated else "",
        written.day(rng, story.decided, True),
        diary,
        fields["physician_name"],
        title,
        texts.SECTIONS[story.kind],
    )
    return fields, order
