"""Write the small letters: withdrawals, explanations, claims, decisions of others, and papers that came to the wrong place."""

import json
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from . import pen, people, words, written
from .letter_page import Letter, letter
from .pen import Writer
from .sheet import Sheet
from .story import Story

PERSONAL = ("application_withdrawal", "late_explanation", "clarification", "proxy", "appeal", "change_notice")


@cache
def _texts() -> dict[str, Any]:
    return dict(json.loads((Path(__file__).parent / "letters.json").read_text(encoding="utf-8")))


def kinds() -> tuple[str, ...]:
    """Name the document types written here."""
    return tuple(key for key in _texts() if not key.startswith("_"))


def write_letter(rng: Random, story: Story, kind: str, writer: Writer | None = None) -> tuple[dict[str, Any], list[Sheet]]:
    """Write one letter; give its fields and pages. A writer makes it a handwritten one."""
    texts = _texts()
    wording = rng.choice(texts[kind][story.lang])
    day = story.signed + timedelta(days=rng.randint(0, 30))
    page = letter(rng, writer)
    facts = _facts(rng, story, day)
    body = [line.format(**facts) for line in wording["body"]]
    if not wording.get("person", True):
        page.title(wording["title"])
        for line in body:
            page.para(line)
        return {}, page.sheets
    rng.choice((_plain, _with_head, _signed_letter, _pairs))(page, story, wording["title"], body, facts, rng)
    return {"person_hetu": story.person.hetu, "date": day.isoformat()}, page.sheets


def _facts(rng: Random, story: Story, day: date) -> dict[str, str]:
    end = story.end or story.start + timedelta(days=20)
    p, lang = story.person, story.lang
    town = rng.choice(words.rows("towns"))
    return {
        "name": rng.choice([p.name, p.spoken_name]),
        "hetu": p.hetu,
        "span": written.span(rng, story.start, end, lang),
        "start": written.day(rng, story.start, True),
        "end": written.day(rng, end, True),
        "earlier": written.day(rng, story.start - timedelta(days=rng.randint(5, 60)), True),
        "day": written.day(rng, day, True),
        "iban": written.iban(rng, people.account(rng)[0]),
        "sum": written.money(rng, f"{rng.uniform(120, 3200):.2f}"),
        "employer": story.employers[0],
        "helper": people.short_name(rng, lang),
        "official": people.short_name(rng, lang),
        "town": town[2] if lang == "sv" and town[2] else town[0],
        "street": p.street,
        "post": f"{p.postal_code} {p.city}",
        "disease": story.disease.lower(),
        "phone": written.phone(rng, p.phone),
        "diary": f"{rng.randint(10, 9999)}/{rng.randint(10, 99)}/{day.year}",
        "percent": f"{rng.randint(5, 29)},{rng.choice('05')}",
        "top": f"{rng.randint(15, 50)} 000,00",
        "hourly": written.money(rng, f"{rng.uniform(10, 30):.2f}"),
        "fund": rng.choice(
            ["Työttömyyskassa Ansio", "Palvelualojen työttömyyskassa", "Yleinen työttömyyskassa YTK", "Arbetslöshetskassan Trygg"]
        ),
    }


def _person_line(story: Story, facts: dict[str, str], rng: Random) -> str:
    word = {"fi": rng.choice(["henkilötunnus", "hetu", "henkilötunnus"]), "sv": "personbeteckning"}[story.lang]
    return rng.choice(
        [f"{facts['name']}, {word} {facts['hetu']}", f"{facts['name']} ({facts['hetu']})", f"{facts['name']} {facts['hetu']}"]
    )


def _named(body: list[str], facts: dict[str, str]) -> bool:
    return any(facts["hetu"] in line for line in body)


def _plain(page: Letter, story: Story, title: str, body: list[str], facts: dict[str, str], rng: Random) -> None:
    page.title(title)
    for line in body:
        page.para(line)
    if not _named(body, facts):
        page.para(_person_line(story, facts, rng))
    page.para(facts["day"])


def _with_head(page: Letter, story: Story, title: str, body: list[str], facts: dict[str, str], rng: Random) -> None:
    page.columns([{"fi": "Kansaneläkelaitos", "sv": "Folkpensionsanstalten"}[story.lang]], [facts["day"]])
    page.title(title)
    if not _named(body, facts):
        label = {"fi": rng.choice(["Asia koskee", "Asiakas", "Koskee"]), "sv": rng.choice(["Ärendet gäller", "Kund"])}[story.lang]
        page.para(f"{label}: {_person_line(story, facts, rng)}")
    for line in body:
        page.para(line)
    page.signer([facts["official"]], pen.hand(rng) if not page.writer else page.writer)


def _signed_letter(page: Letter, _: Story, title: str, body: list[str], facts: dict[str, str], rng: Random) -> None:
    page.title(title)
    for line in body:
        page.para(line)
    page.gap(0.5)
    page.para(f"{facts['town']} {facts['day']}")
    page.signer([facts["name"]] if _named(body, facts) else [facts["name"], facts["hetu"]], page.writer or pen.hand(rng))


def _pairs(page: Letter, story: Story, title: str, body: list[str], facts: dict[str, str], rng: Random) -> None:
    page.title(title)
    if not _named(body, facts):
        labels = {"fi": ("Nimi", "Henkilötunnus"), "sv": ("Namn", "Personbeteckning")}[story.lang]
        page.pairs([(labels[0], facts["name"]), (labels[1], facts["hetu"])], True, rng.random() < 0.4, 120)
    for line in body:
        page.para(line)
    page.pairs([({"fi": rng.choice(["Päiväys", "Aika", "Pvm"]), "sv": "Datum"}[story.lang], facts["day"])], True, False, 120)
