"""Errors as the web says them: problem documents of RFC 9457, with a remedy and a code that programs can hold on to."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from intake.web import pages
from intake.web.error_words import said
from models.errors import (
    ConflictError,
    DiskFullError,
    InputError,
    NotFoundError,
    NotReadYetError,
    RefusedError,
    RequestError,
    SaapuvaError,
    StaleWorkError,
    UnreadableFilesError,
)

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 5
INTERNAL = "internal"

_STATUS_BY_KIND: tuple[tuple[type[SaapuvaError], HTTPStatus], ...] = (
    (DiskFullError, HTTPStatus.INSUFFICIENT_STORAGE),
    (NotFoundError, HTTPStatus.NOT_FOUND),
    (ConflictError, HTTPStatus.CONFLICT),
    (StaleWorkError, HTTPStatus.CONFLICT),
    (NotReadYetError, HTTPStatus.CONFLICT),
    (RequestError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (InputError, HTTPStatus.UNPROCESSABLE_ENTITY),
)
_OWN_WORDS = {"extra_forbidden": "There is no field of this name."}
_WORDS_BY_STATUS = {
    400: ("The request is not well-formed.", "Compare it with the description at /openapi.json."),
    404: ("There is nothing at this address.", "The addresses there are stand in /openapi.json."),
    405: ("This address does not know that method.", "Use one of the methods in the Allow header."),
}


class ProblemDetail(BaseModel):
    """One of several things that are wrong: a file, or a field of the request."""

    code: str
    problem: str
    remedy: str
    file: str | None = Field(default=None, description="Name of the file as it was sent.")
    field: str | None = Field(default=None, description="Field of the request.")


class Problem(BaseModel):
    """Why a request was not done, and what helps (RFC 9457)."""

    type: str = Field(description="Names the kind of problem; the same for every problem of one code.")
    title: str
    status: int
    detail: str
    remedy: str
    code: str
    errors: list[ProblemDetail] | None = Field(default=None, description="Each thing that is wrong, where there are several.")


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe the problem answers of a route for OpenAPI."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in sorted(statuses)}


def problem(status: int, code: str, detail: str, remedy: str, errors: list[ProblemDetail] | None = None) -> Problem:
    title = code.replace("_", " ").capitalize()
    return Problem(
        type=f"urn:saapuva:problem:{code}", title=title, status=status, detail=detail, remedy=remedy, code=code, errors=errors
    )


def answer(found: Problem, headers: Mapping[str, str] | None = None) -> JSONResponse:
    return JSONResponse(found.model_dump(exclude_none=True), found.status, dict(headers or {}), media_type=MEDIA_TYPE)


def answer_to(error: SaapuvaError, language: str = "en") -> JSONResponse:
    """Put an error of ours into an answer; its words are meant for whoever asked. Programs are told in English."""
    status = status_of(error)
    found = problem(status, error.code, said(error.problem, language), said(error.remedy, language), _details(error, language))
    return answer(found, _headers(error, status))


def _headers(error: SaapuvaError, status: int) -> dict[str, str]:
    headers = {}
    if status == HTTPStatus.SERVICE_UNAVAILABLE or (isinstance(error, NotReadYetError) and error.is_waiting):
        headers["Retry-After"] = str(RETRY_AFTER_S)
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return headers


def status_of(error: SaapuvaError) -> int:
    if isinstance(error, RefusedError):
        return error.status
    for kind, status in _STATUS_BY_KIND:
        if isinstance(error, kind):
            return status
    return HTTPStatus.SERVICE_UNAVAILABLE if error.retryable else HTTPStatus.INTERNAL_SERVER_ERROR


def internal() -> JSONResponse:
    """The answer to an error nobody foresaw: not a word of what happened inside."""
    return answer(
        problem(
            500,
            INTERNAL,
            "Something went wrong here, not with you.",
            "Send it again; if it stays, tell your administrator the time.",
        )
    )


def add_problem_answers(app: FastAPI) -> None:
    """Let every error of the application leave as a problem."""
    app.add_exception_handler(SaapuvaError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, SaapuvaError)
    if not pages.wants_page(request):
        person = getattr(request.state, "person", None)
        is_screen = person is not None and person.account_id is not None
        return answer_to(error, pages.language_for(request, person) if is_screen else "en")
    if status_of(error) == HTTPStatus.UNAUTHORIZED and request.method == "GET":
        return RedirectResponse(f"/sign-in?{urlencode({'back': _place(request)})}", HTTPStatus.SEE_OTHER)
    shown = pages.problem_page(request, error, status_of(error))
    shown.headers.update(_headers(error, shown.status_code))
    return shown


def _place(request: Request) -> str:
    """Where somebody was going; the start is the way back there anyway."""
    return f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path


def _invalid(_: Request, error: Exception) -> JSONResponse:
    """Name each field and what is wrong with it, never the value: it may be anything, an identity code too."""
    assert isinstance(error, RequestValidationError)
    details = [
        ProblemDetail(
            code=str(each["type"]),
            problem=_OWN_WORDS.get(each["type"], str(each["msg"]).removeprefix("Value error, ")),
            remedy="Compare it with /openapi.json.",
            field=".".join(map(str, each["loc"])),
        )
        for each in error.errors()
    ]
    words = "The request says something it may not."
    return answer(problem(422, "invalid_request", words, "Mend what `errors` names, then send it again.", details))


def _http(request: Request, error: Exception) -> Response:
    """The framework's own errors. One that only wraps an error of ours gives way to it."""
    assert isinstance(error, HTTPException)
    if isinstance(error.__cause__, SaapuvaError):
        return _ours(request, error.__cause__)
    phrase = HTTPStatus(error.status_code).phrase
    detail, remedy = _WORDS_BY_STATUS.get(error.status_code, (f"{phrase}.", "Compare the request with /openapi.json."))
    code = phrase.lower().replace(" ", "_").replace("-", "_")
    return answer(problem(error.status_code, code, detail, remedy), error.headers)


def _details(error: SaapuvaError, language: str) -> list[ProblemDetail] | None:
    if not isinstance(error, UnreadableFilesError):
        return None
    return [
        ProblemDetail(file=name, code=code, problem=said(words, language), remedy=said(remedy, language))
        for name, code, words, remedy in error.refused
    ]
