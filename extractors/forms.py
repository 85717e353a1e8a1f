"""Read a ruled form: labels first, then the place of each value, then the value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from rapidfuzz import fuzz

from extractors.choices import option_words, read_choices
from extractors.labels import HEADING, LabelHit, Wanted, find_labels, is_hint, wanted_labels, with_hints
from extractors.marks import LEAST_LIKENESS, likeness, with_words_on_the_left
from extractors.missed import with_missed_words, with_words_beside_boxes
from extractors.phrases import Phrase, folded
from extractors.printed import whole_print
from extractors.readpage import ReadPage
from extractors.readvalue import Readers, read_value
from extractors.regions import Region, value_region
from extractors.registered import with_registered_boxes
from extractors.tables import read_table
from extractors.wrapped import with_wrapped
from models.document_type import DocumentType, FieldSpec
from models.extraction import Extraction, Fields, Span
from models.geometry import Box

LEAST_HEADING = 6
"""A heading that is all of a phrase has more letters than this; shorter ones may be values."""

AREA_PX = 330
"""Free text under a heading is looked for this far down (42 mm)."""

FOOT_SHARE = 0.935
"""Below this share of the page's height forms print their code and page number."""

SIGNATURE_PX = (45, 60)
"""A signature is at least this wide, and has this many pixels of ink, at 200 dpi."""


@dataclass(frozen=True)
class Form:
    """A form's pages with the labels found on them; `exclude` are, by page, all boxes with printed words."""

    pages: dict[int, ReadPage]
    labels: dict[str, LabelHit]
    exclude: dict[int, list[Box]]

    def region(self, hit: LabelHit) -> Region:
        page = self.pages[hit.page]
        others = [box for box in self.exclude[hit.page] if box.covered_by(hit.box) < 0.5]
        return value_region(hit.box, page.rulings, others, page.clean.gray.shape[1], page.clean.gray.shape[0])


def read_form(pages: Sequence[ReadPage], doc_type: DocumentType, language: str | None, readers: Readers) -> Fields:
    """Read all fields of a form from its pages.

    A field that is left out is an empty box. A field whose label could not be found comes out as value None, not
    accepted: nobody knows what stands there.
    """
    wanted, options = wanted_labels(doc_type, language), option_words(doc_type, language)
    phrases, labels = _look(pages, wanted)
    by_eye = pages[0].text.reading == "ocr"
    unseen = {want.name for want in wanted} - set(labels)
    if by_eye and any(not name.startswith("#") or name.removeprefix("#") not in labels for name in unseen):
        known = _printed(pages, labels, [], [], options)
        texts = [label for want in wanted for label in want.labels]
        pages = [with_missed_words(page, readers.line, known[page.number], texts) for page in pages]
        phrases, labels = _look(pages, wanted)
    if by_eye:
        pages = [with_registered_boxes(with_words_beside_boxes(page, readers.line, options), options) for page in pages]
    fixed = [folded(wording) for wording in (*doc_type.match.wording, *doc_type.match.titles, *doc_type.match.hints)]
    labels = _whole(pages, labels, _printed(pages, labels, phrases, fixed, options))
    form = Form({page.number: page for page in pages}, labels, _printed(pages, labels, phrases, fixed, options))
    printed = [folded(text) for text in (*options, *(label for want in wanted for label in want.labels))]
    fields: Fields = {}
    fields.update(read_choices(form.pages, labels, doc_type, language))
    for spec in doc_type.fields:
        if spec.kind in ("choice", "choices", "yes_no"):
            continue
        found = _read_field(form, spec, readers)
        if found is not None and found != [] and not _is_print(found, printed):
            fields[spec.name] = _doubted_if_heading(found)
    return {spec.name: fields[spec.name] for spec in doc_type.fields if spec.name in fields}


def _is_print(found: Extraction | list[dict[str, Extraction]], printed: Sequence[str]) -> bool:
    """True for a text that is a label or an option's words: the form's own print, not a value."""
    if isinstance(found, list) or not isinstance(found.value, str) or found.reading not in ("ocr", "text_layer"):
        return False
    text = folded(found.raw)
    return len(text) > 1 and any(fuzz.ratio(text, label) > 88 for label in printed if abs(len(label) - len(text)) < 4)


def _doubted_if_heading(found: Extraction | list[dict[str, Extraction]]) -> Extraction | list[dict[str, Extraction]]:
    """What reads like a section's heading may be one that slipped into a value's place: a person must look."""
    if isinstance(found, list) or found.reading in ("mark", "ink") or not HEADING.match(found.raw):
        return found
    return found.model_copy(update={"value": None})


PhrasesByPage = list[tuple[int, list[Phrase]]]


def _look(pages: Sequence[ReadPage], wanted: Sequence[Wanted]) -> tuple[PhrasesByPage, dict[str, LabelHit]]:
    phrases = [(page.number, with_wrapped(page.phrases)) for page in pages]
    return phrases, with_hints(find_labels(wanted, phrases), phrases)


def _whole(pages: Sequence[ReadPage], labels: dict[str, LabelHit], printed: Mapping[int, list[Box]]) -> dict[str, LabelHit]:
    """The labels with all their print: words that were not read, or not known, are no part of a value."""
    by_number = {page.number: page for page in pages if page.text.reading == "ocr"}
    whole = dict(labels)
    for name, hit in labels.items():
        if page := by_number.get(hit.page):
            others = [box for box in printed[hit.page] if box.covered_by(hit.box) < 0.5]
            whole[name] = replace(hit, box=whole_print(hit.box, page.inks, page.rulings, others))
    return whole


def _printed(
    pages: Sequence[ReadPage], labels: dict[str, LabelHit], phrases: Sequence[tuple[int, Sequence[Phrase]]],
    fixed: Sequence[str], options: Sequence[str],
) -> dict[int, list[Box]]:  # fmt: skip
    """By page, the boxes of everything that is printed and is no value: labels and the words beside check boxes."""
    printed: dict[int, list[Box]] = {page.number: [] for page in pages}
    for page in pages:
        # An O in somebody's hand looks like a box; only what bears an option's words is one.
        boxes = with_words_on_the_left(page.check_boxes, options)
        real = [box for box in boxes if likeness(box.text, options) >= LEAST_LIKENESS]
        printed[page.number] += [place for box in real for place in (box.box.grown(3, 3), box.text_box)]
    for hit in labels.values():
        printed[hit.page].append(hit.box.grown(4, 2))
    for number, found in phrases:
        printed[number] += [
            phrase.box for phrase in found if _is_heading(phrase) or is_hint(phrase.text) or _is_wording(phrase, fixed)
        ]
    return printed


def _is_heading(phrase: Phrase) -> bool:
    """`4. Työtilanne`, `2 SAIRAUDET`: a small number, then a word with a capital."""
    return HEADING.match(phrase.text) is not None and phrase.words[0].engine_score > 0.3


def _is_wording(phrase: Phrase, fixed: Sequence[str]) -> bool:
    """Sentences that the form itself prints, such as the assurance above a signature, and headings that are all of a phrase."""
    text = folded(phrase.text)
    if len(text) > 14 and any(fuzz.partial_ratio(text, wording) > 85 for wording in fixed if len(wording) >= len(text) - 4):
        return True
    return len(text) > LEAST_HEADING and any(fuzz.ratio(text, wording) > 88 for wording in fixed)


def _read_field(form: Form, spec: FieldSpec, readers: Readers) -> Extraction | list[dict[str, Extraction]] | None:
    if spec.kind == "table":
        return read_table(form.pages, form.labels, form.exclude, spec, readers)
    hit = form.labels.get(spec.name) or form.labels.get(f"#{spec.name}")
    if hit is None:
        return Extraction(value=None, evidence=("label_missing",))
    page = form.pages[hit.page]
    place = form.region(hit) if spec.name in form.labels else None
    if place is None or (spec.area and place.side == "below"):
        region = _area(form, hit)
        pages = _with_next(form, hit, region)
        return next((v for p, r in pages if (v := read_value(p, r, spec.kind, readers, form.exclude[p.number]))), None)
    if spec.kind == "signature":
        return _signature(page, place.box, form.exclude[hit.page])
    return read_value(page, place.box, spec.kind, readers, form.exclude[hit.page])


def _area(form: Form, hit: LabelHit) -> Box:
    """The place of free text: under a heading, as wide as the page's ruling, down to the next label or line.

    Where other labels stand in the same row, it is one of several cells and no wider than to them.
    """
    page = form.pages[hit.page]
    beside = [other.box for other in form.labels.values() if other.page == hit.page and _in_one_row(other.box, hit.box)]
    lines = page.rulings.horizontal
    below = [box.y0 for box in form.exclude[hit.page] if box.y0 > hit.box.y1 + 8]
    is_first = all(box.x0 >= hit.box.x0 for box in beside)
    left = min([line.x0 for line in lines if is_first] + [hit.box.x0 - 10])
    right = max([line.x1 for line in lines] + [page.clean.gray.shape[1] * 0.95])
    walls = [
        line.x0 for line in page.rulings.vertical if line.x0 > hit.box.x1 and line.y0 <= hit.box.y1 and line.y1 >= hit.box.y1
    ]
    floors = [line.y0 for line in lines if line.y0 > hit.box.y1 + 40 and line.x0 <= hit.box.x0 + 30 and line.x1 > hit.box.x1]
    foot = FOOT_SHARE * page.clean.gray.shape[0]
    bottom = min([foot, *below, min(floors) if floors else hit.box.y1 + AREA_PX])
    neighbours = [box.x0 - 10 for box in beside if box.x0 > hit.box.x1]
    return Box(left, hit.box.y1 + 2, min([right, *walls, *neighbours]), bottom)


def _in_one_row(one: Box, other: Box) -> bool:
    return min(one.y1, other.y1) - max(one.y0, other.y0) > 0.5 * min(one.height, other.height)


def _with_next(form: Form, hit: LabelHit, region: Box) -> list[tuple[ReadPage, Box]]:
    """An area that has no room below its heading goes on at the top of the next page."""
    page = form.pages[hit.page]
    places = [(page, region)] if region.height > 20 else []
    following = form.pages.get(hit.page + 1) or form.pages.get(hit.page + 2)
    last = all(other.box.y1 <= hit.box.y1 + 8 for other in form.labels.values() if other.page == hit.page)
    if following is not None and last:
        first = min((box.y0 for box in form.exclude[following.number]), default=float(following.clean.gray.shape[0]) / 3)
        top = 0.055 * following.clean.gray.shape[0]
        frame = [line.y0 for line in following.rulings.horizontal if line.y0 < first and line.width > 400]
        top = max(top, min(frame)) if frame else top
        places.append((following, Box(0, top, following.clean.gray.shape[1], first - 2)))
    return places


def _loose_ink(page: ReadPage, region: Box, exclude: Sequence[Box]) -> tuple[int, int]:
    """Pixels of ink in a region without ruling and print, whatever they hang together with; and how wide they reach."""
    x0, y0, x1, y1 = (max(0, round(v)) for v in region)
    ink = page.inks.labels[y0:y1, x0:x1] > 0
    for box in exclude:
        ink[max(0, round(box.y0) - y0) : max(0, round(box.y1) - y0), max(0, round(box.x0) - x0) : max(0, round(box.x1) - x0)] = (
            False
        )
    columns = np.flatnonzero(ink.any(axis=0))
    return int(ink.sum()), int(columns[-1] - columns[0]) if len(columns) else 0


def _signature(page: ReadPage, region: Box, exclude: Sequence[Box]) -> Extraction:
    """Present when there is enough ink; a signature may reach over its line or above its label's foot."""
    wide = Box(region.x0, region.y0 - 8, region.x1, region.y1 + 16)
    pieces = page.inks.inside(wide, exclude)
    box = page.inks.bounding(pieces) if len(pieces) else region
    ink, width = (int(page.inks.size[pieces].sum()), box.width) if len(pieces) else (0, 0.0)
    if width >= SIGNATURE_PX[0] and ink >= SIGNATURE_PX[1]:
        evidence = ("label", "clear_ink") if ink >= 3 * SIGNATURE_PX[1] else ("label",)
        return Extraction(value=True, span=Span(page=page.number, box=box), reading="ink", evidence=evidence, engine_score=1.0)
    # A signature that grew together with its label or a line is no piece of the region; its ink is there all the same.
    loose, reach = _loose_ink(page, wide, exclude)
    present = reach >= SIGNATURE_PX[0] and loose >= SIGNATURE_PX[1]
    mark = "no_ink" if len(pieces) == 0 else "clear_ink"
    evidence = ("label", mark) if max(ink, loose) < SIGNATURE_PX[1] / 3 else ("label",)
    return Extraction(value=present, span=Span(page=page.number, box=box), reading="ink", evidence=evidence, engine_score=1.0)
