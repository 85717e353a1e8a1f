"""Phrases that letters are recognised and read by: roles of signers, names of offices, kinds of decision.

The matchers are built once, on first use, on spaCy's blank Finnish pipeline; they match Swedish as well, since
they only look at the shapes of tokens. FUZZY lets an OCR slip or two pass in the long words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import spacy
from spacy.language import Language
from spacy.matcher import Matcher

Pattern = list[dict[str, Any]]

_DOCTOR: dict[str, Any] = {"LOWER": {"REGEX": r"l[äa]{1,2}k[äa]ri$|läkare$|lakare$"}}
_DISEASES_FI: dict[str, Any] = {"LOWER": {"FUZZY3": "tartuntataudeista"}}
_DISEASES_SV: dict[str, Any] = {"LOWER": {"FUZZY2": "smittsamma"}}

ROLES: dict[str, list[Pattern]] = {
    "physician_responsible": [
        [_DISEASES_FI, {"LOWER": {"FUZZY2": "vastaava"}}, {"IS_ALPHA": True, "OP": "?"}, _DOCTOR],
        [_DISEASES_FI, {"LOWER": {"FUZZY2": "vastaava"}}],
        [{"LOWER": {"FUZZY2": "vastaava"}}, _DOCTOR, {"IS_PUNCT": True, "OP": "?"}, {"LOWER": {"REGEX": "^tartuntatau"}}],
        [_DOCTOR, {"IS_PUNCT": False, "OP": "{1,6}"}, _DISEASES_SV, {"LOWER": {"FUZZY2": "sjukdomar"}}],
        [_DOCTOR, {"OP": "{1,3}"}, {"LOWER": {"REGEX": "^smittskydd"}}],
        [{"LOWER": {"REGEX": "^smittskydds?(ansvarig|läkar|lakar|överläkar)"}}, {"LOWER": {"REGEX": "läkare$"}, "OP": "?"}],
        [{"LOWER": "ansvarig"}, _DOCTOR, {"OP": "{1,3}"}, _DISEASES_SV],
        [{"LOWER": {"REGEX": "^tartuntatautien$"}}, {"LOWER": {"REGEX": "vastuulääkäri$|vastaava"}}, {**_DOCTOR, "OP": "?"}],
        [_DOCTOR, {"IS_PUNCT": True, "OP": "?"}, {"LOWER": "joka", "OP": "?"}, {"LOWER": "vastaa"}, _DISEASES_FI],
    ],
    # Somebody signs in the stead of the responsible physician, or under a title that may or may not mean the office:
    # whether that suffices a person must say.
    "physician_unclear": [
        [{"LOWER": {"REGEX": "^tartuntatauti(vastaava|ylilääkäri|lääkäri)"}}],
        [_DISEASES_FI, {"LOWER": "vastaavan"}, {"OP": "{1,2}"}, {"LOWER": {"REGEX": "^(puolesta|sijai|määräyk|valtuut)"}}],
        [{"LOWER": {"REGEX": "^(för|på)$"}}, {"OP": "{0,2}"}, {"LOWER": {"REGEX": "smittskyddsläkarens?$"}}, {"OP": "{1,2}"}],
    ],
    "physician_other": [
        [_DOCTOR],
        [{"LOWER": {"REGEX": "^specialist$"}}],
        [{"LOWER": {"REGEX": r"^(sairaan|terveyden)hoitaja$|^terveystarkastaja$|^(sjuk|hälso)(skötare|vårdare)$"}}],
    ],
    "bailiff": [
        [{"LOWER": {"FUZZY3": "kihlakunnanulosottomies"}}],
        [{"LOWER": {"FUZZY2": "kihlakunnanvouti"}}],
        [{"LOWER": {"FUZZY1": "ulosottomies"}}],
        [{"LOWER": {"REGEX": r"^(ulosotto)(yli)?(tarkastaja|sihteeri)$"}}],
        [{"LOWER": {"FUZZY3": "häradsutmätningsman"}}],
        [{"LOWER": {"FUZZY1": "utmätningsman"}}],
        [{"LOWER": {"REGEX": r"^(härads|kron)(fogde|skogde)$|^utsöknings(över)?inspektör$|^(ut)?mätningsman$"}}],
    ],
}  # fmt: skip

# The signer speaks of his office in the text: "tartuntataudeista vastaavana lääkärinä määrään".
SPEAKS_AS_RESPONSIBLE = re.compile(
    r"tartuntataudeista vastaavana(?:na)? (?:\w+ )?laakarina\b"
    r"|undertecknad\w*,? (?:\w+ ){0,6}(?:ansvarar for smittsamma|smittskydd\w*)"
    r"|(?:i egenskap av|som) (?:\w+ )?(?:smittskydds\w*lakare|lakare (?:\w+ ){0,3}ansvar\w* for smittsamma)"
)

KIND_CUES: dict[str, str] = {
    "child_home": r"paivahoi|varhaiskasvatu|oppilaito|kouluun|koulust|kotona pitami|pide(taan|tta\w*) kotona"
    r"|lapsen poissaolo|dagvard|smabarnspedagog|laroanstalt|skolan|(stanna|hall\w*)( barn\w*)? hemma"
    r"|barn\w* (halls |stannar )?hemma|barn(et)?s franvaro",
    "quarantine": r"karanteen|karantan",
    "isolation": r"eriste?ami|eristykse|eristetta|eristet[ayt]|isoler",
    "work_absence": r"poissaolo\w* (ansio)?tyosta|(ansio)?tyosta\w* poissaolo|poissa (ansio)?tyos|tyosta pidatt"
    r"|pidatta\w* (ansio)?tyosta|(ei saa|far inte) (olla|arbeta|vara i arbete)\w*"
    r"|franvaro fran (forvarvs)?arbete|borta fran (sitt |det )?(forvarvs)?arbete"
    r"|avhall\w* fran (forvarvs)?arbete|avstangning fran arbete|avstangs fran",
}  # fmt: skip
SECTION_KINDS = {"57": "work_absence", "60": "quarantine", "63": "isolation"}
SECTION = re.compile(r"(?<![\d.,/])(57|60|63)\s?(?:§|[$s58](?=[\s.,:;)]|$)|(?:p|m)\w{0,3}\b)", re.IGNORECASE)

# What a reader makes of a marked box at the beginning of a line.
TICK = re.compile(r"^\W*(?:[xX×✓✔☒☑]|\[[xX]\]|\([xX]\))\W*\s")

EMPTY_BOX = re.compile(r"^\[\]\s")

HAZARDOUS = re.compile(r"(\w+\s+)?(\w+\s+)?(yleisvaaralli\w*|allmanfarlig\w*)(\s+\w+)?")
NOT_HAZARDOUS_BEFORE = re.compile(r"\b(ei|eika|muu|muun|muusta|kuin|inte|ej|icke|annan|an)\b")
OTHER_DISEASE = re.compile(
    r"\bmuu(n|sta)?\s+[kt]artuntatau|valvotta\w*\s+tartuntatau|muu(n|sta)?\s+valvotta|ovrig\s+smittsam|annan\s+smittsam"
    r"|overvak\w*\s+smittsam|smittsam\s+sjukdom\s+som\s+ska\s+overvakas"
)

AUTHORITY_WORDS = re.compile(
    r"sairaanhoitopiiri|terveyskesku|hyvinvointialue|hyvinvointikuntayhtym|kuntayhtym|perusturva|terveystoimi|sosiaalitoimi"
    r"|kaupunki|kaupungin|kunta\b|kunnan\b|stad\b|kommun\b|samkommun|sjukvardsdistrikt|valfardsomrade|halsovardscentral"
    r"|halsocentral|aluehallintovirasto|regionforvaltning|ministeri|liikelaitos|yhtyma\b|terveyspalvelu|halsovard\b"
    r"|social- och halso|\bhus\b|sairaala\b|sjukhus|sote\b|terveyspiiri|halso- och sjukvard"
)
UNIT_WORDS = re.compile(r"yksikko|enhet|osasto\b|poliklini|vastaanotto|tiimi|avdelning|mottagning")
ENFORCEMENT_WORDS = re.compile(r"ulosotto(virasto|laito|piiri|yksik|toimi)|utsokning(sverk|svasende|smyndighe|senhe)")
ADDRESSEE_WORDS = re.compile(r"kansanelakelaito|folkpensionsanstalt|\bkela\b|\bfpa\b")

OPEN_ENDED = re.compile(r"toistaise|tills\s*vidare|kunnes\s+toisin|tillsvidare|t\.?\s?v\.(?=\s|$)")
STAMP_WORDS = ("saapunut", "inkommit", "ankommit", "mottaget", "vastaanotettu", "received")


@dataclass(frozen=True)
class Role:
    """A role phrase by character offsets of the text it was found in."""

    name: str
    start: int
    end: int


@cache
def _language() -> Language:
    return spacy.blank("fi")


@cache
def _matcher() -> Matcher:
    matcher = Matcher(_language().vocab)
    for name, patterns in ROLES.items():
        matcher.add(name, patterns)
    return matcher


def find_roles(text: str) -> list[Role]:
    """Find role phrases; of overlapping ones the longest stays, so that a responsible physician is not also another."""
    doc = _language().make_doc(text)
    names: dict[tuple[int, int], str] = {}
    for key, first, last in _matcher()(doc):
        name = doc.vocab.strings[key]
        if names.get((first, last), "physician_other") == "physician_other":
            names[first, last] = name
    kept = spacy.util.filter_spans([doc[first:last] for first, last in names])
    return [Role(names[span.start, span.end], span.start_char, span.end_char) for span in kept]
