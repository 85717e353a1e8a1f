"""`saapuva explain`: where a matter goes, by the name its unit has on the paper's day. All people are invented."""

from __future__ import annotations

from typing import Any

import pytest
from rich.console import Console

from intake.explain import tree


def record(day: str, **item: Any) -> dict[str, Any]:
    usual = {
        "queue": "international_centre", "owner": "southern_district", "specifier": "kv-siirto", "comment": "kv-siirto: …",
        "documents": ["d1"], "pending_date": None, "last_filing_day": None, "findings": [], "side_tasks": [],
        "reasons": [{"rule": "R11", "section": "1.8.1.3", "document": "d1", "field": "abroad"}],
    }  # fmt: skip
    return {
        "source": {"file": "a.tif", "channel": "fax", "arrival": {"date": day, "evidence": "stamp"}, "received_at": day},
        "documents": [{"id": "d1", "type": "sv8_application", "pages": [1], "accepted": True, "fields": {"abroad": {"page": 1}}}],
        "pages": [{"number": 1, "blank": False}],
        "work_items": [usual | item],
    }


def printed(told: dict[str, Any], *, swedish: bool = False) -> str:
    console = Console(width=250)
    with console.capture() as capture:
        console.print(tree(told, swedish=swedish))
    return capture.get()


@pytest.mark.parametrize(
    ("day", "swedish", "name"),
    [
        ("2019-01-15", False, "international_centre (Kansainvälisten asioiden keskus)"),
        ("2019-01-15", True, "international_centre (Centret för internationella ärenden)"),
        ("2021-01-15", False, "international_centre (Kansainvälisten asioiden ratkaisukeskus)"),
    ],
)
def test_the_unit_has_the_name_of_the_papers_day(day: str, swedish: bool, name: str) -> None:
    assert name in printed(record(day), swedish=swedish)


def test_reasons_stand_with_rule_section_field_and_page() -> None:
    said = printed(record("2019-01-15"))

    assert "rule R11 (guide 1.8.1.3): d1 sv8_application, field abroad, page 1" in said
    assert "owner stays southern_district (Eteläinen vakuutuspiiri" in said
