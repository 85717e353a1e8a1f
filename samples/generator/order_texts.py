"""Keep the wordings of physicians' decisions, in Finnish and Swedish."""

SECTIONS = {"work_absence": "57", "quarantine": "60", "isolation": "63", "child_home": "57"}
HEADINGS = {
    "fi": {
        "work_absence": [
            "Päätös työstä poissaolosta",
            "Tartuntatautilain mukainen päätös työstä poissaolosta",
            "Määräys olla poissa ansiotyöstä",
            "Ilmoitus ja päätös työstä pidättämisestä",
        ],
        "quarantine": [
            "Päätös karanteenista",
            "Tartuntatautilain mukainen päätös karanteenista",
            "Karanteenipäätös",
            "Karanteeniin määrääminen",
        ],
        "isolation": [
            "Päätös eristämisestä",
            "Tartuntatautilain mukainen päätös eristämisestä",
            "Eristämispäätös",
            "Eristykseen määrääminen",
        ],
        "child_home": [
            "Päätös lapsen kotona pitämisestä",
            "Tartuntatautilain mukainen päätös poissaolosta päivähoidosta",
            "Lapsen kotona pitäminen tartuntataudin vuoksi",
            "Päätös alle 16-vuotiaan lapsen kotona pitämisestä",
        ],
    },
    "sv": {
        "work_absence": [
            "Beslut om frånvaro från arbetet",
            "Beslut om frånvaro från arbetet enligt lagen om smittsamma sjukdomar",
            "Förordnande om frånvaro från förvärvsarbete",
            "Anmälan och beslut om frånvaro från arbetet",
        ],
        "quarantine": [
            "Beslut om karantän",
            "Beslut om karantän enligt lagen om smittsamma sjukdomar",
            "Karantänsbeslut",
            "Förordnande om karantän",
        ],
        "isolation": [
            "Beslut om isolering",
            "Beslut om isolering enligt lagen om smittsamma sjukdomar",
            "Isoleringsbeslut",
            "Förordnande om isolering",
        ],
        "child_home": [
            "Beslut om att hålla barn hemma",
            "Beslut om barns frånvaro från dagvård enligt lagen om smittsamma sjukdomar",
            "Barn hålls hemma på grund av smittsam sjukdom",
            "Beslut om att hålla barn under 16 år hemma",
        ],
    },
}
COMMON_HEADING = {
    "fi": "Tartuntatautilain (1227/2016) mukainen päätös",
    "sv": "Beslut enligt lagen om smittsamma sjukdomar (1227/2016)",
}
UNITS = {
    "fi": ["Tartuntatautiyksikkö", "Infektioyksikkö", "Tartuntatautien torjunta", "Hygieniayksikkö", "Terveydensuojelu"],
    "sv": ["Enheten för smittsamma sjukdomar", "Infektionsenheten", "Bekämpning av smittsamma sjukdomar"],
}
IN_CHARGE = {
    "fi": [
        "tartuntataudeista vastaava lääkäri",
        "kunnan tartuntataudeista vastaava lääkäri",
        "sairaanhoitopiirin tartuntataudeista vastaava lääkäri",
        "ylilääkäri, tartuntataudeista vastaava lääkäri",
        "infektioylilääkäri, sairaanhoitopiirin tartuntataudeista vastaava lääkäri",
        "virkasuhteinen tartuntataudeista vastaava lääkäri",
    ],
    "sv": [
        "läkare med ansvar för smittsamma sjukdomar",
        "kommunens läkare med ansvar för smittsamma sjukdomar",
        "överläkare, läkare med ansvar för smittsamma sjukdomar",
        "läkare i tjänsteförhållande med ansvar för smittsamma sjukdomar",
    ],
}
OTHER_TITLES = {
    "fi": ["terveyskeskuslääkäri", "yleislääketieteen erikoislääkäri", "työterveyslääkäri", "osastonlääkäri"],
    "sv": ["hälsocentralläkare", "specialist i allmänmedicin", "företagsläkare"],
}
HAZARDS = {
    "fi": {
        True: ["yleisvaarallinen tartuntatauti"],
        False: ["muu tartuntatauti", "valvottava tartuntatauti", "ei yleisvaarallinen tartuntatauti"],
    },
    "sv": {True: ["allmänfarlig smittsam sjukdom"], False: ["annan smittsam sjukdom", "smittsam sjukdom som ska övervakas"]},
}
CLASS = {"fi": "Tauti on {o.hazard}.", "sv": "Sjukdomen är {o.hazard}."}
LABELS = {
    "fi": {
        "name": ["Nimi", "Potilas", "Henkilö", "Asianosainen", "Sukunimi ja etunimet"],
        "hetu": ["Henkilötunnus", "Hetu", "Henkilötunnus"],
        "guardian": ["Huoltaja", "Huoltajan nimi ja henkilötunnus"],
        "address": ["Osoite"],
        "disease": ["Tartuntatauti", "Diagnoosi", "Tauti"],
        "class": ["Taudin luokka"],
        "workplace": ["Työnantaja", "Työpaikka"],
        "start": ["Alkaa"],
        "end": ["Päättyy"],
        "period": ["Ajalle", "Ajanjakso", "Voimassa", "Aika", "Poissaoloaika"],
        "date": ["Päätöspäivä"],
        "diary": ["Asianumero"],
        "physician": ["Lääkäri"],
        "law": ["Lain kohta"],
        "decision": ["PÄÄTÖS"],
        "official": ["Viranhaltijapäätös"],
    },
    "sv": {
        "name": ["Namn", "Patient", "Person", "Part", "Efternamn och förnamn"],
        "hetu": ["Personbeteckning"],
        "guardian": ["Vårdnadshavare", "Vårdnadshavarens namn och personbeteckning"],
        "address": ["Adress"],
        "disease": ["Sjukdom", "Diagnos", "Smittsam sjukdom"],
        "class": ["Sjukdomens klass"],
        "workplace": ["Arbetsgivare", "Arbetsplats"],
        "start": ["Börjar"],
        "end": ["Slutar"],
        "period": ["Tid", "Period", "Giltighetstid", "För tiden"],
        "date": ["Beslutsdatum"],
        "diary": ["Diarienummer"],
        "physician": ["Läkare"],
        "law": ["Lagrum"],
        "decision": ["BESLUT"],
        "official": ["Tjänsteinnehavarbeslut"],
    },
}
SENTENCES = {
    "fi": {
        "work_absence": [
            "Henkilö {o.spoken} ({o.hetu}) määrätään olemaan poissa ansiotyöstään ajalla {period} "
            "tartuntataudin leviämisen estämiseksi.",
            "Määrään, että {o.spoken}, henkilötunnus {o.hetu}, on poissa työstä {period}. Määräys on "
            "voimassa, kunnes tartuntavaaraa ei enää ole.",
            "Päätän tartuntatautilain nojalla, että {o.spoken} (henkilötunnus {o.hetu}) ei saa olla "
            "työssään seuraavana aikana: {period}.",
        ],
        "quarantine": [
            "Henkilö {o.spoken} ({o.hetu}) määrätään karanteeniin ajalle {period} tartuntataudin leviämisen estämiseksi.",
            "Määrään henkilön {o.spoken}, henkilötunnus {o.hetu}, karanteeniin {period}.",
            "{o.spoken} (s. ja tunnus {o.hetu}) on altistunut taudille ja määrätään karanteeniin ajaksi {period}.",
        ],
        "isolation": [
            "Henkilö {o.spoken} ({o.hetu}) määrätään eristettäväksi ajalle {period} tartuntataudin leviämisen estämiseksi.",
            "Määrään henkilön {o.spoken}, henkilötunnus {o.hetu}, eristykseen {period}.",
            "Potilas {o.spoken}, {o.hetu}, eristetään muista. Eristys on voimassa {period}.",
        ],
        "child_home": [
            "Lapsi {o.spoken} ({o.hetu}) on pidettävä kotona ajalla {period} tartuntataudin leviämisen estämiseksi.",
            "Määrään, että {o.spoken}, henkilötunnus {o.hetu}, on poissa päivähoidosta ja koulusta {period}.",
            "Alle 16-vuotias {o.spoken} (henkilötunnus {o.hetu}) määrätään pidettäväksi kotona seuraavasti: {period}.",
        ],
    },
    "sv": {
        "work_absence": [
            "Personen {o.spoken} ({o.hetu}) förordnas att vara borta från sitt förvärvsarbete under "
            "tiden {period} för att hindra att en smittsam sjukdom sprids.",
            "Jag förordnar att {o.spoken}, personbeteckning {o.hetu}, är frånvarande från arbetet {period}.",
        ],
        "quarantine": [
            "Personen {o.spoken} ({o.hetu}) förordnas till karantän för tiden {period} för att hindra "
            "att en smittsam sjukdom sprids.",
            "Jag förordnar {o.spoken}, personbeteckning {o.hetu}, till karantän {period}.",
        ],
        "isolation": [
            "Personen {o.spoken} ({o.hetu}) isoleras under tiden {period} för att hindra att en smittsam sjukdom sprids.",
            "Jag förordnar att {o.spoken}, personbeteckning {o.hetu}, isoleras {period}.",
        ],
        "child_home": [
            "Barnet {o.spoken} ({o.hetu}) ska hållas hemma under tiden {period} för att hindra att en smittsam sjukdom sprids.",
            "Jag förordnar att {o.spoken}, personbeteckning {o.hetu}, hålls borta från dagvård och skola {period}.",
        ],
    },
}
GUARDIAN = {
    "fi": [
        "Huoltaja: {o.guardian_name}, henkilötunnus {o.guardian}.",
        "Lasta hoitaa kotona huoltaja {o.guardian_name} ({o.guardian}).",
    ],
    "sv": [
        "Vårdnadshavare: {o.guardian_name}, personbeteckning {o.guardian}.",
        "Barnet vårdas hemma av vårdnadshavaren {o.guardian_name} ({o.guardian}).",
    ],
}
GROUND = {
    "fi": [
        "Perusteena on {disease},{code}{hazard}.",
        "Päätöksen perusteena on todettu {disease}{code}{hazard}.",
        "Syy:{code} {disease}{hazard}.",
    ],
    "sv": ["Grunden är {disease},{code}{hazard}.", "Beslutet grundar sig på konstaterad {disease}{code}{hazard}."],
}
WORKPLACE = {"fi": " Työpaikka: {o.workplace}.", "sv": " Arbetsplats: {o.workplace}."}
LAW = {
    "fi": [
        "Päätös perustuu tartuntatautilain (1227/2016) {s} §:ään.",
        "Sovelletut oikeusohjeet: tartuntatautilaki 1227/2016 {s} §.",
        "Tartuntatautilaki (1227/2016) {s} § ja hallintolaki 31 §.",
    ],
    "sv": [
        "Beslutet grundar sig på lagen om smittsamma sjukdomar (1227/2016) {s} §.",
        "Tillämpade lagrum: lagen om smittsamma sjukdomar 1227/2016 {s} §.",
    ],
}
CLOSING = {
    "fi": [
        "Päätös työstä poissaolon lopettamisesta tehdään heti, kun tartuntavaaraa ei enää ole.",
        "Kela maksaa tartuntatautipäivärahaa hakemuksesta. Liitä tämä päätös hakemukseen.",
        "Lisätietoja antaa tartuntatautihoitaja arkisin klo 9-11.",
    ],
    "sv": [
        "Beslut om att frånvaron upphör fattas genast när smittrisk inte längre föreligger.",
        "FPA betalar dagpenning vid smittsam sjukdom på ansökan. Bifoga detta beslut till ansökan.",
    ],
}
CHAPTERS = {
    "fi": ["Asia", "Asianosainen", "Päätös", "Perustelut", "Muutoksenhaku"],
    "sv": ["Ärende", "Part", "Beslut", "Motivering", "Sökande av ändring"],
}
APPEAL = {
    "fi": "Tähän päätökseen haetaan muutosta valittamalla hallinto-oikeuteen. Valitusosoitus liitteenä.",
    "sv": "Ändring i detta beslut söks genom besvär hos förvaltningsdomstolen. Besvärsanvisning bifogas.",
}
