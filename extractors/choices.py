"""Give each check box on a form to the field and option it belongs to, and read the marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from extractors.labels import LabelHit
from extractors.marks import LEAST_LIKENESS, CheckBox, likeness, with_words_on_the_left
from extractors.readpage import ReadPage
from models.document_type import DocumentType, FieldSpec, Option
from models.extraction import Extraction, Span, Value
from models.geometry import Box, bounding

YES_NO = {
    True: ("Kyllä", "Ja", "Yes", "On"),
    False: ("Ei", "Nej", "No", "En"),
}

RING_SURENESS = 0.5
PAIR_PX = (330, 80)


@dataclass(frozen=True)
class _Place:
    """A box together with an option it may stand for."""

    box: CheckBox
    field: str
    option: str
    likeness: float
    distance: float


def read_choices(
    pages: Mapping[int, ReadPage], labels: Mapping[str, LabelHit], doc_type: DocumentType, language: str | None
) -> dict[str, Extraction]:
    """Read all fields with check boxes. A field none of whose boxes were found comes out as value None."""
    specs = [spec for spec in doc_type.fields if spec.kind in ("choice", "choices", "yes_no")]
    words = option_words(doc_type, language)
    boxes = [box for page in pages.values() for box in with_words_on_the_left(page.check_boxes, words)]
    given = _assign(boxes, specs, labels, language)
    fields: dict[str, Extraction] = {}
    for spec in specs:
        found = _read(spec, given.get(spec.name, {}))
        if found is not None:
            fields[spec.name] = found
    return fields


def _options(spec: FieldSpec, language: str | None) -> list[tuple[str, Sequence[str]]]:
    if spec.kind == "yes_no":
        return [("true", YES_NO[True]), ("false", YES_NO[False])]
    return [(option.value, _words(option, language)) for option in spec.options]


def option_words(doc_type: DocumentType, language: str | None) -> list[str]:
    """All words that may stand beside a check box of this form."""
    specs = [spec for spec in doc_type.fields if spec.kind in ("choice", "choices", "yes_no")]
    ticks = [*YES_NO[True], *YES_NO[False]] if any(spec.kind in ("yes_no", "table") for spec in doc_type.fields) else []
    return [*ticks, *(word for spec in specs for _, words in _options(spec, language) for word in words)]


def _words(option: Option, language: str | None) -> tuple[str, ...]:
    chosen: tuple[str, ...] = getattr(option.labels, language, ()) if language else ()
    return chosen or option.labels.every()


def _assign(
    boxes: Sequence[CheckBox], specs: Sequence[FieldSpec], labels: Mapping[str, LabelHit], language: str | None
) -> dict[str, dict[str, CheckBox]]:
    """Match boxes with options: the best fitting pairs first, each box and each option once."""
    places = []
    for spec in specs:
        anchor = labels.get(spec.name) or labels.get(f"#{spec.name}")
        if anchor is None and spec.kind == "yes_no":
            continue
        for option, words in _options(spec, language):
            for box in boxes:
                alike = likeness(box.text, words)
                near = _distance(box, anchor)
                if alike >= LEAST_LIKENESS and near is not None:
                    places.append(_Place(box, spec.name, option, alike, near))
    places.sort(key=lambda place: place.likeness - place.distance / 1500, reverse=True)
    given: dict[str, dict[str, CheckBox]] = {}
    used: list[CheckBox] = []
    paired = {spec.name: spec.kind == "yes_no" for spec in specs}
    for place in places:
        others = given.get(place.field, {})
        if place.box not in used and place.option not in others and (not paired[place.field] or _fits(place.box, others)):
            given.setdefault(place.field, {})[place.option] = place.box
            used.append(place.box)
    _complete_pairs(given, boxes, used, specs)
    return given


def _fits(box: CheckBox, others: Mapping[str, CheckBox]) -> bool:
    """Yes and no stand side by side, or one below the other: a box of the next table has the same words."""
    return all(
        other.page == box.page and abs(other.box.x0 - box.box.x0) < PAIR_PX[0] and abs(other.box.y0 - box.box.y0) < PAIR_PX[1]
        for other in others.values()
    )  # fmt: skip


def _distance(box: CheckBox, anchor: LabelHit | None) -> float | None:
    """How far (pixels) a box stands from its field's label; None where it cannot belong to it."""
    if anchor is None:
        return 300.0
    if anchor.page != box.page:
        return 900.0 if box.page > anchor.page else None
    below = box.box.center[1] - anchor.box.center[1]
    if below < -16 or below > 420:
        return None
    beside = box.box.x0 - anchor.box.x0
    if beside < -30 and below < 200:
        return None if below < 12 else below + 2 * abs(beside)
    return below + max(0.0, beside) * 0.25 + abs(min(0.0, beside))


def _complete_pairs(
    given: dict[str, dict[str, CheckBox]], boxes: Sequence[CheckBox], used: list[CheckBox], specs: Sequence[FieldSpec]
) -> None:  # fmt: skip
    """Where one of yes and no was recognised by its word, the other is the unused box beside it."""
    for spec in specs:
        pair = given.get(spec.name, {})
        if spec.kind != "yes_no" or len(pair) != 1:
            continue
        (option, box), missing = next(iter(pair.items())), "false" if "true" in pair else "true"
        beside = [
            other for other in boxes
            if other not in used and other.page == box.page and abs(other.box.center[1] - box.box.center[1]) < 12
            and 20 < (other.box.x0 - box.box.x0 if option == "true" else box.box.x0 - other.box.x0) < 190
        ]  # fmt: skip
        if beside:
            nearest = min(beside, key=lambda other: abs(other.box.x0 - box.box.x0))
            pair[missing] = nearest
            used.append(nearest)


def _read(spec: FieldSpec, options: Mapping[str, CheckBox]) -> Extraction | None:
    if not options:
        return Extraction(value=None, reading="mark", evidence=("boxes_missing",))
    whole = not any(box.registered for box in options.values())
    complete = whole and len(options) == (2 if spec.kind == "yes_no" else len(spec.options))
    marked, doubted, taken_back = _marks(options, exclusive=spec.kind != "choices")
    page = next(iter(options.values())).page
    shown = [options[name] for name in marked] or list(options.values())
    span = Span(page=page, box=bounding(box.box for box in shown if box.page == shown[0].page))
    notes = {"all_boxes": complete, "doubtful_mark": doubted, "struck_out": taken_back}
    if not marked and not doubted and complete and spec.kind != "yes_no":
        return None  # an empty group: the field is left out
    value = _value(spec, marked)
    sure = min((_sureness(box) for box in options.values()), default=0.0)
    evidence = ("label", *(name for name, holds in notes.items() if holds))
    return Extraction(value=value, raw=" ".join(marked), span=span, reading="mark", evidence=evidence, engine_score=sure)


def _marks(options: Mapping[str, CheckBox], *, exclusive: bool) -> tuple[list[str], bool, bool]:
    """Names of the marked options; whether a doubtful mark is among what counted or might; whether one was taken back.

    Where nothing is clearly marked, what may be a mark is taken for one, doubted. Of two marks in a group whose options
    exclude each other, one that was scribbled over does not count; where it is the only one, it may be meant: doubted.
    """
    marked = sorted(name for name, box in options.items() if box.mark == "marked")
    doubtful = sorted(name for name, box in options.items() if box.mark == "doubtful")
    blots = [name for name in marked if options[name].shape == "taken_back"]
    taken_back = bool(blots) and len(blots) < len(marked) + (len(doubtful) if exclusive else 0)
    if taken_back:
        marked = [name for name in marked if name not in blots]
    return marked or doubtful, bool(doubtful) or (bool(blots) and not taken_back), taken_back


def _value(spec: FieldSpec, marked: Sequence[str]) -> Value:
    if spec.kind == "choices":
        return list(marked) or None
    if len(marked) != 1:
        return None
    if spec.kind == "yes_no":
        return marked[0] == "true"
    return marked[0]


def _sureness(box: CheckBox) -> float:
    """How far a box's ink lies from the border between empty and marked, 0…1."""
    if box.shape == "ring" or box.registered:
        return RING_SURENESS
    if box.mark == "marked":
        return min(1.0, box.ink / 0.35)
    return 1.0 - min(1.0, box.ink / 0.14)


def ticked(boxes: Sequence[CheckBox], cell: Box) -> Extraction | None:
    """Read yes and no boxes inside one cell of a table; None when the cell has none.

    A cell with both empty bears the evidence "unticked": an empty row of the table.
    """
    inside = sorted((box for box in boxes if cell.holds(*box.box.center)), key=lambda box: box.box.x0)
    if len(inside) != 2:
        return None
    marked, doubted, taken_back = _marks({str(i): box for i, box in enumerate(inside)}, exclusive=True)
    span = Span(page=inside[0].page, box=bounding(box.box for box in inside))
    if not marked:
        return Extraction(value=None, span=span, reading="mark", evidence=("unticked",))
    backwards = likeness(inside[0].text, YES_NO[False]) > likeness(inside[0].text, YES_NO[True]) + 0.1
    value = None if len(marked) > 1 else (marked[0] == "0") != backwards
    sure = min(_sureness(box) for box in inside)
    notes = {"all_boxes": not any(box.registered for box in inside), "doubtful_mark": doubted, "struck_out": taken_back}
    evidence = ("label", *(name for name, holds in notes.items() if holds))
    return Extraction(value=value, span=span, reading="mark", evidence=evidence, engine_score=sure)
