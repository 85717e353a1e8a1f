"""Write physicians' decisions: absence from work, quarantine, isolation, keeping a child at home."""

from collections.abc import Callable
from random import Random
from typing import Any

from . import fonts, pen
from . import order_texts as texts
from .letter_page import Letter, Pairs, letter
from .order_facts import Order, invent_order
from .sheet import Sheet, Text
from .story import Story


def write_order(rng: Random, story: Story) -> tuple[dict[str, Any], list[Sheet]]:
    """Write one decision; give its fields as printed and its pages."""
    fields, order = invent_order(rng, story)
    page = letter(rng)
    layout = rng.choice(LAYOUTS)
    layout(page, order, rng)
    _number_pages(page, rng)
    return fields, page.sheets


def _number_pages(page: Letter, rng: Random) -> None:
    if rng.random() < 0.6:
        for number, sheet in enumerate(page.sheets, 1):
            text = rng.choice([str(number), f"{number}/{len(page.sheets)}", f"{number} ({len(page.sheets)})"])
            sheet.add(Text(page.right - 40, 805, text, fonts.printed(page.family), page.size * 0.8))


def _disease(o: Order, joiner: int) -> str:
    code = f"ICD-10 {o.code}" if joiner == 1 and o.code else o.code
    return [f"{o.disease} ({code})", f"{o.disease}, {code}", f"{code} {o.disease}"][joiner] if o.code else o.disease


def _pairs(o: Order, rng: Random) -> Pairs:
    labels = texts.LABELS[o.lang]
    pairs: Pairs = [(rng.choice(labels["name"]), o.name), (rng.choice(labels["hetu"]), o.hetu)]
    if o.guardian:
        pairs.append(
            (
                rng.choice(labels["guardian"]),
                rng.choice([f"{o.guardian_name}, {o.guardian}", f"{o.guardian_name} ({o.guardian})"]),
            )
        )
    if o.address:
        pairs.append((labels["address"][0], o.address))
    hazard = rng.random() < 0.5 and o.hazard
    pairs.append((rng.choice(labels["disease"]), _disease(o, rng.randrange(3)) + (f", {o.hazard}" if hazard else "")))
    if o.hazard and not hazard:
        pairs.append((labels["class"][0], o.hazard))
    if o.workplace:
        pairs.append((rng.choice(labels["workplace"]), o.workplace))
    if rng.random() < 0.45:
        pairs += [(labels["start"][0], o.start), (labels["end"][0], o.end)]
    else:
        pairs.append((rng.choice(labels["period"]), o.period))
    if rng.random() < 0.3:
        rng.shuffle(pairs)
    return pairs


def _law(o: Order, rng: Random) -> str:
    return rng.choice(texts.LAW[o.lang]).format(s=o.section)


def _signer(page: Letter, o: Order, rng: Random) -> None:
    way = rng.randrange(3)
    lines = [[o.physician, o.title], [f"{o.physician}, {o.title}"], [o.title, o.physician]][way]
    page.signer(lines, pen.hand(rng))


def _official(page: Letter, o: Order, rng: Random) -> None:
    labels = texts.LABELS[o.lang]
    diary = rng.choice(["", "Dnro ", "Dnr "]) + o.diary
    page.columns([o.authority, o.unit], [labels["decision"][0], o.date, diary])
    page.title(o.heading)
    page.pairs(_pairs(o, rng), rng.random() < 0.3, False, rng.uniform(95, 150))
    page.para(_law(o, rng))
    if rng.random() < 0.5:
        page.para(rng.choice(texts.CLOSING[o.lang]))
    _signer(page, o, rng)


def _sheet_of_pairs(page: Letter, o: Order, rng: Random) -> None:
    labels = texts.LABELS[o.lang]
    page.para(o.authority.upper() if rng.random() < 0.5 else o.authority, True, page.size * 1.2)
    page.title(rng.choice(texts.HEADINGS[o.lang][o.kind]))
    pairs = [
        *_pairs(o, rng),
        (labels["law"][0], f"TTL 1227/2016 {o.section} §"),
        (labels["date"][0], o.date),
        (labels["physician"][0], f"{o.physician} (SV {rng.randint(100000, 999999)}), {o.title}"),
        (labels["diary"][0], o.diary),
    ]
    page.pairs(pairs, True, rng.random() < 0.6, rng.uniform(100, 150))


def _running(page: Letter, o: Order, rng: Random) -> None:
    labels = texts.LABELS[o.lang]
    page.columns([o.authority], [labels["official"][0], o.diary, o.date])
    page.title(texts.HEADINGS[o.lang][o.kind][1])
    page.para(rng.choice(texts.SENTENCES[o.lang][o.kind]).format(o=o, period=o.period))
    if o.guardian:
        page.para(rng.choice(texts.GUARDIAN[o.lang]).format(o=o))
    ground = rng.choice(texts.GROUND[o.lang]).format(
        disease=o.disease[0].lower() + o.disease[1:],
        code=f" ICD-10 {o.code}" if o.code else "",
        hazard=f" ({o.hazard})" if o.hazard else "",
    )
    page.para(ground.replace(" ,", ",") + (texts.WORKPLACE[o.lang].format(o=o) if o.workplace else ""))
    page.para(_law(o, rng))
    _signer(page, o, rng)


def _ruled(page: Letter, o: Order, rng: Random) -> None:
    labels = texts.LABELS[o.lang]
    page.para(o.authority, rng.random() < 0.5)
    page.para(o.unit)
    page.title(o.heading)
    pairs = [*_pairs(o, rng), (labels["date"][0], o.date), (labels["diary"][0], o.diary)]
    page.table(pairs, rng.uniform(120, 180), rng.random() < 0.5)
    page.para(_law(o, rng))
    _signer(page, o, rng)


def _stacked(page: Letter, o: Order, rng: Random) -> None:
    labels = texts.LABELS[o.lang]
    page.columns([o.authority, o.unit], [o.heading])
    page.stacked([(labels["diary"][0], o.diary), (labels["date"][0], o.date)], 2)
    page.stacked(_pairs(o, rng), rng.choice([2, 2, 1]))
    page.para(_law(o, rng))
    page.para(rng.choice(texts.CLOSING[o.lang]))
    _signer(page, o, rng)


def _letter_to_person(page: Letter, o: Order, rng: Random) -> None:
    labels = texts.LABELS[o.lang]
    addressee = o.guardian_name or o.spoken
    page.columns([o.authority, o.unit], [o.date, "", f"{labels['diary'][0]} {o.diary}"])
    page.columns([addressee, *(o.address.split(", ") if o.address else [])], [])
    page.title(o.heading)
    page.para(rng.choice(texts.SENTENCES[o.lang][o.kind]).format(o=o, period=o.period))
    if o.guardian:
        page.para(rng.choice(texts.GUARDIAN[o.lang]).format(o=o))
    page.para(f"{labels['disease'][0]}: {_disease(o, 0)}." + (f" {o.hazard.capitalize()}." if o.hazard else ""))
    if o.workplace:
        page.para(f"{labels['workplace'][0]}: {o.workplace}")
    page.para(rng.choice(texts.CLOSING[o.lang]) + " " + _law(o, rng))
    _signer(page, o, rng)


def _chapters(page: Letter, o: Order, rng: Random) -> None:
    labels, heads = texts.LABELS[o.lang], texts.CHAPTERS[o.lang]
    page.columns([o.authority], [f"{labels['official'][0]} {rng.randint(2, 90)} §", o.date, o.diary])
    page.para(heads[0], True)
    page.para(o.heading)
    page.para(heads[1], True)
    page.para(
        f"{o.name}, {o.hetu}" + (f"; {labels['guardian'][0].lower()} {o.guardian_name}, {o.guardian}" if o.guardian else "")
    )
    page.para(heads[2], True)
    page.para(rng.choice(texts.SENTENCES[o.lang][o.kind]).format(o=o, period=o.period))
    page.para(heads[3], True)
    page.para(
        f"{_disease(o, rng.randrange(3))}."
        + (f" {texts.CLASS[o.lang].format(o=o)}" if o.hazard else "")
        + (texts.WORKPLACE[o.lang].format(o=o) if o.workplace else "")
    )
    page.para(_law(o, rng))
    page.para(heads[4], True)
    page.para(texts.APPEAL[o.lang])
    _signer(page, o, rng)


def _ticked(page: Letter, o: Order, rng: Random) -> None:
    labels = texts.LABELS[o.lang]
    page.para(o.authority, True)
    page.title(texts.COMMON_HEADING[o.lang])
    page.boxes(
        [(texts.HEADINGS[o.lang][kind][0], kind == o.kind) for kind in ("work_absence", "quarantine", "isolation", "child_home")]
    )
    page.pairs(_pairs(o, rng), True, False, rng.uniform(105, 150))
    page.pairs(
        [(labels["date"][0], o.date), (labels["diary"][0], o.diary), (labels["physician"][0], f"{o.physician}, {o.title}")],
        True,
        False,
        140,
    )
    page.para(_law(o, rng))


def _short_note(page: Letter, o: Order, rng: Random) -> None:
    labels = texts.LABELS[o.lang]
    page.para(f"{o.authority}, {o.unit}")
    page.para(f"{o.date}    {labels['diary'][0]} {o.diary}")
    page.title(texts.HEADINGS[o.lang][o.kind][2])
    page.para(f"{labels['name'][0]} {o.name}    {labels['hetu'][0]} {o.hetu}")
    if o.guardian:
        page.para(f"{labels['guardian'][0]} {o.guardian_name}    {labels['hetu'][0]} {o.guardian}")
    page.para(f"{labels['period'][0]} {o.period}")
    page.para(f"{labels['disease'][0]} {_disease(o, 2)}" + (f" – {o.hazard}" if o.hazard else ""))
    if o.workplace:
        page.para(f"{labels['workplace'][0]} {o.workplace}")
    page.para(_law(o, rng))
    _signer(page, o, rng)


LAYOUTS: list[Callable[[Letter, Order, Random], None]] = [
    _official,
    _sheet_of_pairs,
    _running,
    _ruled,
    _stacked,
    _letter_to_person,
    _chapters,
    _ticked,
    _short_note,
]
