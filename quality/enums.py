"""Closed lists of quality."""

from django.db import models

from core.machines import Transitions


class ItemState(models.TextChoices):
    """What the data say of one expected piece of evidence. Conformity is the auditor's word."""

    PRESENT = "present", "Élément réuni"
    MISSING = "missing", "À compléter"
    TO_REVIEW = "to_review", "À relire"


class IndicatorState(models.TextChoices):
    """What the data say of one indicator, over its pieces of evidence."""

    GATHERED = "gathered", "Éléments réunis"
    TO_COMPLETE = "to_complete", "À compléter"
    TO_REVIEW = "to_review", "À relire"
    NOT_APPLICABLE = "not_applicable", "Non applicable"
    NOT_YET = "not_yet", "Rien d’attendu à ce jour"


class PackState(models.TextChoices):
    """Life of an audit pack. How far its making is, its job says."""

    REQUESTED = "requested", "En préparation"
    READY = "ready", "Prêt"
    EXPIRED = "expired", "Lien expiré"


PACK_TRANSITIONS = Transitions(
    {
        PackState.REQUESTED: {PackState.READY},
        PackState.READY: {PackState.EXPIRED},
        PackState.EXPIRED: (),
    }
)


class ComplaintChannel(models.TextChoices):
    """How a complaint reached us."""

    WEB = "web", "Formulaire du site"
    PHONE = "phone", "Téléphone"
    MAIL = "mail", "Courriel"
    LETTER = "letter", "Courrier"
    VISIT = "visit", "Sur place"


class ComplaintAuthor(models.TextChoices):
    """Who complains."""

    LEARNER = "learner", "Une personne formée"
    COMPANY = "company", "Une entreprise ou une association cliente"
    FUNDER = "funder", "Un financeur"
    TRAINER = "trainer", "Une personne formatrice"
    OTHER = "other", "Quelqu’un d’autre"
