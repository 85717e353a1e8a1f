"""docs/settings.md says what can be set, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from intake.settings import Settings, load_settings
from models.errors import SettingsError

DOCUMENT = Path(__file__).parents[2] / "docs" / "settings.md"


def _rows() -> dict[str, tuple[str, str]]:
    """Name -> (default, meaning) as the tables of the document say them."""
    rows = re.findall(r"^\| `SAAPUVA_(\w+)` \| (.*?) \| (.*?) \|$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    return {name.lower(): (default, meaning) for name, default, meaning in rows}


def _default(value: object) -> str:
    return "–" if value is None else f"`{value}`"


def test_every_setting_is_documented_and_nothing_else() -> None:
    assert list(_rows()) == list(Settings.model_fields)


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_default_and_meaning_are_those_of_the_code(name: str) -> None:
    spec = Settings.model_fields[name]

    default, meaning = _rows()[name]

    assert default == _default(spec.default)
    assert meaning == spec.description


def test_a_wrong_value_names_the_variable_and_never_the_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAAPUVA_PORT", "secret-70000")

    with pytest.raises(SettingsError) as failure:
        load_settings()

    assert "SAAPUVA_PORT" in failure.value.problem
    assert "secret" not in str(failure.value)
