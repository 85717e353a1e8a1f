"""The web door: routers, problem answers, the gate around them."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from intake.logs import RequestLog
from intake.service_token import service_token
from intake.version import VERSION
from intake.web import (
    access_pages,
    accounts_pages,
    arranging,
    batches_api,
    deliveries_api,
    duplicates_api,
    ledger_api,
    letter_pages,
    mailroom_live,
    mailroom_pages,
    mailroom_upload,
    manifests_api,
    matter_pages,
    matters_api,
    operations_api,
    oversight,
    quarantine_pages,
    requests_api,
    review_actions,
    review_api,
    review_pages,
    search_page,
    start,
    work_pages,
)
from intake.web.access import check_access
from intake.web.gate import Gate
from intake.web.kept_files import KeptFiles
from intake.web.problems import Problem, add_problem_answers
from intake.wiring import Wired

STATIC = Path(__file__).parent / "static"
ROUTERS: tuple[APIRouter, ...] = (
    start.router,
    work_pages.router,
    review_pages.router,
    review_actions.router,
    letter_pages.router,
    matter_pages.router,
    mailroom_upload.router,
    mailroom_live.router,
    mailroom_pages.router,
    quarantine_pages.router,
    search_page.router,
    access_pages.router,
    accounts_pages.router,
    batches_api.router,
    manifests_api.router,
    ledger_api.router,
    review_api.router,
    matters_api.router,
    requests_api.router,
    duplicates_api.router,
    deliveries_api.router,
    operations_api.router,
    arranging.router,
    oversight.router,
)
_DESCRIPTION = """Papers come in, are read, wait for people or go on to the rules core; every page is accounted for.

Whatever goes wrong is answered as application/problem+json with a `code` and a `remedy`.
Calls may be repeated: uploads under the same Idempotency-Key."""


def create_app(wired: Wired) -> FastAPI:
    """Build the application around what `wired` holds; whoever wired it closes it."""
    app = FastAPI(
        title="Saapuva", version=VERSION, description=_DESCRIPTION, docs_url=None, redoc_url=None, redirect_slashes=False,
        separate_input_output_schemas=False, generate_unique_id_function=operation_id, dependencies=[Depends(check_access)],
    )  # fmt: skip
    app.state.wired = wired
    app.state.ending = threading.Event()
    app.state.service_token = service_token(wired.settings)
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static", KeptFiles(directory=STATIC), name="static")
    add_problem_answers(app)
    app.add_middleware(Gate, settings=wired.settings, service_token=app.state.service_token)
    app.add_middleware(RequestLog)
    app.openapi = partial(openapi, app)  # type: ignore[method-assign]
    return app


def operation_id(route: APIRoute) -> str:
    """Name an operation after its function, as clients in most languages write it."""
    first, *others = route.name.split("_")
    return first + "".join(map(str.title, others))


def openapi(app: FastAPI) -> dict[str, Any]:
    """Describe the API: the routes' own description, the problems all of them answer with, and the token."""
    if app.openapi_schema is None:
        told = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        schemas = told.setdefault("components", {}).setdefault("schemas", {})
        found = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= found.pop("$defs", {}) | {"Problem": found}
        _without_framework_errors(told)
        _with_general_errors(told)
        told["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        told["security"] = [{"token": []}]
        app.openapi_schema = told
    return app.openapi_schema


def _with_general_errors(told: dict[str, Any]) -> None:
    """Describe what any address that names a thing, or takes a body, may answer: the thing is not there, the body is none."""
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path, operations in told["paths"].items():
        for operation in operations.values():
            answers = operation.get("responses", {})
            if "{" in path:
                answers.setdefault("404", {"description": "Not Found", "content": problem})
            if "requestBody" in operation:
                answers.setdefault("400", {"description": "Bad Request", "content": problem})


def _without_framework_errors(told: dict[str, Any]) -> None:
    """Describe invalid requests as the problems they are answered with; the framework describes its own form of them."""
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for operations in told["paths"].values():
        for operation in operations.values():
            answers = operation.get("responses", {})
            if "422" in answers and "application/json" in answers["422"].get("content", {}):
                answers["422"] = {"description": "Unprocessable Entity", "content": problem}
    for name in ("HTTPValidationError", "ValidationError"):
        told["components"]["schemas"].pop(name, None)
