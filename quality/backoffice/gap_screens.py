"""Where staff resolve a gap: from the kind of screen that an item names to its URL."""

from django.urls import reverse

from training.models import TrainingSession

#: Kind of screen → (URL name of a page of the session, what the link says).
SCREENS: dict[str, tuple[str, str]] = {
    "agreements": ("sessions:agreements", "Voir les accords"),
    "assessments": ("", "Par la personne formatrice, dans son espace"),
    "attendance": ("sessions:half_days", "Voir les demi-journées"),
    "documents": ("session-documents", "Voir les documents"),
    "enrolments": ("sessions:enrolments", "Voir les inscriptions"),
    "half_days": ("sessions:half_days", "Voir les demi-journées"),
    "messages": ("sessions:messages", "Voir les messages"),
    "programme": ("sessions:show", "Voir la session"),
    "remote": ("remote:tab", "Voir les activités à distance"),
    "trainers": ("sessions:half_days", "Voir qui intervient"),
}


def where_to_resolve(kind: str, session: TrainingSession) -> tuple[str, str]:
    """(URL or "", sentence) for a gap of a session; both empty when nothing can be done."""
    name, sentence = SCREENS.get(kind, ("", ""))
    return (reverse(name, args=[session.pk]) if name else ""), sentence
