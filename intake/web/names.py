"""Names of document types, fields and queues in the languages of the screens."""

from __future__ import annotations

from collections.abc import Callable

from intake.web.words import LANGUAGES

_QUEUES = """
southern_district   | Eteläinen vakuutuspiiri             | Södra försäkringsdistriktet           | Southern district
international_centre| Kansainvälisten asioiden keskus     | Centret för internationella ärenden   | International centre
home_district       | Kotipiiri                           | Hemdistriktet                         | Home district
protected_clients   | Turvakieltoasiakkaat                | Kunder med spärrmarkering             | Protected clients
prison_cases        | Vankila-asiat                       | Fängelseärenden                       | Prison cases
recovery_centre     | Perintäkeskus                       | Indrivningscentret                    | Recovery centre
basic_data          | Perustiedot                         | Basuppgifter                          | Basic data
payments            | Maksatus                            | Utbetalning                           | Payments
tax                 | Verotus                             | Beskattning                           | Tax
income_data         | Tulotiedot                          | Inkomstuppgifter                      | Income data
other_authority     | Muu viranomainen                    | Annan myndighet                       | Other authority
indexing            | Tunnistettavat                      | Ska identifieras                      | To be identified
"""
_ROWS = [[cell.strip() for cell in line.split("|")] for line in _QUEUES.strip().splitlines()]
QUEUE_NAMES: dict[str, dict[str, str]] = {
    language: {row[0]: row[place] for row in _ROWS} for place, language in enumerate(LANGUAGES, start=1)
}


def filters(language: str) -> dict[str, Callable[..., str]]:
    """Name what templates call as filters."""

    def queue_name(queue: str) -> str:
        return QUEUE_NAMES[language].get(queue, queue)

    def type_name(document_type: str) -> str:
        return document_type.replace("_", " ")

    def field_name(field: str, _document_type: str = "") -> str:
        return field.replace("_", " ")

    return {"queue_name": queue_name, "type_name": type_name, "field_name": field_name}
