"""How findings and letters write days, sums and periods: as people here do."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from intake.pipeline.checks.case import Period

UNSURE_FI, UNSURE_SV, UNSURE_EN = "Epävarman lukeman mukaan:", "Enligt en osäker läsning:", "According to an unsure reading:"
READ_FIRST_FI = "Lue ensin epävarma kenttä tai paperi; tämä arvioidaan sen jälkeen uudelleen."
READ_FIRST_SV = "Läs först det osäkra fältet eller pappret; detta bedöms därefter på nytt."
READ_FIRST_EN = "Read the unsure field or paper first; after that this is assessed again."


def as_day(day: date) -> str:
    """`4.3.2019`, in Finnish, Swedish and English alike."""
    return f"{day.day}.{day.month}.{day.year}"


def as_period(days: Period) -> str:
    """`4.3.2019–15.3.2019`; without an end `4.3.2019–`."""
    return f"{as_day(days.start)}–{as_day(days.end) if days.end else ''}"


def as_euros(amount: Decimal) -> str:
    """`1 234,50 €` with no-break spaces."""
    return f"{amount:,.2f} €".replace(",", "\N{NO-BREAK SPACE}").replace(".", ",").replace(" €", "\N{NO-BREAK SPACE}€")
