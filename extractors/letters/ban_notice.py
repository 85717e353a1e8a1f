"""What a notice of the enforcement authority is, which earlier ban it speaks of, and when that ends."""

from __future__ import annotations

import re
from collections.abc import Iterable

from extractors.letters.letter import Letter
from extractors.letters.passage import Passage, fold, join
from extractors.letters.typed import find_labelled
from extractors.values.date import find_dates, find_ranges
from extractors.values.parsed import Found
from models.extraction import Extraction

_NOTICES = (
    (
        "termination",
        r"peruut|peruminen|paattymi|paatty(y|i|nyt)\b|lakka|kumoa|kumottu|kumota|aterkall|upphor|upphav|hav(s|ning)\b|raukea",
    ),
    ("suspension", r"vapaakuuka|vapa(a|iksi|at) kuukau|keskey|lykka|fria? manad|frimanad|avbrott|uppskov|suspen"),
    (
        "amendment",
        r"muuto[sk]|muutet|muuttami|korvaa (aiemman|aikaisemman|edellisen)|andrat|andring"
        r"|ersatter (det )?(tidigare|foregaende)",
    ),
    ("ban", r"maksukiel|betalningsforbud|ulosmittaus toistuvais|utmatning av periodisk"),
)
_NOTICES_IN_ORDER = tuple(kind for kind, _ in _NOTICES)
# "voimassa, kunnes se peruutetaan" ends no ban.
_NOT_A_NOTICE = re.compile(
    r"kunnes|tills|ellei|om inte|voidaan|kan (aterkallas|andras)|jalkeen|efter|muutoksenha|andringssok|koskee|galler"
)
_NOT_DONE = re.compile(r"kunnes|tills|ellei|om inte|voidaan|kan (aterkallas|andras)|muutoksenha|andringssok")
# "Tämä maksukielto korvaa …", "det tidigare förbudet förfaller": a ban that says so changes an earlier one.
_REPLACES = re.compile(
    r"(maksukiel|kielto|kiellolla|betalningsforbud|forbud)\w* (korva|kumo|ersatt|upphav)"
    r"|(aiem|aikaisem|edelli|entinen|tidigare|foregaende)\w* (maksukiel\w*|kiel\w*|(betalnings)?forbud\w*)\W"
    r"|korva\w* [^.]{0,40}(maksukiel|kiellon)|ersatter [^.]{0,30}forbud"
)
_TERMS = re.compile(r"suojaosuu|suojaosan|skydd(at|ade|s) ?belopp|viitenumero|viitteella|referensnummer")
_TITLE_WORDS = 7
_BAN = re.compile(r"maksukiel\w*|betalningsforbud\w*|\bforbudet\b|\bkiel(to|lon|lolla|losta|toa)\b")
_ENDS = re.compile(r"(paatty|lakka|raukea|upphor|slutar)\w*")
_BEGINS = re.compile(r"\b(alkaen|lukien|fran|fr|o|m|med|lahtien)\b")
_BAN_REACH, _END_REACH = 70, 45


def find_notice_kind(letter: Letter) -> Extraction | None:
    """Take the kind from the title; where that says only "ban", or there is none, from what the sentences do."""
    titles = [join([segment]) for segment in letter.head if len(segment.words) <= _TITLE_WORDS]
    labelled = [piece.passage for piece in letter.pieces("notice_kind")]
    for passages, evidence in ((titles, "position"), (labelled, "label")):
        found = _kind_of(passages, _NOT_A_NOTICE)
        if found is not None and found[0] != "ban":
            return letter.extraction(found[1], found[0], evidence, "lexicon")
    title = _kind_of([*titles, *labelled], _NOT_A_NOTICE)
    if title is not None and _TERMS.search(letter.folded):
        replaced = _replacing(letter)
        kind = "amendment" if replaced is not None else "ban"
        return letter.extraction(replaced or title[1], kind, "sentence" if replaced else "position", "lexicon")
    done = _kind_of(letter.sentences, _NOT_DONE)
    if done is not None and (done[0] != "termination" or not _TERMS.search(letter.folded)):
        return letter.extraction(done[1], done[0], "sentence", "lexicon")
    best = title or _kind_of(letter.sentences, _NOT_DONE, only=("amendment", "ban"))
    return letter.extraction(best[1], best[0], "sentence", "lexicon") if best else None


def _kind_of(
    passages: Iterable[Passage], guard: re.Pattern[str], only: tuple[str, ...] = _NOTICES_IN_ORDER
) -> tuple[str, Passage] | None:
    """Find the first kind, in the order of what weighs most, that one of the passages names."""
    kept = [(passage, fold(passage.flat)) for passage in passages]
    for kind, cue in _NOTICES:
        for passage, folded in kept if kind in only else ():
            match = re.search(cue, folded)
            if match and not (kind != "ban" and guard.search(folded)):
                return kind, passage.cut(*match.span())
    return None


def _replacing(letter: Letter) -> Passage | None:
    """Find the words that say that an earlier ban is replaced: in a sentence, or as a label with its day."""
    for piece in letter.pieces("replaces_ban_dated"):
        if "issued_date" not in piece.label.names and find_dates(piece.passage.flat):
            return piece.passage
    match = _REPLACES.search(letter.folded)
    return letter.body.cut(*match.span()) if match else None


def find_replaced_ban(letter: Letter, *, is_change: bool) -> Extraction | None:
    """Read the day of the ban that this notice replaces, changes, rests or ends: the earliest that stands with it."""
    found = find_labelled(letter, "replaces_ban_dated", find_dates, "" if is_change else "issued_date")
    if found is not None:
        return found
    near = [
        (str(date.value), sentence.cut(date.start, date.end), date)
        for sentence in (letter.sentences if is_change else [])
        for date in _dates_of_bans(sentence)
    ]
    free = [item for item in near if not letter.is_stamped(item[1].box)]
    if free:
        value, passage, date = min(free, key=lambda item: item[0])
        return letter.extraction(passage, value, "sentence", *date.evidence)
    return letter.doubted("replaces_ban_dated")


def _dates_of_bans(sentence: Passage) -> list[Found]:
    """Days that stand by a word for a ban, without those that begin or end a period, or on which something ends."""
    folded, flat = fold(sentence.flat), sentence.flat
    bans = [match.span() for match in _BAN.finditer(folded)]
    periods = [(period.start, period.end) for period in find_ranges(flat)]
    return [
        date
        for date in find_dates(flat)
        if any(start - _BAN_REACH < date.start and date.end - end < _BAN_REACH for start, end in bans)
        and not any(start <= date.start < end for start, end in periods)
        and not _ending_before(folded, date)
    ]


def _ending_before(folded: str, date: Found) -> bool:
    before = folded[max(0, date.start - _END_REACH) : date.start]
    ending = max((match.end() for match in _ENDS.finditer(before)), default=-1)
    return ending >= 0 and not _BAN.search(before[ending:]) and not re.search(r"\d", before[ending:])


def find_end_of_ban(letter: Letter) -> Extraction | None:
    """Read the day on which a ban ends from the sentence that ends it; a day from which it is withdrawn is none."""
    for sentence in letter.sentences:
        folded = fold(sentence.flat)
        for date in find_dates(sentence.flat):
            begins = _BEGINS.search(folded[date.end : date.end + 9]) or _BEGINS.search(
                folded[max(0, date.start - 16) : date.start]
            )
            if _ending_before(folded, date) and not begins:
                return letter.extraction(sentence.cut(date.start, date.end), date.value, "sentence", *date.evidence)
    return None
