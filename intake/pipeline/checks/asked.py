"""What a person has said to ask the customer for (check C06: all that is missing is asked at once)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from extractors.catalog import known_types
from intake.pipeline.checks.case import Case
from intake.pipeline.checks.register import Noticed, check
from models.document_type import FieldSpec
from models.extraction import Extraction, Record

EMPLOYERS_PAPERS = frozenset({"y17_wage_notice", "wage_certificate"})
"""Papers that the employer fills in; all others are asked of the insured person."""


@check("C06")
def asked_fields(case: Case) -> Iterator[Noticed]:
    """A field that nobody can read, or that is empty, and that the customer is to be asked for."""
    for record in case.matter.records:
        key = "C06.employer" if record.document_type in EMPLOYERS_PAPERS else "C06.insured"
        yield from (Noticed(key, record, name, _words(record, name)) for name in asked_of(record))


def asked_of(record: Record) -> list[str]:
    """The fields of a paper, by path, that a person has said to ask for."""
    found: list[str] = []
    for name, told in record.fields.items():
        if isinstance(told, Extraction):
            found += [name] if told.asked else []
        else:
            found += [f"{name}[{row}].{column}" for row, cells in enumerate(told) for column, cell in cells.items() if cell.asked]
    return found


def _words(record: Record, path: str) -> Mapping[str, str]:
    """The printed name of a field and the paper's title, in every language; where print has no English, by our own names."""
    doc_type = known_types()[record.document_type]
    fi, sv, en = _printed(doc_type.spec(path.partition("[")[0]), path)
    return {
        "field": fi, "field_sv": sv, "field_en": en, "paper": (*doc_type.title.fi, record.document_type)[0],
        "paper_sv": (*doc_type.title.sv, *doc_type.title.fi, record.document_type)[0],
        "paper_en": (*doc_type.title.en, record.document_type.replace("_", " "))[0],
    }  # fmt: skip


def _printed(spec: FieldSpec, path: str) -> tuple[str, str, str]:
    column = path.rpartition(".")[2] if "." in path else None
    labels = next((one.labels for one in spec.columns if one.name == column), spec.labels)
    fi = (*labels.fi, *spec.heading.fi, spec.name)[0]
    named = (column or spec.name).replace("_", " ")
    return fi, (*labels.sv, *spec.heading.sv, fi)[0], (*labels.en, *spec.heading.en, named)[0]
