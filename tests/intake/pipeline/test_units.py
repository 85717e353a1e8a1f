"""Names of units by the day, recovery units by the words, and changes that are data and no code."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest

from intake.pipeline.checks import rates as rates_module
from intake.pipeline.checks.rates import in_force, rates
from intake.pipeline.conditions import has_word
from intake.pipeline.route import route
from intake.pipeline.routing_table import load_table, shipped
from intake.pipeline.units import Recovery, name_of, queue_called, recovery_of, units
from models.errors import TypeFileError
from models.extraction import Extraction, Record
from models.geometry import Box
from models.page import PageText, Word
from models.work import Queue, WorkItem

OLLI = "010180-9004"
MAINTENANCE, OTHER, THREE = "misdirected_maintenance", "misdirected_other", "Helsinki, Lahti tai Rovaniemi"
UNITS = Path(str(shipped())).with_name("units.toml")


def stray(document_type: str) -> Record:
    return Record(
        id="d1", document_type=document_type, type_confidence=1.0, accepted=True, language="fi", form_revision=None, pages=(1,),
        fields={"person_hetu": Extraction(value=OLLI, accepted=True)},
    )  # fmt: skip


def routed(document_type: str, said: str) -> WorkItem:
    words = tuple(Word(text=word, box=Box(0, 0, 1, 1), engine_score=1) for word in said.split())
    (item,) = route([stray(document_type)], {1: PageText(number=1, width_px=10, height_px=10, reading="ocr", words=words)})
    return item


def meant(said: str) -> Recovery:
    return recovery_of(lambda words: has_word(said, words))


def edited(tmp_path: Path, original: Path, old: str, new: str) -> Path:
    text = original.read_text(encoding="utf-8")
    assert old in text
    copy = tmp_path / original.name
    copy.write_text(text.replace(old, new, 1), encoding="utf-8")
    return copy


def test_every_queue_has_a_name_in_both_languages() -> None:
    for queue in get_args(Queue):
        assert name_of(queue, date(2019, 1, 4)) != queue
        assert name_of(queue, date(2019, 1, 4), "sv") != queue


def test_a_name_holds_from_its_day_on() -> None:
    assert name_of("international_centre", date(2019, 1, 4)) == "Kansainvälisten asioiden keskus"
    assert name_of("international_centre", date(2019, 12, 31)) == "Kansainvälisten asioiden keskus"
    assert name_of("international_centre", date(2020, 1, 1)) == "Kansainvälisten asioiden ratkaisukeskus"
    assert name_of("international_centre", date(1990, 1, 1)) == "Kansainvälisten asioiden keskus"


def test_old_and_other_names_lead_to_the_same_queue_and_a_name_that_only_sounds_alike_does_not() -> None:
    assert queue_called("Kansainvälisten asioiden osaamiskeskus") == "international_centre"
    assert queue_called("eteläinen vakuutuspiiri") == "southern_district"
    assert queue_called("Eteläinen asiakaspalveluyksikkö") is None


# Section 6 of the routing table: each row of the recovery centre.
@pytest.mark.parametrize(
    ("document_type", "said", "rule", "type_", "unit"),
    [
        (MAINTENANCE, "Elatusapuvelan perintä ja maksusuunnitelma", "R09", "maintenance", THREE),
        (MAINTENANCE, "Hakemus elatusapuvelan maksuvapautuksesta", "R09", "maintenance_relief", THREE),
        (MAINTENANCE, "Ansökan om betalningsbefrielse underhållsbidragsskuld", "R09", "maintenance_relief", THREE),
        (MAINTENANCE, "Elatusapuvelan ulkomaanperintä", "R09", "foreign_maintenance", "erityisperintäryhmä"),
        (MAINTENANCE, "Ulkomaanperintä: elatusapuvelan maksuvapautus", "R09", "foreign_maintenance", "040 354 5469"),
        (OTHER, "Opintolainan takausvastuusaatavan perintä", "R09", "student_loan_guarantee", "Jyväskylä"),
        (OTHER, "Borgensansvar för studielån", "R09", "student_loan_guarantee", "Jyväskylä"),
        (OTHER, "Yksityishenkilön velkajärjestely, Helsingin käräjäoikeus", "R07", "debt_arrangement", "Perintäkeskus"),
        ("clarification", "Velkasovinto ja maksuohjelma", "R07", "debt_arrangement", "Perintäkeskus"),
        (OTHER, "Takaisinperintä kuolinpesältä, perunkirjoitus", "R07", "estate", "Perintäkeskus"),
        (OTHER, "Takaisinperintäpäätös: maksusuunnitelma", "R07", "benefits", "oma kassa"),
    ],
)  # fmt: skip
def test_r07_r09_the_comment_names_the_recovery_centres_unit(
    document_type: str, said: str, rule: str, type_: str, unit: str
) -> None:
    item = routed(document_type, said)
    row = next(row for row in units().recoveries if row.type == type_)

    assert (item.queue, item.reasons[0].rule, row.rule) == ("recovery_centre", rule, rule)
    assert meant(said) == row
    assert row.fi in item.comment
    assert unit in item.comment


def test_r09_without_the_papers_words_its_type_still_tells() -> None:
    (item,) = route([stray(MAINTENANCE)])

    assert "elatusapuvelan perintä" in item.comment


def test_a_new_unit_name_from_a_day_on_is_a_change_of_data(tmp_path: Path) -> None:
    block = '[[unit.name]]\nfrom = 2027-01-01\nfi = "Etuuskeskus"\nsv = "Förmånscentralen"\nsource = "test"\n\n'
    mark = '[[unit]]\nqueue = "international_centre"'
    table = units(edited(tmp_path, UNITS, mark, block + mark))

    assert name_of("southern_district", date(2027, 1, 1), "sv", table) == "Förmånscentralen"
    assert name_of("southern_district", date(2026, 12, 31), "fi", table) == name_of("southern_district", date(2026, 12, 31))


def test_a_new_protected_share_from_a_day_on_is_a_change_of_data(tmp_path: Path) -> None:
    new = '[[protected_share]]\nfrom = 2027-01-01\nown = "40.00"\ndependant = "10.00"\nsource = "test"\n\n[[insurance_limit]]'
    table = rates(edited(tmp_path, rates_module.RATES, "[[insurance_limit]]", new))

    assert in_force(table.protected_share, date(2027, 1, 1)).own == Decimal("40.00")
    assert in_force(table.protected_share, date(2026, 12, 31)).own == Decimal("32.56")


def test_another_queue_for_a_rule_is_a_change_of_data(tmp_path: Path) -> None:
    old = 'types = ["y121_account_change"]\nqueue = "basic_data"'
    table = load_table(edited(tmp_path, Path(str(shipped())), old, old.replace("basic_data", "payments")))

    (item,) = route([stray("y121_account_change")], table=table)

    assert item.queue == "payments"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('queue = "tax"', 'queue = "taxes"', "unit"),
        ('queue = "tax"', 'queue = "payments"', "every queue needs one unit"),
        ("from = 2020-01-01", "from = 2010-01-01", "order of their days"),
        ("words = []", 'words = [["x"]]', "last recovery"),
    ],
)
def test_a_table_that_says_what_it_may_not_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(TypeFileError, match=said):
        units(edited(tmp_path, UNITS, old, new))
