"""The journal in French words: its verbs, and the states that it names by code."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cache

from django.apps import apps

from training.models import JournalEntry

#: What each verb of the journal means. Other rooms add theirs with `describe_verbs`.
VERBS: dict[str, str] = {
    "account.address_changed": "Adresse du compte changée",
    "account.linked": "Espace en ligne ouvert",
    "account.not_linked": "Espace non ouvert : adresse d’une autre personne",
    "adaptation.applied": "Aménagement mis en place",
    "adaptation.decided": "Aménagement décidé",
    "agreement.changed": "Accord modifié",
    "agreement.drafted": "Accord préparé",
    "agreement.sent": "Accord envoyé",
    "agreement.signed": "Accord signé",
    "company.changed": "Entreprise modifiée",
    "company.created": "Entreprise créée",
    "contact.changed": "Contact modifié",
    "contact.created": "Contact créé",
    "enrolment.accepted": "Inscription acceptée",
    "enrolment.added": "Inscription ajoutée",
    "enrolment.cancelled": "Inscription annulée",
    "enrolment.changed": "Inscription modifiée",
    "enrolment.completed": "Inscription terminée",
    "enrolment.confirmed": "Inscription confirmée",
    "enrolment.dropped_out": "Abandon",
    "enrolment.expired": "Inscription expirée",
    "enrolment.no_show": "Personne jamais venue",
    "enrolment.offered": "Place proposée",
    "enrolment.person_replaced": "Personne remplacée",
    "enrolment.refused": "Inscription refusée",
    "enrolment.requested": "Inscription demandée",
    "enrolment.restored": "Inscription rétablie",
    "enrolment.seat_named": "Place réservée attribuée",
    "enrolment.taken_up_again": "Inscription reprise",
    "enrolment.waitlisted": "Mise en liste d’attente",
    "funder.changed": "Financeur modifié",
    "funder.created": "Financeur créé",
    "half_day.cancelled": "Demi-journée annulée",
    "half_day.changed": "Demi-journée modifiée",
    "half_day.held": "Demi-journée close",
    "half_day.moved": "Demi-journée déplacée",
    "learner.changed": "Personne formée modifiée",
    "learner.created": "Personne formée créée",
    "message.delivered": "Message remis",
    "message.retried": "Message renvoyé",
    "job.retried": "Tâche relancée",
    "organisation.changed": "Organisme modifié",
    "programme.changed": "Programme modifié",
    "programme.created": "Programme créé",
    "programme.version_published": "Version de programme publiée",
    "rulesetting.changed": "Règle modifiée",
    "rulesetting.created": "Règle ajoutée",
    "session.archived": "Session archivée",
    "session.cancelled": "Session annulée",
    "session.changed": "Session modifiée",
    "session.completed": "Session terminée",
    "session.confirmed": "Session confirmée",
    "session.created": "Session créée",
    "session.half_days_planned": "Demi-journées prévues",
    "session.opened": "Session ouverte",
    "session.programme_adopted": "Nouvelle version du programme adoptée",
    "session.reopened": "Session reprise",
    "signatory.changed": "Signataire modifié",
    "signatory.created": "Signataire ajouté",
    "trainer.changed": "Personne formatrice modifiée",
    "trainer.created": "Personne formatrice créée",
    "venue.changed": "Lieu modifié",
    "venue.created": "Lieu créé",
}


def describe_verbs(words: dict[str, str]) -> None:
    """Give the French words of verbs that another room writes in the journal."""
    VERBS.update(words)


def verb_words(verb: str) -> str:
    """The French words of a verb; the verb itself when nobody described it."""
    return VERBS.get(verb, verb)


def state_words(object_type: str, state: str) -> str:
    """The French word of a state of a model (« training.enrolment », « confirmed »)."""
    return _state_labels(object_type).get(state, state)


@cache
def _state_labels(object_type: str) -> dict[str, str]:
    try:
        model = apps.get_model(object_type)
    except (LookupError, ValueError):
        return {}
    for field in model._meta.get_fields():
        if field.name == "state":
            return dict(getattr(field, "flatchoices", ()))
    return {}


def detail_sentences(data: dict[str, object]) -> list[str]:
    """What the erasable details of a line say, for people: the reason first."""
    said = []
    if reason := data.get("reason"):
        said.append(str(reason))
    if isinstance(fields := data.get("fields"), list) and fields:
        said.append(
            f"{len(fields)} champ{'s' if len(fields) > 1 else ''} modifié"
            f"{'s' if len(fields) > 1 else ''}"
        )
    if count := data.get("count"):
        said.append(f"{count} en tout")
    if over := data.get("over_capacity_by"):
        said.append(f"au-delà de la capacité : {over}")
    return said


#: What the name of an object needs of other tables, by kind of object.
_RELATED: dict[str, tuple[str, ...]] = {
    "training.adaptation": ("enrolment__learner", "enrolment__session"),
    "training.agreement": ("company", "learner", "funder"),
    "training.attendanceevent": ("enrolment__learner", "half_day"),
    "training.enrolment": ("learner", "session"),
    "training.halfday": (),
    "training.sessiongroup": (),
}


def subject_names(entries: Iterable[JournalEntry]) -> dict[tuple[str, str], str]:
    """Of the objects that the lines are about: (kind, identifier) → name.

    One query by kind of object. A kind without a name worth showing is not in the answer.
    """
    wanted: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        if entry.object_type in _RELATED:
            wanted[entry.object_type].add(entry.object_id)
    names = {}
    for kind, identifiers in wanted.items():
        queryset = apps.get_model(kind)._base_manager.select_related(*_RELATED[kind])
        for found in queryset.filter(pk__in=identifiers):
            names[kind, str(found.pk)] = _name(kind, found)
    return names


def _name(kind: str, found: object) -> str:
    if kind == "training.enrolment":
        return str(found.learner or "Place réservée")  # type: ignore[attr-defined]
    if kind == "training.adaptation":
        return str(found.enrolment.learner)  # type: ignore[attr-defined]
    if kind == "training.attendanceevent":
        who = found.enrolment.learner if found.enrolment else ""  # type: ignore[attr-defined]
        return ", ".join(filter(None, [str(who), str(found.half_day)]))  # type: ignore[attr-defined]
    return str(found)
