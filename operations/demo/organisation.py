"""The organisation, its people and its places."""

import datetime as dt
from typing import Any

from accounts.models import User
from core.models import Organisation, Signatory
from core.registry import demo_step
from evaluations.domain import questionnaires
from operations.demo import people, pictures
from operations.demo.accounts import ACCOUNTS, account
from training.models import Company, Contact, Funder, Trainer, Venue


@demo_step(10)
def seed_organisation(context: dict[str, Any]) -> None:
    """The one organisation, who signs, where it trains, who trains, who buys, who pays."""
    for described in ACCOUNTS:
        account(described.key)
    context["organisation"] = _organisation()
    Signatory.objects.get_or_create(
        name="Maëlle Kerrien",
        quality="gérante",
        valid_from=dt.date(2024, 1, 1),
        defaults={"signature": pictures.signature()},
    )
    context["venues"] = _venues()
    context["trainers"] = _trainers()
    context["companies"] = _companies()
    context["funders"] = [Funder.objects.get_or_create(name=name)[0] for name in people.FUNDERS]
    questionnaires.ensure_default_questionnaire()


def _organisation() -> Organisation:
    organisation = Organisation.load()
    values = {
        "legal_name": "Coopérative IDÉAL",
        "trade_name": "Coopérative IDÉAL",
        "activity_number": "52440000044",
        "activity_region": "Pays de la Loire",
        "address": "55, La Moutonnière",
        "postcode": "44260",
        "city": "Prinquiau",
        "phone": "02 40 56 60 00",
        "email": "formation@example.org",
        "certificate_number": "DEMO-0000",
        "certificate_categories": "Actions de formation",
        "certifier": "Certificateur de démonstration",
        "certificate_valid_from": dt.date(2025, 3, 1),
        "certificate_valid_to": dt.date(2028, 2, 29),
        "pedagogical_contact": "L’équipe pédagogique, 02 40 56 60 00",
        "administrative_contact": "Le secrétariat, formation@example.org",
        "disability_contact": "La personne référente handicap, 02 40 56 60 00",
        "harassment_contact": "La personne référente, 02 40 56 60 00",
        "consumer_mediator": "Médiateur de démonstration",
        "stamp": pictures.stamp(),
    }
    for name, value in values.items():
        setattr(organisation, name, value)
    organisation.save()
    return organisation


def _venues() -> dict[str, Venue]:
    described = {
        "savenay": {
            "name": "Le Point du Jour",
            "city": "Savenay",
            "postcode": "44260",
            "capacity": 20,
            "step_free": True,
            "access": "À dix minutes à pied de la gare de Savenay.",
            "equipment": "Vidéoprojecteur, paperboards, cuisine partagée.",
        },
        "abbatiale": {
            "name": "Ferme de l’Abbatiale",
            "city": "Saint-Gildas-des-Bois",
            "postcode": "44530",
            "capacity": 14,
            "step_free": True,
            "access": "Parking sur place ; le réseau mobile passe mal dans la grange.",
            "equipment": "Grange chauffée, poêle, tableaux.",
        },
        "moutonniere": {
            "name": "La Moutonnière",
            "address": "55, La Moutonnière",
            "city": "Prinquiau",
            "postcode": "44260",
            "capacity": 12,
            "step_free": False,
            "access": "Covoiturage organisé depuis la gare de Savenay.",
            "equipment": "Espace de travail partagé, salle de réunion à l’étage.",
        },
    }
    return {
        key: Venue.objects.get_or_create(name=values["name"], defaults=values)[0]
        for key, values in described.items()
    }


def _trainers() -> list[Trainer]:
    described = [
        (
            account("formatrice"),
            "Gwenaëlle",
            "Tanguy",
            "Quinze ans d’accompagnement de collectifs.",
        ),
        (account("formateur"), "Samir", "Bouvier", "Ancien coordinateur d’un tiers-lieu."),
        (None, "Soazig", "Arzel", "Maraîchère, formatrice en restauration collective."),
    ]
    trainers = []
    for user, first, last, references in described:
        trainer, _created = Trainer.objects.get_or_create(
            first_name=first,
            last_name=last,
            defaults={
                "email": user.email if user else "soazig.arzel@example.org",
                "organisation": "Coopérative IDÉAL",
                "references": references,
            },
        )
        if user is not None and trainer.user_id is None:
            trainer.user = user
            trainer.save(update_fields=["user"])
        trainers.append(trainer)
    return trainers


def _companies() -> list[Company]:
    contact_user: User = account("entreprise")
    companies = []
    for rank, described in enumerate(people.COMPANIES):
        company, created = Company.objects.get_or_create(
            name=described.name,
            defaults={"city": described.city, "postcode": described.postcode},
        )
        if created:
            first, last = people.person(200 + rank)
            Contact.objects.create(
                company=company,
                name=f"{first} {last}",
                quality="direction",
                email=contact_user.email if rank == 0 else people.address_of(first, last, rank),
                is_signatory=True,
                is_administration=True,
                user=contact_user if rank == 0 else None,
            )
        companies.append(company)
    return companies
