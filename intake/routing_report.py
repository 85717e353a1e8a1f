"""The routing table as people read it: rule, section, when in plain words, where to, specifier."""

from __future__ import annotations

from datetime import date

from rich.table import Table
from rich.text import Text

from extractors.catalog import known_types
from intake.pipeline.routing_table import PlainWords, RoutingTable, Rule, Side
from intake.pipeline.units import Language, name_of
from models.document_type import Labels

HEADINGS = {
    "fi": ("sääntö", "ohje", "kun", "minne", "tarkenne"),
    "sv": ("regel", "anvisning", "när", "vart", "precisering"),
    "en": ("rule", "guide", "when", "goes to", "specifier"),
}
_SAYS = {
    "fi": ("mukana on", "tai", "ja", "aina", "omistaja", "lisätehtävät (eivät siirrä asiaa)"),
    "sv": ("med finns", "eller", "och", "alltid", "ägare", "sidouppgifter (flyttar inte ärendet)"),
    "en": ("there is", "or", "and", "always", "owner", "side tasks (they never move the matter)"),
}


def routing_report(table: RoutingTable, day: date, language: str) -> Table:
    """Lay the rules out in the order they are read, then the side tasks."""
    report = Table(show_lines=True, expand=True)
    for heading, width, ratio in zip(HEADINGS[language], (8, 11, None, None, 16), (None, None, 2, 1, None), strict=True):
        report.add_column(heading, width=width, ratio=ratio, overflow="fold")
    for rule in table.rules:
        report.add_row(rule.id, rule.section, when(rule, table, language), _place(rule, day, language), Text(rule.specifier))
    report.add_section()
    report.add_row("⊕", "", _SAYS[language][5], "", "", style="bold")
    for side in table.sides:
        report.add_row(side.id, side.section, when(side, table, language), Text(side.to), "")
    return report


def when(rule: Rule | Side, table: RoutingTable, language: str) -> Text:
    """Say in plain words when a rule holds."""
    there_is, either, both, always, *_ = _SAYS[language]
    types = known_types()
    said = []
    if rule.types:
        names = [_title(types[name].title, language) for name in rule.types]
        said.append(f"{there_is}: {f' {either} '.join(names)}")
    said += [_said(table.conditions[name], language) for name in rule.when]
    return Text(f"; {both} ".join(said) or always)


def _title(title: Labels, language: str) -> str:
    return ({"fi": title.fi, "sv": title.sv, "en": title.en}[language] or title.fi)[0]


def _said(words: PlainWords, language: str) -> str:
    return {"fi": words.fi, "sv": words.sv, "en": words.en}[language]


def _place(rule: Rule, day: date, language: str) -> Text:
    names: Language = "sv" if language == "sv" else "fi"  # units have no English names
    place = f"{rule.queue}: {name_of(rule.queue, day, names)}"
    if rule.owner and rule.owner != rule.queue:
        place += f"; {_SAYS[language][4]} {name_of(rule.owner, day, names)}"
    return Text(place)
