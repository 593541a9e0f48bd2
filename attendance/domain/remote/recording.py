"""Writing down what was done at a distance, and validating it."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from attendance.domain.actors import may_correct
from attendance.models import RemoteActivityDone
from core.domain import journal
from core.domain.transitions import lock, required_reason
from core.exceptions import DomainError
from training.enums import EvidenceKind
from training.models import Enrolment, RemoteActivity, Trainer, TrainingSession

MAX_REFERENCE = 255


def record_done(
    *,
    enrolment: Enrolment,
    activity: RemoteActivity,
    done_on: dt.date,
    evidence: str,
    reference: str,
    actor: User | None,
    validated: bool = False,
) -> RemoteActivityDone:
    """Write down what a person did of an activity, and what shows it.

    `validated`: the person who writes has looked at the evidence. Without `evidence` it is
    *insufficient*. What was recorded is replaced until it is validated.
    Raises `DomainError`: `not_allowed`, `session_over`, `other_programme`, `date_in_future`,
    `already_validated`, `bad_evidence`, and those of `validate`.
    """
    if evidence and evidence not in EvidenceKind.values:
        raise DomainError("Choisissez une trace dans la liste.", code="bad_evidence")
    if done_on > timezone.localdate():
        raise DomainError(
            "Une activité faite ne peut pas être dans le futur.", code="date_in_future"
        )
    with transaction.atomic():
        session = _open_session(enrolment, actor)
        if activity.version_id != session.programme_version_id:
            raise DomainError(
                "Cette activité n’est pas du programme de la session.", code="other_programme"
            )
        known = RemoteActivityDone.objects.filter(enrolment=enrolment, activity=activity).first()
        if known is not None and known.validated_at is not None:
            raise DomainError(
                f"« {activity} » est déjà validée pour {enrolment.learner}.",
                code="already_validated",
            )
        row, _created = RemoteActivityDone.objects.update_or_create(
            enrolment=enrolment,
            activity=activity,
            defaults={
                "minutes": activity.estimated_minutes,
                "done_on": done_on,
                "evidence": evidence,
                "reference": reference.strip()[:MAX_REFERENCE],
                "recorded_at": timezone.now(),
            },
        )
        journal.record(actor=actor, verb="remote.recorded", subject=row, session_id=session.pk)
        if validated:
            validate(rows=[row], actor=actor)
            row.refresh_from_db()
    return row


def validate(*, rows: Iterable[RemoteActivityDone], actor: User | None) -> int:
    """Count the estimated minutes of work whose evidence was looked at; returns how many rows.

    Rows validated already are left alone. Raises `DomainError`: `not_allowed`, `session_over`,
    `no_evidence` when one shows nothing; then none is validated.
    """
    validated = 0
    with transaction.atomic():
        for row in rows:
            session = _open_session(row.enrolment, actor)
            locked = lock(row)
            if locked.validated_at is not None:
                continue
            if locked.is_insufficient:
                raise DomainError(
                    f"« {locked.activity} », {row.enrolment.learner} : sans travail rendu, "
                    "résultat ni échange, rien ne peut être compté.",
                    code="no_evidence",
                )
            locked.validated_by, locked.validated_at = actor, timezone.now()
            locked.save(update_fields=["validated_by", "validated_at"])
            journal.record(
                actor=actor, verb="remote.validated", subject=locked, session_id=session.pk
            )
            validated += 1
    return validated


def withdraw(*, row: RemoteActivityDone, actor: User, reason: str) -> None:
    """Take a validation back, with a reason: the minutes no longer count.

    Raises `DomainError`: `not_allowed`, `session_over`, `reason_required`, `not_validated`.
    """
    reason = required_reason(reason)
    with transaction.atomic():
        session = _open_session(row.enrolment, actor)
        locked = lock(row)
        if locked.validated_at is None:
            raise DomainError("Cette activité n’est pas validée.", code="not_validated")
        locked.validated_by = locked.validated_at = None
        locked.save(update_fields=["validated_by", "validated_at"])
        journal.record(
            actor=actor,
            verb="remote.withdrawn",
            subject=locked,
            session_id=session.pk,
            details={"reason": reason.strip()[:255]},
        )
    row.refresh_from_db()


def _open_session(enrolment: Enrolment, actor: User | None) -> TrainingSession:
    """The session under its lock, for those who may write; see the refusals above."""
    trains = (
        actor is not None
        and Trainer.objects.filter(
            user=actor, assignments__half_day__session_id=enrolment.session_id
        ).exists()
    )
    if not (trains or may_correct(actor)):
        raise DomainError(
            "Seules les personnes qui animent la session et le secrétariat peuvent le faire.",
            code="not_allowed",
        )
    session = lock(enrolment.session)
    if session.is_over:
        raise DomainError(
            "Cette session est terminée ou annulée : rouvrez-la avant de toucher aux activités "
            "à distance.",
            code="session_over",
        )
    return session
