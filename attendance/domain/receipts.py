"""What a learner is sent, after each day, of what is recorded; and « this is not exact »."""

import datetime as dt
import secrets
from collections import defaultdict
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from attendance import mails
from attendance.domain.projection import with_events
from attendance.domain.room_codes import secret_hash
from attendance.domain.windows import signing_windows
from attendance.enums import AttendanceKind, DisputeState
from attendance.models import AttendanceDispute, AttendanceEvent, AttendanceReceipt
from core.domain import journal
from core.domain.rules import rule
from core.domain.transitions import change_state, lock
from core.exceptions import DomainError
from core.french import format_day, format_minutes, format_time
from training.domain.correspondence import write_to_learner
from training.domain.expected import expected_by_half_days
from training.enums import AttendanceState, HalfDayState, PreferredChannel, SessionState
from training.models import AttendanceMark, Enrolment, HalfDay
from training.models.sessions import HalfDayQuerySet

#: Days looked back at: a correction made later than that is notified by the office itself.
LOOK_BACK = dt.timedelta(days=8)
MAX_COMMENT = 1000


@dataclass(frozen=True)
class RecordedLine:
    """What is recorded of a person at one half-day; `mark` is None for nothing at all.

    `event`: what made the mark.
    """

    half_day: HalfDay
    mark: AttendanceMark | None = None
    event: AttendanceEvent | None = None

    @property
    def sentence(self) -> str:
        """« Jeudi 14 janvier 2027, de 9 h à 12 h 30 : présence, 3 h 30. Signature…, le 14… »."""
        half_day = self.half_day
        when = f"{half_day.day_words}, de {half_day.times_words}"
        return f"{when[:1].upper()}{when[1:]}\u00a0: {self._recorded()}."

    def _recorded(self) -> str:
        if self.mark is None:
            return "rien d’enregistré"
        mark, event, zone = self.mark, self.event, self.half_day.zone
        if mark.state == AttendanceState.PRESENT:
            text = f"présence, {format_minutes(mark.minutes)}"
            if event and event.arrived_at:
                text += f", arrivée à {format_time(event.arrived_at, zone=zone)}"
            if event and event.left_at:
                text += f", départ à {format_time(event.left_at, zone=zone)}"
        else:
            text = f"absence, motif\u00a0: {mark.get_absence_reason_display().lower()}"
        if event is None:
            return text
        correction = "Correction\u00a0: " if event.kind == AttendanceKind.CORRECTION else ""
        received = (
            f"le {format_day(event.received_at, zone=zone)} "
            f"à {format_time(event.received_at, zone=zone)}"
        )
        return f"{text}. {correction}{event.get_method_display()}, {received}"


def recorded_day(*, enrolment: Enrolment, day: dt.date) -> list[RecordedLine]:
    """The half-days of the day where the person is expected or recorded, in order of time."""
    half_days = list(_half_days().filter(session=enrolment.session_id).on_day(day))
    expected = expected_by_half_days(half_days=half_days)
    marks = {
        recorded.mark.half_day_id: recorded
        for recorded in with_events(
            AttendanceMark.objects.filter(half_day__in=half_days, enrolment=enrolment)
        )
    }
    return [
        RecordedLine(item, marks[item.pk].mark, marks[item.pk].event)
        if item.pk in marks
        else RecordedLine(item)
        for item in half_days
        if enrolment.pk in expected[item.pk] or item.pk in marks
    ]


def send_due_receipts(*, at: dt.datetime) -> int:
    """Send each learner what is recorded of their days that are over; returns how many mails.

    A day is over for a person when each of their half-days is locked, or past its window to
    sign. What changed since the last receipt is sent again. Idempotent; learners who are not
    written to by mail get none.
    """
    half_days = list(
        _half_days().filter(
            starts_at__gte=at - LOOK_BACK,
            starts_at__lt=at,
            session__state__in=[SessionState.CONFIRMED, SessionState.COMPLETED],
        )
    )
    expected = expected_by_half_days(half_days=half_days)
    recorded = _recorded(half_days)
    days: dict[tuple[int, dt.date], dict[str, str]] = defaultdict(dict)
    still_open: set[tuple[int, dt.date]] = set()
    window_of = signing_windows()
    for half_day in half_days:
        day = timezone.localdate(half_day.starts_at)
        over = half_day.state == HalfDayState.HELD or window_of(half_day).closes_at < at
        for enrolment_id in {*expected[half_day.pk], *recorded[half_day.pk]}:
            key = (enrolment_id, day)
            days[key][str(half_day.pk)] = recorded[half_day.pk].get(enrolment_id, "")
            if not over:
                still_open.add(key)
    sent = _last_told([key[0] for key in days])
    changed = [
        key for key, events in days.items() if key not in still_open and sent.get(key) != events
    ]
    reachable = set(
        Enrolment.objects.filter(
            pk__in=[key[0] for key in changed],
            learner__preferred_channel=PreferredChannel.MAIL,
        )
        .exclude(learner__email="")
        .values_list("pk", flat=True)
    )
    return sum(
        _send(enrolment_id, day)
        for enrolment_id, day in sorted(changed)
        if enrolment_id in reachable
    )


def find_receipt(token: str) -> AttendanceReceipt:
    """The receipt that a personal link is about. Raises `DomainError` (`receipt_unknown`)."""
    receipt = (
        AttendanceReceipt.objects.filter(token_hash=secret_hash(token))
        .select_related(
            "enrolment__learner",
            "enrolment__session__programme_version",
            "enrolment__session__venue",
            "dispute",
        )
        .first()
    )
    if receipt is None:
        raise DomainError(
            "Ce lien n’est pas connu. Reprenez-le dans le dernier message reçu.",
            code="receipt_unknown",
        )
    return receipt


def open_dispute(*, receipt: AttendanceReceipt, comment: str) -> AttendanceDispute:
    """The learner says that it is not exact; staff are notified, nothing recorded changes.

    Asking twice gives the first one. Raises `DomainError` (`dispute_too_late`).
    """
    with transaction.atomic():
        locked = lock(receipt)
        found = AttendanceDispute.objects.filter(receipt=locked).first()
        if found is not None:
            return found
        if timezone.now() > locked.disputable_until:
            raise DomainError(
                "Ce récapitulatif ne se conteste plus en ligne. Écrivez-nous ou appelez-nous : "
                "une erreur se corrige toujours.",
                code="dispute_too_late",
            )
        dispute = AttendanceDispute.objects.create(
            receipt=locked,
            enrolment=locked.enrolment,
            comment=comment.strip()[:MAX_COMMENT],
        )
        journal.record(
            actor=None,
            verb="attendance.disputed",
            subject=dispute,
            session_id=locked.enrolment.session_id,
            to_state=dispute.state,
        )
    return dispute


def close_dispute(*, dispute: AttendanceDispute, conclusion: str, actor: User | None) -> None:
    """Staff write what was found, and what was corrected if anything was.

    Raises `DomainError` (`dispute_closed`, `reason_required`).
    """
    conclusion = conclusion.strip()[:MAX_COMMENT]
    if not conclusion:
        raise DomainError("Écrivez ce que vous avez constaté.", code="reason_required")

    def guard(locked: AttendanceDispute) -> None:
        if locked.state != DisputeState.OPEN:
            raise DomainError("Cette contestation est déjà traitée.", code="dispute_closed")

    change_state(
        row=dispute,
        to=DisputeState.CLOSED,
        actor=actor,
        verb="attendance.dispute_closed",
        stamps={
            "conclusion": conclusion,
            "closed_at": timezone.now(),
            "closed_by": actor,
        },
        guard=guard,
        session_id=dispute.enrolment.session_id,
    )


def _half_days() -> HalfDayQuerySet:
    return (
        HalfDay.objects.counting()
        .select_related("session__programme_version", "session__venue", "venue")
        .order_by("starts_at", "pk")
    )


def _recorded(half_days: list[HalfDay]) -> dict[int, dict[int, str]]:
    """Event ids by half-day and enrolment."""
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for half_day_id, enrolment_id, event_id in AttendanceMark.objects.filter(
        half_day__in=half_days
    ).values_list("half_day_id", "enrolment_id", "event_id"):
        found[half_day_id][enrolment_id] = str(event_id)
    return found


def _last_told(enrolment_ids: list[int]) -> dict[tuple[int, dt.date], dict[str, str]]:
    rows = (
        AttendanceReceipt.objects.filter(enrolment__in=enrolment_ids)
        .order_by("sent_at", "pk")
        .values_list("enrolment_id", "day", "events")
    )
    return {(enrolment_id, day): events for enrolment_id, day, events in rows}


def _send(enrolment_id: int, day: dt.date) -> bool:
    with transaction.atomic():
        enrolment = (
            Enrolment.objects.select_for_update(of=("self",))
            .select_related("learner", "session__programme_version", "session__venue")
            .get(pk=enrolment_id)
        )
        lines = recorded_day(enrolment=enrolment, day=day)
        events = {
            str(line.half_day.pk): str(line.mark.event_id) if line.mark else "" for line in lines
        }
        if _last_told([enrolment_id]).get((enrolment_id, day)) == events:
            return False
        now = timezone.now()
        token = secrets.token_urlsafe(32)
        hours = rule("receipt_dispute_hours", on=day)
        receipt = AttendanceReceipt.objects.create(
            enrolment=enrolment,
            day=day,
            events=events,
            token_hash=secret_hash(token),
            sent_at=now,
            disputable_until=now + dt.timedelta(hours=hours),
        )
        receipt.message = write_to_learner(
            mail=mails.attendance_receipt(receipt, [line.sentence for line in lines], token),
            enrolment=enrolment,
            is_secret=True,
        )
        receipt.save(update_fields=["message"])
    return True
