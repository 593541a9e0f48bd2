"""The regulated content of a programme: one typed dict, from the page to the PDF.

Items of indicator 1 (RNQ), of D6353-1 and of L6353-4, in the order in which they are shown.
"""

from typing import NotRequired, TypedDict


class Objective(TypedDict):
    """An objective with an id that stays when its wording changes."""

    id: str
    text: str


class RemoteActivityContent(TypedDict):
    """An activity at a distance, without an appointment, and its estimated duration (D6313-3-1)."""

    id: str
    title: str
    minutes: int
    evidence: str  # a value of enums.EvidenceKind


class ProgrammeContent(TypedDict):
    """Everything that a version of a programme freezes. Plain text unless said otherwise."""

    title: str
    objectives: list[Objective]
    audience: str
    prerequisites: str  # « Aucun prérequis » when there is none: it must be said
    duration_minutes: int
    duration_days: str  # decimal as text: "2", "2.5"
    modality: str  # a value of enums.Modality
    content: list[str]  # one item per part of the course
    methods: str
    means: str
    supervision: str
    progress_tracking: str
    assessment: str
    recognition: str
    further_studies: str
    certification: str
    price_euros: str  # decimal as text, per person, without VAT: "560.00"
    financing: str
    access_terms: str
    access_delay: str
    accessibility: str
    contacts: str
    # Absent when there is none: what says the same as before keeps its hash.
    remote_activities: NotRequired[list[RemoteActivityContent]]


#: French name of each item, in the order of the course page.
LABELS: dict[str, str] = {
    "title": "Intitulé",
    "objectives": "Objectifs",
    "audience": "Public",
    "prerequisites": "Prérequis",
    "duration_minutes": "Durée",
    "duration_days": "Nombre de jours",
    "modality": "Modalité",
    "content": "Contenu",
    "methods": "Méthodes",
    "means": "Moyens",
    "supervision": "Encadrement",
    "progress_tracking": "Suivi de la progression",
    "assessment": "Évaluation",
    "recognition": "Reconnaissance délivrée",
    "further_studies": "Suites de parcours",
    "certification": "Certification",
    "price_euros": "Tarif",
    "financing": "Financement",
    "access_terms": "Modalités d’accès",
    "access_delay": "Délai d’accès",
    "accessibility": "Accessibilité",
    "contacts": "Contacts",
}
#: May stay empty: everything else must be said (indicator 1).
OPTIONAL_ITEMS = frozenset({"certification"})


def missing_items(content: ProgrammeContent) -> list[str]:
    """French names of the regulated items that say nothing, in the order of the page."""
    return [
        label for key, label in LABELS.items() if key not in OPTIONAL_ITEMS and not content.get(key)
    ]
