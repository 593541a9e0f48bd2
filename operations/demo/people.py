"""Invented people and companies. Telephones come from the ranges kept for fiction."""

from dataclasses import dataclass

from core.text import folded

FIRST_NAMES = (
    "Aïcha", "Yann", "Inès", "Paul", "Léa", "Gwenaëlle", "Malo", "Nolwenn", "Samir", "Thảo",
    "Erwan", "Fatou", "Clément", "Maëlle", "Hugo", "Soazig", "Karim", "Élodie", "Titouan",
    "Rozenn", "Bastien", "Zoé", "Ibrahim", "Anaëlle", "Denis", "Corentin", "Jeanne", "Mehdi",
    "Solène", "Loïc",
)  # fmt: skip
LAST_NAMES = (
    "Morvan", "Le Goff", "Caradec", "Durand", "Martin", "Kervella", "Benali", "Nguyễn", "Guéguen",
    "Diallo", "Lefeuvre", "Hervouët", "Tanguy", "Bouvier", "Cadiou", "Moreau", "L’Hostis", "Rouxel",
    "Ferrand", "Chauvel", "Bécot", "Olivaux", "Sicard", "Pineau", "Guillou", "Arzel", "Robin",
    "Thébaud", "Josse", "Le Bihan",
)  # fmt: skip


@dataclass(frozen=True)
class DemoCompany:
    """An invented employer; its SIRET is valid and belongs to no one we know of."""

    name: str
    city: str
    postcode: str


COMPANIES = (
    DemoCompany("Association Les Hauts Prés", "Savenay", "44260"),
    DemoCompany("SCIC Terres d’ici", "Blain", "44130"),
    DemoCompany("Fédération des foyers du Sillon", "Saint-Gildas-des-Bois", "44530"),
    DemoCompany("La Boucle du réemploi", "Redon", "35600"),
    DemoCompany("Commune de Val-de-Brière", "Prinquiau", "44260"),
)
FUNDERS = ("OPCO Demo Cohésion", "Région (démonstration)", "France Travail (démonstration)")


def person(rank: int) -> tuple[str, str]:
    """First and last name of the invented person number `rank`; 900 different ones."""
    first = FIRST_NAMES[rank % len(FIRST_NAMES)]
    last = LAST_NAMES[(rank * 7 + rank // len(FIRST_NAMES)) % len(LAST_NAMES)]
    return first, last


def address_of(first: str, last: str, rank: int) -> str:
    """An e-mail address under example.org, without accents."""
    plain = folded(f"{first}.{last}").encode("ascii", "ignore").decode()
    return f"{plain.replace(' ', '-').replace(chr(39), '')}.{rank}@example.org"


def phone_of(rank: int) -> str:
    """A telephone number of a range kept for fiction."""
    return f"06399800{rank % 100:02d}"
