"""Keep the wordings of bailiffs' notices, in Finnish and Swedish."""

HEADINGS = {
    "fi": {
        "ban": ["Maksukielto – Ulosmittaus toistuvaistulosta", "Maksukielto", "Maksukielto etuudesta"],
        "amendment": ["Maksukielto (muutos)", "Maksukiellon muutos", "Muutettu maksukielto"],
        "suspension": ["Ilmoitus vapaakuukausista", "Vapaakuukausi-ilmoitus", "Maksukiellon keskeytys"],
        "termination": ["Maksukiellon peruutus", "Ilmoitus maksukiellon päättymisestä", "Maksukielto peruutettu"],
    },
    "sv": {
        "ban": ["Betalningsförbud – utmätning av periodisk inkomst", "Betalningsförbud"],
        "amendment": ["Betalningsförbud (ändring)", "Ändrat betalningsförbud"],
        "suspension": ["Meddelande om fria månader", "Avbrott i betalningsförbud"],
        "termination": ["Återkallelse av betalningsförbud", "Meddelande om att betalningsförbudet upphör"],
    },
}
SUBTITLES = {
    "fi": {
        "ban": ["Ulosmittaus toistuvaistulosta"],
        "amendment": ["Tämä maksukielto korvaa aiemman maksukiellon"],
        "suspension": ["Maksukiellon keskeytys"],
        "termination": ["Ulosmittaus päättyy"],
    },
    "sv": {
        "ban": ["Utmätning av periodisk inkomst"],
        "amendment": ["Detta betalningsförbud ersätter det tidigare"],
        "suspension": ["Avbrott i utmätningen"],
        "termination": ["Utmätningen upphör"],
    },
}
SHORT = {"fi": "MAKSUKIELTO", "sv": "BETALNINGSFÖRBUD"}
KELA = {"fi": ["Kansaneläkelaitos (Kela)", "PL 450, 00056 KELA"], "sv": ["Folkpensionsanstalten (FPA)", "PB 450, 00056 FPA"]}
TITLES = {
    "fi": ["kihlakunnanulosottomies", "kihlakunnanvouti", "ulosottoylitarkastaja", "ulosottotarkastaja"],
    "sv": ["häradsutmätningsman", "häradsfogde", "utsökningsöverinspektör"],
}
LABELS = {
    "fi": {
        "debtor": ["Velallinen", "Velallisen nimi", "Ulosottovelallinen"],
        "hetu": ["Henkilötunnus", "Hetu"],
        "case": ["Asianumero"],
        "date": ["Päiväys"],
        "receiver": ["Saaja"],
        "phone": ["Puhelin"],
        "valid": ["Voimassa", "Maksukielto voimassa", "Voimassaoloaika"],
        "replaces": ["Korvaa maksukiellon", "Korvaa aiemman maksukiellon"],
        "concerns": ["Koskee maksukieltoa", "Maksukielto annettu"],
        "ends": ["Päättyy", "Maksukielto päättyy"],
        "free": ["Vapaakuukaudet"],
        "method": ["Pidätettävä määrä", "Ulosmitattava määrä"],
        "protected": ["Suojaosuus", "Velallisen suojaosuus"],
        "dependants": ["Elatuksen varassa olevia", "Elatuksen varassa olevien lukumäärä"],
        "income": ["Muut tulot (netto)", "Velallisen muut tulot"],
        "account": ["Tilille", "Maksetaan tilille", "Tilinumero"],
        "reference": ["Viitenumero", "Viite"],
    },
    "sv": {
        "debtor": ["Gäldenär", "Gäldenärens namn", "Utsökningsgäldenär"],
        "hetu": ["Personbeteckning"],
        "case": ["Ärendenummer"],
        "date": ["Datum"],
        "receiver": ["Mottagare"],
        "phone": ["Telefon"],
        "valid": ["I kraft", "Giltighetstid"],
        "replaces": ["Ersätter betalningsförbudet"],
        "concerns": ["Gäller betalningsförbudet"],
        "ends": ["Upphör"],
        "free": ["Fria månader"],
        "method": ["Belopp som ska innehållas", "Utmätningens belopp"],
        "protected": ["Skyddat belopp"],
        "dependants": ["Antal personer som försörjs"],
        "income": ["Övriga inkomster (netto)"],
        "account": ["Till konto", "Kontonummer"],
        "reference": ["Referensnummer", "Referens"],
    },
}
METHODS = {
    "fi": {
        "income_limit": [
            "Ulosmitataan 2/3 suojaosuuden ylittävästä määrästä",
            "Kaksi kolmasosaa suojaosuuden ylittävästä osasta",
        ],
        "one_third": ["Ulosmitataan 1/3 nettomäärästä", "Kolmasosa nettotulosta"],
        "fixed": ["Kiinteä määrä {sum} euroa kuukaudessa", "{sum} euroa / kk (kiinteä määrä)"],
    },
    "sv": {
        "income_limit": ["2/3 av det belopp som överstiger det skyddade beloppet utmäts"],
        "one_third": ["1/3 av nettobeloppet utmäts", "En tredjedel av nettoinkomsten"],
        "fixed": ["Ett fast belopp, {sum} euro i månaden"],
    },
}
PER_MONTH = {"fi": [" euroa / kk", " euroa kuukaudessa", " €/kk"], "sv": [" euro / mån", " euro i månaden"]}
CLOSING = {
    "fi": {
        "ban": [
            "Maksukiellon vastaisesti ei etuutta saa maksaa muulle kuin ulosottomiehelle.",
            "Pidätetty määrä on tilitettävä ulosottoviraston tilille viipymättä.",
        ],
        "amendment": ["Aiempi maksukielto raukeaa. Maksukiellon vastaisesti ei etuutta saa maksaa muulle kuin ulosottomiehelle."],
        "suspension": [
            "Vapaakuukausien jälkeen noudatetaan aiempaa maksukieltoa.",
            "Vapaakuukausina etuudesta ei pidätetä mitään.",
        ],
        "termination": [
            "Maksukielto on peruutettu. Etuus maksetaan jatkossa asiakkaalle.",
            "Ulosmittaus on päättynyt, koska saatava on kokonaan suoritettu.",
        ],
    },
    "sv": {
        "ban": ["I strid med betalningsförbudet får förmånen inte betalas till någon annan än utmätningsmannen."],
        "amendment": ["Det tidigare betalningsförbudet förfaller."],
        "suspension": ["Efter de fria månaderna iakttas det tidigare betalningsförbudet."],
        "termination": ["Betalningsförbudet har återkallats. Förmånen betalas i fortsättningen till kunden."],
    },
}
RUNNING = {
    "fi": {
        "order": (
            "Kansaneläkelaitosta kielletään maksamasta velalliselle {name} ({hetu}) etuutta siltä osin "
            "kuin se on ulosmitattu. Kielto on voimassa {span}."
        ),
        "amount": "{method}. Suojaosuus on {protected} euroa kuukaudessa; elatuksen varassa olevia on {dependants}.",
        "income": "Velallisella on muita nettotuloja {income} euroa kuukaudessa.",
        "replaces": "Tämä kielto korvaa {day} annetun maksukiellon.",
        "free": "Vapaakuukaudet: {months}.",
        "pay": "Pidätetty määrä maksetaan tilille {iban}, viitenumero {reference}.",
    },
    "sv": {
        "order": (
            "Folkpensionsanstalten förbjuds att till gäldenären {name} ({hetu}) betala förmånen till "
            "den del den har utmätts. Förbudet är i kraft {span}."
        ),
        "amount": "{method}. Det skyddade beloppet är {protected} euro i månaden; antal personer som försörjs: {dependants}.",
        "income": "Gäldenären har övriga nettoinkomster på {income} euro i månaden.",
        "replaces": "Detta förbud ersätter betalningsförbudet av den {day}.",
        "free": "Fria månader: {months}.",
        "pay": "Det innehållna beloppet betalas till konto {iban}, referensnummer {reference}.",
    },
}
