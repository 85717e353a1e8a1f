"""Pages that people look at: one Jinja environment a language, one frame around them all."""

from __future__ import annotations

import hashlib
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from intake.version import VERSION
from intake.web import mailroom_words, names
from intake.web.access import Person
from intake.web.error_words import said
from intake.web.shown import Shown
from intake.web.words import LANGUAGES, language_of, translations
from models.errors import SaapuvaError

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"
LANGUAGE_COOKIE = "saapuva_language"
THEMES = ("auto", "light", "dark")


def page(request: Request, person: Person | None, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """Draw a page in the person's language."""
    language = language_for(request, person)
    drawn = environment(language).get_template(template).render(
        request=request, person=person, language=language, theme=_theme(person), path=request.url.path, **context
    )  # fmt: skip
    return HTMLResponse(drawn, status, headers={"Content-Language": language, "Vary": "Accept-Language, Cookie"})


def part(language: str, template: str, **context: Any) -> str:
    """Draw a piece of a page, for a script to put in its place."""
    return environment(language).get_template(template).render(language=language, **context)


def language_for(request: Request, person: Person | None) -> str:
    """The person's own choice, else the cookie's, else what the browser likes best."""
    chosen = (person.language if person else None) or request.cookies.get(LANGUAGE_COOKIE)
    return chosen if chosen in LANGUAGES else language_of(request.headers.get("accept-language", ""))


def _theme(person: Person | None) -> str:
    return person.theme if person and person.theme in THEMES else "auto"


def wants_page(request: Request) -> bool:
    """Tell a person in a browser from a program or a page's own script."""
    is_api = request.url.path.startswith(("/api/", "/health", "/metrics", "/openapi"))
    return not is_api and "text/html" in request.headers.get("accept", "")


def problem_page(request: Request, error: SaapuvaError, status: int) -> HTMLResponse:
    """Say what happened and what to do about it."""
    person = getattr(request.state, "person", None)
    language = language_for(request, person)
    return page(
        request, person, "problem.html", status, code=error.code, problem=said(error.problem, language),
        remedy=said(error.remedy, language),
    )  # fmt: skip


@cache
def environment(language: str) -> Environment:
    """Build the templates' environment of one language, once a process."""
    built = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )  # fmt: skip
    built.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    built.filters |= Shown(language).filters() | names.filters(language)
    built.filters["said"] = partial(said, language=language)
    built.globals |= {
        "static": static, "icon": icon, "query": urlencode, "version": VERSION, "languages": LANGUAGES, "themes": THEMES,
        "mailroom": mailroom_words,
    }  # fmt: skip
    return built


@cache
def static(name: str) -> str:
    """The address of a static file, with a mark of its bytes: a browser may keep it for ever."""
    return f"/static/{name}?v={hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]}"


def icon(name: str) -> Markup:
    """An icon of `static/icons.svg`; it says nothing, so a word must stand beside it or in the control's label."""
    return Markup('<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>').format(
        static("icons.svg"), name
    )
