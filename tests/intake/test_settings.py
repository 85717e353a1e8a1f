"""docs/settings.md says what can be set, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from intake.checked_settings import check_settings, unknown
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


@pytest.mark.parametrize("name", ["SAAPUVA_API_TOKEN", "SAAPUVA_CORE_SECRET", "SAAPUVA_REGISTERS_TOKEN"])
@pytest.mark.parametrize("value", ["", " ", "two words", "tokén", "line\n"])
def test_a_secret_that_protects_nothing_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError, match=name) as failure:
        load_settings()

    assert not value.strip() or value.strip() not in str(failure.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SAAPUVA_WATCH", "letters=/in"),
        ("SAAPUVA_WATCH", "post"),
        ("SAAPUVA_BLOBS", "s3://"),
        ("SAAPUVA_BLOBS", "http://files/papers"),
        ("SAAPUVA_CORE", "ftp://core/records"),
        ("SAAPUVA_CORE", "https://core/records"),  # without a key
        ("SAAPUVA_REGISTERS", "registers.example"),
        ("SAAPUVA_DATABASE_URL", "mysql://db/saapuva"),
        ("SAAPUVA_DATABASE_URL", "postgresql+psycopg://db/saapuva"),
        ("SAAPUVA_DATABASE_URL", ""),
        ("SAAPUVA_CORE", ""),
    ],
)
def test_what_a_part_would_end_over_is_found_before_anything_starts(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError, match=r"^SAAPUVA_"):
        check_settings(load_settings())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SAAPUVA_WATCH", "post=/in/a,fax=/in/b"),
        ("SAAPUVA_BLOBS", "s3://papers"),
        ("SAAPUVA_BLOBS", "/srv/papers"),
        ("SAAPUVA_CORE", "/not/mounted/yet"),
        ("SAAPUVA_REGISTERS", "http://registers.example/ask"),
        ("SAAPUVA_DATABASE_URL", "postgres://db/saapuva"),
        ("SAAPUVA_DATABASE_URL", "host=/run/pg dbname=saapuva password=a://b"),
    ],
)
def test_what_is_well_said_passes(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)

    check_settings(load_settings())


def test_a_misspelt_setting_is_named_with_the_one_that_was_meant() -> None:
    found = unknown(
        ["SAAPUVA_PROT", "SAAPUVA_PORT", "SAAPUVA_TEST_DATABASE_URL", "SAAPUVA_LISTENING_FD", "PATH", "SAAPUVA_XYZXYZ"]
    )

    assert found == {"SAAPUVA_PROT": "SAAPUVA_PORT", "SAAPUVA_XYZXYZ": None}
