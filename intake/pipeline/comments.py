"""What a work item tells the unit that gets it, in Finnish, as the guide asks (1.8.1.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from intake.pipeline.conditions import Ground, diagnosis_is_infectious, has_word, international_markers, said_on
from intake.pipeline.matters import Matter, text_of, value_of
from intake.pipeline.routing_table import CommentName, RoutingTable
from intake.pipeline.units import recovery_of
from models.extraction import Extraction, Record

_PAPER_NAMES = {
    "sv8_application": "SV 8",
    "y17_wage_notice": "Y 17",
    "a_certificate": "SV 6",
    "e115": "E 115",
    "e_form_other": "E-lomake",
}
_PERIODS = (
    ("absence_start", "absence_end"),
    ("start", "end"),
    ("incapacity_start", "incapacity_end"),
    ("unfit_start", "unfit_end"),
)


def comment_for(name: CommentName, matter: Matter, grounds: list[Ground], table: RoutingTable) -> str:
    """Write the comment that a rule asks for; empty when it asks for none."""
    return _WRITERS[name](matter, grounds, table) if name else ""


def _e_form(matter: Matter, grounds: list[Ground], _table: RoutingTable) -> str:
    form = grounds[0].record
    sender = ", ".join(str(value) for name in ("institution_name", "institution_country") if (value := value_of(form, name)))
    marker = f"{_paper(form)} lähettäjältä {sender}" if sender else f"{_paper(form)} saapunut"
    return f"kv-siirto: {marker}; {_place(grounds[0])}; haettu aika {_period(matter)}; pyydetään E-lomakkeen käsittely"


def _international(matter: Matter, grounds: list[Ground], table: RoutingTable) -> str:
    """All markers of the papers; where only a register shows one, that one."""
    markers = international_markers(matter, table) or [ground for ground in grounds if ground.says][-1:]
    said = ", ".join(marker.says for marker in markers)
    return f"kv-siirto: {said}; {_place(markers[0])}; haettu aika {_period(matter)}; pyydetään vakuuttaminen"


def _suspicion(matter: Matter, grounds: list[Ground], table: RoutingTable) -> str:
    ground = diagnosis_is_infectious(matter, table) or grounds[0]
    return f"Diagnoosi {ground.says} ({_place(ground)}): tarkista mahdollinen oikeus tartuntatautipäivärahaan"


def _recovery(matter: Matter, grounds: list[Ground], _table: RoutingTable) -> str:
    """What is recovered and which unit of the recovery centre has it, as far as the paper's words tell."""
    paper = grounds[0].record
    said = said_on(matter, paper)
    if not said and paper.document_type == "misdirected_maintenance":
        said = "elatusapuvelka"  # the type tells as much when its words are not at hand
    row = recovery_of(lambda words: has_word(said, words))
    phone = f", puh. {row.phone}" if row.phone else ""
    return f"Perintä: {row.fi}; yksikkö: {row.unit}{phone} (tilanne 10/2014, {row.source})"


def _wage_card(_matter: Matter, grounds: list[Ground], _table: RoutingTable) -> str:
    return f"Palkkaa varten annettua verokorttia ei rekisteröidä etuudelle ({_place(grounds[0])}): ilmoita asiakkaalle"


def _paper(record: Record) -> str:
    return _PAPER_NAMES.get(record.document_type, record.document_type)


def _place(ground: Ground) -> str:
    """Paper and page of what the comment speaks of."""
    found = ground.record.fields.get(ground.field) if ground.field else None
    page = found.span.page if isinstance(found, Extraction) and found.span else min(ground.record.pages, default=1)
    return f"{_paper(ground.record)}, s. {page}"


def _period(matter: Matter) -> str:
    """The days that are sought, from the first paper that tells them."""
    for start_name, end_name in _PERIODS:
        for record in matter.records:
            start, end = value_of(record, start_name), value_of(record, end_name)
            if start or end:
                return f"{_finnish(start)}–{_finnish(end)}".strip()
            if text_of(record, start_name):
                return "ei luettavissa"
    return "ei ilmoitettu"


def _finnish(value: object) -> str:
    if not isinstance(value, str) or value.count("-") != 2:
        return ""
    year, month, day = value.split("-")
    return f"{int(day)}.{int(month)}.{year}"


_WRITERS: Mapping[str, Callable[[Matter, list[Ground], RoutingTable], str]] = {
    "e_form": _e_form,
    "international": _international,
    "suspicion": _suspicion,
    "recovery": _recovery,
    "wage_card": _wage_card,
}
