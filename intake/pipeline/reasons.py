"""Why a file lies in quarantine and what to do, in the three languages of those who find it there."""

from __future__ import annotations

from models.errors import SaapuvaError

_AGAIN = (
    "Skannaa tai lähetä tiedosto uudelleen.",
    "Skanna eller skicka filen på nytt.",
)
_WORDS: dict[str, tuple[str, str, str, str]] = {
    "empty_file": ("Tiedosto on tyhjä (0 tavua).", "Filen är tom (0 byte).", *_AGAIN),
    "damaged_file": (
        "Tiedosto on vioittunut tai katkennut siirrossa.",
        "Filen är skadad eller har klippts av på vägen.",
        *_AGAIN,
    ),
    "not_a_document": (
        "Tiedosto ei ole PDF-, TIFF-, JPEG-, PNG- tai HEIC-tiedosto.",
        "Filen är inte en PDF-, TIFF-, JPEG-, PNG- eller HEIC-fil.",
        "Tallenna tai tulosta se PDF-tiedostoksi ja lähetä se.",
        "Spara eller skriv ut den som PDF och skicka den.",
    ),
    "encrypted_file": (
        "PDF-tiedosto on lukittu salasanalla.",
        "PDF-filen är låst med ett lösenord.",
        "Pyydä lähettäjältä avoin kopio.",
        "Be avsändaren om en öppen kopia.",
    ),
    "too_many_pages": (
        "Tiedostossa on liian monta sivua.",
        "Filen har för många sidor.",
        "Jaa tiedosto osiin.",
        "Dela upp filen.",
    ),
    "page_too_large": (
        "Tiedostossa on liian suuri sivu.",
        "En sida i filen är för stor.",
        "Skannaa se tarkkuudella 300 dpi.",
        "Skanna den med 300 dpi.",
    ),
    "decoding_limit": (
        "Tiedoston avaaminen keskeytettiin: se vaati liikaa aikaa tai muistia.",
        "Öppnandet av filen avbröts: det krävde för mycket tid eller minne.",
        "Pyydä uusi skannaus ja kerro ylläpidolle.",
        "Be om en ny skanning och meddela administratören.",
    ),
    "file_too_large": ("Tiedosto on liian suuri.", "Filen är för stor.", "Jaa tiedosto osiin.", "Dela upp filen."),
    "manifest": (
        "Luetteloa ei voi lukea.",
        "Förteckningen kan inte läsas.",
        "Korjaa luettelo ja lähetä se uudelleen.",
        "Rätta förteckningen och skicka den på nytt.",
    ),
}
_OTHER = ("Tiedostoa ei voi ottaa vastaan.", "Filen kan inte tas emot.", *_AGAIN)


def reason_text(name: str, problem: SaapuvaError, file_id: object) -> str:
    """Write the note that lies beside a file in quarantine."""
    why_fi, why_sv, do_fi, do_sv = _WORDS.get(problem.code, _OTHER)
    return (
        f"{name}\n\n"
        f"Suomeksi: {why_fi} {do_fi}\n"
        "Voit siirtää tiedoston takaisin vastaanottokansioon, jos haluat yrittää uudelleen.\n\n"
        f"På svenska: {why_sv} {do_sv}\n"
        "Du kan flytta filen tillbaka till inkorgsmappen för att försöka igen.\n\n"
        f"In English: {problem.problem} {problem.remedy}\n"
        "You may move the file back into the watched folder to try again.\n\n"
        f"{problem.code} · {file_id}\n"
    )
