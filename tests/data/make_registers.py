"""Writes `inscriptions.xlsx` and `inscriptions-cp1252.csv`: a register as offices keep them.

Forty-five invented people in three sessions, with what real files do to data: telephone and post
codes typed as numbers, dates as dates or as text, capitals, SIRET as number or text, amounts with
comma, space and euro sign. Telephones are from the ranges kept for fiction. The same seed gives
the same people; run it again only to change them: `python tests/data/make_registers.py`.
"""

import csv
import datetime as dt
import random
from pathlib import Path

import openpyxl

HERE = Path(__file__).parent
SESSIONS = ("S-2026-01", "S-2026-02", "S-2026-03")
HEADINGS = (
    "Session", "Civilité", "Nom", "Prénom", "Courriel", "Téléphone", "Date de naissance",
    "Adresse", "Code postal", "Ville", "Entreprise", "SIRET", "Statut", "Financement",
    "Montant HT", "Besoin d’adaptation", "Date d’inscription", "Commentaire",
)  # fmt: skip
LAST_NAMES = (
    "Le Goff", "Kerrien", "Tanguy", "Guéguen", "Le Bihan", "Cadiou", "Prigent", "Quéré",
    "Salaün", "de La Tour", "Hélias", "Le Corre", "Bothorel", "Rouxel", "Gourvennec", "Mével",
    "Jaouen", "Pennec", "Caradec", "Trividic", "Riou-Le Dû", "Lozac’h", "Madec", "Nédélec",
    "Corbel", "Floc’h", "Daniélou", "Guillou", "Abgrall", "Creac’h", "Bozec", "Le Menn",
    "Marzin", "Quiniou", "Roudaut", "Stéphan", "Thépaut", "Uguen", "Vaillant", "Inizan",
    "Kermarrec", "Lagadec", "Morice", "Ollivier", "Postec",
)  # fmt: skip
FIRST_NAMES = (
    ("Mme", "Enora"), ("M.", "Malo"), ("Mme", "Maïwenn"), ("M.", "Jean-Yves"), ("Mme", "Aziliz"),
    ("M.", "Loïc"), ("Mme", "Hélène"), ("M.", "Gaël"), ("Mme", "Marie-Anne"), ("M.", "Théo"),
    ("Mme", "Bleuenn"), ("M.", "Briac"), ("Mme", "Françoise"), ("M.", "Édern"), ("Mme", "Solène"),
)  # fmt: skip
PLACES = (
    ("44260", "Savenay"), ("01000", "Bourg-en-Bresse"), ("06000", "Nice"), ("35600", "Redon"),
    ("56130", "La Roche-Bernard"), ("44130", "Blain"), ("44000", "Nantes"),
)  # fmt: skip
COMPANIES = ("Les Hauts Prés", "Roseau SCOP", "Moulin Neuf S.A.S.", "Grange & Cie", "Terres d’ici")
TRAINEES = (
    "Salarié", "salariée", "Demandeur d’emploi", "Particulier", "Bénévole", "Agent public",
    "Dirigeant non salarié",
)  # fmt: skip
FUNDING = ("OPCO", "Région", "Personnel", "France Travail", "")
AMOUNTS: tuple[object, ...] = ("1 260,00 €", 420, "840.00", "420,00", None)
WISHES = ("", "", "Non", "oui", "salle au rez-de-chaussée")
REMARKS = ("", "Arrive en train", "régime végétarien")
PHONE_RANGES = ("019900", "026191", "063998")


def siret(number: random.Random) -> str:
    """Fourteen digits whose key is right (Luhn)."""
    body = "".join(str(number.randrange(10)) for _digit in range(8))
    body = _with_key(str(number.randrange(1, 10)) + body[1:])
    return _with_key(body + f"{number.randrange(10000):04d}")


def _with_key(digits: str) -> str:
    total = 0
    for rank, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if rank % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return f"{digits}{-total % 10}"


def people() -> list[list[object]]:
    """The lines of the register, each cell as the office typed it."""
    number = random.Random(2026)  # noqa: S311  not a secret
    sirets = {company: siret(number) for company in COMPANIES}
    lines: list[list[object]] = []
    for rank, last_name in enumerate(LAST_NAMES):
        title, first_name = FIRST_NAMES[rank % len(FIRST_NAMES)]
        postcode, city = PLACES[rank % len(PLACES)]
        phone = f"{PHONE_RANGES[rank % 3]}{number.randrange(10000):04d}"
        company = number.choice(("", *COMPANIES))
        email = f"personne{rank:02d}@example.org"
        born = dt.date(1960 + number.randrange(45), 1 + rank % 12, 1 + rank % 28)
        asked = dt.date(2026, 1 + number.randrange(9), 1 + number.randrange(28))
        funding = "Employeur" if company and rank % 6 == 0 else number.choice(FUNDING)
        lines.append(
            [
                SESSIONS[number.randrange(3)],
                title,
                last_name.upper() if rank % 3 == 0 else last_name,
                first_name,
                email.upper() if rank % 7 == 0 else email,
                _typed_phone(phone, rank),
                (born, f"{born:%d/%m/%Y}", None)[rank % 3],
                f"{number.randrange(1, 99)}, chemin des Essais",
                int(postcode) if number.random() < 0.5 else postcode,
                city,
                company,
                (int(sirets[company]) if rank % 4 == 0 else sirets[company]) if company else None,
                TRAINEES[rank % len(TRAINEES)],
                funding,
                number.choice(AMOUNTS),
                number.choice(WISHES),
                f"{asked:%d/%m/%Y}",
                number.choice(REMARKS),
            ]
        )  # fmt: skip
    return lines


def _typed_phone(phone: str, rank: int) -> object:
    pairs = " ".join(phone[start : start + 2] for start in range(0, 10, 2))
    return (phone, pairs, f"+33 {phone[1:]}", int(phone))[rank % 4]


def main() -> None:
    lines = people()
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Inscriptions"
    sheet.append(HEADINGS)
    for line in lines:
        sheet.append([cell if cell != "" else None for cell in line])
    book.save(HERE / "inscriptions.xlsx")
    with (HERE / "inscriptions-cp1252.csv").open("w", encoding="cp1252", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(HEADINGS)
        for line in lines:
            writer.writerow(
                [f"{cell:%Y-%m-%d}" if isinstance(cell, dt.date) else cell for cell in line]
            )


if __name__ == "__main__":
    main()
