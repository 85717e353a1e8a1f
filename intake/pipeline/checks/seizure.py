"""What enforcement takes of a benefit: protected share, brackets, cap (guide 1.9.2.9; enforcement code 4:48–49).

A check of the ban's own figures and a preview for the caseworker, never a decision.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from intake.pipeline.checks.rates import in_force, rates

DAYS_IN_MONTH = 30
CENT = Decimal("0.01")


def cents(amount: Decimal) -> Decimal:
    """Round half up to the cent (ambiguity A21)."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def protected_share(dependants: int, day: date) -> Decimal:
    """Euros a month that must be left to a debtor with so many dependants, by the figures of `day`."""
    share = in_force(rates().protected_share, day)
    return (share.own + share.dependant * dependants) * DAYS_IN_MONTH


def seized(net: Decimal, share: Decimal) -> Decimal:
    """Euros a month taken from a net income of `net` when `share` is protected.

    Up to the share nothing; two thirds of what is above it up to twice the share; a third of all up to four times;
    above that 4/3 of the share and four fifths of the rest, never more than half of all.
    """
    if net <= share:
        return Decimal("0.00")
    if net <= 2 * share:
        return cents((net - share) * 2 / 3)
    if net <= 4 * share:
        return cents(net / 3)
    return cents(min(share * 4 / 3 + (net - 4 * share) * 4 / 5, net / 2))


def seized_fixed(net: Decimal, share: Decimal, fixed: Decimal) -> Decimal:
    """Euros taken under a ban of a fixed sum: it, or what is above the protected share, whichever is less."""
    return cents(max(Decimal(0), min(fixed, net - share)))
