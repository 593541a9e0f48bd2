"""Agreements as samples: a company and its nine people, a person alone, a free course."""

from typing import Any

from certificates.domain.kinds import samples
from certificates.domain.kinds.attendance_sample import PEOPLE
from certificates.domain.kinds.programme import items_of, sample_content

VERSION = "version 12 du 1er septembre 2026"
ADDRESS = "https://example.org/documents/textes/"
HIDDEN = {"access_terms", "access_delay", "price_euros", "financing", "contacts", "further_studies"}


def convention() -> dict[str, Any]:
    """Nine people of one company, an OPCO with subrogation, a price for the group."""
    content = {key: value for key, value in sample_content().items() if key not in HIDDEN}
    return {
        "organisation": samples.ORGANISATION,
        "signatory": samples.SIGNATORY,
        "customer": {
            "name": samples.EMPLOYER,
            "address": "3, place de la Mairie, 35600 Redon",
            "siret": "12345678200002",
            "signer": "Rozenn Tual-Ñervennoù",
            "quality": "directrice",
            "born": "",
        },
        "reference_of_agreement": "S-2026-01-A003",
        "title": samples.TITLE,
        "programme": "faciliter-un-collectif, version 12",
        "nature": "Action de formation",
        "duration": "21 heures, 3,5 jours",
        "modality": "Mixte",
        "is_remote": True,
        "remote_activities": [],
        "days": "3, 4 novembre et 1er décembre 2026",
        "rows": _rows(),
        "places": ["Ferme de l’Abbatiale, Saint-Gildas-des-Bois", "à distance"],
        "items": items_of(content),
        "trainers": [
            {
                "name": "Yann Le Goff",
                "references": "Facilitateur depuis 2012, titre de formateur professionnel.",
            },
            {"name": "Marie-Odile Quéméneur", "references": "Sociologue des organisations."},
        ],
        "seats": 9,
        "people": [name for name, _company in PEOPLE[:9]],
        "price": {
            "is_free": False,
            "has_total": True,
            "unit": "4 350 €",
            "basis": "pour le groupe",
            "quantity": 1,
            "net": "4 350 €",
            "is_taxable": False,
            "vat_rate": "0 %",
            "vat": "0 €",
            "total": "4 350 €",
            "vat_mention": "Exonération de TVA, article 261-4-4° a du code général des impôts.",
        },
        "funding": [
            {
                "payer": "OPCO de la cohésion sociale",
                "file_number": "2026-004512",
                "amount": "3 000 €",
                "subrogation": True,
            }
        ],
        "terms": ["Repas pris ensemble à la ferme, à la charge de chaque personne."],
        "withdrawal_days": 10,
        "withdrawal_days_at_distance": 14,
        "deposit_percent": 30,
        "disability_contact": "La personne référente handicap, 02 61 91 00 00",
        "mediator": "Médiateur de démonstration, 1, rue de l’Exemple, 44000 Nantes",
        "annexes": [
            {
                "title": "Règlement intérieur",
                "version": VERSION,
                "address": f"{ADDRESS}reglement-interieur/v12/",
            },
            {
                "title": "Conditions générales de vente",
                "version": VERSION,
                "address": f"{ADDRESS}conditions-generales/v12/",
            },
        ],
        "public": [
            ["Action", samples.TITLE],
            ["Référence de l’accord", "S-2026-01-A003"],
            ["Personnes", "9"],
        ],
    }


def _rows() -> list[dict[str, str]]:
    barn = "Ferme de l’Abbatiale, Saint-Gildas-des-Bois"
    return [
        {"day": day, "times": times, "counted": "3 h 30", "place": place, "link": ""}
        for day, place in (
            ("mardi 3 novembre 2026", barn),
            ("mercredi 4 novembre 2026", barn),
            ("mardi 1er décembre 2026", "à distance"),
        )
        for times in ("9 h – 12 h 30", "13 h 30 – 17 h")
    ]


def free() -> dict[str, Any]:
    """Free, dates unknown, no one named yet, no signer known."""
    found = convention()
    return {
        **found,
        "customer": {**found["customer"], "signer": "", "quality": "", "siret": ""},
        "days": "",
        "rows": [],
        "places": [],
        "people": [],
        "trainers": [],
        "funding": [],
        "terms": [],
        "annexes": [],
        "price": {**found["price"], "is_free": True, "net": "0 €", "total": "0 €"},
    }


def contract() -> dict[str, Any]:
    """A person who pays alone."""
    found = convention()
    name = samples.BENEFICIARY["name"]
    return {
        **found,
        "customer": {
            "name": name,
            "address": "7, venelle du Four, 44530 Guenrouët",
            "siret": "",
            "signer": name,
            "quality": "",
            "born": "Date de naissance : 29 février 1988",
        },
        "seats": 1,
        "people": [name],
        "price": {
            **found["price"],
            "unit": "980 €",
            "basis": "par personne",
            "net": "980 €",
            "total": "980 €",
        },
        "funding": [],
        "public": [*found["public"][:2], ["Personnes", "1"]],
    }


def quote() -> dict[str, Any]:
    """With VAT, per person."""
    found = convention()
    return {
        **found,
        "price": {
            **found["price"],
            "unit": "980 €",
            "basis": "par personne",
            "quantity": 9,
            "net": "8 820 €",
            "is_taxable": True,
            "vat_rate": "20 %",
            "vat": "1 764 €",
            "total": "10 584 €",
            "vat_mention": "",
        },
        "valid_days": 30,
    }
