"""What registers know of a person and no paper shows: security ban, prison, insurance, workplace fund, earlier payments."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from models.facts import Facts


class Registers(Protocol):
    """Where facts come from; `docs/registers.md` describes the port.

    `facts` never raises for want of an answer: what did not answer, or answered nonsense, gives `Facts(is_away=True)`.
    """

    def facts(self, hetu: str) -> Facts: ...

    def close(self) -> None: ...


class InMemoryRegisters:
    """Registers that know what they were told and nothing of anybody else. Never away: there is nobody to wait for."""

    def __init__(self, facts_by_hetu: Mapping[str, Facts] = MappingProxyType({})) -> None:
        self._facts_by_hetu = facts_by_hetu

    def facts(self, hetu: str) -> Facts:
        return self._facts_by_hetu.get(hetu, Facts())

    def close(self) -> None:
        """Nothing is open."""
