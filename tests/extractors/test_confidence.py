"""Laws of confidence that hold however it is calibrated: what is never accepted, what always is, and what only helps."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.confidence import judge
from models.document_type import DocumentType, FieldSpec, Kind
from models.extraction import Extraction, Fields, Reading, Span, Value
from models.geometry import Box

EVIDENCE = (
    "label", "format", "check_digit", "repaired", "plausible", "two_readers", "near_agreement", "struck_out", "all_boxes",
    "doubtful_mark", "clear_ink", "no_ink", "label_missing", "boxes_missing", "unticked",
    "sentence", "position", "lexicon", "cross_field",
)  # fmt: skip
WRITTEN: tuple[Kind, ...] = tuple(
    kind for kind in get_args(Kind) if kind not in ("yes_no", "choice", "choices", "signature", "table")
)
CHECKED: tuple[Kind, ...] = ("hetu", "iban", "business_id", "reference")

kinds = st.sampled_from(WRITTEN)
scores = st.floats(0, 1)
evidences = st.lists(st.sampled_from(EVIDENCE), unique=True, max_size=8).map(tuple)
readings = st.sampled_from(get_args(Reading))
values = st.none() | st.just("131052-308T") | st.booleans()


def judged(found: Extraction, kind: Kind, quality: float) -> Extraction:
    spec = FieldSpec(name="field", kind=kind)
    doc_type = DocumentType.model_validate(
        {"name": "t", "family": "form", "title": {}, "match": {}, "field": [spec.model_dump(by_alias=True)]}
    )
    given_back = judge({"field": found}, doc_type, {1: quality})["field"]
    assert isinstance(given_back, Extraction)
    return given_back


def read(
    value: Value = "131052-308T",
    *,
    evidence: tuple[str, ...] = ("label",),
    reading: Reading = "ocr",
    score: float = 0.95,
    weakest: float = 0.9,
) -> Extraction:
    span = Span(page=1, box=Box(100, 100, 300, 130))
    return Extraction(
        value=value, raw="131052-308T", span=span, reading=reading, evidence=evidence, engine_score=score, weakest=weakest
    )


@given(kinds, evidences, readings, values, scores, scores, scores)
def test_confidence_is_a_chance_and_the_value_stays(
    kind: Kind, evidence: tuple[str, ...], reading: Reading, value: Value, score: float, weakest: float, quality: float
) -> None:
    found = read(value, evidence=evidence, reading=reading, score=score, weakest=weakest)

    after = judged(found, kind, quality)

    assert 0 <= after.confidence <= 1
    assert after.model_copy(update={"confidence": found.confidence, "accepted": found.accepted}) == found


@given(kinds, evidences, readings, scores, scores, scores)
def test_nothing_is_never_accepted(
    kind: Kind, evidence: tuple[str, ...], reading: Reading, score: float, weakest: float, quality: float
) -> None:
    after = judged(read(None, evidence=evidence, reading=reading, score=score, weakest=weakest), kind, quality)

    assert not after.accepted


@given(kinds, evidences.filter(lambda marks: "check_digit" not in marks), scores, scores, scores)
def test_a_repaired_value_without_check_digit_is_never_accepted(
    kind: Kind, evidence: tuple[str, ...], score: float, weakest: float, quality: float
) -> None:
    found = read(evidence=tuple(dict.fromkeys((*evidence, "repaired"))), score=score, weakest=weakest)

    assert not judged(found, kind, quality).accepted


@pytest.mark.parametrize("kind", CHECKED)
@given(score=st.floats(0.97, 1), quality=st.floats(0.8, 1))
def test_a_passed_check_digit_without_repair_is_accepted(kind: Kind, score: float, quality: float) -> None:
    found = read(evidence=("label", "format", "check_digit", "two_readers"), score=score, weakest=score)

    assert judged(found, kind, quality).accepted


@given(kinds, evidences, scores, scores, scores, scores, scores)
def test_a_surer_engine_never_lowers_confidence(
    kind: Kind, evidence: tuple[str, ...], one: float, other: float, weak: float, less_weak: float, quality: float
) -> None:
    low, high = sorted((one, other))
    weakest, less_weak = sorted((weak, less_weak))

    doubted = judged(read(evidence=evidence, score=low, weakest=weakest), kind, quality)
    believed = judged(read(evidence=evidence, score=high, weakest=less_weak), kind, quality)

    assert believed.confidence >= doubted.confidence
    assert believed.accepted >= doubted.accepted


@given(kinds, evidences, scores, scores, scores, scores)
def test_a_better_page_never_lowers_confidence(
    kind: Kind, evidence: tuple[str, ...], score: float, weakest: float, one: float, other: float
) -> None:
    worse, better = sorted((one, other))
    found = read(evidence=evidence, score=score, weakest=weakest)

    assert judged(found, kind, better).confidence >= judged(found, kind, worse).confidence


@pytest.mark.parametrize("more", ["two_readers", "check_digit"])
@given(kind=kinds, evidence=evidences.filter(lambda marks: "repaired" not in marks), score=scores, weakest=scores, quality=scores)
def test_more_evidence_never_lowers_confidence(
    more: str, kind: Kind, evidence: tuple[str, ...], score: float, weakest: float, quality: float
) -> None:
    without = judged(read(evidence=tuple(mark for mark in evidence if mark != more), score=score, weakest=weakest), kind, quality)
    with_it = judged(read(evidence=tuple(dict.fromkeys((*evidence, more))), score=score, weakest=weakest), kind, quality)

    assert with_it.confidence >= without.confidence


@given(kinds, evidences, scores)
def test_what_was_struck_out_is_never_accepted(kind: Kind, evidence: tuple[str, ...], quality: float) -> None:
    assert not judged(read(evidence=tuple(dict.fromkeys((*evidence, "struck_out")))), kind, quality).accepted


@given(scores, scores)
def test_a_doubtful_mark_is_never_accepted(score: float, quality: float) -> None:
    found = read(True, evidence=("label", "all_boxes", "doubtful_mark"), reading="mark", score=score)

    assert not judged(found, "yes_no", quality).accepted


def test_clear_marks_of_all_boxes_are_accepted() -> None:
    assert judged(read(True, evidence=("label", "all_boxes"), reading="mark", score=1.0), "yes_no", 0.9).accepted


@given(st.sampled_from(CHECKED), scores)
def test_a_code_whose_check_digit_did_not_pass_is_never_accepted(kind: Kind, quality: float) -> None:
    found = read(evidence=("label", "format", "two_readers"), score=1.0, weakest=1.0)

    assert not judged(found, kind, quality).accepted


def test_cells_of_a_table_are_judged_each_by_the_kind_of_its_column() -> None:
    columns = [{"name": "firm", "kind": "text", "labels": {}}, {"name": "code", "kind": "business_id", "labels": {}}]
    doc_type = DocumentType.model_validate(
        {"name": "t", "family": "form", "title": {}, "match": {}, "field": [{"name": "jobs", "kind": "table", "column": columns}]}
    )
    row = {
        "firm": read("Kiosko Ky", score=0.2, weakest=0.1),
        "code": read("1234567-1", evidence=("label", "format", "check_digit", "two_readers")),
    }

    (after,) = _rows(judge({"jobs": [row]}, doc_type, {1: 0.9}))

    assert (after["firm"].accepted, after["code"].accepted) == (False, True)


def _rows(fields: Fields) -> list[dict[str, Extraction]]:
    rows = fields["jobs"]
    assert isinstance(rows, list)
    return rows


def test_fields_come_in_the_order_of_the_type_and_empty_ones_stay_out() -> None:
    doc_type = DocumentType.model_validate(
        {
            "name": "t",
            "family": "form",
            "title": {},
            "match": {},
            "field": [{"name": name, "kind": "text"} for name in ("a", "b", "c")],
        }
    )

    assert list(judge({"c": read("x"), "a": read("y")}, doc_type, {1: 0.9})) == ["a", "c"]


def test_two_values_from_one_place_are_both_for_a_person() -> None:
    fields = [{"name": name, "kind": "date"} for name in ("start", "end", "other")]
    doc_type = DocumentType.model_validate({"name": "t", "family": "form", "title": {}, "match": {}, "field": fields})
    sure = read("2019-02-01", evidence=("label", "format", "plausible", "two_readers"), score=0.999, weakest=0.99)
    places = {"start": Box(100, 100, 400, 130), "end": Box(300, 100, 400, 130), "other": Box(700, 100, 800, 130)}
    found: Fields = {name: sure.model_copy(update={"span": Span(page=1, box=box)}) for name, box in places.items()}

    given_back = judge(found, doc_type, {1: 0.98})

    accepted = {name: one.accepted for name, one in given_back.items() if isinstance(one, Extraction)}
    assert accepted == {"start": False, "end": False, "other": True}
