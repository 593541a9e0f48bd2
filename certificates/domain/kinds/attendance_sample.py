"""A full attendance sheet: fifteen invented people, ten half-days, every kind of cell."""

import math
from typing import Any

from attendance.domain.strokes import drawing

PEOPLE = [
    ("Nguyễn Thị Phương-Thảo", "Association pour l’habitat partagé du pays de Redon"),
    ("Gwenc’hlan de Kergariou-Penn ar C’hoadoù", ""),
    ("Aïcha Morvan", "Les Hauts Prés"),
    ("Đặng Văn Quyết", "Les Hauts Prés"),
    ("Maï-Lan O’Connor", ""),
    ("Soizig Ñervennoù", "Ferme du Bout du Pont"),
    ("Bérénice Œuvrard", "Ferme du Bout du Pont"),
    ("Zoë Guégan-Ruaud", ""),
    ("Hervé L’Hostis", "Recyclerie de l’Isac"),
    ("Inès Benhaddou", "Recyclerie de l’Isac"),
    ("Loïc Plumelec", ""),
    ("Noémie Tessier", "Les Hauts Prés"),
    ("Pär Åkesson", ""),
    ("Rozenn Thébaud", "Mairie de Prinquiau"),
    ("Trần Minh Châu", "Mairie de Prinquiau"),
]
DAYS = [
    "mardi 3 novembre 2026",
    "mercredi 4 novembre 2026",
    "mardi 17 novembre 2026",
    "mercredi 18 novembre 2026",
    "mardi 1er décembre 2026",
]
SLOTS = [("matin", "9 h – 12 h 30"), ("après-midi", "13 h 30 – 17 h")]
PER_TABLE = 10


def sample() -> dict[str, Any]:
    """Signatures drawn by a formula, one of each other kind of cell, one table."""
    columns = [
        {
            "day": day,
            "label": label,
            "times": times,
            "counted": "3 h 30",
            "place": "La Source, Savenay",
        }
        for day in DAYS
        for label, times in SLOTS
    ]
    rows = [
        {
            "name": name,
            "company": company,
            "cells": [_cell(person, name, rank) for rank in range(len(columns))],
        }
        for person, (name, company) in enumerate(PEOPLE)
    ]
    return {
        "organisation": {
            "name": "Coopérative Exemple",
            "legal_name": "SCIC Exemple",
            "address": "12, rue de l’Aumônerie, 44260 Savenay",
            "city": "Savenay",
            "siret": "12345678200002",
            "activity_number": "52440000000",
            "activity_region": "Pays de la Loire",
            "contact": "02 61 91 00 00, formation@example.org",
        },
        "title": "Faciliter un collectif : poser le cadre, écouter, décider « par consentement »",
        "session_code": "S-2026-01",
        "programme_version": 3,
        "modality": "En présence",
        "days": "3, 4, 17, 18 novembre et 1er décembre 2026",
        "planned": "35 heures",
        "places": ["La Source, Savenay"],
        "trainers": ["Yann Le Goff", "Marie-Odile Quéméneur"],
        "blocks": [
            {
                "dense": True,
                "half_days": columns[start : start + PER_TABLE],
                "rows": [{**row, "cells": row["cells"][start : start + PER_TABLE]} for row in rows],
                "trainers": [
                    [_trainer(rank)] for rank in range(start, min(start + PER_TABLE, len(columns)))
                ],
            }
            for start in range(0, len(columns), PER_TABLE)
        ],
        "only": "",
        "changes": ["mercredi 2 décembre 2026, matin : annulée"],
        "remote": [],
        "totals": [{"name": name, "followed": "35 h", "remotely": ""} for name, _company in PEOPLE],
        "events": 160,
        "chain_head": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "recorded_until": "1er décembre 2026 à 17 h 04",
        "last_root": "Dernière racine publiée : 1er décembre 2026, 3f9a 0c17 55e2 b1d4. "
        "À comparer sur https://formation.example.org/preuves/.",
        "public": [
            ["Action", "Faciliter un collectif"],
            ["Session", "S-2026-01"],
            ["Dates", "3, 4, 17, 18 novembre et 1er décembre 2026"],
            ["Durée prévue", "35 heures"],
        ],
    }


def _cell(person: int, name: str, rank: int) -> dict[str, Any]:
    cell: dict[str, Any] = {
        "kind": "present",
        "text": "",
        "drawing": None,
        "typed": "",
        "notes": [],
    }
    words = {
        (3, 1): ("absent", "Absence excusée", []),
        (6, 2): ("absent", "Absence", ["corrigé le 18 novembre 2026"]),
        (9, 0): ("present", "Présence déclarée par la personne formatrice", []),
        (12, 4): ("word", "présence non prévue", []),
    }
    if (person, rank) in words:
        kind, text, notes = words[person, rank]
        return {**cell, "kind": kind, "text": text, "notes": notes}
    if person == 4:
        return {**cell, "typed": name, "notes": ["9 h 03", "signature saisie, avec accord"]}
    notes = ["9 h 02" if rank % 2 == 0 else "13 h 32"]
    if (person, rank) == (1, 0):
        notes = ["9 h 47", "arrivée 9 h 45", "2 h 45 suivies"]
    return {**cell, "drawing": drawing(scribble(person * 31 + rank)), "notes": notes}


def _trainer(rank: int) -> dict[str, Any]:
    return {
        "kind": "present",
        "name": "Yann Le Goff",
        "text": "",
        "drawing": drawing(scribble(900 + rank)),
        "typed": "",
        "notes": ["close à 12 h 31" if rank % 2 == 0 else "close à 17 h 02"],
    }


def scribble(seed: int, points: int = 64) -> list[list[list[int]]]:
    """Two strokes that look like a hurried signature, in the space of 0 to 2000."""
    first = [
        [
            round(150 + 1500 * step / points + 160 * math.sin(step / (3.1 + seed % 5))),
            round(420 + 260 * math.sin(step / (1.9 + seed % 3) + seed) * (1 - step / (2 * points))),
        ]
        for step in range(points)
    ]
    second = [[200 + 107 * step, 640 - 9 * step] for step in range(13)]
    return [first, second]
