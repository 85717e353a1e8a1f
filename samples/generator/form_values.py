"""Fill the forms' fields with one story's facts, in the contract's normal forms; what is left out stays empty on paper."""

from datetime import date, timedelta
from random import Random
from typing import Any

from . import people, words
from .people import Employer
from .story import Story

Fields = dict[str, Any]
COUNTRIES = {
    "fi": ["Ruotsi", "Viro", "Puola", "Saksa", "Norja", "Espanja", "Latvia", "Iso-Britannia", "Tanska", "Venäjä"],
    "sv": ["Sverige", "Estland", "Polen", "Tyskland", "Norge", "Spanien", "Lettland", "Storbritannien", "Danmark", "Ryssland"],
}
REMARKS = {
    "fi": [
        "Päätös tartuntataudista liitteenä.",
        "Työnantaja ilmoittaa palkan erikseen.",
        "Poissaolo alkoi kesken työvuoron, lääkäri soitti tuloksen.",
        "Olen ollut etätyössä 2 päivää viikossa.",
        "Pyydän maksamaan päivärahan suoraan tililleni.",
        "Lapsi ei saa mennä päiväkotiin ennen negatiivista näytettä.",
        "Lisätietoja saa työpaikan palkanlaskennasta. Näytteet otetaan uudelleen kolmen viikon kuluttua.",
    ],
    "sv": [
        "Beslutet om smittsam sjukdom bifogas.",
        "Arbetsgivaren anmäler lönen separat.",
        "Frånvaron började mitt under ett arbetspass.",
        "Jag har arbetat på distans två dagar i veckan.",
        "Jag ber att dagpenningen betalas direkt till mitt konto.",
    ],
}
OTHER_WORK = {
    "fi": ["puhelinpäivystys", "varastotyö", "toimistotyö etänä", "kirjanpito kotona", "siivous, ei elintarvikkeita"],
    "sv": ["telefonjour", "lagerarbete", "kontorsarbete på distans", "bokföring hemma"],
}
STATEMENTS = {
    "fi": [
        "Kliininen tila hyvä, kontrolli kahden viikon kuluttua.",
        "Potilas on työkykyinen mutta määrätään pois työstä tartuntavaaran vuoksi.",
        "Työkyvytön omaan työhönsä.",
        "Ulosteviljely positiivinen, ei saa työskennellä elintarvikkeiden parissa.",
        "Hoito aloitettu. Tartuttavuus arvioidaan uudelleen ysköskokein.",
    ],
    "sv": [
        "Kliniskt gott tillstånd, kontroll om två veckor.",
        "Patienten är arbetsförmögen men förordnas till frånvaro på grund av smittrisk.",
        "Arbetsoförmögen i sitt eget arbete.",
        "Positiv odling, får inte arbeta med livsmedel.",
    ],
}
TITLES = {
    "fi": ["yleislääkäri", "terveyskeskuslääkäri", "työterveyslääkäri", "erikoislääkäri", "osastonlääkäri"],
    "sv": ["allmänläkare", "hälsocentralläkare", "företagsläkare", "specialistläkare"],
}
IN_CHARGE = {
    "fi": [
        "infektiolääkäri, tartuntataudeista vastaava lääkäri",
        "tartuntataudeista vastaava lääkäri",
        "ylilääkäri, kunnan tartuntataudeista vastaava lääkäri",
    ],
    "sv": ["infektionsläkare, läkare med ansvar för smittsamma sjukdomar", "läkare med ansvar för smittsamma sjukdomar"],
}
INSTITUTIONS = [
    ("Eesti Haigekassa", "EE", "Eesti", "Pärnu mnt 12, 10148 Tallinn", "Lastekodu 48, 10113 Tallinn"),
    ("Försäkringskassan", "SE", "Sverige", "Storgatan 14, 111 23 Stockholm", "103 51 Stockholm"),
    ("AOK Nordost", "DE", "Deutschland", "Lindenstrasse 7, 10969 Berlin", "14456 Potsdam"),
    ("NAV", "NO", "Norge", "Kirkegata 5, 0153 Oslo", "Postboks 5, 0130 Oslo"),
    (
        "ZUS Oddzial Gdansk",
        "PL",
        "Polska",
        "ul. Wodna 3, 80-001 Gdansk",
        "ul. Chmielna 27, Gdansk",
    ),
    ("VSAA", "LV", "Latvija", "Brivibas iela 40, Riga", "Lacplesa 70a, Riga"),
    ("INSS Alicante", "ES", "Espana", "Calle Mayor 21, 03001 Alicante", "Calle Churruca 26, Alicante"),
    ("Udbetaling Danmark", "DK", "Danmark", "Vestergade 2, 8000 Aarhus", "Kongens Vaenge 8, 3400 Hillerod"),
]


def iso(day: date) -> str:
    """Write a day as the contract does."""
    return day.isoformat()


def sv8(rng: Random, story: Story, benefit: str, attachments: list[str], abroad: str = "") -> Fields:
    """Fill an application; `abroad` is the strong marker: worked, moving, or none."""
    p, lang = story.person, story.lang
    infection = benefit == "infectious_disease_allowance"
    end = story.end if story.end or infection else story.start + timedelta(days=14)
    work, leave = rng.random() < 0.25, rng.random() < 0.1
    fields: Fields = {
        "applicant_hetu": p.hetu,
        "applicant_last_name": p.last,
        "applicant_first_names": p.first,
        "applicant_phone": p.phone,
        "applicant_street": p.street,
        "applicant_postal_code": p.postal_code,
        "applicant_city": p.city,
        "iban": p.iban,
        "bic": p.bic or None,
        "benefit": benefit,
        "absence_start": iso(story.start),
        "absence_end": iso(end) if end else None,
        "continuation": story.continuation,
        "ordered_person": ("child" if story.child else "self") if infection else None,
        "child_name": story.child.name if story.child else None,
        "child_hetu": story.child.hetu if story.child else None,
        "other_work": work,
        "other_work_description": rng.choice(OTHER_WORK[lang]) if work else None,
        **_work(rng, story),
        "last_working_day": iso(story.start - timedelta(days=rng.choice([1, 1, 1, 3]))),
        "annual_leave": leave,
        "annual_leave_start": iso(story.start + timedelta(days=2)) if leave else None,
        "annual_leave_end": iso(story.start + timedelta(days=6)) if leave else None,
        "other_benefits": ["none"]
        if rng.random() < 0.9
        else [
            rng.choice(
                [
                    "old_age_pension",
                    "disability_pension",
                    "parental_allowance",
                    "unemployment_benefit",
                    "study_grant",
                    "social_assistance",
                ]
            )
        ],
        **_abroad(rng, story, abroad),
        "additional_info": rng.choice(REMARKS[lang]) if rng.random() < 0.5 else None,
        "attachments": sorted(attachments) or None,
        "signature_date": iso(story.signed),
        "signature": rng.random() < 0.95,
    }
    return kept(fields)


def kept(fields: Fields) -> Fields:
    """Leave out what is empty."""
    return {name: value for name, value in fields.items() if value is not None}


def _work(rng: Random, story: Story) -> Fields:
    status, employers = ["employee"], []
    for name in story.employers:
        row: Fields = {"name": name, "start": iso(story.start - timedelta(days=rng.randint(30, 5500)))}
        if rng.random() < 0.12:
            row["end"] = iso(story.start + timedelta(days=rng.randint(40, 400)))
        row["pays_wage"] = rng.random() < 0.4
        employers.append(row)
    extra = {"employment_status": status, "employers": employers}
    if rng.random() < 0.12:
        status.append(rng.choice(["student", "pensioner", "other", "unemployed"]))
    if rng.random() < 0.14:
        self_employed = rng.choice(["self_employed", "farmer", "grant_recipient"])
        status.append(self_employed)
        extra["self_employed_insurance"] = (
            ["yel" if self_employed == "self_employed" else "myel"] if rng.random() < 0.8 else ["none"]
        )
        if extra["self_employed_insurance"] != ["none"]:
            extra["pension_institution"] = (
                rng.choice(["Mela", "Ilmarinen", "Varma", "Elo", "Veritas"]) if self_employed == "self_employed" else "Mela"
            )
    status.sort()
    return extra


def _abroad(rng: Random, story: Story, abroad: str) -> Fields:
    if abroad != "worked":
        return {"abroad": False, "moving_abroad": abroad == "moving"}
    start = story.start - timedelta(days=rng.randint(120, 330))
    fields: Fields = {
        "abroad": True,
        "abroad_country": rng.choice(COUNTRIES[story.lang]),
        "abroad_start": iso(start),
        "abroad_end": iso(start + timedelta(days=rng.randint(20, 110))),
        "moving_abroad": rng.random() < 0.1,
    }
    if rng.random() < 0.5:
        fields["foreign_employer"] = rng.choice(
            ["Baltic Catering OÜ", "Nordisk Mat AB", "Fjord Seafood AS", "Hotel Zentral GmbH", "Gdansk Shipyard"]
        )
    return fields


def y17(rng: Random, story: Story, employer: Employer, reason: str = "infectious_disease") -> Fields:
    """Fill an employer's wage notice."""
    end = story.end or story.start + timedelta(days=rng.randint(10, 40))
    monthly = rng.uniform(1600, 4600)
    arranged = rng.random() < 0.12
    leave = rng.random() < 0.1
    fields: Fields = {
        "employer_name": employer.name,
        "employer_business_id": employer.business_id,
        "employer_street": employer.street,
        "employer_postal_code": employer.postal_code,
        "employer_city": employer.city,
        "employer_iban": employer.iban,
        "payment_reference": people.reference(rng) if rng.random() < 0.3 else None,
        "claims_benefit": rng.random() < 0.93,
        "contact_person": employer.contact,
        "contact_phone": employer.phone,
        "decision_recipient": rng.choice(["Tilitoimisto Laskelma Oy", "Tilipalvelu Aho Ky", "Bokföringsbyrå Ström Ab"])
        if rng.random() < 0.15
        else None,
        "employee_name": story.person.name,
        "employee_hetu": story.person.hetu,
        "employment_start": iso(story.start - timedelta(days=rng.randint(40, 5200))),
        "employment_end": iso(end + timedelta(days=rng.randint(1, 300))) if rng.random() < 0.1 else None,
        "pay_basis": rng.choices(["monthly", "hourly", "other"], [70, 25, 5])[0],
        "absence_reason": reason,
        "absence_start": iso(story.start),
        "absence_end": iso(end),
        "annual_leave_start": iso(story.start + timedelta(days=1)) if leave else None,
        "annual_leave_end": iso(story.start + timedelta(days=2)) if leave else None,
        "wage_periods": _wage_periods(rng, story.start, end, monthly),
        "wage_continues_from": iso(end + timedelta(days=1)) if rng.random() < 0.35 else None,
        "paid_in_full": rng.random() < 0.65,
        "lost_monthly_earnings": f"{monthly:.2f}",
        "lost_earnings_total": f"{monthly / 25 * rng.randint(3, 24):.2f}" if rng.random() < 0.35 else None,
        "other_work_arranged": arranged,
        "other_work_pay": f"{monthly * 0.6:.2f}" if arranged else None,
        "additional_info": rng.choice(REMARKS[story.lang][:2]) if rng.random() < 0.15 else None,
        "signature_date": iso(max(story.signed, end) + timedelta(days=rng.randint(0, 9))),
        "signature": rng.random() < 0.96,
        "signatory_name": employer.contact,
    }
    return kept(fields)


def _wage_periods(rng: Random, start: date, end: date, monthly: float) -> list[Fields]:
    rows: list[Fields] = []
    first = start
    while first <= end and len(rows) < 4:
        last = min(end, (first.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1))
        row: Fields = {
            "start": iso(first),
            "end": iso(last),
            "gross": f"{monthly * (last - first).days / 30 + rng.uniform(20, 90):.2f}",
        }
        if rng.random() < 0.15:
            row["fringe"] = f"{rng.choice([20, 240, 88.4, 152.75]):.2f}"
        rows.append(row)
        first = last + timedelta(days=1)
    return rows


def a_certificate(rng: Random, story: Story, in_charge: bool) -> Fields:
    """Fill a physician's A certificate; the physician in charge writes for this benefit."""
    lang, p = story.lang, story.person
    second = rng.random() < 0.15
    other = rng.choice(words.rows("illnesses"))
    purpose = ["other"] if in_charge else ["sickness_allowance"]
    claim = {"fi": ["tartuntatautipäiväraha", "Tartuntatautipäiväraha (TTL 57 §)"], "sv": ["dagpenning vid smittsam sjukdom"]}[
        lang
    ]
    authority = words.pick(rng, f"authorities_{lang}").format(g="Porvoon", t="Oulu", v="Vasa")
    fields: Fields = {
        "purpose": purpose,
        "purpose_other": rng.choice(claim) if in_charge else None,
        "patient_name": p.name,
        "patient_hetu": p.hetu,
        "work_task": words.pick(rng, f"jobs_{lang}"),
        "occupation": p.job,
        "employer_name": story.employers[0],
        "patient_phone": p.phone,
        "main_diagnosis": story.disease,
        "main_icd10": story.code,
        "other_diagnosis": other[2 if lang == "sv" else 1] if second else None,
        "other_icd10": other[0] if second else None,
        "cause": [rng.choice(["accident_at_work", "traffic_accident", "leisure_accident", "occupational_disease"])]
        if rng.random() < 0.08
        else None,
        "examination_date": iso(story.decided),
        "unfit_start": iso(story.start),
        "unfit_end": iso(story.end or story.start + timedelta(days=14)),
        "statement": rng.choice(STATEMENTS[lang]),
        "signature_date": iso(story.decided + timedelta(days=rng.randint(0, 4))),
        "signature": rng.random() < 0.97,
        "physician_name": people.short_name(rng, lang),
        "physician_sv_number": str(rng.randint(100000, 999999)),
        "physician_phone": people.landline(rng) if rng.random() < 0.4 else None,
        "physician_title": rng.choice((IN_CHARGE if in_charge else TITLES)[lang]),
        "physician_unit": authority,
    }
    return kept(fields)


def y121(rng: Random, story: Story) -> Fields:
    """Fill a notice of a new account."""
    iban, bic = people.account(rng, rng.random() < 0.08)
    return kept(
        {
            "person_name": story.person.name,
            "person_hetu": story.person.hetu,
            "iban": iban,
            "bic": bic if rng.random() < 0.45 else None,
            "signature_date": iso(story.signed),
            "signature": rng.random() < 0.96,
        }
    )


def e115(rng: Random, story: Story) -> Fields:
    """Fill a foreign institution's claim."""
    name, code, country, home, office = rng.choice(INSTITUTIONS)
    p = story.person
    return kept(
        {
            "competent_institution": rng.choice(["Kela", "Kansaneläkelaitos", "Kela, Kansainvälisten asioiden keskus"]),
            "competent_address": rng.choice(["Nordenskiöldinkatu 12, 00250 Helsinki", "PL 78, 00381 Helsinki"]),
            "insured_last_name": p.last,
            "insured_first_names": p.first,
            "insured_birth_date": iso(p.born),
            "insured_id": p.hetu,
            "insured_address": home,
            "employer_name": story.employers[0],
            "employer_address": f"{p.street}, {p.postal_code} {p.city}" if rng.random() < 0.4 else None,
            "incapacity_cause": rng.choices(["sickness", "maternity", "accident_at_work", "occupational_disease"], [85, 5, 5, 5])[
                0
            ],
            "incapacity_start": iso(story.start),
            "incapacity_end": iso(story.end) if story.end else None,
            "institution_name": name,
            "institution_code": f"{code}{rng.randint(1000, 9999)}",
            "institution_address": office if rng.random() < 0.5 else None,
            "institution_country": country,
            "signature_date": iso(story.signed),
            "signature": rng.random() < 0.96,
        }
    )
