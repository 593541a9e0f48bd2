"""Documents asked for and not received: one reminder, no more."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from attendance import mails
from attendance.enums import FollowUpState
from attendance.models import AbsenceFollowUp
from core.domain import journal
from core.domain.rules import rule_by_day
from core.domain.transitions import lock
from training.domain.correspondence import write_to_learner


def remind_due(*, at: dt.datetime) -> int:
    """Write once to people who have not sent their document; returns how many messages.

    Some days after it was asked for (dated rule), while it may still be deposited. The day is
    kept, and shown.
    """
    today = timezone.localdate(at)
    waiting = (
        AbsenceFollowUp.objects.filter(
            state=FollowUpState.AWAITED, reminded_at__isnull=True, due_on__gte=today
        )
        .select_related("enrolment__session__programme_version", "enrolment__learner")
        .order_by("asked_at", "pk")
    )
    written = 0
    patience_on = rule_by_day("absence_reminder_days_after_asking")
    for follow_up in waiting:
        asked = timezone.localdate(follow_up.asked_at)
        patience = patience_on(asked)
        if today >= asked + dt.timedelta(days=patience):
            written += _remind(follow_up, at)
    return written


def _remind(follow_up: AbsenceFollowUp, at: dt.datetime) -> int:
    with transaction.atomic():
        locked = lock(follow_up)
        # Another worker, or a document that has just come in.
        if locked.state != FollowUpState.AWAITED or locked.reminded_at is not None:
            return 0
        message = write_to_learner(
            mail=mails.absence_document_reminder(follow_up), enrolment=follow_up.enrolment
        )
        locked.messages.add(message)
        locked.reminded_at = at
        locked.save(update_fields=["reminded_at"])
        journal.record(
            actor=None,
            verb="absence.reminded",
            subject=locked,
            session_id=follow_up.enrolment.session_id,
        )
    return 1
