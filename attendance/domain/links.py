"""Personal links to sign on one's own phone: made, sent to the learner alone, replaced."""

import datetime as dt
import secrets

from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from accounts.models import User
from attendance import mails
from attendance.domain.room_codes import secret_hash
from attendance.models import SigningLink
from core.domain import journal
from core.domain.rules import rule
from core.domain.transitions import lock
from core.exceptions import DomainError
from core.models import Message
from training.domain.correspondence import write_to_learner
from training.domain.expected import expected_by_half_days
from training.enums import HalfDayState, PreferredChannel, SessionState
from training.models import Enrolment, HalfDay, TrainingSession


def send_signing_link(*, enrolment: Enrolment, actor: User | None) -> Message:
    """Send the learner a personal link for the session; a former one no longer opens.

    By mail to the learner, never through the employer; without an address, the message waits
    among those that staff hand over. The text is blanked once it has left. Raises `DomainError`
    (`enrolment_not_live`, `session_over`).
    """
    with transaction.atomic():
        locked = lock(enrolment)
        _check(locked)
        message = _send(locked)
        journal.record(
            actor=actor,
            verb="attendance.link_sent",
            subject=locked,
            session_id=locked.session_id,
        )
    return message


def send_due_links(*, at: dt.datetime) -> int:
    """Send theirs to the people of sessions about to begin who have none; returns how many.

    Only to those written to by mail: the others sign on the trainer's device, or pick their name.
    Idempotent.
    """
    limit = at + dt.timedelta(hours=rule("signing_link_hours_before", on=timezone.localdate(at)))
    soon = HalfDay.objects.filter(
        state=HalfDayState.PLANNED,
        starts_at__lte=limit,
        ends_at__gt=at,
        session__state=SessionState.CONFIRMED,
    )
    half_days = list(soon.order_by("starts_at", "pk"))
    expected = {
        enrolment_id
        for enrolments in expected_by_half_days(half_days=half_days).values()
        for enrolment_id in enrolments
    }
    waiting = (
        Enrolment.objects.filter(
            pk__in=expected,
            learner__preferred_channel=PreferredChannel.MAIL,
        )
        .exclude(learner__email="")
        .filter(~Exists(SigningLink.objects.filter(enrolment=OuterRef("pk"))))
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    return sum(_send_first(pk) for pk in list(waiting))


def links_of(*, session: TrainingSession) -> dict[int, SigningLink]:
    """The link in force of each enrolment of the session, by enrolment id."""
    rows = SigningLink.objects.filter(enrolment__session=session, ended_at__isnull=True)
    return {row.enrolment_id: row for row in rows.order_by("pk")}


def _send_first(enrolment_id: int) -> bool:
    with transaction.atomic():
        enrolment = Enrolment.objects.select_for_update(of=("self",)).get(pk=enrolment_id)
        if SigningLink.objects.filter(enrolment=enrolment).exists():
            return False
        _send(enrolment)
    return True


def _send(enrolment: Enrolment) -> Message:
    """A new link in the place of the former one, and its mail. Under the enrolment's lock."""
    now = timezone.now()
    SigningLink.objects.filter(enrolment=enrolment, ended_at__isnull=True).update(ended_at=now)
    token = secrets.token_urlsafe(32)
    link = SigningLink.objects.create(
        enrolment=enrolment, token_hash=secret_hash(token), expires_at=_expiry(enrolment, now)
    )
    return write_to_learner(
        mail=mails.signing_link(link, token), enrolment=enrolment, is_secret=True
    )


def _expiry(enrolment: Enrolment, now: dt.datetime) -> dt.datetime:
    """Some days after the end of the session's last half-day."""
    last = (
        HalfDay.objects.counting()
        .filter(session=enrolment.session_id)
        .aggregate(last=Max("ends_at"))["last"]
    )
    days = rule("signing_link_days_after", on=timezone.localdate(now))
    return max(last or now, now) + dt.timedelta(days=days)


def _check(enrolment: Enrolment) -> None:
    if enrolment.session.is_over:
        raise DomainError("Cette session est terminée ou annulée.", code="session_over")
    taking_part = Enrolment.objects.taking_part().filter(pk=enrolment.pk, ended_on__isnull=True)
    if enrolment.learner is None or not taking_part.exists():
        raise DomainError(
            "Un lien personnel ne s’envoie qu’à une personne dont l’inscription est confirmée.",
            code="enrolment_not_live",
        )
