"""Outbound: the registers behind SAAPUVA_REGISTERS.

The identity code goes in the body, never in an address: addresses are logged on their way. Whatever goes wrong becomes
`Facts(is_away=True)`, so that routing takes the careful answer; a caller learns by `is_away`, the log by a code.
"""

from __future__ import annotations

import json
import ssl
import time

import httpx2
from pydantic import BaseModel, ConfigDict, ValidationError
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, stop_after_delay, wait_random_exponential

from intake.client_tls import client_tls
from intake.logs import log
from intake.settings import Settings
from models.errors import SettingsError
from models.facts import Facts

FORMAT = "saapuva-registers/1"
AWAY = Facts(is_away=True)
ATTEMPTS = 3
MOST_ANSWER_BYTES = 16_384
FIRST_WAIT_S, LONGEST_WAIT_S = 0.05, 0.5
PASSING_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})
"""A second attempt may fare better."""


class _PassingError(Exception):
    """No answer this time; another attempt may get one."""


class _NonsenseError(Exception):
    """An answer that another attempt would not better."""


class _Known(Facts):
    """The facts of an answer: strictly typed, and silent about being away, which is ours to say."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class _Answer(BaseModel):
    """The whole answer. It repeats the code, so that an answer for somebody else is never believed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: str
    hetu: str
    facts: _Known


def open_registers(settings: Settings) -> HttpRegisters | None:
    """Choose by SAAPUVA_REGISTERS; None when it is not set. Raises SettingsError; nothing is contacted yet."""
    url = settings.registers
    if url is None:
        return None
    if not url.casefold().startswith(("http://", "https://")):
        raise SettingsError("SAAPUVA_REGISTERS", "it is no http(s) address")
    token = None if settings.registers_token is None else settings.registers_token.get_secret_value()
    return HttpRegisters(url, token, settings.registers_timeout_s, tls(settings))


def tls(settings: Settings) -> ssl.SSLContext:
    """The system's certificates or SAAPUVA_REGISTERS_CA alone; with SAAPUVA_REGISTERS_CERT we show who we are."""
    return client_tls("SAAPUVA_REGISTERS", settings.registers_ca, settings.registers_cert, settings.registers_key)


class HttpRegisters:
    """Registers behind an address. `timeout_s` bounds one question with all its attempts."""

    def __init__(self, url: str, token: str | None, timeout_s: float, context: ssl.SSLContext | None = None) -> None:
        self._url = url
        self._timeout_s = timeout_s
        headers = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "saapuva"}
        # trust_env=False: identity codes go where the settings say, and through nothing else.
        self._client = httpx2.Client(
            verify=context or ssl.create_default_context(),
            timeout=httpx2.Timeout(timeout_s, connect=min(2.0, timeout_s)),
            follow_redirects=False, trust_env=False, limits=httpx2.Limits(max_connections=8, keepalive_expiry=30.0),
            headers=headers | ({"Authorization": f"Bearer {token}"} if token else {}),
        )  # fmt: skip

    def facts(self, hetu: str) -> Facts:
        """Ask for one person; `is_away` when there is no answer that can be believed."""
        retrying = Retrying(
            stop=stop_after_attempt(ATTEMPTS) | stop_after_delay(self._timeout_s),
            wait=wait_random_exponential(FIRST_WAIT_S, LONGEST_WAIT_S),
            retry=retry_if_exception_type(_PassingError),
            reraise=True,
        )
        try:
            return retrying(self._ask, hetu, time.monotonic() + self._timeout_s)
        except (_PassingError, _NonsenseError) as error:
            log("registers").warning("register is away", because=str(error))
            return AWAY

    def close(self) -> None:
        self._client.close()

    def _ask(self, hetu: str, deadline: float) -> Facts:
        left_s = max(0.001, deadline - time.monotonic())
        body = json.dumps({"format": FORMAT, "hetu": hetu}).encode()
        headers = {"Content-Type": "application/json"}
        try:
            with self._client.stream("POST", self._url, content=body, headers=headers, timeout=left_s) as response:
                if response.status_code in PASSING_STATUSES:
                    raise _PassingError(f"status {response.status_code}")
                if response.status_code != httpx2.codes.OK:
                    raise _NonsenseError(f"status {response.status_code}")
                return _believed(_bounded(response, deadline), hetu)
        except httpx2.HTTPError as error:  # its own words may hold the address
            raise _PassingError(type(error).__name__) from None


def _bounded(response: httpx2.Response, deadline: float) -> bytes:
    got = b""
    for chunk in response.iter_raw():
        got += chunk
        if len(got) > MOST_ANSWER_BYTES:
            raise _NonsenseError("answer too long")
        if time.monotonic() > deadline:
            raise _PassingError("answer too slow")
    return got


def _believed(answer: bytes, hetu: str) -> Facts:
    """The facts, when the answer is in the port's form and about this person. No word of it is repeated in the error."""
    try:
        told = _Answer.model_validate_json(answer)
    except ValidationError:
        raise _NonsenseError("answer not in the port's form") from None
    if told.format != FORMAT or told.hetu != hetu or told.facts.is_away:
        raise _NonsenseError("answer not in the port's form")
    return Facts.model_validate(told.facts.model_dump())
