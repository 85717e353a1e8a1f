"""Tell which document type a page belongs to, and what it says about its place in a bundle."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from rapidfuzz import fuzz, process

from extractors import page_signs
from extractors.page_signs import FormCode
from extractors.phrase_search import Found, Phrase, SearchText, fold
from extractors.rows import Segment, segments_of
from models.document_type import DocumentType, Labels
from models.page import LabelledPage, Language, PageText

UNKNOWN = "unknown"

ENOUGH = 3.0
"""Points that a type needs; one strong phrase or a title give them, labels that many papers bear do not."""

AHEAD = 0.9
"""Points by which the best type must lead, else the page is unknown."""

CODE_POINTS, MISREAD_CODE_POINTS, SECOND_CODE_POINTS = 6.0, 2.5, 1.5
TITLE_POINTS = 4.0
LONG_TITLE = 16
WORDING_POINTS = (3.0, 1.5, 1.0, 0.5)
HINT_POINTS, MOST_HINTS = 0.6, 5
LABEL_POINTS = {"form": 4.5, "letter": 1.5}
LEAST_WEIGHT = 0.08
"""Labels that weigh less are not even looked for: short, or borne by many types."""

AGAINST_POINTS = -4.0
OTHER_CODE_POINTS = -3.0
SUREST = (0.6, 0.93, 0.995, 0.9995)
"""The highest confidence with none, one, two, three kinds of evidence."""

TITLE_SHARE = 0.45
"""Titles stand above this share of the page's height."""


@dataclass(frozen=True)
class _Label:
    """A label of a field of one type; `place` runs from 0, the form's first field, to 1, its last."""

    phrase: Phrase
    language: Language
    weight: float
    place: float


@dataclass(frozen=True)
class _Profile:
    """What speaks for one type, ready to be searched."""

    doc_type: DocumentType
    titles: tuple[Phrase, ...]
    wording: tuple[Phrase, ...]
    hints: tuple[Phrase, ...]
    against: tuple[Phrase, ...]
    labels: tuple[_Label, ...]


class _Catalogue:
    """The types as a key that hashes by identity, so that profiles are built once and not per page."""

    def __init__(self, types: Mapping[str, DocumentType]) -> None:
        self.types = tuple(types.values())
        self._ids = tuple(map(id, self.types))

    def __hash__(self) -> int:
        return hash(self._ids)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Catalogue) and self._ids == other._ids


@dataclass(frozen=True)
class _Profiles:
    every: tuple[_Profile, ...]
    codes: dict[str, re.Pattern[str]]
    type_of_code: dict[str, str]
    titles: tuple[tuple[Phrase, str], ...]
    title_keys: tuple[str, ...]


@lru_cache(maxsize=4)
def _profiles(catalogue: _Catalogue) -> _Profiles:
    bearers: dict[str, set[str]] = {}
    for doc_type in catalogue.types:
        for text, _, _ in _label_texts(doc_type):
            bearers.setdefault(fold(text), set()).add(doc_type.name)
    every = tuple(_profile(doc_type, bearers) for doc_type in catalogue.types if doc_type.name != UNKNOWN)
    owners = {code: doc_type.name for doc_type in catalogue.types for code in doc_type.match.codes}
    titles = tuple((title, profile.doc_type.name) for profile in every for title in profile.titles)
    patterns = {code: page_signs.code_pattern(code) for code in owners}
    return _Profiles(every, patterns, owners, titles, tuple(title.key for title, _ in titles))


def _profile(doc_type: DocumentType, bearers: Mapping[str, set[str]]) -> _Profile:
    match = doc_type.match
    labels = []
    for text, language, place in _label_texts(doc_type):
        phrase = Phrase.of(text)
        if len(phrase.key) >= 5:
            weight = min(1.0, len(phrase.key) / 14) / len(bearers[phrase.key]) ** 1.5
            if weight > LEAST_WEIGHT:
                labels.append(_Label(phrase, language, weight, place))
    titles, wording, hints, against = (
        tuple(map(Phrase.of, texts))
        for texts in (match.titles + doc_type.title.every(), match.wording, match.hints, match.none_of)
    )
    return _Profile(doc_type, titles, wording, hints, against, tuple(labels))


def _label_texts(doc_type: DocumentType) -> Iterator[tuple[str, Language, float]]:
    last = max(1, len(doc_type.fields) - 1)
    for number, spec in enumerate(doc_type.fields):
        groups = [spec.labels, spec.heading, *(o.labels for o in spec.options), *(c.labels for c in spec.columns)]
        seen = {(text, language) for group in groups for text, language in _by_language(group)}
        yield from ((text, language, number / last) for text, language in sorted(seen))


def _by_language(labels: Labels) -> Iterator[tuple[str, Language]]:
    yield from ((text, "fi") for text in labels.fi)
    yield from ((text, "sv") for text in labels.sv)
    yield from ((text, "en") for text in labels.en)


@dataclass
class _Evidence:
    """What a page shows for one type.

    `kinds` counts how many of code, title, phrases and labels speak for it; `titled` says that the type's
    title stands as a line of its own.
    """

    points: float = 0.0
    kinds: int = 0
    titled: bool = False
    label_places: list[float] = field(default_factory=list)
    label_languages: dict[Language, float] = field(default_factory=dict)


class _Seen:
    """One page, searched once: its segments, folded text, codes and title lines."""

    def __init__(self, page: PageText, profiles: _Profiles) -> None:
        self.height_px = max(1, page.height_px)
        self.segments = segments_of(page)
        self.search = SearchText(self.segments)
        self.codes = page_signs.find_codes(self.segments, profiles.codes, self.height_px)
        self.foreign_code = page_signs.foreign_code(self.segments, profiles.codes, self.height_px)
        self.title_likeness = _title_likeness(self.segments, profiles, self.height_px)
        self._found: dict[str, Found | None] = {}

    def find(self, phrase: Phrase) -> Found | None:
        if phrase.key not in self._found:
            self._found[phrase.key] = self.search.find(phrase)
        return self._found[phrase.key]


def classify(page: PageText, types: Mapping[str, DocumentType]) -> LabelledPage:
    """Name the page's type, language, edition, numbering, and the person whose identity code it bears.

    The type is `unknown` when no type has enough evidence or two have nearly as much: a paper is never
    given a form's name because that is the nearest one. `is_blank` and `is_separator` stay as they are.
    """
    profiles = _profiles(_Catalogue(types))
    seen = _Seen(page, profiles)
    evidence = {profile.doc_type.name: _weigh(profile, seen, profiles) for profile in profiles.every}
    name, confidence = _decide(evidence)
    best = evidence.get(name, _Evidence())
    code = next((c for c in seen.codes if profiles.type_of_code[c.code] == name), None)
    editions = [c.edition for c in seen.codes if profiles.type_of_code[c.code] == name and c.edition]
    return LabelledPage(
        number=page.number,
        document_type=name,
        type_confidence=confidence,
        language=_language(seen, code, best),
        form_revision=editions[0] if editions else None,
        numbering=page_signs.find_numbering(seen.segments, seen.height_px),
        is_first=_is_first(seen, best, name in types and types[name].family == "form"),
        person_hetu=_person(seen, types.get(name)),
    )


def _weigh(profile: _Profile, seen: _Seen, profiles: _Profiles) -> _Evidence:
    name = profile.doc_type.name
    evidence = _Evidence()
    title = seen.title_likeness.get(name, 0.0)
    evidence.titled = title >= 0.7
    kinds = (
        _code_points(name, seen, profiles),
        max(TITLE_POINTS * title, _title_in_text(profile, seen)),
        _phrase_points(profile, seen),
        _label_points(profile, seen, evidence),
    )
    evidence.kinds = sum(points >= 1 for points in kinds)
    against = sum(seen.search.holds(phrase) for phrase in profile.against)
    evidence.points = sum(kinds) + max(2 * AGAINST_POINTS, AGAINST_POINTS * against)
    return evidence


def _code_points(name: str, seen: _Seen, profiles: _Profiles) -> float:
    own = [code for code in seen.codes if profiles.type_of_code[code.code] == name]
    if own:
        first = CODE_POINTS if any(code.exact for code in own) else MISREAD_CODE_POINTS
        return first + SECOND_CODE_POINTS * (len({code.in_head for code in own}) > 1)
    bears_codes = name in profiles.type_of_code.values()
    return OTHER_CODE_POINTS if bears_codes and (seen.codes or seen.foreign_code) else 0.0


def _title_likeness(segments: Sequence[Segment], profiles: _Profiles, height_px: int) -> dict[str, float]:
    """For each type, how surely one of its titles stands as a line of its own in the upper part, 0…1.

    Two lines, one above the other, may make one title: `Hakemus` over `Sairauspäivärahat`.
    """
    upper = [segment for segment in segments if segment.box.center[1] < TITLE_SHARE * height_px]
    if not upper:
        return {}
    usual = sorted(segment.height for segment in segments)[len(segments) // 2]
    lines = [(segment.text, _prominence(segment, usual)) for segment in upper]
    # "Läkarutlåtande B (SV 7r)": what stands in brackets behind a title is no part of it.
    bare = [(_IN_BRACKETS.sub("", text), prominence) for text, prominence in lines if text.endswith(")")]
    lines += [line for line in bare if line[0]]
    for above, below in pairwise(upper):
        if below.row == above.row + 1 and abs(below.box.x0 - above.box.x0) < 3 * above.height:
            lines.append((f"{above.text} {below.text}", _prominence(above, usual)))
    folded = [fold(text) for text, _ in lines]
    likeness = process.cdist(profiles.title_keys, folded, scorer=fuzz.ratio, score_cutoff=84)
    best: dict[str, float] = {}
    for row, column in zip(*likeness.nonzero(), strict=True):
        (title, name), score = profiles.titles[row], float(likeness[row, column])
        if _is_title(title, folded[column], score):
            best[name] = max(best.get(name, 0.0), lines[column][1] * score / 100)
    return best


_IN_BRACKETS = re.compile(r"\s*\([^()]*\)$")


def _prominence(segment: Segment, usual: float) -> float:
    return 1.0 if segment.height > 1.2 * usual or segment.text.isupper() else 0.85


def _is_title(title: Phrase, line: str, score: float) -> bool:
    """Short titles must be exact; `Lääkärintodistus A` and `Lääkärintodistus C` differ by one letter that counts."""
    if title.last_sign and not line.endswith(title.last_sign):
        return False
    enough = 100 if len(title.key) <= 6 else 90 if len(title.key) <= 10 else 84
    return score >= enough and title.words_stand_in(line)


def _title_in_text(profile: _Profile, seen: _Seen) -> float:
    """Points for a title that begins a longer line of the upper part: by the share of the line that it fills."""
    best = 0.0
    for phrase in profile.titles:
        found = seen.find(phrase) if len(phrase.key) >= 8 else None
        if found is None or not found.at_start:
            continue
        segment = seen.segments[found.segment]
        if segment.box.center[1] < TITLE_SHARE * seen.height_px:
            share = min(1.0, len(phrase.key) / max(1, len(fold(segment.text))))
            best = max(best, share, 0.6 if len(phrase.key) >= LONG_TITLE else 0.0)
    return 0.6 * TITLE_POINTS * best if best >= 0.35 else 0.0


def _phrase_points(profile: _Profile, seen: _Seen) -> float:
    spoken: list[Found] = []
    points = 0.0
    for phrases, steps in ((profile.wording, WORDING_POINTS), (profile.hints, (HINT_POINTS,) * MOST_HINTS)):
        fresh = 0
        for phrase in phrases:
            found = seen.find(phrase)
            if found is not None and not any(found.meets(other) for other in spoken):
                spoken.append(found)
                points += steps[fresh] if fresh < len(steps) else 0.0
                fresh += 1
    return points


def _label_points(profile: _Profile, seen: _Seen, evidence: _Evidence) -> float:
    spoken: list[Found] = []
    weight = 0.0
    for label in profile.labels:
        found = seen.find(label.phrase)
        if found is None:
            continue
        evidence.label_languages[label.language] = evidence.label_languages.get(label.language, 0.0) + 1
        if label.weight > 0.3:
            evidence.label_places.append(label.place)
        if not any(found.meets(other) for other in spoken):
            spoken.append(found)
            weight += label.weight
    return LABEL_POINTS[profile.doc_type.family] * (1 - math.exp(-weight / 3))


def _decide(evidence: Mapping[str, _Evidence]) -> tuple[str, float]:
    ranked = sorted(evidence, key=lambda name: -evidence[name].points)
    if not ranked:
        return UNKNOWN, 0.0
    best = evidence[ranked[0]].points
    second = max(0.0, evidence[ranked[1]].points) if len(ranked) > 1 else 0.0
    surely = _logistic(1.1 * (best - ENOUGH) + 0.7) * _logistic(1.3 * (best - second) - 0.2)
    if best < ENOUGH or best - second < AHEAD:
        return UNKNOWN, round(min(0.9, 1 - _logistic(best - ENOUGH)), 4)
    return ranked[0], round(min(surely, SUREST[min(evidence[ranked[0]].kinds, len(SUREST) - 1)]), 4)


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def _language(seen: _Seen, code: FormCode | None, evidence: _Evidence) -> Language | None:
    """A code's suffix decides; then the language of the labels found, if it leads clearly; then the words."""
    if code is not None and code.suffix:
        return "sv" if code.suffix == "r" else "en"
    found = sorted(evidence.label_languages.items(), key=lambda item: -item[1])
    if found and found[0][1] >= 4 and (len(found) == 1 or found[0][1] >= 2 * found[1][1]):
        return found[0][0]
    return page_signs.guess_language(seen.segments)


def _is_first(seen: _Seen, evidence: _Evidence, is_form: bool) -> bool | None:
    """Tell by the page number, else by a title or head; a form's page also by which of its fields stand there."""
    numbering = page_signs.find_numbering(seen.segments, seen.height_px)
    number = numbering.page if numbering else page_signs.lone_page_number(seen.segments, seen.height_px)
    if number is not None:
        return number == 1
    if evidence.titled:
        return True
    if not is_form:
        return True if _has_letter_head(seen) else None
    places = evidence.label_places
    if places and min(places) >= 0.5:
        return False
    return True if len(places) >= 3 and min(places) <= 0.1 else None


_ADDRESSEE = re.compile(r"^(Kansaneläkelaitos|Folkpensionsanstalten|Kela|FPA)\b|\b00056 (KELA|FPA)\b", re.IGNORECASE)
_HEADING = re.compile(r"(?=.{8})(?=.*[^\W\d_]{5})[^\W_]+(?:[ ,.:()–-]+[^\W_]+)*[ ,.:()–-]*")


def _has_letter_head(seen: _Seen) -> bool:
    """Tell a letter's first page by its addressee, or by a large heading at its top."""
    if len(seen.segments) < 4:
        return False
    usual = sorted(segment.height for segment in seen.segments)[len(seen.segments) // 2]
    for segment in seen.segments:
        if segment.box.center[1] > 0.3 * seen.height_px:
            break
        if _ADDRESSEE.search(segment.text):
            return True
        below_fax = segment.box.center[1] > page_signs.EDGE_SHARE * seen.height_px
        if below_fax and 1.35 * usual < segment.height < 4 * usual and _HEADING.fullmatch(segment.text):
            return True
    return False


def _person(seen: _Seen, doc_type: DocumentType | None) -> str | None:
    """The one identity code of the page; on a form with several, the first, which is the applicant's."""
    codes = page_signs.find_hetus(seen.segments)
    if len(codes) == 1 or (codes and doc_type is not None and doc_type.family == "form"):
        return codes[0]
    return None
