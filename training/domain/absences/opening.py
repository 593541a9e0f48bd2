"""What a locked half-day leaves to follow: opened, joined or lifted by itself."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from training.absence_enums import FollowUpOutcome, FollowUpState
from training.domain import journal
from training.domain.absences.moves import move
from training.domain.absences.notes import grounds_on
from training.domain.attendance.expected import expected_by_half_days
from training.enums import AbsenceReason, AttendanceState
from training.models import (
    AbsenceFollowUp,
    AbsenceGround,
    AttendanceMark,
    Enrolment,
    FollowedAbsence,
    HalfDay,
)

#: What the trainer heard on the day → the reason that the follow-up begins with.
FIRST_GROUNDS: dict[str, str] = {
    AbsenceReason.EXCUSED: "planned",
    AbsenceReason.WORK: "work",
    AbsenceReason.FAMILY: "personal",
    AbsenceReason.TRANSPORT: "transport",
}


def follow_half_day(*, half_day: HalfDay, actor: User | None) -> list[AbsenceFollowUp]:
    """Open, join or lift what the marks of a locked half-day ask for; returns what is followed.

    Each person expected and recorded absent is followed: their absence joins the follow-up that
    is open, if one is, so that a run of absences is followed once. An absence that a correction
    has turned into a presence leaves its follow-up, which closes when nothing is left in it.
    Asked again, it changes nothing. Indicator 12: engagement, and what is done about departures.
    """
    with transaction.atomic():
        expected = set(expected_by_half_days(half_days=[half_day])[half_day.pk])
        marks = AttendanceMark.objects.filter(half_day=half_day).select_related(
            "enrolment__session", "enrolment__learner"
        )
        followed = {
            row.enrolment_id: row
            for row in FollowedAbsence.objects.filter(half_day=half_day).select_related(
                "follow_up__enrolment__session"
            )
        }
        grounds = {ground.code: ground for ground in grounds_on(half_day.day)}
        found = []
        for mark in marks.order_by("pk"):
            absent = mark.state == AttendanceState.ABSENT and mark.enrolment_id in expected
            known = followed.get(mark.enrolment_id)
            if absent and known is None:
                ground = grounds.get(FIRST_GROUNDS.get(mark.absence_reason, ""))
                found.append(_follow(mark.enrolment, half_day, ground, actor))
            elif known is not None and mark.state == AttendanceState.PRESENT:
                _lift(known, actor)
    return found


def _follow(
    enrolment: Enrolment, half_day: HalfDay, ground: AbsenceGround | None, actor: User | None
) -> AbsenceFollowUp:
    follow_up = (
        AbsenceFollowUp.objects.select_for_update(of=("self",))
        .exclude(state=FollowUpState.CLOSED)
        .filter(enrolment=enrolment)
        .first()
    )
    if follow_up is None:
        follow_up = AbsenceFollowUp.objects.create(enrolment=enrolment, ground=ground)
        verb = "absence.opened"
    else:
        if follow_up.state == FollowUpState.CHECKED:
            move(
                follow_up=follow_up, to=FollowUpState.OPEN, verb="absence.to_document", actor=actor
            )
        verb = "absence.joined"
    FollowedAbsence.objects.create(follow_up=follow_up, enrolment=enrolment, half_day=half_day)
    journal.record(
        actor=actor,
        verb=verb,
        subject=follow_up,
        session=enrolment.session,
        to_state=follow_up.state,
        details={"half_day": half_day.pk},
    )
    return follow_up


def _lift(absence: FollowedAbsence, actor: User | None) -> None:
    follow_up = absence.follow_up
    absence.delete()
    journal.record(
        actor=actor,
        verb="absence.lifted",
        subject=follow_up,
        session=follow_up.enrolment.session,
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
