"""Put papers together into what arrives: one letter, an application with its annexes, two people in one envelope."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from . import bans, form_values, letters, orders, pen, people, plans, printing, unusual
from .form_draw import draw_form
from .form_values import Fields
from .pen import Writer
from .sheet import Sheet
from .story import Story, tell

Route = dict[str, str]
SOUTH: Route = {"queue": "southern_district", "specifier": "Tartuntatautipäiväraha"}
ABROAD: Route = {"queue": "international_centre", "specifier": "kv-siirto"}
HOME: Route = {"queue": "home_district", "specifier": ""}
LETTER_ROUTES: dict[str, Route] = {
    "tax_card": {"queue": "tax", "specifier": ""},
    "e_form_other": ABROAD,
    "misdirected_maintenance": {"queue": "recovery_centre", "specifier": ""},
    "misdirected_pension": HOME,
    "misdirected_other": {"queue": "other_authority", "specifier": ""},
    "unknown": {"queue": "indexing", "specifier": ""},
}


@dataclass
class Paper:
    """One document before it is scanned."""

    type: str
    lang: str
    hand: bool
    fields: Fields
    sheets: list[Sheet]


@dataclass
class Envelope:
    """Everything that arrives at once."""

    case: str
    story: Story
    papers: list[Paper]
    route: Route


@dataclass
class Desk:
    """Where papers of one envelope are filled in: the luck, the language, and whether forms are filled by hand."""

    rng: Random
    lang: str
    hand: bool
    unusual: bool = False
    writer: Writer = field(init=False)

    def __post_init__(self) -> None:
        """Sit one person down to fill the applicant's papers."""
        self.writer = self.scribe()

    def scribe(self) -> Writer:
        """Draw someone who fills forms in."""
        writer = pen.hand(self.rng) if self.hand else pen.typist(self.rng)
        return unusual.written(writer, self.rng) if self.unusual else writer

    def form(self, kind: str, fields: Fields, writer: Writer | None = None, place: str = "") -> Paper:
        """Draw a form with fields."""
        lang = "en" if kind == "e115" else self.lang
        look = printing.choose(self.rng, self.hand)
        look = unusual.printed(look, self.rng) if self.unusual else look
        sheets = draw_form(
            plans.plan(kind, lang), look, fields | ({"_place": place} if place else {}), writer or self.writer, self.rng
        )
        return Paper(kind, lang, self.hand, fields, sheets)


def _order(desk: Desk, story: Story) -> Paper:
    fields, sheets = orders.write_order(desk.rng, story)
    return Paper("absence_order", story.lang, False, fields, sheets)


def _wage_notice(desk: Desk, story: Story, reason: str = "infectious_disease") -> Paper:
    employer = people.employer(desk.rng, desk.lang, story.employers[0])
    return desk.form("y17_wage_notice", form_values.y17(desk.rng, story, employer, reason), desk.scribe())


def _certificate(desk: Desk, story: Story, in_charge: bool) -> Paper:
    fields = form_values.a_certificate(desk.rng, story, in_charge)
    place = story.person.city if desk.rng.random() < 0.8 else ""
    return desk.form("a_certificate", fields, desk.scribe(), place)


def _application(desk: Desk, story: Story, benefit: str, attachments: list[str], abroad: str = "") -> Paper:
    return desk.form("sv8_application", form_values.sv8(desk.rng, story, benefit, attachments, abroad))


THIS = "infectious_disease_allowance"


def _apply(desk: Desk) -> Envelope:
    story = tell(desk.rng, desk.lang)
    return Envelope("apply", story, [_application(desk, story, THIS, ["absence_order"]), _order(desk, story)], SOUTH)


def _apply_y17(desk: Desk) -> Envelope:
    story = tell(desk.rng, desk.lang)
    return Envelope(
        "apply_y17",
        story,
        [_application(desk, story, THIS, ["absence_order", "wage_notice"]), _order(desk, story), _wage_notice(desk, story)],
        SOUTH,
    )


def _child(desk: Desk) -> Envelope:
    story = tell(desk.rng, desk.lang, child=True)
    return Envelope("child", story, [_application(desk, story, THIS, ["absence_order"]), _order(desk, story)], SOUTH)


def _abroad(desk: Desk) -> Envelope:
    story = tell(desk.rng, desk.lang)
    return Envelope(
        "abroad",
        story,
        [_application(desk, story, THIS, ["absence_order"], desk.rng.choice(["worked", "moving"])), _order(desk, story)],
        ABROAD,
    )


def _sick(desk: Desk, name: str, other: bool, route: Route) -> Envelope:
    story = tell(desk.rng, desk.lang, other_illness=other)
    return Envelope(
        name,
        story,
        [_application(desk, story, "sickness_allowance", ["medical_certificate"]), _certificate(desk, story, False)],
        route,
    )


def _sick_infectious(desk: Desk) -> Envelope:
    return _sick(desk, "sick_infectious", False, SOUTH)


def _sick_other(desk: Desk) -> Envelope:
    return _sick(desk, "sick_other", True, HOME)


def _cert_ok(desk: Desk) -> Envelope:
    story = tell(desk.rng, desk.lang)
    return Envelope("cert_ok", story, [_certificate(desk, story, True)], SOUTH)


def _cert_gp(desk: Desk) -> Envelope:
    story = tell(desk.rng, desk.lang)
    return Envelope("cert_gp", story, [_certificate(desk, story, False)], SOUTH)


def _y17(desk: Desk) -> Envelope:
    story = tell(desk.rng, desk.lang)
    return Envelope("y17", story, [_wage_notice(desk, story)], SOUTH)


def _two(desk: Desk) -> Envelope:
    papers = []
    for _ in range(2):
        story = tell(desk.rng, desk.lang)
        papers.append(_wage_notice(desk, story) if desk.rng.random() < 0.6 else _order(desk, story))
    return Envelope("two", story, papers, SOUTH)


def _order_alone(desk: Desk) -> Envelope:
    story = tell(desk.rng, desk.lang, child=desk.rng.random() < 0.15)
    return Envelope("order", story, [_order(desk, story)], SOUTH)


def _ban(desk: Desk) -> Envelope:
    story = tell(desk.rng, desk.lang)
    fields, sheets = bans.write_ban(desk.rng, story)
    return Envelope("ban", story, [Paper("payment_ban", desk.lang, False, fields, sheets)], SOUTH)


def _y121(desk: Desk) -> Envelope:
    story = tell(desk.rng, desk.lang)
    return Envelope(
        "y121",
        story,
        [desk.form("y121_account_change", form_values.y121(desk.rng, story))],
        {"queue": "basic_data", "specifier": "tilinumeromuutos"},
    )


def _e115(desk: Desk) -> Envelope:
    story = tell(desk.rng, "fi")
    return Envelope("e115", story, [desk.form("e115", form_values.e115(desk.rng, story))], ABROAD)


def _letter(desk: Desk) -> Envelope:
    story = tell(desk.rng, desk.lang)
    kind = desk.rng.choice(letters.kinds())
    hand = desk.hand and kind in letters.PERSONAL
    writer = replace(desk.writer, size=desk.writer.size * desk.rng.uniform(1.15, 1.5)) if hand else None
    fields, sheets = letters.write_letter(desk.rng, story, kind, writer)
    return Envelope("letter", story, [Paper(kind, desk.lang, hand, fields, sheets)], LETTER_ROUTES.get(kind, SOUTH))


CASES: dict[str, tuple[int, Callable[[Desk], Envelope]]] = {
    "apply": (9, _apply),
    "apply_y17": (7, _apply_y17),
    "child": (5, _child),
    "abroad": (4, _abroad),
    "sick_infectious": (4, _sick_infectious),
    "sick_other": (4, _sick_other),
    "cert_ok": (5, _cert_ok),
    "cert_gp": (3, _cert_gp),
    "y17": (11, _y17),
    "two": (4, _two),
    "order": (14, _order_alone),
    "ban": (14, _ban),
    "y121": (4, _y121),
    "e115": (4, _e115),
    "letter": (14, _letter),
}


def open_envelope(rng: Random, case: str, lang: str, hand: bool, unusual: bool = False) -> Envelope:
    """Make all papers of a case; unusual ones are printed and filled in as few are."""
    return CASES[case][1](Desk(rng, lang, hand, unusual))


def truth_of(paper: Paper, pages: list[int]) -> dict[str, Any]:
    """Write one document's truth."""
    return {
        "type": paper.type,
        "lang": paper.lang,
        "pages": pages,
        "hand": paper.hand,
        "real_strokes": False,
        "fields": paper.fields,
    }
