"""The outbox: every message to a person is a row first, then leaves, once.

The row holds the kind of mail, its frozen facts and its subject, by which staff find it. Its text
is rendered outside any transaction, by the worker or when a person first opens it, and kept.
"""

import datetime as dt
import logging
from collections.abc import Sequence
from typing import Any, TypedDict

from django.core.files.storage import storages
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.models import User
from core import mails
from core.domain import jobs, journal, leases
from core.domain.transitions import change_state, claim
from core.enums import MessageChannel, MessageState
from core.exceptions import DomainError
from core.french import format_day
from core.mails import ComposedMail
from core.models import Message

logger = logging.getLogger(__name__)

DELIVER_TASK = "core.tasks.deliver_message"
MAX_ATTEMPTS = 6
#: Why a mail was set aside, for staff.
TOO_LATE = "N’est pas parti : il a attendu jusqu’à ne plus avoir de sens."


class Attachment(TypedDict):
    """A file of the private storage, under the name the recipient sees."""

    name: str
    key: str


def send(
    *,
    mail: ComposedMail,
    to_email: str,
    to_name: str = "",
    session_id: int | None = None,
    enrolment_id: int | None = None,
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
        "subject": mails.render_subject(mail)[:255],
        "context": mail.context,
        "attachments": list(attachments),
        "session_id": session_id,
        "enrolment_id": enrolment_id,
        "is_secret": is_secret,
        "useful_until": mail.useful_until,
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


def draft(
    *,
    mail: ComposedMail,
    to_email: str,
    to_name: str,
    session_id: int | None = None,
    enrolment_id: int | None = None,
) -> Message:
    """Write a message that waits for a person to read it: it never leaves by itself."""
    return Message.objects.create(
        kind=mail.kind,
        channel=MessageChannel.MAIL if to_email else MessageChannel.POST,
        to_email=to_email,
        to_name=to_name[:200],
        subject=mails.render_subject(mail)[:255],
        context=mail.context,
        session_id=session_id,
        enrolment_id=enrolment_id,
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
    changed = body_text != ensure_text(message).body_text
    with transaction.atomic():
        change_state(
            row=message,
            to=MessageState.QUEUED if to_email else MessageState.TO_DELIVER,
            actor=actor,
            verb="message.draft_sent",
            stamps={
                "subject": subject[:255],
                "body_text": body_text,
                "body_html": "" if changed else message.body_html,
                "to_email": to_email,
                "channel": MessageChannel.MAIL if to_email else MessageChannel.POST,
                "not_before": timezone.now(),
            },
            guard=_refuse_unless_draft,
            session_id=message.session_id,
        )
        if to_email:
            jobs.hint(DELIVER_TASK, message.pk)
    message.refresh_from_db()
    return message


def discard_draft(*, message: Message, actor: User | None) -> None:
    """Note that the draft was read and will not be sent. Raises `DomainError` likewise."""
    change_state(
        row=message,
        to=MessageState.DISCARDED,
        actor=actor,
        verb="message.draft_discarded",
        guard=_refuse_unless_draft,
        session_id=message.session_id,
    )


def _refuse_unless_draft(message: Message) -> None:
    if message.state != MessageState.DRAFT:
        raise DomainError("Ce message n’est plus un brouillon.", code="message_not_draft")


def deliver(message_id: int) -> bool:
    """Send one queued mail; True when it left. A failure waits and is tried again.

    One that waited until it made no sense any more does not leave: it is set aside, and says why.
    """
    now = timezone.now()
    if _set_aside_if_too_late(message_id, now):
        return False
    due_now = Message.objects.filter(pk=message_id, state=MessageState.QUEUED, not_before__lte=now)
    lease = {"not_before": now + leases.LEASE, "attempts": F("attempts") + 1}
    if not claim(rows=due_now, to=MessageState.QUEUED, stamps=lease):
        return False
    message = Message.objects.get(pk=message_id)
    try:
        # A server that answers late keeps the mail from being sent by another worker too.
        with leases.renewed(held=lambda: _held_by(message), until="not_before"):
            _as_email(ensure_text(message)).send()
    except Exception as error:
        logger.exception("Message %s (%s) was not sent.", message.pk, message.kind)
        _note_failure(message, type(error).__name__)
        return False
    claim(
        rows=Message.objects.filter(pk=message.pk, state=MessageState.QUEUED),
        to=MessageState.SENT,
        stamps={"sent_at": timezone.now(), "error": "", **_blanked(message)},
    )
    return True


def _held_by(message: Message) -> QuerySet[Message]:
    """The row as long as this attempt to send it lasts."""
    return Message.objects.filter(
        pk=message.pk, attempts=message.attempts, state=MessageState.QUEUED
    )


def _set_aside_if_too_late(message_id: int, now: dt.datetime) -> bool:
    """Whether the mail has just been set aside because its time is over."""
    with transaction.atomic():
        rows = Message.objects.filter(
            pk=message_id, state=MessageState.QUEUED, not_before__lte=now, useful_until__lt=now
        )
        message = rows.first()
        if message is None:
            return False
        stamps = {"error": TOO_LATE, **_blanked(message, TOO_LATE)}
        if not claim(rows=rows, to=MessageState.DISCARDED, stamps=stamps):
            return False
        journal.record(
            actor=None,
            verb="message.too_late",
            subject=message,
            session_id=message.session_id,
            from_state=MessageState.QUEUED,
            to_state=MessageState.DISCARDED,
        )
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
    given_up = message.attempts >= MAX_ATTEMPTS
    wait = dt.timedelta(seconds=30 * 2**message.attempts)
    claim(
        rows=_held_by(message),
        to=MessageState.FAILED if given_up else MessageState.QUEUED,
        stamps={"error": error[:500], "not_before": timezone.now() + wait},
    )


def mark_delivered(*, message: Message, actor: User | None = None) -> None:
    """Note that staff posted or handed over a message that had no address. A secret is blanked.

    Raises `DomainError` (`message_not_waiting`) for a message that does not wait for that.
    """
    ensure_text(message)

    def guard(locked: Message) -> None:
        if locked.state != MessageState.TO_DELIVER:
            raise DomainError(
                "Ce message n’attend pas d’être remis en main propre ou par courrier.",
                code="message_not_waiting",
            )

    change_state(
        row=message,
        to=MessageState.SENT,
        actor=actor,
        verb="message.delivered",
        stamps={"sent_at": timezone.now(), **_blanked(message)},
        guard=guard,
        session_id=message.session_id,
    )


def retry(*, message: Message, actor: User | None = None) -> None:
    """Put a failed message back in the queue, at a person's request.

    Raises `DomainError` (`message_not_failed`, `message_too_late`).
    """

    def guard(locked: Message) -> None:
        if locked.state != MessageState.FAILED:
            raise DomainError("Ce message n’est pas en échec.", code="message_not_failed")
        if locked.useful_until is not None and locked.useful_until < timezone.now():
            raise DomainError(
                f"Ce message n’a plus de sens depuis le {format_day(locked.useful_until)} : "
                "écrivez plutôt à la personne.",
                code="message_too_late",
            )

    with transaction.atomic():
        change_state(
            row=message,
            to=MessageState.QUEUED,
            actor=actor,
            verb="message.retried",
            stamps={"attempts": 0, "error": "", "not_before": timezone.now()},
            guard=guard,
            session_id=message.session_id,
        )
        jobs.hint(DELIVER_TASK, message.pk)


def ensure_text(message: Message) -> Message:
    """The message with its text, rendered from its frozen facts the first time it is needed.

    Two readers at once keep one text: the first that is written.
    """
    if message.body_text or not message.context:
        return message
    rendered = mails.render(ComposedMail(kind=message.kind, context=message.context))
    values = {"body_text": rendered.text, "body_html": rendered.html}
    if not Message.objects.filter(pk=message.pk, body_text="").update(**values):
        message.refresh_from_db(fields=["subject", "context", *values])
        return message
    message.body_text, message.body_html = rendered.text, rendered.html
    return message


def _blanked(message: Message, why: str = "Envoyé.") -> dict[str, Any]:
    """What replaces the facts and the text of a message that carried a code or a link, once over.

    Nothing of the secret is left in either.
    """
    if not message.is_secret:
        return {}
    return {
        "context": {},
        "body_text": f"({why} Le texte portait un lien ou un code personnel : il est effacé.)",
        "body_html": "",
    }


def due(*, waiting_for: dt.timedelta = dt.timedelta(0)) -> list[int]:
    """Primary keys of the mails that should have left by now."""
    return list(_due_mails(waiting_for).order_by("pk").values_list("pk", flat=True)[:1000])


def _due_mails(waiting_for: dt.timedelta) -> QuerySet[Message]:
    return Message.objects.filter(
        state=MessageState.QUEUED, not_before__lte=timezone.now() - waiting_for
    )


def waiting(*, waiting_for: dt.timedelta) -> int:
    """How many mails should have left for at least that long."""
    return _due_mails(waiting_for).count()


def sweep() -> int:
    """Hint again at the mails that still wait; returns how many."""
    waiting = due(waiting_for=jobs.HINT_PATIENCE)
    for pk in waiting:
        jobs.hint(DELIVER_TASK, pk)
    return len(waiting)


def deliver_due() -> int:
    """Send every due mail here and now; returns how many left. For commands and tests."""
    return sum(deliver(pk) for pk in due())
