"""Load and check the document types of `extractors/types`, once, at start."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from pydantic import ValidationError

from models.document_type import DocumentType
from models.errors import TypeFileError

UNKNOWN = "unknown"


def load_types() -> dict[str, DocumentType]:
    """Read every type file, sorted by name: 0.3 s. `known_types` keeps the result.

    Raises TypeFileError for the first file that says something it may not, or when `unknown` is missing.
    """
    folder = files("extractors").joinpath("types")
    paths = sorted((path for path in folder.iterdir() if path.name.endswith(".toml")), key=lambda path: path.name)
    types = [parse_type(path.name, path.read_text(encoding="utf-8")) for path in paths]
    if UNKNOWN not in {doc_type.name for doc_type in types}:
        raise TypeFileError(f"{UNKNOWN}.toml", "the file is missing; papers that nothing fits go there.")
    return {doc_type.name: doc_type for doc_type in types}


@cache
def known_types() -> Mapping[str, DocumentType]:
    """Give every type, read once a process. Raises TypeFileError as `load_types`."""
    return load_types()


def parse_type(file_name: str, text: str) -> DocumentType:
    """Check one type file. Raises TypeFileError naming the file and what is wrong in it."""
    try:
        doc_type = DocumentType.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise TypeFileError(file_name, f"this is not TOML: {error}.") from None
    except ValidationError as error:
        raise TypeFileError(file_name, _first_fault(error)) from None
    if f"{doc_type.name}.toml" != file_name:
        raise TypeFileError(file_name, f"the file name and the name {doc_type.name!r} in it differ.")
    _check_patterns(file_name, doc_type)
    return doc_type


def _first_fault(error: ValidationError) -> str:
    fault = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in fault["loc"])
    return f"{place}: {fault['msg']}." if place else f"{fault['msg']}."


def _check_patterns(file_name: str, doc_type: DocumentType) -> None:
    for spec in doc_type.fields:
        for pattern in spec.patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                raise TypeFileError(file_name, f"field {spec.name!r}: bad pattern {pattern!r}: {error}.") from None
