"""To whom a request goes and in which language, as the papers of its matter say. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from intake.pipeline.requests.letter import Language
from models.work import Addressee

APPLICATION, WAGE_NOTICE = "sv8_application", "y17_wage_notice"
PROTECTED = "protected_clients"
"""The queue of clients under a security ban: no address of theirs is ever printed."""

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Recipient:
    """Name and address line by line. `is_doubtful`: read from a paper, and nobody has looked at it."""

    lines: tuple[str, ...] = ()
    is_doubtful: bool = False


NOBODY = Recipient()


def recipient_of(addressee: Addressee, queue: str, bodies: Sequence[Body]) -> Recipient:
    """Whom a letter to this party is addressed to; nobody where the papers do not show one for sure, or the client is protected.

    `bodies` are the newest records of the matter, oldest paper first: the newest that tells counts. Where papers name several
    employers nobody is chosen: a letter to the wrong one tells of somebody's illness.
    """
    if queue == PROTECTED:
        return NOBODY
    if addressee == "insured":
        return next(filter(None, map(_insured, _newest(bodies, APPLICATION))), NOBODY)
    return _employer(bodies) if addressee == "employer" else NOBODY


def language_of(bodies: Sequence[Body]) -> Language:
    """The language of the application, else of the newest paper: for contact only (check C90). Finnish where none is known."""
    ordered = [*_newest(bodies, APPLICATION), *reversed(bodies)]
    found = next((body["language"] for body in ordered if body.get("language") in ("fi", "sv")), "fi")
    return "sv" if found == "sv" else "fi"


def _newest(bodies: Sequence[Body], document_type: str) -> Iterator[Body]:
    return (body for body in reversed(bodies) if body["type"] == document_type)


def _insured(body: Body) -> Recipient | None:
    return _addressed(body, ("applicant_first_names", "applicant_last_name"), "applicant")


def _employer(bodies: Sequence[Body]) -> Recipient:
    notices = list(_newest(bodies, WAGE_NOTICE))
    if notices:
        named = {_text(body, "employer_business_id") or _text(body, "employer_name").casefold() for body in notices}
        return (_addressed(notices[0], ("employer_name",), "employer") or NOBODY) if len(named) == 1 else NOBODY
    rows = [row for body in _newest(bodies, APPLICATION) for row in body["fields"].get("employers", [])]
    names = {str(row["name"]["value"]) for row in rows if row.get("name", {}).get("value")}
    if len(rows) != 1 or not names:
        return NOBODY
    return Recipient((names.pop(),), not _is_settled(rows[0]["name"]))


def _addressed(body: Body, names: Sequence[str], prefix: str) -> Recipient | None:
    """A name and, where the paper bears all of it, an address; None without a name."""
    name = " ".join(filter(None, (_text(body, field) for field in names)))
    place = [f"{prefix}_street", f"{prefix}_postal_code", f"{prefix}_city"]
    street, code, city = (_text(body, field) for field in place)
    if not name:
        return None
    is_whole = bool(street and code and city)
    fields = [*names, *place] if is_whole else [*names]
    is_doubtful = any(field in body["fields"] and not _is_settled(body["fields"][field]) for field in fields)
    return Recipient((name, street, f"{code} {city.upper()}") if is_whole else (name,), is_doubtful)


def _text(body: Body, name: str) -> str:
    found = body["fields"].get(name)
    return " ".join(str(found["value"]).split()) if isinstance(found, Mapping) and found.get("value") else ""


def _is_settled(found: Mapping[str, Any]) -> bool:
    return bool(found.get("accepted") or found.get("seen_by"))
