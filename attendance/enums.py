"""Closed lists of attendance: what is recorded, how it was given, what staff must look at."""

from django.db import models

from core.machines import Transitions


class AttendanceKind(models.TextChoices):
    """What one link of the attendance chain records."""

    PRESENCE = "presence", "Présence"
    ABSENCE = "absence", "Absence"
    CORRECTION = "correction", "Correction"
    LOCK = "lock", "Clôture"
    CONFLICT = "conflict", "À trancher"


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


#: Ways that need a person of the organisation, and that remain possible after the window.
DECLARED_METHODS = frozenset(
    {
        AttendanceMethod.DECLARED_BY_TRAINER,
        AttendanceMethod.STAFF,
        AttendanceMethod.PAPER,
    }
)


#: A signature of the person, on a device of their own: drawn, or typed with consent.
OWN_DEVICE_METHODS = frozenset({AttendanceMethod.OWN_PHONE, AttendanceMethod.REMOTE})


#: A signature of the person that a person of the organisation confirms, even after the window.
CONFIRMED_METHODS = frozenset({AttendanceMethod.PHONE_CONFIRMED, AttendanceMethod.LATE_STATEMENT})


#: Ways that happen on the trainer's device, in front of the trainer.
TRAINER_DEVICE_METHODS = frozenset(
    {
        AttendanceMethod.DRAWN_ON_TRAINER_DEVICE,
        AttendanceMethod.TYPED_ON_TRAINER_DEVICE,
        AttendanceMethod.DECLARED_BY_TRAINER,
    }
)


#: Ways where the person may draw, or type their name with consent.
EITHER_WAY = frozenset(
    {
        AttendanceMethod.OWN_PHONE,
        AttendanceMethod.REMOTE,
        AttendanceMethod.PHONE_CONFIRMED,
        AttendanceMethod.LATE_STATEMENT,
    }
)


class ClaimKind(models.TextChoices):
    """Why a signature waits for a person to confirm it."""

    NAMED = "named", "Signature sur un téléphone, sans lien personnel"
    LATE = "late", "Signature tardive"


class ClaimState(models.TextChoices):
    """Life of a signature that waits for a person to confirm it."""

    PENDING = "pending", "À confirmer"
    CONFIRMED = "confirmed", "Confirmée"
    REFUSED = "refused", "Écartée"


CLAIM_TRANSITIONS = Transitions(
    {
        ClaimState.PENDING: {ClaimState.CONFIRMED, ClaimState.REFUSED},
        ClaimState.CONFIRMED: (),
        ClaimState.REFUSED: (),
    }
)


class WalkInState(models.TextChoices):
    """Life of a person found in the room without an enrolment."""

    TO_MATCH = "to_match", "À rattacher"
    MATCHED = "matched", "Rattachée"
    DISMISSED = "dismissed", "Sans suite"


WALK_IN_TRANSITIONS = Transitions(
    {
        WalkInState.TO_MATCH: {WalkInState.MATCHED, WalkInState.DISMISSED},
        WalkInState.MATCHED: (),
        WalkInState.DISMISSED: (),
    }
)


class DisputeState(models.TextChoices):
    """Life of a learner's « this is not exact »."""

    OPEN = "open", "À traiter"
    CLOSED = "closed", "Traitée"


DISPUTE_TRANSITIONS = Transitions(
    {DisputeState.OPEN: {DisputeState.CLOSED}, DisputeState.CLOSED: ()}
)


class FlagKind(models.TextChoices):
    """What is worth a look by staff; nothing is ever blocked because of it."""

    SAME_DEVICE = "same_device", "Plusieurs personnes ont signé sur le même téléphone"
    MANY_AT_ONCE = "many_at_once", "Beaucoup de signatures en une minute"
    ABSENT_THEN_SIGNED = "then_signed", "Absence notée, puis signature"
    HOLIDAY = "holiday", "Émargement un jour férié"
    CLOCK_DRIFT = "clock_drift", "L’appareil n’était pas à l’heure"
    UNUSUAL_ADDRESS = "address", "Signature depuis une autre connexion que les autres"
    LEARNER_ELSEWHERE = "learner_twice", "Personne présente à deux endroits au même moment"
    TRAINER_ELSEWHERE = "trainer_twice", "Personne formatrice à deux endroits au même moment"
    OVER_CAPACITY = "over_capacity", "Plus de personnes que le lieu n’a de places"
    SAME_DRAWING = "same_drawing", "Deux fois le même tracé de signature"


class FollowUpState(models.TextChoices):
    """Life of the follow-up of one person's absences."""

    OPEN = "open", "À suivre"
    AWAITED = "awaited", "Justificatif attendu"
    TO_CHECK = "to_check", "Justificatif à vérifier"
    CHECKED = "checked", "Justificatif accepté"
    CLOSED = "closed", "Clos"


ABSENCE_TRANSITIONS = Transitions(
    {
        FollowUpState.OPEN: {FollowUpState.AWAITED, FollowUpState.TO_CHECK, FollowUpState.CLOSED},
        FollowUpState.AWAITED: {FollowUpState.TO_CHECK, FollowUpState.CLOSED},
        # A document that is refused leaves everything to be done again.
        FollowUpState.TO_CHECK: {FollowUpState.CHECKED, FollowUpState.OPEN, FollowUpState.CLOSED},
        # Another absence came, and what was accepted did not speak of it.
        FollowUpState.CHECKED: {FollowUpState.TO_CHECK, FollowUpState.OPEN, FollowUpState.CLOSED},
        FollowUpState.CLOSED: {FollowUpState.OPEN},
    }
)


class FollowUpOutcome(models.TextChoices):
    """How a follow-up ended; the sheet prints no more than « absence » or « absence excusée »."""

    EXCUSED = "excused", "Absence excusée"
    UNEXCUSED = "unexcused", "Absence non excusée"
    DROPPED_OUT = "dropped_out", "Abandon"
    LIFTED = "lifted", "Sans objet : présence établie"


class AbsenceDocumentState(models.TextChoices):
    """What staff made of a supporting document."""

    RECEIVED = "received", "À vérifier"
    ACCEPTED = "accepted", "Accepté"
    REFUSED = "refused", "Refusé"


ABSENCE_DOCUMENT_TRANSITIONS = Transitions(
    {
        AbsenceDocumentState.RECEIVED: {
            AbsenceDocumentState.ACCEPTED,
            AbsenceDocumentState.REFUSED,
        },
        AbsenceDocumentState.ACCEPTED: (),
        AbsenceDocumentState.REFUSED: (),
    }
)


class NoteKind(models.TextChoices):
    """How staff were in touch about an absence."""

    CALL = "call", "Appel"
    MAIL = "mail", "Courriel"
    POST = "post", "Courrier"
    WORDS = "words", "Échange de vive voix"


class AnchorState(models.TextChoices):
    """Whether an authority outside has dated a noted head of a chain (RFC 3161)."""

    UNSTAMPED = "unstamped", "Non horodaté"
    STAMPED = "stamped", "Horodaté"


ANCHOR_TRANSITIONS = Transitions(
    {
        # Asked again, when the authority did not answer.
        AnchorState.UNSTAMPED: {AnchorState.UNSTAMPED, AnchorState.STAMPED},
        AnchorState.STAMPED: (),
    },
    journals_workers=False,
)


class OfflineKind(models.TextChoices):
    """What was done on the device."""

    PRESENCE = "presence", "Signature"
    ABSENCE = "absence", "Absence"
    LOCK = "lock", "Clôture"
    # The person is there and cannot sign: the trainer says so, with a reason.
    DECLARED = "declared", "Présence déclarée"
    # Present without an enrolment: the office finds or makes it.
    WALK_IN = "walk_in", "Présence sans inscription"
    # Taken back on the device before it was sent.
    UNDONE = "undone", "Action annulée"


class OfflineOutcome(models.TextChoices):
    """What the server made of it."""

    RECORDED = "recorded", "Enregistré"
    REGULARISED = "regularised", "Enregistré, hors des heures d’émargement"
    CONFLICT = "conflict", "À trancher"
    REFUSED = "refused", "Non repris"
    UNDONE = "undone", "Annulé sur l’appareil"
    NOTED = "noted", "Noté, à inscrire"


class DepositOrigin(models.TextChoices):
    """What the server knows of where a deposited file comes from."""

    VERIFIED = "verified", "Origine vérifiée"
    REVOKED = "revoked", "Préparation révoquée"
    UNVERIFIED = "unverified", "Origine non vérifiée"
