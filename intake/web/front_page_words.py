"""The first page's words in each language."""

from __future__ import annotations

_TABLE = """
motto                     | Saapuneet paperit                   | Inkomna papper                        | Papers that came in
links                     | Linkit                              | Länkar                                | Links
today                     | Tänään saapunut                     | Inkommet i dag                        | Came in today
batches                   | Erät                                | Partier                               | Batches
files                     | Tiedostot                           | Filer                                 | Files
pages                     | Sivut                               | Sidor                                 | Pages
pages_of_today            | Missä päivän sivut ovat             | Var dagens sidor finns                | Where today's pages are
queues                    | Jonossa ihmiselle                   | I kö till handläggare                 | Waiting for people
none                      | Ei mitään.                          | Ingenting.                            | Nothing.
no_alarms                 | Ei hälytyksiä.                      | Inga larm.                            | No alarms.
alarms                    | Hälytykset                          | Larm                                  | Alarms
ledger                    | Sivujen kirjanpito                  | Sidbokföring                          | Page ledger
health                    | Toimintakunto                       | Driftstatus                           | Health
figures                   | Mittarit                            | Mätvärden                             | Metrics
api                       | Rajapinnan kuvaus                   | Gränssnittsbeskrivning                | API description
page.received             | Odottaa lukua                       | Väntar på läsning                     | Waiting to be read
page.in_document          | Asiakirjassa                        | I ett dokument                        | In a document
page.blank                | Tyhjä                               | Tom                                   | Blank
page.separator            | Erotinsivu                          | Skiljeblad                            | Separator
page.duplicate            | Kaksoiskappale                      | Dubblett                              | Duplicate
page.parked               | Odottaa ihmistä                     | Väntar på en människa                 | Parked for a person
queue.southern_district   | Eteläinen vakuutuspiiri             | Södra försäkringsdistriktet           | Southern district
queue.international_centre| Kansainvälisten asioiden keskus     | Centret för internationella ärenden   | International centre
queue.home_district       | Kotipiiri                           | Hemdistriktet                         | Home district
queue.protected_clients   | Turvakieltoasiakkaat                | Kunder med spärrmarkering             | Protected clients
queue.prison_cases        | Vankila-asiat                       | Fängelseärenden                       | Prison cases
queue.recovery_centre     | Perintäkeskus                       | Indrivningscentret                    | Recovery centre
queue.basic_data          | Perustiedot                         | Basuppgifter                          | Basic data
queue.payments            | Maksatus                            | Utbetalning                           | Payments
queue.tax                 | Verotus                             | Beskattning                           | Tax
queue.income_data         | Tulotiedot                          | Inkomstuppgifter                      | Income data
queue.other_authority     | Muu viranomainen                    | Annan myndighet                       | Other authority
queue.indexing            | Tunnistettavat                      | Ska identifieras                      | To be identified
"""

LANGUAGES = ("fi", "sv", "en")
_ROWS = [[cell.strip() for cell in line.split("|")] for line in _TABLE.strip().splitlines()]
WORDS: dict[str, dict[str, str]] = {name: {row[0]: row[place] for row in _ROWS} for place, name in enumerate(LANGUAGES, start=1)}
