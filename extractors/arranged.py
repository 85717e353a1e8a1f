"""Take pages as a person has arranged them: turned, blank or not, and cut into documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from extractors.classify import classify
from extractors.cleanup import CleanPage, clean, turned
from extractors.pages import ArrivedPage
from extractors.split import UNKNOWN, document_of
from models.arrangement import Arrangement, Turn
from models.document_type import DocumentType
from models.page import Document, LabelledPage, PageText


def clean_as_turned(page: ArrivedPage, turn: Turn) -> CleanPage:
    """Clean a page turned clockwise as a person says. One with hardly any ink can only be turned by half."""
    wanted = (360 - turn) % 360  # cleaning counts against the clock
    cleaned = clean(page.number, page.pixels, page.dpi, turn=90 if wanted % 180 else 0)
    is_on_head = cleaned.rotation != wanted and (cleaned.rotation - wanted) % 180 == 0
    return turned(cleaned) if is_on_head else cleaned


def cut_as_said(
    labels: Sequence[LabelledPage], texts: Mapping[int, PageText], said: Arrangement, types: Mapping[str, DocumentType]
) -> list[Document]:
    """Cut pages into the documents that a person has made of them; what nobody has named is as its pages say."""
    by_number = {label.number: label for label in labels}
    documents = []
    for one in said.documents:
        pages = [by_number[number] for number in one.pages if number in by_number]
        if pages:
            found = document_of(pages)
            is_named = one.type is not None and one.type in types
            documents.append(_named(found, pages, texts, types[str(one.type)]) if is_named else found)
    return documents


def _named(
    found: Document, pages: Sequence[LabelledPage], texts: Mapping[int, PageText], doc_type: DocumentType
) -> Document:  # fmt: skip
    """The same pages under a type that a person gives; language and printing are looked for as that type bears them."""
    if doc_type.name == UNKNOWN:
        return found.model_copy(update={"document_type": UNKNOWN, "type_confidence": 1.0, "form_revision": None})
    only = {doc_type.name: doc_type}
    same = [classify(texts[page.number], only) for page in pages]
    same = [page for page in same if page.document_type == doc_type.name]
    return Document(
        document_type=doc_type.name,
        type_confidence=1.0,
        language=next((page.language for page in same if page.language), found.language),
        form_revision=next((page.form_revision for page in same if page.form_revision), None),
        pages=found.pages,
    )
