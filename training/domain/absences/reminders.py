"""Documents asked for and not received: one reminder, no more."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from training import mails
from training.absence_enums import FollowUpState
from training.domain import journal, outbox
from training.domain.rules import rule
from training.domain.transitions import lock
from training.models import AbsenceFollowUp


def remind_due(*, at: dt.datetime) -> int:
    """Write once to whoever has not sent their document; returns how many messages were written.

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
    for follow_up in waiting:
        asked = timezone.localdate(follow_up.asked_at)
        patience = rule("absence_reminder_days_after_asking", on=asked)
        if today >= asked + dt.timedelta(days=patience):
            written += _remind(follow_up, at)
    return written


def _remind(follow_up: AbsenceFollowUp, at: dt.datetime) -> int:
    with transaction.atomic():
        locked = lock(follow_up)
        # Another worker, or a document that has just come in.
        if locked.state != FollowUpState.AWAITED or locked.reminded_at is not None:
            return 0
        message = outbox.send_to_learner(
            mail=mails.absence_document_reminder(follow_up), enrolment=follow_up.enrolment
        )
        locked.messages.add(message)
        locked.reminded_at = at
        locked.save(update_fields=["reminded_at"])
        journal.record(
            actor=None,
            verb="absence.reminded",
            subject=locked,
            session=follow_up.enrolment.session,
        )
    return 1
