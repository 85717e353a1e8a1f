"""Registers over HTTP: asked in the body, believed only in form, away in every other case. All people are invented."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from intake.pipeline.registers import InMemoryRegisters, Registers
from intake.pipeline.route import route
from intake.registers_client import ATTEMPTS, HttpRegisters, open_registers
from intake.settings import Settings
from intake.wiring import registers
from models.errors import SettingsError
from models.extraction import Extraction, Record
from models.facts import Facts
from tests.intake.registers_stand_in import StandInRegisters, registers_server

OLLI = "010180-9004"
PAGE = Path(__file__).parents[2] / "docs" / "registers.md"


@pytest.fixture
def server() -> Iterator[StandInRegisters]:
    with registers_server() as stand_in:
        yield stand_in


@pytest.fixture
def asked(server: StandInRegisters) -> Iterator[HttpRegisters]:
    client = HttpRegisters(server.url, "a-token", 1.0)
    yield client
    client.close()


def application() -> Record:
    fields = {"applicant_hetu": OLLI, "benefit": "infectious_disease_allowance"}
    return Record(
        id="d1", document_type="sv8_application", type_confidence=1.0, accepted=True, language="fi", form_revision=None,
        pages=(1,), fields={name: Extraction(value=value, accepted=True) for name, value in fields.items()},
    )  # fmt: skip


def test_what_the_register_knows_comes_back_typed(server: StandInRegisters, asked: HttpRegisters) -> None:
    server.facts_by_hetu[OLLI] = {"has_security_ban": False, "insured_until": "2019-06-30"}

    known = asked.facts(OLLI)

    assert known == Facts(has_security_ban=False, insured_until=date(2019, 6, 30))
    assert known.is_fund_member is None


def test_the_code_is_in_the_body_and_the_token_in_the_header_and_neither_in_the_address(
    server: StandInRegisters, asked: HttpRegisters
) -> None:
    asked.facts(OLLI)

    (question,) = server.asked
    assert question.path == "/facts"
    assert question.authorization == "Bearer a-token"
    assert question.body == {"format": "saapuva-registers/1", "hetu": OLLI}


def test_a_passing_fault_is_borne_with(server: StandInRegisters, asked: HttpRegisters) -> None:
    server.statuses = [503, 502]
    server.facts_by_hetu[OLLI] = {"is_insured": True}

    assert asked.facts(OLLI) == Facts(is_insured=True)
    assert len(server.asked) == 3


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_register_that_stays_down_is_away_after_few_attempts(
    server: StandInRegisters, asked: HttpRegisters, status: int
) -> None:
    server.statuses = [status] * 10

    assert asked.facts(OLLI) == Facts(is_away=True)
    assert len(server.asked) == ATTEMPTS


@pytest.mark.parametrize("status", [301, 400, 401, 404])
def test_a_refusal_is_not_repeated(server: StandInRegisters, asked: HttpRegisters, status: int) -> None:
    server.statuses = [status] * 10

    assert asked.facts(OLLI).is_away
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<html>proxy</html>",
        b"[]",
        b'{"has_security_ban": false}',
        b'{"format": "saapuva-registers/2", "hetu": "010180-9004", "facts": {}}',
        b'{"format": "saapuva-registers/1", "hetu": "020290-9016", "facts": {"has_security_ban": false}}',
        b'{"format": "saapuva-registers/1", "hetu": "010180-9004", "facts": {"has_security_ban": "no"}}',
        b'{"format": "saapuva-registers/1", "hetu": "010180-9004", "facts": {"has_security_ban": 0}}',
        b'{"format": "saapuva-registers/1", "hetu": "010180-9004", "facts": {"security_ban": false}}',
        b'{"format": "saapuva-registers/1", "hetu": "010180-9004", "facts": {"is_away": true, "has_security_ban": false}}',
        b'{"format": "saapuva-registers/1", "hetu": "010180-9004", "facts": {}}' + b" " * 20_000,
    ],
)
def test_nonsense_is_no_answer(server: StandInRegisters, asked: HttpRegisters, raw: bytes) -> None:
    server.raw = raw

    assert asked.facts(OLLI) == Facts(is_away=True)


def test_a_slow_register_costs_no_more_than_its_time(server: StandInRegisters) -> None:
    server.silent_s = 1.0
    client = HttpRegisters(server.url, None, 0.3)
    began = time.monotonic()

    known = client.facts(OLLI)

    client.close()
    assert known.is_away
    assert time.monotonic() - began < 0.9


def test_nobody_listening_is_away() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    client = HttpRegisters(f"http://127.0.0.1:{port}/", None, 0.5)

    assert client.facts(OLLI).is_away
    client.close()


def test_nothing_of_a_person_is_logged(
    server: StandInRegisters, asked: HttpRegisters, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    server.raw = b'{"format": "saapuva-registers/1", "hetu": "010180-9004", "facts": {"has_security_ban": "010180-9004"}}'

    asked.facts(OLLI)

    written = "".join((*capsys.readouterr(), caplog.text))
    assert OLLI not in written
    assert server.url not in written


@pytest.mark.parametrize("known", [{"has_security_ban": True}, None])
def test_r03_a_ban_or_a_register_that_is_away_protects_the_matter(
    server: StandInRegisters, asked: HttpRegisters, known: dict[str, bool] | None
) -> None:
    server.facts_by_hetu[OLLI] = known or {}
    server.statuses = [] if known else [500] * 10

    (item,) = route([application()], facts=asked.facts)

    assert (item.queue, item.reasons[0].rule) == ("protected_clients", "R03")


def test_without_an_address_the_registers_know_nothing_and_are_never_away() -> None:
    nobody: Registers = registers(Settings())

    assert isinstance(nobody, InMemoryRegisters)
    assert nobody.facts(OLLI) == Facts()


def test_settings_build_the_client_and_faults_name_the_setting(server: StandInRegisters, tmp_path: Path) -> None:
    bad = tmp_path / "no.pem"
    bad.write_text("nonsense")
    settings = Settings.model_validate({"registers": server.url, "registers_token": "t-1", "registers_timeout_s": 0.5})

    client = open_registers(settings)
    assert client is not None
    assert client.facts(OLLI) == Facts()
    client.close()

    assert server.asked[0].authorization == "Bearer t-1"
    for update, name in (
        ({"registers": "ftp://x"}, "REGISTERS"),
        ({"registers_ca": bad}, "REGISTERS_CA"),
        ({"registers_cert": bad}, "REGISTERS_CERT"),
    ):
        with pytest.raises(SettingsError, match=f"SAAPUVA_{name}"):
            open_registers(settings.model_copy(update=update))


def blocks() -> list[dict[str, Any]]:
    return [json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)]


def test_the_documents_example_is_an_answer_in_form(server: StandInRegisters, asked: HttpRegisters) -> None:
    question, answer, schema = blocks()
    server.raw = json.dumps(answer).encode()

    known = asked.facts(question["hetu"])

    jsonschema.validate(answer, schema)
    assert not known.is_away
    assert known.model_dump(mode="json", exclude={"is_away"}) == answer["facts"]


def test_the_documents_schema_names_every_fact() -> None:
    schema = blocks()[2]

    assert set(schema["properties"]["facts"]["properties"]) == set(Facts.model_fields) - {"is_away"}
