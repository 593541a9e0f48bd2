"""Closed lists of the follow-up of absences, and the moves allowed between its states."""

from django.db import models


class FollowUpState(models.TextChoices):
    """Life of the follow-up of one person's absences."""

    OPEN = "open", "À suivre"
    AWAITED = "awaited", "Justificatif attendu"
    TO_CHECK = "to_check", "Justificatif à vérifier"
    CHECKED = "checked", "Justificatif accepté"
    CLOSED = "closed", "Clos"


ABSENCE_TRANSITIONS: dict[str, frozenset[str]] = {
    FollowUpState.OPEN: frozenset(
        {FollowUpState.AWAITED, FollowUpState.TO_CHECK, FollowUpState.CLOSED}
    ),
    FollowUpState.AWAITED: frozenset({FollowUpState.TO_CHECK, FollowUpState.CLOSED}),
    # A document that is refused leaves everything to be done again.
    FollowUpState.TO_CHECK: frozenset(
        {FollowUpState.CHECKED, FollowUpState.OPEN, FollowUpState.CLOSED}
    ),
    # Another absence came, and what was accepted did not speak of it.
    FollowUpState.CHECKED: frozenset(
        {FollowUpState.TO_CHECK, FollowUpState.OPEN, FollowUpState.CLOSED}
    ),
    FollowUpState.CLOSED: frozenset({FollowUpState.OPEN}),
}


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


ABSENCE_DOCUMENT_TRANSITIONS: dict[str, frozenset[str]] = {
    AbsenceDocumentState.RECEIVED: frozenset(
        {AbsenceDocumentState.ACCEPTED, AbsenceDocumentState.REFUSED}
    ),
    AbsenceDocumentState.ACCEPTED: frozenset(),
    AbsenceDocumentState.REFUSED: frozenset(),
}


class NoteKind(models.TextChoices):
    """How staff were in touch about an absence."""

    CALL = "call", "Appel"
    MAIL = "mail", "Courriel"
    POST = "post", "Courrier"
    WORDS = "words", "Échange de vive voix"
