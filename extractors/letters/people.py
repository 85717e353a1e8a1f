"""Names of persons, and who signed a letter and as what."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractors.letters.lines import Segment
from extractors.letters.passage import Passage, fold, join
from extractors.letters.phrases import ADDRESSEE_WORDS, AUTHORITY_WORDS, ENFORCEMENT_WORDS, UNIT_WORDS, Role, find_roles

_PART = r"[A-ZÅÄÖÉÜŠŽÆØ](?:[\w'’]*[^\W\d_]|\.)(?:\s?-\s?[A-ZÅÄÖÉÜŠŽÆØ][\w'’]*)*"
_NAME = re.compile(rf"(?:\b(?:von|af|de|van|da)\s+)?{_PART}(?:,?[ \n](?:(?:von|af|de|van|da) )?{_PART}){{1,4}}")
# Words that begin with a capital in letters without being part of a name.
_NOT_NAMES = re.compile(
    r"^(henkilo(tunnus|n)?|asiakka\w*|potilaa\w*|hetu|nimi|namn|potila(s|an)|patient(en)?|velalli\w*|galdenar\w*|personbeteckning|paato(s|ksen)"
    r"|beslut(et)?|maaraan|maarataan|asia(numero|nro|tunnus|nosainen|kas|kkaan)?|dnro|dnr|puh|tel|tfn|puhelin|telefon|lisatie\w*"
    r"|tyo(paikka|nantaja)|syntynyt|synt|fodd|sv|ll|lt|md|ld|dosentti|docent|professori|allekirjoit\w*|underskrift|jasen|hakija"
    r"|klient|lapsi|lapsen|barn(et|ets)?|huoltaja|vardnadshavare|tartuntatau\w*|maksukiel\w*|betalningsforbud\w*|kunnan|kaupungin"
    r"|oy|ab|oyj|tmi|ky|pl|pb|sivu|sida|diagnoosi|icd|virka(asema|nimike|suhteinen)|sahkoise\w*|elektronisk\w*|kunnioit\w*"
    r"|ystavallis\w*|terveisin|hogaktning\w*|halsning\w*|med|fran|den|till|ajalle|ajalla|ulosotto\w*|utsokning\w*|kihlakunn\w*"
    r"|perustee\w*|kun|koska|joka|han|hanet|taten|harmed|mina|jag|osoite|adress|part|arende|motivering|datum|pvm|paivays"
    r"|\w*(laakari|laakarin|lakare|lakaren|hoitaja|skotare|vouti|fogde|ulosottomies|utmatningsman|tarkastaja|inspektor|sihteeri)"
    r"|hyva|arvoisa|rouva|herra|basta|bastet?|herr|fru|oppilas|elev\w*|tyontekija\w*|arbetstagare\w*|personen|klienten|dotter"
    r"|puoliso\w*|make|maka|voimassa|toistaiseksi|ratkaisija|esittelija|valmistelija|kasittelija|poytakirjan\w*|tiedoksi|jakelu"
    r"|asiaton|kohde|maaraysaika|karanteeni\w*|eristys\w*|eristami\w*|poissaolo\w*|karantan\w*|isolering\w*|franvaro\w*"
    r"|postinumero|kotikunta|hemort|syntymaaika|fodelsetid|ammatti|yrke|kela|fpa|kansanelakelaitos\w*|folkpensionsanstalt\w*)$"
)
_SCRAWL = 0.3
_STREET = re.compile(r"(katu|tie|kuja|polku|vagen|gatan|grand|gränd)\b")
_CONTACT = re.compile(r"\b(puh|tel|lisatie|tieduste|yhteyshenk|upplysning|kontakt|forfragning|soita|www|sahkoposti|e-?post)")


@dataclass(frozen=True)
class Signer:
    """A person found beside a role phrase, or by a label only (`role` None).

    `role_text` is what the paper says the person is.
    """

    name: Passage
    role: Role | None
    role_text: Passage
    labelled: bool = False


def find_name(passage: Passage) -> Passage | None:
    """Find the first run of two to five capitalised words that can be a person's name."""
    return next(find_names(passage), None)


def find_names(passage: Passage) -> Iterator[Passage]:
    """Find names in reading order. One may run over the end of a line, never into another column or paragraph."""
    at = 0
    while found := _NAME.search(passage.text, at):
        parts = [part.span() for part in re.finditer(r"[^\s,]+", found.group())]
        words = [letters(found.group()[first:last]) for first, last in parts]
        bad = next((number for number, word in enumerate(words) if _NOT_NAMES.match(word)), len(words))
        end = found.start() + parts[max(0, bad - 1)][1]
        if bad >= 2 and not _is_organisation(passage.text, found.start(), end):
            yield passage.cut(found.start(), end)
        at = found.start() + parts[bad][1] if bad < len(words) else found.end()


def letters(text: str) -> str:
    return "".join(char for char in fold(text) if char.isalpha() or char == "-")


def _is_organisation(text: str, start: int, end: int) -> bool:
    folded = fold(text[start:end])
    tests = (AUTHORITY_WORDS, ENFORCEMENT_WORDS, UNIT_WORDS, ADDRESSEE_WORDS, _STREET)
    return any(test.search(folded) for test in tests) or bool(re.match(r"\s(Oy|Ab|Ky|Tmi)\b", text[end:]))


def name_value(name: Passage) -> str:
    """Write a name as the contract wants it: no comma, hyphens without blanks, the order of the paper."""
    plain = re.sub(r"\s*-\s*", "-", name.flat.replace(",", " "))
    return re.sub(r"\s+", " ", plain).strip(" .;:")


def find_signers(segments: Sequence[Segment], roles: frozenset[str]) -> list[Signer]:
    """Find persons standing in a segment with a role, or right above or below it; likeliest signer first.

    A signature stands at the end, so later ones come first; lines that tell whom to call come last.
    """
    found: list[tuple[bool, int, Signer]] = []
    for number, segment in enumerate(segments):
        whole = join([segment])
        for role in find_roles(whole.flat):
            if role.name not in roles:
                continue
            name = _name_beside(whole, role) or _name_near(segments, segment)
            if name is not None:
                block = _role_block(segments, segment)
                is_contact = bool(_CONTACT.search(fold(whole.flat)))
                found.append((is_contact, -number, Signer(name, role, block)))
    return [signer for _, _, signer in sorted(found, key=lambda item: item[:2])]


def _name_beside(whole: Passage, role: Role) -> Passage | None:
    before = list(find_names(whole.cut(0, role.start)))
    if before:
        return before[-1]
    after = whole.cut(role.end, len(whole.text))
    name = find_name(after)
    return name if name is not None and after.text.find(name.text) <= 3 else None


def _name_near(segments: Sequence[Segment], role: Segment) -> Passage | None:
    beside = [s for s in segments if (s.page, s.row) == (role.page, role.row) and s.box.x0 > role.box.x1]
    above = [s for s in segments if s.page == role.page and s.row < role.row and _stacked(s, role, 3.2)]
    below = [s for s in segments if s.page == role.page and s.row > role.row and _stacked(role, s, 1.2)]
    near = [*beside[:1], *sorted(above, key=lambda s: -s.row), *sorted(below, key=lambda s: s.row)]
    for segment in sorted(near, key=_is_scrawl):
        passage = join([segment])
        name = find_name(passage)
        if name is not None and len(name.text) >= 0.5 * len(re.sub(r"\(.*?\)|/s/|LT|LL", "", passage.text)):
            return name
    return None


def _is_scrawl(segment: Segment) -> bool:
    """A signature, read as if it were print: its words are sure of nothing."""
    return statistics.fmean(word.engine_score for word in segment.words) < _SCRAWL


def _stacked(upper: Segment, lower: Segment, heights: float) -> bool:
    gap = lower.box.y0 - upper.box.y1
    height = max(upper.height, lower.height)
    shared = min(upper.box.x1, lower.box.x1) - max(upper.box.x0, lower.box.x0)
    return gap < heights * height and (abs(upper.box.x0 - lower.box.x0) < 1.5 * height or shared > 0)


def _role_block(segments: Sequence[Segment], role: Segment) -> Passage:
    """The segment with the role, and the lines of the same signature around it."""

    def belongs(other: Segment) -> bool:
        close = other.page == role.page and abs(other.row - role.row) <= 2
        return close and not re.search(r"[\d:]", other.text) and (_stacked(role, other, 0.9) or _stacked(other, role, 0.9))

    return join([other for other in segments if other is role or belongs(other)])
