"""Closed lists of attendance: what is recorded, how it was given, what staff must look at."""

from django.db import models


class AttendanceKind(models.TextChoices):
    """What one link of the attendance chain records."""

    PRESENCE = "presence", "Présence"
    ABSENCE = "absence", "Absence"
    CORRECTION = "correction", "Correction"
    LOCK = "lock", "Clôture"
    CONFLICT = "conflict", "À départager"


class AttendanceState(models.TextChoices):
    """What is recorded of a person at a half-day."""

    PRESENT = "present", "Présence"
    ABSENT = "absent", "Absence"


class AttendanceMethod(models.TextChoices):
    """How the person was identified and signed."""

    DRAWN_ON_TRAINER_DEVICE = "drawn", "Signature dessinée sur l’appareil de la personne formatrice"
    TYPED_ON_TRAINER_DEVICE = (
        "typed",
        "Nom saisi avec accord, sur l’appareil de la personne formatrice",
    )
    OWN_PHONE = "own_phone", "Signature sur son propre téléphone"
    PHONE_CONFIRMED = (
        "confirmed",
        "Signature sur un téléphone, personne reconnue par la personne formatrice",
    )
    REMOTE = "remote", "Signature à distance"
    LATE_STATEMENT = "late", "Signature tardive, confirmée"
    DECLARED_BY_TRAINER = "declared", "Déclaration de la personne formatrice"
    PAPER = "paper", "Feuille de papier numérisée"
    STAFF = "staff", "Saisie de l’organisme"


class AbsenceReason(models.TextChoices):
    """Reasons of an absence; never an illness (the reason is not printed on the sheet)."""

    EXCUSED = "excused", "Absence excusée"
    WORK = "work", "Raison professionnelle"
    FAMILY = "family", "Raison personnelle ou familiale"
    TRANSPORT = "transport", "Transport"
    UNEXCUSED = "unexcused", "Absence non excusée"
    UNKNOWN = "unknown", "Non connue à ce stade"


class ClaimKind(models.TextChoices):
    """Why a signature waits for somebody to confirm it."""

    NAMED = "named", "Signature sur un téléphone, sans lien personnel"
    LATE = "late", "Signature tardive"


class ClaimState(models.TextChoices):
    """Life of a signature that waits for somebody to confirm it."""

    PENDING = "pending", "À confirmer"
    CONFIRMED = "confirmed", "Confirmée"
    REFUSED = "refused", "Écartée"


class WalkInState(models.TextChoices):
    """Life of somebody found in the room without an enrolment."""

    TO_MATCH = "to_match", "À rattacher"
    MATCHED = "matched", "Rattachée"
    DISMISSED = "dismissed", "Sans suite"


class DisputeState(models.TextChoices):
    """Life of a learner's « this is not exact »."""

    OPEN = "open", "À traiter"
    CLOSED = "closed", "Traitée"


class FlagKind(models.TextChoices):
    """What is worth a look by staff; nothing is ever blocked because of it."""

    SAME_DEVICE = "same_device", "Un même appareil pour plusieurs personnes"
    MANY_AT_ONCE = "many_at_once", "Beaucoup de signatures en une minute"
    ABSENT_THEN_SIGNED = "then_signed", "Absence déclarée, puis signature"
    HOLIDAY = "holiday", "Jour férié"
    CLOCK_DRIFT = "clock_drift", "Horloge de l’appareil décalée"
    UNUSUAL_ADDRESS = "address", "Adresse réseau inhabituelle"
    LEARNER_ELSEWHERE = "learner_twice", "Personne notée présente ailleurs au même moment"
    TRAINER_ELSEWHERE = "trainer_twice", "Personne formatrice notée ailleurs au même moment"
