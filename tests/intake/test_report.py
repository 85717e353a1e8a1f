"""The tables a person reads say what the record says."""

from __future__ import annotations

import io
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.table import Table

from intake.report import DOUBTFUL_SHOWN, ROWS_SHOWN, FieldLine, detail_table, field_lines, summary_table, worth_showing
from tests.intake.stand_ins import record


def drawn(table: Table) -> str:
    console = Console(file=io.StringIO(), width=120, color_system=None)
    console.print(table)
    stream = console.file
    assert isinstance(stream, io.StringIO)
    return stream.getvalue()


def test_the_summary_says_what_came_how_much_is_ready_and_where_it_goes() -> None:
    shown = drawn(summary_table([(Path("fax.tif"), record("fax.tif"))]))

    row = next(line for line in shown.splitlines() if "fax.tif" in line)
    for words in ("1–2", "sv8_application (fi)", "2/3", "southern_district"):
        assert words in row
    assert "blank" in shown


def test_a_specifier_is_shown_where_it_is_not_the_usual_one() -> None:
    moved = record("fax.tif")
    moved["work_items"][0] |= {"queue": "international_centre", "specifier": "kv-siirto"}

    assert "international_centre · kv-siirto" in drawn(summary_table([(Path("fax.tif"), moved)]))
    assert "Tartuntatautipäiväraha" not in drawn(summary_table([(Path("fax.tif"), record("fax.tif"))]))


def test_a_file_without_documents_is_not_passed_over() -> None:
    empty = {**record("x.pdf"), "documents": [], "work_items": [], "pages": [{"number": 1, "blank": False}]}

    assert "nothing found" in drawn(summary_table([(Path("x.pdf"), empty)]))


def test_details_tell_what_is_ready_from_what_a_person_must_see() -> None:
    shown = drawn(detail_table(Path("fax.tif"), record("fax.tif")["documents"][0])).splitlines()

    assert next("ready" in line for line in shown if "absence_start" in line)
    assert next("a person looks" in line for line in shown if "absence_end" in line)
    assert next("Leipomo Kaura Oy" in line for line in shown if "employers 1 · name" in line)


def test_rows_of_tables_are_listed_as_fields() -> None:
    names = [line.name for line in field_lines(record("x")["documents"][0])]

    assert names == ["absence_start", "absence_end", "employers 1 · name"]


LINES = st.lists(st.booleans(), max_size=60).map(
    lambda marks: [FieldLine(f"f{number}", "x", 0.5, accepted) for number, accepted in enumerate(marks)]
)


@given(LINES)
def test_a_short_table_keeps_the_order_the_limit_and_room_for_what_is_doubtful(lines: list[FieldLine]) -> None:
    shown = worth_showing(lines)

    assert shown == [line for line in lines if line in shown]
    assert len(shown) == min(len(lines), ROWS_SHOWN)
    doubtful = sum(not line.accepted for line in lines)
    assert sum(not line.accepted for line in shown) >= min(doubtful, DOUBTFUL_SHOWN)
