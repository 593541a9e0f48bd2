"""The outbox: every message to a person is a row first, then leaves, once."""

import datetime as dt
import logging
from collections.abc import Sequence
from typing import TypedDict

from django.core.files.storage import storages
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from training.domain import jobs, journal
from training.domain.transitions import lock
from training.enums import MessageChannel, MessageState, PreferredChannel
from training.exceptions import DomainError
from training.mails import ComposedMail
from training.models import Enrolment, Learner, Message, TrainingSession

logger = logging.getLogger(__name__)

DELIVER_TASK = "training.tasks.deliver_message"
LEASE = dt.timedelta(minutes=2)
MAX_ATTEMPTS = 6


class Attachment(TypedDict):
    """A file of the private storage, under the name the recipient sees."""

    name: str
    key: str


def send(
    *,
    mail: ComposedMail,
    to_email: str,
    to_name: str = "",
    session: TrainingSession | None = None,
    enrolment: Enrolment | None = None,
    attachments: Sequence[Attachment] = (),
    is_secret: bool = False,
    dedupe_key: str | None = None,
    channel: str = MessageChannel.MAIL,
) -> Message:
    """Write a message in the outbox; it leaves after the transaction is committed.

    With a `dedupe_key` already used, the first message is returned and nothing is sent twice.
    Without an address, or by another channel than mail, it waits in the list of what staff
    must deliver by hand. `is_secret`: the body carries a code or a personal link, and is
    blanked once sent.
    """
    if channel == MessageChannel.MAIL and not to_email:
        channel = MessageChannel.POST
    values = {
        "kind": mail.kind,
        "channel": channel,
        "to_email": to_email if channel == MessageChannel.MAIL else "",
        "to_name": to_name,
        "subject": mail.subject[:255],
        "body_text": mail.text,
        "body_html": mail.html,
        "attachments": list(attachments),
        "session": session or (enrolment.session if enrolment else None),
        "enrolment": enrolment,
        "is_secret": is_secret,
        "state": (
            MessageState.QUEUED if channel == MessageChannel.MAIL else MessageState.TO_DELIVER
        ),
    }
    with transaction.atomic():
        if dedupe_key:
            message, created = Message.objects.get_or_create(dedupe_key=dedupe_key, defaults=values)
        else:
            message, created = Message.objects.create(**values), True
        if created and message.state == MessageState.QUEUED:
            jobs.hint(DELIVER_TASK, message.pk)
    return message


def send_to_learner(
    *,
    mail: ComposedMail,
    enrolment: Enrolment,
    attachments: Sequence[Attachment] = (),
    is_secret: bool = False,
    dedupe_key: str | None = None,
) -> Message:
    """Write to the learner of an enrolment, by the channel they prefer.

    A personal link never goes through the employer: without an address it waits to be handed
    over. Raises ValueError for a seat not named yet.
    """
    if enrolment.learner is None:
        raise ValueError("A seat without a name cannot be written to.")
    learner: Learner = enrolment.learner
    by_mail = learner.preferred_channel == PreferredChannel.MAIL and learner.email
    return send(
        mail=mail,
        to_email=learner.email if by_mail else "",
        to_name=str(learner),
        enrolment=enrolment,
        attachments=attachments,
        is_secret=is_secret,
        dedupe_key=dedupe_key,
        channel=MessageChannel.MAIL if by_mail else MessageChannel.POST,
    )


def draft(*, mail: ComposedMail, to_email: str, to_name: str, enrolment: Enrolment) -> Message:
    """Write a message that waits for somebody to read it: it never leaves by itself."""
    return Message.objects.create(
        kind=mail.kind,
        channel=MessageChannel.MAIL if to_email else MessageChannel.POST,
        to_email=to_email,
        to_name=to_name[:200],
        subject=mail.subject[:255],
        body_text=mail.text,
        body_html=mail.html,
        session=enrolment.session,
        enrolment=enrolment,
        state=MessageState.DRAFT,
    )


def send_draft(
    *, message: Message, to_email: str, subject: str, body_text: str, actor: User | None
) -> Message:
    """Send a draft as the person who read it left it; without an address it waits to be posted.

    A text that was changed leaves as plain text. Raises `DomainError`: `text_required`,
    `message_not_draft`.
    """
    subject, body_text = " ".join(subject.split()), body_text.replace("\r\n", "\n").strip() + "\n"
    if not subject or not body_text.strip():
        raise DomainError("Un message a un objet et un texte.", code="text_required")
    with transaction.atomic():
        locked = _locked_draft(message)
        if body_text != locked.body_text:
            locked.body_html = ""
        locked.subject, locked.body_text, locked.to_email = subject[:255], body_text, to_email
        locked.channel = MessageChannel.MAIL if to_email else MessageChannel.POST
        locked.state = MessageState.QUEUED if to_email else MessageState.TO_DELIVER
        locked.not_before = timezone.now()
        locked.save()
        journal.record(
            actor=actor,
            verb="message.draft_sent",
            subject=locked,
            session=locked.session,
            from_state=MessageState.DRAFT,
            to_state=locked.state,
        )
        if locked.state == MessageState.QUEUED:
            jobs.hint(DELIVER_TASK, locked.pk)
    message.refresh_from_db()
    return message


def discard_draft(*, message: Message, actor: User | None) -> None:
    """Somebody read the draft, and it will not be sent. Raises `DomainError` likewise."""
    with transaction.atomic():
        locked = _locked_draft(message)
        locked.state = MessageState.DISCARDED
        locked.save(update_fields=["state"])
        journal.record(
            actor=actor,
            verb="message.draft_discarded",
            subject=locked,
            session=locked.session,
            from_state=MessageState.DRAFT,
            to_state=MessageState.DISCARDED,
        )
    message.refresh_from_db()


def _locked_draft(message: Message) -> Message:
    locked = lock(message)
    if locked.state != MessageState.DRAFT:
        raise DomainError("Ce message n’est plus un brouillon.", code="message_not_draft")
    return locked


def deliver(message_id: int) -> bool:
    """Send one queued mail; True when it left. A failure waits and is tried again."""
    now = timezone.now()
    claimed = Message.objects.filter(
        pk=message_id, state=MessageState.QUEUED, not_before__lte=now
    ).update(not_before=now + LEASE, attempts=F("attempts") + 1)
    if not claimed:
        return False
    message = Message.objects.get(pk=message_id)
    try:
        _as_email(message).send()
    except Exception as error:
        logger.exception("Message %s (%s) was not sent.", message.pk, message.kind)
        _note_failure(message, type(error).__name__)
        return False
    message.state = MessageState.SENT
    message.sent_at = timezone.now()
    message.error = ""
    if message.is_secret:
        _blank(message)
    message.save(update_fields=["state", "sent_at", "error", "body_text", "body_html"])
    return True


def _as_email(message: Message) -> EmailMultiAlternatives:
    email = EmailMultiAlternatives(
        subject=message.subject,
        body=message.body_text,
        to=[message.to_email],
        headers={"Message-ID": f"<{message.uuid}@outbox>", "Auto-Submitted": "auto-generated"},
    )
    if message.body_html:
        email.attach_alternative(message.body_html, "text/html")
    for attachment in message.attachments:
        with storages["private"].open(attachment["key"]) as stored:
            email.attach(attachment["name"], stored.read())
    return email


def _note_failure(message: Message, error: str) -> None:
    if message.attempts >= MAX_ATTEMPTS:
        message.state = MessageState.FAILED
    message.error = error[:500]
    message.not_before = timezone.now() + dt.timedelta(seconds=30 * 2**message.attempts)
    message.save(update_fields=["state", "error", "not_before"])


def mark_delivered(*, message: Message, actor: User | None = None) -> None:
    """Staff posted or handed over a message that had no address. A secret text is blanked.

    Raises `DomainError` (`message_not_waiting`) for a message that does not wait for that.
    """
    with transaction.atomic():
        locked = lock(message)
        if locked.state != MessageState.TO_DELIVER:
            raise DomainError(
                "Ce message n’attend pas d’être remis en main propre ou par courrier.",
                code="message_not_waiting",
            )
        locked.state = MessageState.SENT
        locked.sent_at = timezone.now()
        if locked.is_secret:
            _blank(locked)
        locked.save(update_fields=["state", "sent_at", "body_text", "body_html"])
        journal.record(
            actor=actor,
            verb="message.delivered",
            subject=locked,
            session=locked.session,
            from_state=MessageState.TO_DELIVER,
            to_state=MessageState.SENT,
        )
    message.refresh_from_db()


def retry(*, message: Message, actor: User | None = None) -> None:
    """Put a failed message back in the queue, at a person's request.

    Raises `DomainError` (`message_not_failed`).
    """
    with transaction.atomic():
        locked = lock(message)
        if locked.state != MessageState.FAILED:
            raise DomainError("Ce message n’est pas en échec.", code="message_not_failed")
        locked.state = MessageState.QUEUED
        locked.attempts = 0
        locked.error = ""
        locked.not_before = timezone.now()
        locked.save(update_fields=["state", "attempts", "error", "not_before"])
        journal.record(
            actor=actor,
            verb="message.retried",
            subject=locked,
            session=locked.session,
            from_state=MessageState.FAILED,
            to_state=MessageState.QUEUED,
        )
        jobs.hint(DELIVER_TASK, message.pk)
    message.refresh_from_db()


def _blank(message: Message) -> None:
    message.body_text = "(Texte effacé après l’envoi : il portait un lien ou un code personnel.)"
    message.body_html = ""


def due(*, waiting_for: dt.timedelta = dt.timedelta(0)) -> list[int]:
    """Primary keys of the mails that should have left by now."""
    return list(
        Message.objects.filter(
            state=MessageState.QUEUED, not_before__lte=timezone.now() - waiting_for
        )
        .order_by("pk")
        .values_list("pk", flat=True)[:1000]
    )


def sweep() -> int:
    """Hint again at the mails that still wait; returns how many."""
    waiting = due(waiting_for=jobs.HINT_PATIENCE)
    for pk in waiting:
        jobs.hint(DELIVER_TASK, pk)
    return len(waiting)


def deliver_due() -> int:
    """Send every due mail here and now; returns how many left. For commands and tests."""
    return sum(deliver(pk) for pk in due())
