"""Notices of the enforcement authority: payment bans, their changes, free months and ends."""

from __future__ import annotations

import re

from extractors.letters.ban_notice import find_end_of_ban, find_notice_kind, find_replaced_ban
from extractors.letters.letter import Letter
from extractors.letters.offices import find_office
from extractors.letters.passage import Passage, fold, join
from extractors.letters.people import find_name, find_signers, name_value
from extractors.letters.phrases import ENFORCEMENT_WORDS
from extractors.letters.register_number import find_register_number
from extractors.letters.subject import find_subject
from extractors.letters.typed import Fields, find_labelled, find_own_date, put, read_period
from extractors.values.date import find_dates, find_ranges, month_candidates
from extractors.values.identity import find_ibans, iban_candidates, reference_candidates
from extractors.values.money import find_amounts, money_candidates
from extractors.values.parsed import Found
from models.extraction import Extraction

_BAILIFFS = frozenset({"bailiff"})
_METHODS = (
    ("fixed", r"kiintea\w*|vakiomaara\w*|vakiosuurui\w*|fast (manads)?belopp|konstant belopp|kuukausittain \d|manatligen \d"),
    (
        "income_limit",
        r"(?<![\d/])2\s?/\s?3(?![\d/])|tuloraja\w*|kaksi (kolmasosaa|kolmannesta)|inkomstgrans\w*|tva tredjedelar"
        r"|ylittava\w*|overstig\w*|⅔",
    ),
    (
        "one_third",
        r"(?<![\d/])1\s?/\s?3(?![\d/])|(yksi )?kolmasosa\w*|kolmanne[sn]\w*|en tredjedel|tredjedel\w*|⅓",
    ),
)
_DAILY = re.compile(r"(/|per\s|\b)(pv|paiva\w*|dag|dygn|vrk)\b")
_NUMBERS = {
    "ei": 0, "inga": 0, "ingen": 0, "nolla": 0, "noll": 0, "yksi": 1, "yhden": 1, "en": 1, "ett": 1, "kaksi": 2, "kahden": 2,
    "tva": 2, "kolme": 3, "kolmen": 3, "tre": 3, "nelja": 4, "neljan": 4, "fyra": 4, "viisi": 5, "viiden": 5, "fem": 5,
    "kuusi": 6, "sex": 6, "seitseman": 7, "sju": 7, "kahdeksan": 8, "atta": 8,
}  # fmt: skip


def read_payment_ban(letter: Letter) -> Fields:
    fields: Fields = {}
    put(fields, "notice_kind", find_notice_kind(letter))
    put(fields, "enforcement_office", find_office(letter, "enforcement_office", ENFORCEMENT_WORDS))
    put(fields, "case_number", find_register_number(letter, "case_number"))
    fields |= find_subject(letter, "debtor_name", "debtor_hetu")
    kind = fields["notice_kind"].value if "notice_kind" in fields else None
    is_change = kind in ("amendment", "suspension", "termination")
    put(fields, "replaces_ban_dated", find_replaced_ban(letter, is_change=is_change))
    fields |= _terms(letter, is_ban=kind in (None, "ban", "amendment"))
    if kind == "termination" and "valid_to" not in fields:
        put(fields, "valid_to", find_end_of_ban(letter))
    put(fields, "free_months", _free_months(letter))
    taken = {str(fields[name].value) for name in ("valid_from", "valid_to", "replaces_ban_dated") if name in fields}
    # On a notice about an earlier ban "Maksukielto annettu" is that ban's day.
    put(fields, "issued_date", find_own_date(letter, "issued_date", taken, "replaces_ban_dated" if is_change else ""))
    put(fields, "bailiff_name", _bailiff(letter))
    return fields


def _terms(letter: Letter, *, is_ban: bool) -> Fields:
    """Read what is withheld, of what, how long and where it goes. Notices that end or rest a ban repeat little of it."""
    fields: Fields = {}
    if is_ban or any(True for _ in letter.pieces("valid_from")):
        fields |= read_period(letter, "valid_from", "valid_to")
    else:
        put(fields, "valid_to", find_labelled(letter, "valid_to", find_dates))
    put(fields, "withholding_method", _method(letter))
    if fields.get("withholding_method") and fields["withholding_method"].value == "fixed":
        put(fields, "fixed_amount", _fixed_amount(letter))
    put(fields, "protected_portion_month", _monthly_amount(letter, "protected_portion_month", _PROTECTED))
    put(fields, "dependants", _dependants(letter))
    put(fields, "other_income_month", _monthly_amount(letter, "other_income_month", _OTHER_INCOME))
    put(fields, "payment_iban", _iban(letter))
    put(fields, "payment_reference", _reference(letter))
    return fields


def _method(letter: Letter) -> Extraction | None:
    pieces = [piece.passage for piece in letter.pieces("withholding_method")]
    for passage, evidence in [*((piece, "label") for piece in pieces), (letter.body, "sentence")]:
        folded = fold(passage.flat)
        found = [(match.start(), match.end(), kind) for kind, cue in _METHODS for match in [re.search(cue, folded)] if match]
        if found:
            start, end, kind = min(found)
            return letter.extraction(passage.cut(start, end), kind, evidence, "lexicon")
    if pieces and any(find_amounts(piece.flat) for piece in pieces):
        return letter.extraction(pieces[0], "fixed", "label", "format")
    return letter.doubted("withholding_method")


def _fixed_amount(letter: Letter) -> Extraction | None:
    for name in ("fixed_amount", "withholding_method"):
        found = find_labelled(letter, name, find_amounts)
        if found is not None:
            return found
    for match in re.finditer(_METHODS[0][1], letter.folded):
        amounts = [a for a in find_amounts(letter.body.flat) if match.start() - 40 < a.end and a.start < match.end() + 60]
        if amounts:
            # "250,00 euroa / kk (kiinteä määrä). Suojaosuus on 678": the nearer one.
            best = min(amounts, key=lambda a: a.start - match.end() if a.start > match.end() else match.start() - a.end)
            return letter.extraction(letter.body.cut(best.start, best.end), best.value, "sentence", *best.evidence)
    return letter.doubted("withholding_method")


def _monthly_amount(letter: Letter, name: str, cue: re.Pattern[str]) -> Extraction | None:
    """Read an amount per month beside its label or in a sentence; one that is given per day only stays open."""
    pieces = [piece.passage for piece in letter.pieces(name)]
    sentences = [_after(letter, match) for match in cue.finditer(letter.folded)]
    for passage, evidence in [*((piece, "label") for piece in pieces), *((sentence, "sentence") for sentence in sentences)]:
        amounts = find_amounts(passage.flat)
        monthly = next((amount for amount in amounts if not _is_daily(passage, amount)), None)
        if monthly:
            own = passage.cut(monthly.start, monthly.end)
            return letter.extraction(own, monthly.value, evidence, *monthly.evidence)
        if amounts:
            return letter.extraction(passage, None, evidence)
        parsed = money_candidates(passage.flat) if evidence == "label" else []
        if parsed:
            return letter.extraction(passage, parsed[0].value, evidence, *parsed[0].evidence)
    return letter.doubted(name)


_PROTECTED = re.compile(r"suojaosuu\w*|suojaosa\w*|skyddade? belopp\w*|skyddsbelopp\w*|skyddat belopp")
_OTHER_INCOME = re.compile(
    r"mu(ut|iden|ita) (\w+ )?(\w*tulo\w*|etuu\w*)|muu tulo\w*|ovriga (\w+ )?\w*inkomst\w*|(andra|ovrig) \w*inkomst\w*"
)
_SENTENCE_REACH = 75


def _after(letter: Letter, match: re.Match[str]) -> Passage:
    """The rest of a sentence behind a word of it."""
    passage = letter.body.cut(match.start(), min(len(letter.body.text), match.end() + _SENTENCE_REACH))
    end = re.search(r"\.\s+[A-ZÅÄÖ]|\n\n|\t" if _in_prose(letter, match.start()) else r"\n|\t|\.\s+[A-ZÅÄÖ]", passage.text)
    return passage.cut(0, end.start()) if end else passage


def _in_prose(letter: Letter, at: int) -> bool:
    """Tell whether a place of the text lies in a line of running text, which may go on in the next line."""
    start = max(letter.body.text.rfind(mark, 0, at) for mark in "\t\n") + 1
    line = re.split(r"[\t\n]", letter.body.text[start:], maxsplit=1)[0]
    return len(line.split()) >= 6


def _is_daily(passage: Passage, amount: Found) -> bool:
    return bool(_DAILY.search(fold(passage.flat[amount.end : amount.end + 18])))


_MOST_DEPENDANTS = 15
_DEPENDANTS = re.compile(r"(elatuksen varassa|elatettav|huollettav|forsorj|underhallsberattig)\w*")


def _dependants(letter: Letter) -> Extraction | None:
    for piece in letter.pieces("dependants"):
        count = _count(fold(piece.passage.flat))
        if count is not None and count <= _MOST_DEPENDANTS:
            return letter.extraction(piece.passage, count, "label", "format")
    held = letter.doubted("dependants")
    if held is not None:
        return held
    for sentence in letter.sentences:
        match = _DEPENDANTS.search(fold(sentence.flat))
        for start, end in ((match.end(), match.end() + 40), (match.start() - 30, match.start())) if match else ():
            passage = sentence.cut(max(0, start), min(len(sentence.text), end))
            count = _count(fold(passage.flat)) if passage.placed else None
            if count is not None and count <= _MOST_DEPENDANTS:
                return letter.extraction(passage, count, "sentence", "format")
    return None


def _count(text: str) -> int | None:
    """Count persons: `3`, `(3)`, `kolme`, `ei ole`, `puoliso ja 2 lasta`."""
    numbers = [int(digits) for digits in re.findall(r"(?<![\d.,])\d{1,2}(?![\d.,]*\d)", text)]
    words = [_NUMBERS[word] for word in re.findall(r"\w+", text) if word in _NUMBERS]
    spouse = bool(re.search(r"\b(aviopuoliso|puoliso|make|maka)\b", text))
    counted = numbers or words
    if not counted:
        return 1 if spouse else None
    return counted[0] + spouse if re.search(r"\b(las|barn)", text) else counted[0]


def _iban(letter: Letter) -> Extraction | None:
    found = find_labelled(letter, "payment_iban", find_ibans)
    if found is not None:
        return found
    for piece in letter.pieces("payment_iban"):
        for parsed in iban_candidates(piece.passage.flat)[:1]:
            return letter.extraction(piece.passage, parsed.value, "label", *parsed.evidence)
    for segment in letter.segments:
        line = join([segment])
        for word in re.finditer(r"(?<!\S)[A-Z][A-Z1l|]\s?\d", line.flat):
            rest = line.cut(word.start(), len(line.text))
            for iban in find_ibans(rest.flat)[:1]:
                return letter.extraction(rest.cut(iban.start, iban.end), iban.value, "sentence", *iban.evidence)
    return letter.doubted("payment_iban")


_REFERENCE_WORDS = re.compile(r"\b(viit(teella|enumero\w*|etta|e)|maksuviit\w*|referens(nummer|numret|en)?)\b")
_REFERENCE = re.compile(r"RF\s?\d\d(?:\s?[\dA-Z]){1,21}|[\dOoIl](?:\s?[\dOoIl]){3,19}")


def _reference(letter: Letter) -> Extraction | None:
    sentences = [_after(letter, match) for match in _REFERENCE_WORDS.finditer(letter.folded)]
    pieces = [piece.passage for piece in letter.pieces("payment_reference")]
    for passage, evidence in [*((piece, "label") for piece in pieces), *((sentence, "sentence") for sentence in sentences)]:
        match = _REFERENCE.search(passage.flat)
        parsed = reference_candidates(match.group()) if match else []
        if match and parsed:
            return letter.extraction(passage.cut(*match.span()), parsed[0].value, evidence, *parsed[0].evidence)
    return letter.doubted("payment_reference")


# "Tammikuussa ja helmikuussa 2020 ei pidätetä": said without the word for free months.
_NOTHING_WITHHELD = re.compile(r"ei (pidateta|ulosmitata|tehda|peri)|ingen (innehallning|utmatning)|(innehalls|utmats) inte")


def _free_months(letter: Letter) -> Extraction | None:
    """Read the months in which nothing is withheld, from the label or the sentence that names them."""
    sentences = [
        passage
        for match in re.finditer(r"vapaakuukau\w*|vapaat kuukaudet|fri(a|tt)? manad\w*|frimanad\w*", letter.folded)
        for passage in (_after(letter, match), letter.body.cut(max(0, match.start() - 60), match.start()))
        if passage.placed
    ]
    labelled = [piece.passage for piece in letter.pieces("free_months")]
    for passage, evidence in [*((piece, "label") for piece in labelled), *((sentence, "sentence") for sentence in sentences)]:
        months = _months(passage.flat)
        if months:
            return letter.extraction(passage, months, evidence, "format")
    for sentence in letter.sentences if sentences else ():
        folded = fold(sentence.flat)
        months = _months(sentence.flat) if _NOTHING_WITHHELD.search(folded) and not find_dates(sentence.flat) else []
        if months:
            return letter.extraction(sentence, months, "sentence", "format")
    return None


def _months(text: str) -> list[str]:
    for period in find_ranges(text):
        if period.end_value:
            return [str(month) for month in _between(period.start_value, period.end_value)]
    parsed = month_candidates(text)
    return list(parsed[0].value) if parsed and isinstance(parsed[0].value, list) else []


def _between(start: str, end: str) -> list[str]:
    first, last = int(start[:4]) * 12 + int(start[5:7]) - 1, int(end[:4]) * 12 + int(end[5:7]) - 1
    return [f"{number // 12}-{number % 12 + 1:02d}" for number in range(first, last + 1)]


def _bailiff(letter: Letter) -> Extraction | None:
    # Who gives information need not be who decides.
    pieces = [
        p for p in letter.pieces("bailiff_name") if not fold(letter.pairs.text_of(p.label)).startswith(("lisatie", "ytterl"))
    ]
    beside = [find_name(piece.passage) for piece in pieces if piece.where != "below"]
    under = [find_name(piece.passage) for piece in pieces if piece.where == "below"]
    for name in beside:
        if name is not None:
            return letter.extraction(name, name_value(name), "label")
    for signer in find_signers(letter.segments, _BAILIFFS):
        return letter.extraction(signer.name, name_value(signer.name), "position", "lexicon")
    for name in under:
        if name is not None:
            return letter.extraction(name, name_value(name), "label")
    return letter.doubted("bailiff_name")
