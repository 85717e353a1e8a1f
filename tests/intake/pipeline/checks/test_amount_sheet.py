"""The caseworker's preview of the daily amount. All people are invented."""

from __future__ import annotations

from decimal import Decimal

from intake.pipeline.checks.amount_sheet import AmountLine, amount_sheet
from models.extraction import Record
from tests.intake.pipeline.checks.papers import OLLI, application, case, order, paper, row, wage_notice


def lines(*records: Record) -> dict[str, AmountLine]:
    return {line.key: line for line in amount_sheet(case(*records)).lines}


def test_c60_c63_month_by_25_and_the_employers_part() -> None:
    # 4.–10.1.2019 holds six weekdays, for which the employer paid 480 €: 80 € a day.
    notice = wage_notice(wage_periods=[row(start="2019-01-04", end="2019-01-10", gross="480.00")])

    sheet = lines(application(), order(), notice)

    assert [(key, sheet[key].euros) for key in ("daily", "employer", "insured")] == [
        ("daily", Decimal("100.00")),
        ("employer", Decimal("80.00")),
        ("insured", Decimal("20.00")),
    ]
    assert sheet["daily"].formula == "2\N{NO-BREAK SPACE}500,00\N{NO-BREAK SPACE}€ / 25"
    assert [source.field for source in sheet["daily"].sources] == ["lost_monthly_earnings"]


def test_c62_substitute_work_is_the_difference() -> None:
    assert lines(wage_notice(other_work_pay="1900.00"))["daily"].euros == Decimal("24.00")


def test_c60_a_whole_loss_is_shared_over_its_weekdays() -> None:
    # The guide's ambiguity A19: 843,20 € for 4.–17.1. (Saturdays count: 12 weekdays).
    notice = wage_notice(lost_monthly_earnings=None, lost_earnings_total="843.20", absence_end="2019-01-17")

    assert lines(notice)["daily"].euros == Decimal("70.27")


def test_c66_the_whole_period_in_instalments() -> None:
    line = lines(wage_notice(absence_start="2019-01-07", absence_end="2019-01-20"))["period"]

    assert "12 arkipäivää (6 + 6)" in line.formula
    assert line.euros == Decimal("1200.00")


def test_c56_the_bans_printed_share_prevails() -> None:
    def taken(**values: object) -> Decimal:
        ban = paper(
            "payment_ban", "d7",
            {"debtor_hetu": OLLI, "notice_kind": "ban", "enforcement_office": "Helsinki",
             "withholding_method": "income_limit"} | values,  # type: ignore[arg-type]
        )  # fmt: skip
        return lines(wage_notice(), ban)["ban"].euros

    assert taken(protected_portion_month="913.50") == Decimal("833.33")
    assert taken(dependants=1) == Decimal("833.33")
    assert taken(protected_portion_month="672.30", withholding_method="fixed", fixed_amount="150.00") == Decimal("150.00")


def test_without_a_loss_on_paper_nothing_is_worked_out() -> None:
    assert amount_sheet(case(application(), order(), wage_notice(lost_monthly_earnings=None))).lines == ()
    assert amount_sheet(case(wage_notice())).is_preview


def test_c42_days_of_annual_leave_are_left_out_of_the_period() -> None:
    on_leave = application(annual_leave=True, annual_leave_start="2019-01-08", annual_leave_end="2019-01-10")

    whole = next(line for line in amount_sheet(case(application(), order(), wage_notice())).lines if line.key == "period")
    part = next(line for line in amount_sheet(case(on_leave, order(), wage_notice())).lines if line.key == "period")

    # 4.–10.1.2019 holds six weekdays at 100 €; three of them are leave.
    assert (whole.euros, part.euros) == (Decimal("600.00"), Decimal("300.00"))
