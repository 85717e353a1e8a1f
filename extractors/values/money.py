"""Amounts in euros."""

from __future__ import annotations

import re
from decimal import Decimal

from extractors.values.lookalikes import digits, plain_dashes
from extractors.values.parsed import Found, Parsed, evidence_of, ranked

_WORDS = re.compile(
    r"(?i)(?:euroa?|eur|€|e)(?:\s?/?\s?(?:kk|kuukausi|kuukaudessa|pv|päivä|mån(?:ad)?|i\s+månaden|month))?\.?(?![a-zåäö0-9])|/\s?(?:kk|mån)|per\s+m[åa]nad"
)
_ROUND = re.compile(r"[.,:]\s?[-=]{1,2}$|[.,:]$|[-=]{1,2}$")
_T = r"[0-9OoQDIl|!iZzSsBG]"
_GROUPED = rf"{_T}{{1,3}}(?:[ .'’]{_T}{{3}})+"
_WHOLE = rf"(?:{_GROUPED}|{_T}+)"
_AMOUNT = re.compile(rf"(?P<whole>{_WHOLE})(?:(?P<point>\s?[.,;:·']\s?)(?P<cents>{_T}{{2}}))?")
_IN_TEXT = re.compile(
    r"(?<![\w.,/])(?P<amount>(?:\d{1,3}(?:[ .]\d{3})+|\d+)(?:\s?[.,]\s?\d{2}|,[-=]|,\s?-)?)"
    r"(?P<unit>\s?(?:€|eur\b|euroa?\b|e\b))?(?!\d|[.,/]\d|\s?%)",
    re.IGNORECASE,
)
_MOST_UNGROUPED = 5  # digits in a row without any mark: with more, a lost decimal comma is as likely as a large sum


def money_candidates(raw: str) -> list[Parsed]:
    """Read an amount; two decimals always come out. Empty when two amounts or two readings are possible."""
    text = " ".join(_WORDS.sub(" ", plain_dashes(raw)).split()).strip('|[](){}_*"~<> ')
    is_round = _ROUND.search(text) is not None
    text = _ROUND.sub("", text).strip()
    minus = text.startswith("-")
    text = text.lstrip("-+ ")
    found = _whole_amount(text) if text else []
    if is_round:
        found = [one for one in found if str(one.value).endswith(".00")]
    return ranked(Parsed(one.value, evidence_of("format", repairs=1), one.repairs + 1) if minus else one for one in found)


def _whole_amount(text: str) -> list[Parsed]:
    match = _AMOUNT.fullmatch(text)
    if match:
        whole, cents = digits(re.sub(r"[ .'’]", "", match["whole"])), digits(match["cents"] or "00")
        if whole is None or cents is None or not _has_true_digits(match.group()):
            return []
        marked = (match["point"] or ",").strip() in (",", ".")
        repairs = whole.repairs + cents.repairs + (not marked)
        return _judged(match["whole"], f"{whole.text}.{cents.text}", repairs)
    return _with_lost_marks(text)


def _has_true_digits(text: str) -> bool:
    return sum(char.isdigit() for char in text) * 2 >= sum(char.isalnum() for char in text)


def _judged(whole: str, amount: str, repairs: int) -> list[Parsed]:
    """Refuse rows of digits so long that their decimal comma was probably lost, unless there are cents."""
    value = f"{Decimal(amount):.2f}"
    if amount.endswith(".00") and whole.isalnum() and len(whole) > _MOST_UNGROUPED:
        return [Parsed(value, (), repairs), Parsed(f"{Decimal(amount) / 100:.2f}", ("repaired",), repairs + 1)]
    return [Parsed(value, evidence_of("format", repairs=repairs), repairs)]


def _with_lost_marks(text: str) -> list[Parsed]:
    """Read amounts with gaps where none belong (`2 1 43,01`), a lost comma (`2 143 01`) or one decimal."""
    if re.fullmatch(rf"{_T}+(?: {_T}{{3}})* {_T}{{2}}", text):
        return _rebuilt(text[:-3], text[-2:])
    cents = re.fullmatch(rf"(?P<whole>[\w|! ]+?)\s?[.,]\s?(?P<cents>{_T} ?{_T})", text)
    if cents:
        return _rebuilt(cents["whole"], cents["cents"])
    one_decimal = re.fullmatch(rf"(?P<whole>{_WHOLE}),(?P<tenth>\d)", text)
    if one_decimal:
        return [
            Parsed(one.value, ("repaired",), one.repairs) for one in _rebuilt(one_decimal["whole"], one_decimal["tenth"] + "0")
        ]
    return []


def _rebuilt(whole: str, cents: str) -> list[Parsed]:
    euros, rest = digits(re.sub(r"[ .'’]", "", whole)), digits(cents.replace(" ", ""))
    if euros is None or rest is None or not _has_true_digits(whole + cents):
        return []
    repairs = euros.repairs + rest.repairs + 1
    return [Parsed(f"{Decimal(f'{euros.text}.{rest.text}'):.2f}", evidence_of("format", repairs=repairs), repairs)]


def find_amounts(text: str) -> list[Found]:
    """Find amounts in running text: numbers with cents, or with a currency beside them."""
    found = []
    for match in _IN_TEXT.finditer(plain_dashes(text)):
        has_cents = re.search(r"[.,]\s?(?:\d{2}|-|=)$", match["amount"]) is not None
        if not (has_cents or match["unit"]):
            continue
        parsed = money_candidates(match["amount"])
        if len(parsed) == 1:
            best = parsed[0]
            found.append(Found(str(best.value), match.start(), match.end("amount"), best.evidence, best.repairs))
    return found
