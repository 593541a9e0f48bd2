"""Distance learning without an appointment: announced, done, shown by evidence, validated.

What counts is the time that the programme estimates, once somebody has validated what was handed
in (R6313-3; D6313-3-1). The time that a platform measures is never kept. An activity ticked as
complete without any returned work is *insufficient* and counts for nothing (indicator 19).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypedDict

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from training.domain import journal
from training.domain.attendance.slot import may_correct
from training.domain.transitions import lock, required_reason
from training.enums import EvidenceKind, SessionState
from training.exceptions import DomainError
from training.french import format_minutes
from training.models import (
    Enrolment,
    ImportBatch,
    ProgrammeVersion,
    RemoteActivity,
    RemoteActivityDone,
    Trainer,
    TrainingSession,
)
from training.programme_content import ProgrammeContent

MAX_REFERENCE = 255


class Announced(TypedDict):
    """An activity as pages and documents tell it before anybody enrols."""

    title: str
    duration: str
    evidence: str


@dataclass(frozen=True, kw_only=True)
class RemoteCell:
    """One person and one activity; `done` is None while nothing is recorded."""

    enrolment: Enrolment
    activity: RemoteActivity
    done: RemoteActivityDone | None = None

    @property
    def state(self) -> str:
        """`none`, `insufficient`, `to_validate` or `validated`."""
        if self.done is None:
            return "none"
        if self.done.is_insufficient:
            return "insufficient"
        return "validated" if self.done.validated_at else "to_validate"

    @property
    def words(self) -> str:
        """The same, in French, with the minutes that count."""
        return {
            "none": "pas faite",
            "insufficient": "insuffisant : aucun travail rendu",
            "to_validate": "à valider",
            "validated": f"validée, {format_minutes(self.done.minutes if self.done else 0)}",
        }[self.state]


@dataclass(frozen=True, kw_only=True)
class RemoteRow:
    """One person with a cell per activity, and the minutes that count."""

    enrolment: Enrolment
    cells: list[RemoteCell] = field(default_factory=list)

    @property
    def minutes(self) -> int:
        """Estimated minutes of the validated activities."""
        return sum(
            cell.done.minutes for cell in self.cells if cell.done and cell.state == "validated"
        )


# --- Reading --------------------------------------------------------------------------------------


def activities_of(version: ProgrammeVersion) -> QuerySet[RemoteActivity]:
    """The remote activities of a version, in order."""
    return RemoteActivity.objects.filter(version=version).order_by("position")


def announced(version: ProgrammeVersion) -> list[Announced]:
    """The remote activities with their estimated duration, for pages, agreements, convocations.

    Read from the frozen content of the version: no query. D6313-3-1 (2°).
    """
    return announced_in(version.content)


def announced_in(content: ProgrammeContent) -> list[Announced]:
    """The same from a content not frozen yet: the page being published."""
    return [
        Announced(
            title=item["title"],
            duration=format_minutes(item["minutes"]),
            evidence=str(EvidenceKind(item["evidence"]).label),
        )
        for item in content.get("remote_activities", [])
    ]


def estimated_minutes(version: ProgrammeVersion) -> int:
    """The estimated duration of all the remote activities of a version."""
    return sum(item["minutes"] for item in version.content.get("remote_activities", []))


def validated_work(*, session: TrainingSession) -> dict[int, list[tuple[dt.date, int]]]:
    """By enrolment id: day and estimated minutes of each activity validated, in order of day."""
    found: dict[int, list[tuple[dt.date, int]]] = defaultdict(list)
    for enrolment_id, day, minutes in (
        RemoteActivityDone.objects.filter(enrolment__session=session, validated_at__isnull=False)
        .order_by("done_on", "pk")
        .values_list("enrolment_id", "done_on", "minutes")
    ):
        found[enrolment_id].append((day, minutes))
    return dict(found)


def validated_minutes(*, session: TrainingSession) -> dict[int, int]:
    """By enrolment id: the estimated minutes of the activities validated, never platform time."""
    return {
        enrolment_id: sum(minutes for _day, minutes in work)
        for enrolment_id, work in validated_work(session=session).items()
    }


def remote_rows(
    *, session: TrainingSession, people: Iterable[Enrolment] | None = None
) -> list[RemoteRow]:
    """Everybody who takes part, with each activity; empty when the programme has none."""
    activities = list(activities_of(session.programme_version))
    if not activities:
        return []
    if people is None:
        people = (
            Enrolment.objects.taking_part()
            .filter(session=session, learner__isnull=False)
            .select_related("learner")
            .order_by("learner__last_name", "learner__first_name", "pk")
        )
    done = {
        (row.enrolment_id, row.activity_id): row
        for row in RemoteActivityDone.objects.filter(enrolment__session=session).select_related(
            "validated_by"
        )
    }
    return [
        RemoteRow(
            enrolment=person,
            cells=[
                RemoteCell(
                    enrolment=person, activity=activity, done=done.get((person.pk, activity.pk))
                )
                for activity in activities
            ],
        )
        for person in people
    ]


# --- Writing --------------------------------------------------------------------------------------


def record_done(
    *,
    enrolment: Enrolment,
    activity: RemoteActivity,
    done_on: dt.date,
    evidence: str,
    reference: str,
    actor: User | None,
    batch: ImportBatch | None = None,
    validated: bool = False,
) -> RemoteActivityDone:
    """Write down what somebody did of an activity, and what shows it.

    `validated`: whoever writes has looked at the evidence. Without `evidence` it is
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
                "imported_in": batch,
                "recorded_at": timezone.now(),
            },
        )
        journal.record(actor=actor, verb="remote.recorded", subject=row, session=session)
        if validated:
            validate(rows=[row], actor=actor)
            row.refresh_from_db()
    return row


def validate(*, rows: Iterable[RemoteActivityDone], actor: User | None) -> int:
    """Somebody has looked at the evidence: the estimated minutes count; returns how many rows.

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
            journal.record(actor=actor, verb="remote.validated", subject=locked, session=session)
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
            session=session,
            details={"reason": reason.strip()[:255]},
        )
    row.refresh_from_db()


def to_validate(*, session: TrainingSession) -> QuerySet[RemoteActivityDone]:
    """What has evidence and waits for somebody to look at it."""
    return (
        RemoteActivityDone.objects.filter(enrolment__session=session, validated_at__isnull=True)
        .exclude(evidence="")
        .select_related("enrolment__learner", "enrolment__session", "activity")
        .order_by("enrolment", "activity__position")
    )


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
    if session.state in {SessionState.COMPLETED, SessionState.ARCHIVED, SessionState.CANCELLED}:
        raise DomainError(
            "Cette session est terminée ou annulée : rouvrez-la avant de toucher aux activités "
            "à distance.",
            code="session_over",
        )
    return session
