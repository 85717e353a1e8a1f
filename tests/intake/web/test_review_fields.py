"""How fields of a record are laid out and written for the review screen."""

from __future__ import annotations

from typing import Any

import pytest

from intake.web.review_fields import Words, shown_record, shown_value
from tests.intake.kept_documents import application, field

EN = Words("en", "Yes", "No")


def at(value: Any, x: float, y: float, page: int = 1) -> dict[str, Any]:
    return field(value, accepted=False, page=page) | {"box": [x, y, x + 0.1, y + 0.02]}


def order(**fields: Any) -> list[str]:
    body = application()
    shown = shown_record(body | {"fields": fields}, EN)
    return [one.path for one in shown.fields if one.is_open]


def test_fields_stand_as_on_the_page_line_by_line() -> None:
    assert order(
        absence_end=at("x", 0.6, 0.502), applicant_street=at("x", 0.1, 0.2), absence_start=at("x", 0.1, 0.505),
        signature_date=at("x", 0.1, 0.1, page=2), applicant_city=at("x", 0.5, 0.197),
    ) == ["applicant_street", "applicant_city", "absence_start", "absence_end", "signature_date"]  # fmt: skip


def test_a_state_is_told_of_every_field_the_type_has() -> None:
    body = application(absence_end=field(None, accepted=False), iban=field("FI2112345600000785") | {"seen_by": "ann"})

    states = {one.path: one.state for one in shown_record(body, EN).cells}

    assert (states["absence_end"], states["iban"], states["benefit"], states["bic"]) == ("doubtful", "seen", "accepted", "absent")


def test_candidates_are_the_proposal_then_what_else_was_read() -> None:
    found = field("2019-03-12", accepted=False) | {"raw": "12.3.19", "candidates": ["2018-03-12"]}
    unread = field(None, accepted=False) | {"raw": "1 2.3.2019"}

    cells = {one.path: one for one in shown_record(application(absence_start=found, absence_end=unread), EN).cells}

    assert [one.shown for one in cells["absence_start"].candidates] == ["12.3.2019", "12.3.2018"]
    assert "12.3.2019" in [one.shown for one in cells["absence_end"].candidates]
    assert cells["benefit"].candidates == ()


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("date", "2019-03-12", "12.3.2019"),
        ("date", "soon", "soon"),
        ("money", "2345.60", "2345,60"),
        ("iban", "FI2112345600000785", "FI21 1234 5600 0007 85"),
        ("months", ["2020-07", "2020-12"], "7/2020, 12/2020"),
        ("phone", "0401234567", "040 1234567"),
        ("reference", "1234561", "12 34561"),
        ("reference", "RF18539007547034", "RF18 5390 0754 7034"),
        ("text", None, ""),
    ],
)
def test_values_are_written_as_people_here_write_them(kind: str, value: Any, shown: str) -> None:
    assert shown_value(kind, value) == shown


def test_a_choice_is_shown_by_the_words_beside_its_box() -> None:
    cells = {one.path: one for one in shown_record(application(), Words("sv", "Ja", "Nej")).cells}

    assert cells["benefit"].shown == "Dagpenning vid smittsam sjukdom"
    assert cells["abroad"].shown == "Nej"


def test_tables_have_their_rows_and_one_to_add() -> None:
    body = application(employers=[{"name": field("Leipomo", accepted=False)}])

    [table] = [one for one in shown_record(body, EN).fields if one.kind == "table"]

    assert [cell.path for cell in table.rows[0]][:2] == ["employers[0].name", "employers[0].start"]  # type: ignore[union-attr]
    assert table.is_open and len(table.blank) == 4  # type: ignore[union-attr]
