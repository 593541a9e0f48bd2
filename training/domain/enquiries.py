"""Requests for support, information or a room: received, followed, closed."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.domain import journal, outbox
from core.domain.transitions import lock
from core.exceptions import DomainError
from core.models import Organisation
from training import mails
from training.models import Enquiry
from training.models.enquiries import EnquiryChannel, EnquiryOutcome, EnquirySubject


def receive(
    *,
    subject: str,
    name: str,
    need: str,
    organisation: str = "",
    email: str = "",
    phone: str = "",
    key: uuid.UUID | None = None,
) -> Enquiry:
    """Keep a request that came through the site; tell the person, and the team, by mail.

    The same `key` twice is one request. The mail to the person does not repeat their words:
    anybody may have typed their address. Raises `DomainError` (`enquiry_without_address`) when
    neither a mail address nor a phone number lets us answer.
    """
    if not email and not phone:
        raise DomainError(
            "Indiquez un courriel ou un téléphone, pour que nous puissions vous répondre.",
            code="enquiry_without_address",
        )
    with transaction.atomic():
        enquiry, created = Enquiry.objects.get_or_create(
            key=key or uuid.uuid4(),
            defaults={
                "channel": EnquiryChannel.WEB,
                "subject": EnquirySubject(subject),
                "name": name,
                "organisation": organisation,
                "email": email,
                "phone": phone,
                "need": need,
            },
        )
        if created:
            journal.record(actor=None, verb="enquiry.received", subject=enquiry)
            if email:
                outbox.send(mail=mails.enquiry_received(enquiry), to_email=email, to_name=name)
            ours = Organisation.load()
            if ours.email:
                outbox.send(
                    mail=mails.enquiry_to_team(enquiry),
                    to_email=ours.email,
                    to_name=str(ours),
                )
    return enquiry


def plan(
    *,
    enquiry: Enquiry,
    next_action: str,
    next_action_on: dt.date | None,
    follow_up: str,
    actor: User | None,
) -> Enquiry:
    """Note what was done and what comes next; the user who notes it follows the request.

    Raises `DomainError` (`enquiry_closed`).
    """
    with transaction.atomic():
        locked = _open(enquiry)
        locked.next_action = next_action
        locked.next_action_on = next_action_on
        locked.follow_up = follow_up
        locked.handled_by = actor
        locked.save(update_fields=["next_action", "next_action_on", "follow_up", "handled_by"])
        journal.record(
            actor=actor,
            verb="enquiry.planned",
            subject=locked,
            details={"next_action": next_action, "on": str(next_action_on or "")},
        )
    return locked


def close(*, enquiry: Enquiry, outcome: str, follow_up: str, actor: User | None) -> Enquiry:
    """Say how a request ended. Raises `DomainError` (`enquiry_closed`)."""
    with transaction.atomic():
        locked = _open(enquiry)
        locked.outcome = EnquiryOutcome(outcome)
        locked.closed_at = timezone.now()
        locked.follow_up = follow_up
        locked.next_action, locked.next_action_on = "", None
        locked.handled_by = actor
        locked.save()
        journal.record(
            actor=actor, verb="enquiry.closed", subject=locked, details={"outcome": outcome}
        )
    return locked


def reopen(*, enquiry: Enquiry, actor: User | None) -> Enquiry:
    """Take up a closed request again. Raises `DomainError` (`enquiry_open`)."""
    with transaction.atomic():
        locked = lock(enquiry)
        if locked.closed_at is None:
            raise DomainError("Cette demande est déjà en cours.", code="enquiry_open")
        locked.outcome, locked.closed_at = "", None
        locked.save(update_fields=["outcome", "closed_at"])
        journal.record(actor=actor, verb="enquiry.reopened", subject=locked)
    return locked


def _open(enquiry: Enquiry) -> Enquiry:
    locked = lock(enquiry)
    if locked.closed_at is not None:
        raise DomainError("Cette demande est close : reprenez-la d’abord.", code="enquiry_closed")
    return locked
