"""The printed record keeps the contract: its keys, its shares of the arrived page, plain JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.extraction import Extraction, Fields, Record, Span, Value
from models.geometry import Box, Transform
from models.result import ArrivalEvidence, IntakeResult, PageResult, Source
from models.work import Reason, WorkItem

WIDTH, HEIGHT = 1728, 1143
FAX = Transform(((1.02, 0.0, 0.0), (0.0, 0.49, 0.0), (0.0, 0.0, 1.0)), WIDTH, HEIGHT)
HETU = "131052-308T"


def source(arrival: ArrivalEvidence | None = None) -> Source:
    return Source(
        file="x.tif", sha256="0" * 64, media_type="image/tiff", channel="fax", received_at="2019-03-12T10:22:00+00:00", pages=1,
        arrival=arrival,
    )  # fmt: skip


def page(dpi: tuple[int, int] | None = (204, 98)) -> PageResult:
    return PageResult(
        number=1, width_px=WIDTH, height_px=HEIGHT, dpi=dpi, rotation=0, skew_deg=0.4, blank=False, separator=False, quality=0.83
    )  # fmt: skip


PLACE = Box(120, 440, 400, 480)


def read(value: Value, box: Box | None = PLACE, **more: Any) -> Extraction:
    span = Span(page=1, box=box) if box else None
    return Extraction(value=value, span=span, confidence=0.99, accepted=value is not None, **more)


def result(fields: Fields, arrival: ArrivalEvidence | None = None, dpi: tuple[int, int] | None = (204, 98)) -> IntakeResult:
    record = Record(
        id="d1", document_type="sv8_application", type_confidence=0.998, accepted=True, language="fi", form_revision="01.19",
        pages=(1,), fields=fields,
    )  # fmt: skip
    item = WorkItem(
        person_hetu=HETU, documents=("d1",), queue="southern_district", owner="southern_district",
        specifier="Tartuntatautipäiväraha", reasons=(Reason(rule="R10", section="1.8", document="d1", field="benefit"),),
    )  # fmt: skip
    return IntakeResult(source=source(arrival), pages=(page(dpi),), documents=(record,), work_items=(item,), transforms={1: FAX})


def test_the_record_has_the_keys_of_the_contract() -> None:
    printed = result({"applicant_hetu": read(HETU, raw=f"{HETU} ", evidence=("label", "check_digit"))}).to_json()

    assert list(printed) == ["schema", "source", "pages", "documents", "work_items"]
    assert printed["schema"] == "intake-result/1"
    assert set(printed["source"]) == {"file", "sha256", "media_type", "channel", "received_at", "pages"}
    assert {"number", "width_px", "height_px", "dpi", "rotation", "skew_deg", "blank", "quality"} <= set(printed["pages"][0])
    document = printed["documents"][0]
    assert set(document) == {"id", "type", "type_confidence", "accepted", "language", "form_revision", "pages", "fields"}
    assert set(document["fields"]["applicant_hetu"]) == {
        "value", "confidence", "accepted", "page", "box", "reading", "raw", "evidence",
    }  # fmt: skip
    assert set(printed["work_items"][0]) == {
        "person_hetu", "documents", "queue", "owner", "specifier", "comment", "pending_date", "last_filing_day",
        "reasons", "findings", "side_tasks",
    }  # fmt: skip


def test_what_the_paper_does_not_show_is_left_out() -> None:
    printed = result({}, arrival=None, dpi=None).to_json()

    assert "arrival" not in printed["source"]
    assert "dpi" not in printed["pages"][0]


def test_the_day_of_arrival_says_what_shows_it() -> None:
    arrival = ArrivalEvidence(date="2019-03-12", evidence="fax_header", confidence=0.99)

    printed = result({}, arrival).to_json()

    assert printed["source"]["arrival"] == {"date": "2019-03-12", "evidence": "fax_header", "confidence": 0.99}


def test_a_field_without_a_place_has_neither_page_nor_box() -> None:
    cell = result({"iban": read(None, box=None, evidence=("label_missing",))}).to_json()["documents"][0]["fields"]["iban"]

    assert "page" not in cell
    assert "box" not in cell
    assert (cell["value"], cell["accepted"]) == (None, False)


def test_boxes_are_shares_of_the_page_as_it_arrived() -> None:
    box = Box(0.1 * WIDTH / 1.02, 0.5 * HEIGHT / 0.49, 0.3 * WIDTH / 1.02, 0.55 * HEIGHT / 0.49)

    cell = result({"applicant_hetu": read(HETU, box)}).to_json()["documents"][0]["fields"]["applicant_hetu"]

    assert cell["page"] == 1
    assert cell["box"] == pytest.approx([0.1, 0.5, 0.3, 0.55], abs=1e-4)


def test_a_table_is_a_list_of_rows_of_fields() -> None:
    rows = [{"name": read("Leipomo Kaura Oy"), "pays_wage": read(False, reading="mark")}, {"name": read("Kiosko Ky")}]

    printed = result({"employers": rows}).to_json()["documents"][0]["fields"]["employers"]

    assert [row["name"]["value"] for row in printed] == ["Leipomo Kaura Oy", "Kiosko Ky"]
    assert printed[0]["pays_wage"]["value"] is False
    assert "pays_wage" not in printed[1]


values = st.none() | st.booleans() | st.integers(0, 9999) | st.text(max_size=20) | st.lists(st.text(max_size=8), max_size=3)
corners = st.tuples(st.floats(-50, 2400), st.floats(-50, 2400), st.floats(0, 900), st.floats(0, 900))


@given(values, corners)
def test_any_value_anywhere_prints_as_plain_json(value: Value, at: tuple[float, float, float, float]) -> None:
    x, y, width, height = at

    printed = result({"field": read(value, Box(x, y, x + width, y + height))}).to_json()

    again = json.loads(json.dumps(printed, ensure_ascii=False, allow_nan=False))
    assert again["documents"] == printed["documents"]
    x0, y0, x1, y1 = again["documents"][0]["fields"]["field"]["box"]
    assert 0 <= x0 <= x1 <= 1
    assert 0 <= y0 <= y1 <= 1
