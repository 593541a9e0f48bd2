"""What a locked half-day leaves to follow: opened, joined or lifted by itself."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from attendance.domain.absences.moves import move
from attendance.domain.absences.notes import grounds_on
from attendance.enums import FollowUpOutcome, FollowUpState
from attendance.models import AbsenceFollowUp, FollowedAbsence
from core.domain import journal
from core.domain.transitions import change_states
from training.domain.expected import expected_by_half_days
from training.enums import AbsenceReason, AttendanceState
from training.models import AttendanceMark, HalfDay

#: What the trainer heard on the day → the reason that the follow-up begins with.
FIRST_GROUNDS: dict[str, str] = {
    AbsenceReason.EXCUSED: "planned",
    AbsenceReason.WORK: "work",
    AbsenceReason.FAMILY: "personal",
    AbsenceReason.TRANSPORT: "transport",
}


def follow_half_day(
    *, half_day: HalfDay, actor: User | None, expected: Collection[int] | None = None
) -> list[AbsenceFollowUp]:
    """Open, join or lift what the marks of a locked half-day ask for; returns what is followed.

    Each person expected and recorded absent is followed: their absence joins the follow-up that
    is open, if one is, so that a run of absences is followed once. An absence that a correction
    has turned into a presence leaves its follow-up, which closes when nothing is left in it.
    Asked again, it changes nothing. `expected`: the enrolments expected there, for a caller who
    has them. Indicator 12: engagement, and what is done about departures.
    """
    with transaction.atomic():
        if expected is None:
            expected = expected_by_half_days(half_days=[half_day])[half_day.pk]
        wanted = set(expected)
        marks = list(AttendanceMark.objects.filter(half_day=half_day).order_by("pk"))
        followed = {
            row.enrolment_id: row
            for row in FollowedAbsence.objects.filter(half_day=half_day).select_related(
                "follow_up__enrolment__session"
            )
        }
        for mark in marks:
            known = followed.get(mark.enrolment_id)
            if known is not None and mark.state == AttendanceState.PRESENT:
                _lift(known, actor)
        return _follow(
            half_day,
            {
                mark.enrolment_id: mark.absence_reason
                for mark in marks
                if mark.state == AttendanceState.ABSENT
                and mark.enrolment_id in wanted
                and mark.enrolment_id not in followed
            },
            actor,
        )


def _follow(
    half_day: HalfDay, reasons: dict[int, str], actor: User | None
) -> list[AbsenceFollowUp]:
    """Open or join the follow-ups of the people absent; `reasons` by enrolment id, in order."""
    if not reasons:
        return []
    current = {
        follow_up.enrolment_id: follow_up
        for follow_up in AbsenceFollowUp.objects.select_for_update(of=("self",))
        .exclude(state=FollowUpState.CLOSED)
        .filter(enrolment_id__in=reasons)
        .order_by("pk")
    }
    checked = [row.pk for row in current.values() if row.state == FollowUpState.CHECKED]
    if checked:
        # What was accepted did not speak of this absence.
        for follow_up in change_states(
            rows=AbsenceFollowUp.objects.filter(pk__in=checked),
            to=FollowUpState.OPEN,
            actor=actor,
            verb="absence.to_document",
            session_id=half_day.session_id,
        ):
            current[follow_up.enrolment_id] = follow_up
    grounds = {ground.code: ground for ground in grounds_on(half_day.day)}
    opened = {
        enrolment_id: AbsenceFollowUp(
            enrolment_id=enrolment_id, ground=grounds.get(FIRST_GROUNDS.get(reason, ""))
        )
        for enrolment_id, reason in reasons.items()
        if enrolment_id not in current
    }
    AbsenceFollowUp.objects.bulk_create(opened.values())
    found = [opened.get(pk) or current[pk] for pk in reasons]
    FollowedAbsence.objects.bulk_create(
        FollowedAbsence(follow_up=follow_up, enrolment_id=follow_up.enrolment_id, half_day=half_day)
        for follow_up in found
    )
    journal.record_many(
        actor=actor,
        lines=[
            journal.Line(
                verb="absence.opened" if follow_up.enrolment_id in opened else "absence.joined",
                subject=follow_up,
                session_id=half_day.session_id,
                to_state=follow_up.state,
                details={"half_day": half_day.pk},
            )
            for follow_up in found
        ],
    )
    return found


def _lift(absence: FollowedAbsence, actor: User | None) -> None:
    follow_up = absence.follow_up
    absence.delete()
    journal.record(
        actor=actor,
        verb="absence.lifted",
        subject=follow_up,
        session_id=follow_up.enrolment.session_id,
        details={"half_day": absence.half_day_id},
    )
    if follow_up.is_open and not follow_up.absences.exists():
        move(
            follow_up=follow_up,
            to=FollowUpState.CLOSED,
            verb="absence.closed",
            actor=actor,
            stamps={"outcome": FollowUpOutcome.LIFTED, "closed_at": timezone.now()},
        )
