"""Write bailiffs' payment bans: new ones, amendments, months without withholding, and ends."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from . import ban_texts as texts
from . import pen, people, words, written
from .form_values import kept
from .letter_page import Letter, Pairs, letter
from .sheet import Sheet
from .story import Story


@dataclass(frozen=True)
class Ban:
    """What one notice says, as label pairs and single words."""

    lang: str
    kind: str
    office: str
    case: str
    issued: str
    name: str
    hetu: str
    bailiff: str
    phone: str
    terms: Pairs
    fields: dict[str, Any]
    rng: Random

    @property
    def heading(self) -> str:
        """Give one wording of the notice's name."""
        return self.rng.choice(texts.HEADINGS[self.lang][self.kind])

    @property
    def closing(self) -> str:
        """Give one closing sentence."""
        return self.rng.choice(texts.CLOSING[self.lang][self.kind])


def write_ban(rng: Random, story: Story, kind: str = "") -> tuple[dict[str, Any], list[Sheet]]:
    """Write one notice; give its fields as printed and its pages."""
    kind = kind or rng.choices(["ban", "amendment", "suspension", "termination"], [50, 20, 17, 13])[0]
    fields = _fields(rng, story, kind)
    lang = story.lang
    name = f"{story.person.last}, {story.person.first}" if rng.random() < 0.3 else fields["debtor_name"]
    ban = Ban(
        lang,
        kind,
        fields["enforcement_office"],
        fields["case_number"],
        written.day(rng, fields["issued_date"], True),
        name,
        fields["debtor_hetu"],
        fields["bailiff_name"],
        f"029 56 {rng.randint(10000, 99999)}",
        _terms(rng, fields, lang, kind),
        fields,
        rng,
    )
    page = letter(rng)
    rng.choice(LAYOUTS if kind in ("ban", "amendment") else LAYOUTS[:5])(page, ban)
    return fields, page.sheets


def _fields(rng: Random, story: Story, kind: str) -> dict[str, Any]:
    issued = story.decided + timedelta(days=rng.randint(0, 60))
    start = issued + timedelta(days=rng.randint(3, 20))
    fields: dict[str, Any] = {
        "notice_kind": kind,
        "enforcement_office": words.pick(rng, f"bailiff_offices_{story.lang}"),
        "case_number": rng.choice(
            [
                f"{rng.randint(100, 9999)}/{rng.randint(1000, 9999)}/{issued.year}",
                f"{rng.randint(1000, 99999)}/{rng.randint(10, 99)}/{issued.year}",
            ]
        ),
        "debtor_name": story.person.name if rng.random() < 0.7 else story.person.spoken_name,
        "debtor_hetu": story.person.hetu,
        "issued_date": issued.isoformat(),
        "bailiff_name": people.short_name(rng, story.lang),
    }
    if kind in ("amendment", "suspension", "termination"):
        fields["replaces_ban_dated"] = (issued - timedelta(days=rng.randint(40, 700))).isoformat()
    if kind == "suspension":
        fields["free_months"] = _free_months(rng, issued)
    elif kind == "termination":
        fields["valid_to"] = (issued + timedelta(days=rng.randint(0, 20))).isoformat()
    else:
        fields |= _withholding(rng, start)
        fields["payment_iban"], fields["payment_reference"] = people.account(rng)[0], people.reference(rng)
        if rng.random() < 0.12:
            fields["free_months"] = _free_months(rng, issued)
    return kept(fields)


def _withholding(rng: Random, start: date) -> dict[str, Any]:
    method = rng.choices(["income_limit", "one_third", "fixed"], [50, 30, 20])[0]
    dependants = rng.choices([0, 1, 2, 3, 4], [45, 22, 18, 10, 5])[0]
    daily, more = rng.choice([(22.41, 8.04), (22.60, 8.11), (22.63, 8.12), (22.89, 8.21)])
    return {
        "valid_from": start.isoformat(),
        "valid_to": (start + timedelta(days=rng.randint(100, 800))).isoformat() if rng.random() < 0.4 else None,
        "withholding_method": method,
        "fixed_amount": f"{rng.choice([80, 120, 150, 220, 250, 310.5]):.2f}" if method == "fixed" else None,
        "protected_portion_month": f"{30 * (daily + dependants * more):.2f}",
        "dependants": dependants,
        "other_income_month": f"{rng.uniform(250, 1600):.2f}" if rng.random() < 0.45 else None,
    }


def _free_months(rng: Random, issued: date) -> list[str]:
    first = issued.year * 12 + issued.month + rng.randint(0, 8)
    return [f"{m // 12}-{m % 12 + 1:02d}" for m in range(first, first + rng.choice([1, 2, 2, 3]))]


def _months(rng: Random, months: list[str], lang: str) -> str:
    way = rng.randrange(3)
    if way == 0:
        names = [f"{written.MONTHS[lang][int(m[5:]) - 1]} {m[:4]}" for m in months]
    else:
        names = [f"{int(m[5:])}/{m[:4]}" if way == 1 else f"{m[5:]}/{m[:4]}" for m in months]
    joiner = {"fi": " ja ", "sv": " och "}[lang]
    return ", ".join(names) if rng.random() < 0.5 or len(names) < 2 else ", ".join(names[:-1]) + joiner + names[-1]


def _terms(rng: Random, fields: dict[str, Any], lang: str, kind: str) -> Pairs:
    labels, pairs = texts.LABELS[lang], []

    def say(key: str, text: str) -> None:
        pairs.append((rng.choice(labels[key]), text))

    if "valid_from" in fields:
        end = date.fromisoformat(fields["valid_to"]) if "valid_to" in fields else None
        say("valid", written.span(rng, date.fromisoformat(fields["valid_from"]), end, lang))
    if "replaces_ban_dated" in fields:
        say({"amendment": "replaces"}.get(kind, "concerns"), written.day(rng, fields["replaces_ban_dated"], True))
    if kind == "termination":
        say("ends", written.day(rng, fields["valid_to"], True))
    if "free_months" in fields:
        say("free", _months(rng, fields["free_months"], lang))
    if "withholding_method" in fields:
        fixed = written.money(rng, fields["fixed_amount"]) if "fixed_amount" in fields else ""
        say("method", rng.choice(texts.METHODS[lang][fields["withholding_method"]]).format(sum=fixed))
        unit = rng.choice(texts.PER_MONTH[lang])
        say("protected", written.money(rng, fields["protected_portion_month"]) + unit)
        say("dependants", str(fields["dependants"]))
        if "other_income_month" in fields:
            say("income", written.money(rng, fields["other_income_month"]) + unit)
        say("account", written.iban(rng, fields["payment_iban"]))
        say("reference", written.reference(rng, fields["payment_reference"]))
    return pairs


def _identity(b: Ban) -> Pairs:
    labels = texts.LABELS[b.lang]
    return [(b.rng.choice(labels["debtor"]), b.name), (b.rng.choice(labels["hetu"]), b.hetu)]


def _signer(page: Letter, b: Ban) -> None:
    title = b.rng.choice(texts.TITLES[b.lang])
    page.signer([b.bailiff, title, f"{texts.LABELS[b.lang]['phone'][0]} {b.phone}"], pen.hand(b.rng))


def _official(page: Letter, b: Ban) -> None:
    labels = texts.LABELS[b.lang]
    page.columns(
        [b.office, b.rng.choice(["PL 330, 00521 HELSINKI", "PB 56, 65101 VASA", "PL 128, 33101 TAMPERE"])],
        [texts.SHORT[b.lang], b.issued, f"{labels['case'][0]} {b.case}"],
    )
    page.columns(texts.KELA[b.lang], [])
    page.title(b.heading)
    page.pairs(_identity(b) + b.terms, b.rng.random() < 0.3, False, b.rng.uniform(110, 160))
    page.para(b.closing)
    _signer(page, b)


def _sheet_of_pairs(page: Letter, b: Ban) -> None:
    labels = texts.LABELS[b.lang]
    page.para(b.office.upper(), True, page.size * 1.15)
    page.title(b.heading.upper())
    page.para(b.rng.choice(texts.SUBTITLES[b.lang][b.kind]))
    head = [(labels["case"][0], b.case), (labels["date"][0], b.issued), (labels["receiver"][0], texts.KELA[b.lang][0])]
    page.pairs(head + _identity(b) + b.terms, b.rng.random() < 0.7, b.rng.random() < 0.6, b.rng.uniform(115, 165))
    page.para(b.closing)
    _signer(page, b)


def _ruled(page: Letter, b: Ban) -> None:
    labels = texts.LABELS[b.lang]
    page.columns([b.office], [b.issued])
    page.title(b.heading)
    page.table([(labels["case"][0], b.case), *_identity(b), *b.terms], b.rng.uniform(140, 190), b.rng.random() < 0.5)
    page.para(b.closing)
    _signer(page, b)


def _stacked(page: Letter, b: Ban) -> None:
    labels = texts.LABELS[b.lang]
    page.columns([b.office], [texts.SHORT[b.lang]])
    page.title(b.heading)
    page.stacked([(labels["case"][0], b.case), (labels["date"][0], b.issued), *_identity(b), *b.terms], b.rng.choice([2, 3]))
    page.para(b.closing)
    _signer(page, b)


def _numbered(page: Letter, b: Ban) -> None:
    labels = texts.LABELS[b.lang]
    page.columns(texts.KELA[b.lang], [b.office, b.issued, f"{labels['case'][0]}: {b.case}"])
    page.title(b.heading)
    page.para(f"1. {labels['debtor'][0]}: {b.name}, {labels['hetu'][0].lower()} {b.hetu}")
    for number, (label, value) in enumerate(b.terms, 2):
        page.para(f"{number}. {label}: {value}")
    page.para(b.closing)
    _signer(page, b)


def _running(page: Letter, b: Ban) -> None:
    f, lang, rng = b.fields, b.lang, b.rng
    labels, t = texts.LABELS[lang], texts.RUNNING[lang]
    page.columns([b.office], [b.issued, f"{labels['case'][0]} {b.case}"])
    page.columns(texts.KELA[lang], [])
    page.title(b.heading)
    end = date.fromisoformat(f["valid_to"]) if "valid_to" in f else None
    page.para(t["order"].format(name=b.name, hetu=b.hetu, span=written.span(rng, date.fromisoformat(f["valid_from"]), end, lang)))
    fixed = written.money(rng, f["fixed_amount"]) if "fixed_amount" in f else ""
    method = rng.choice(texts.METHODS[lang][f["withholding_method"]]).format(sum=fixed)
    page.para(
        t["amount"].format(method=method, protected=written.money(rng, f["protected_portion_month"]), dependants=f["dependants"])
    )
    if "other_income_month" in f:
        page.para(t["income"].format(income=written.money(rng, f["other_income_month"])))
    if "replaces_ban_dated" in f:
        page.para(t["replaces"].format(day=written.day(rng, f["replaces_ban_dated"], True)))
    if "free_months" in f:
        page.para(t["free"].format(months=_months(rng, f["free_months"], lang)))
    page.para(
        t["pay"].format(iban=written.iban(rng, f["payment_iban"]), reference=written.reference(rng, f["payment_reference"]))
    )
    page.para(b.closing)
    _signer(page, b)


LAYOUTS: list[Callable[[Letter, Ban], None]] = [_official, _sheet_of_pairs, _ruled, _stacked, _numbered, _running]
