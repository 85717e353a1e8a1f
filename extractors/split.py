"""Cut a batch of labelled pages into documents."""

from __future__ import annotations

from collections.abc import Sequence

from models.page import Document, LabelledPage

UNKNOWN = "unknown"

SURE = 0.8
"""A page that bears no head must be this sure of its type to tear itself from the document before it."""

SURE_AGAINST_NUMBER = 0.997
"""So sure must it be when its page number says that it belongs to the document before it."""


def split(pages: Sequence[LabelledPage]) -> list[Document]:
    """Group consecutive pages into documents.

    A new document starts after a separator sheet, on a page that says it is first, where the type or the
    person changes, and where a page number comes again. A page of unknown type stays with the document
    before it, unless it bears a head of its own; a page 2 that was scanned before its page 1 stays with it.
    Blank pages neither start nor end a document. Separator sheets and blanks are in no document; no other
    page is lost, doubled or moved.
    """
    documents: list[Document] = []
    pending: list[LabelledPage] = []
    for page in pages:
        if page.is_separator:
            documents += _close(pending)
            pending = []
        elif not page.is_blank:
            if pending and _starts_new(page, pending):
                documents += _close(pending)
                pending = []
            pending.append(page)
    return documents + _close(pending)


def _close(pages: Sequence[LabelledPage]) -> list[Document]:
    return [document_of(pages)] if pages else []


def document_of(pages: Sequence[LabelledPage]) -> Document:
    """Take pages for one document, in the order given; its surest page says what it is."""
    known = [page for page in pages if page.document_type != UNKNOWN]
    best = max(known or pages, key=lambda page: page.type_confidence)
    same = [best, *(page for page in pages if page.document_type == best.document_type)]
    return Document(
        document_type=best.document_type,
        type_confidence=best.type_confidence,
        language=next((page.language for page in same if page.language), None),
        form_revision=next((page.form_revision for page in same if page.form_revision), None),
        pages=tuple(page.number for page in pages),
    )


def _starts_new(page: LabelledPage, pending: Sequence[LabelledPage]) -> bool:
    if _follows_by_number(page, pending[-1]) and not _number_comes_again(page, pending):
        return _is_other_type(page, pending) and page.type_confidence >= SURE_AGAINST_NUMBER
    if _was_scanned_late(page, pending):
        return False
    if page.is_first or _is_other_person(page, pending) or _number_comes_again(page, pending):
        return True
    if not _types(pending):
        # A page that says it continues gives its name to the unknown page before it.
        return page.document_type != UNKNOWN and page.is_first is None
    return _is_other_type(page, pending) and page.type_confidence >= SURE


def _types(pages: Sequence[LabelledPage]) -> set[str]:
    return {page.document_type for page in pages} - {UNKNOWN}


def _is_other_type(page: LabelledPage, pending: Sequence[LabelledPage]) -> bool:
    types = _types(pending)
    return page.document_type != UNKNOWN and bool(types) and page.document_type not in types


def _follows_by_number(page: LabelledPage, last: LabelledPage) -> bool:
    """`Sivu 2 (3)` after `Sivu 1 (3)`."""
    here, before = page.numbering, last.numbering
    return here is not None and before is not None and here.of == before.of and here.page == before.page + 1


def _was_scanned_late(page: LabelledPage, pending: Sequence[LabelledPage]) -> bool:
    """Tell whether this is the page 1 of pages that came before it: they lack one, and nothing speaks against it."""
    if page.numbering is None or page.numbering.page != 1 or page.numbering.of <= len(pending):
        return False
    same = all(p.numbering and p.numbering.page > 1 and p.numbering.of == page.numbering.of for p in pending)
    return same and _types(pending) <= {page.document_type} and not _is_other_person(page, pending)


def _number_comes_again(page: LabelledPage, pending: Sequence[LabelledPage]) -> bool:
    return page.numbering is not None and page.numbering in [p.numbering for p in pending]


def _is_other_person(page: LabelledPage, pending: Sequence[LabelledPage]) -> bool:
    persons = {p.person_hetu for p in pending if p.person_hetu}
    return page.person_hetu is not None and bool(persons) and page.person_hetu not in persons
