"""What registers know of an insured person and the papers do not show."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict


class Facts(BaseModel):
    """None: nobody was asked, or the register does not know. `is_away`: a register that should have answered did not."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    is_away: bool = False
    has_security_ban: bool | None = None
    is_in_prison: bool | None = None
    is_insured: bool | None = None
    insured_until: date | None = None
    is_fund_member: bool | None = None
    sickness_allowance_paid: bool | None = None
    has_open_case: bool | None = None

    @property
    def is_treated_as_protected(self) -> bool:
        """A security ban, or none that could be ruled out: the careful answer while the register is away."""
        return self.has_security_ban is True or (self.is_away and self.has_security_ban is None)
