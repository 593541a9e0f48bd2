"""Preparing a half-day for a place without network: the ticket that the device takes along.

The ticket is all that the device shows when it comes back: neither session nor password. It is
signed, speaks of one trainer and one half-day, ends after seven days (dated rule), and can be
revoked.
"""

import datetime as dt
import uuid

from django.core import signing
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from attendance.domain.guards import refuse_if_locked
from attendance.enums import OfflineOutcome
from attendance.models import OfflineItem, OfflineTicket
from core.domain import journal
from core.domain.canonical import utc_text
from core.domain.rules import rule
from core.domain.transitions import lock
from core.exceptions import DomainError
from core.french import format_day
from training.enums import HalfDayState, SessionState
from training.models import HalfDay, Trainer

SALT = "training.attendance.offline"


def prepare(
    *,
    half_day: HalfDay,
    trainer: Trainer,
    actor: User,
    device: uuid.UUID | None = None,
    known: uuid.UUID | None = None,
) -> tuple[OfflineTicket, str]:
    """A ticket for the half-day, and the signed text of it that the device keeps.

    A `device` prepared again has its live ticket renewed: same row, same ranks, a later date.
    `known`: the ticket that the device brings up to date by itself; one that was revoked or is
    over stays so, until a person prepares the device again.

    Raises `DomainError`: `not_trainer`, `half_day_locked`, `half_day_cancelled`, `session_over`,
    `too_early_to_prepare` (the ticket would end before the half-day); with `known`, those of
    `read_ticket`.
    """
    now = timezone.now()
    if (
        trainer.user_id != actor.pk
        or not half_day.assignments.filter(trainer_id=trainer.pk).exists()
    ):
        raise DomainError(
            "Seules les personnes qui animent cette demi-journée peuvent la préparer.",
            code="not_trainer",
        )
    refuse_if_locked(half_day)
    if half_day.state != HalfDayState.PLANNED:
        raise DomainError("Cette demi-journée n’a pas lieu.", code="half_day_cancelled")
    if half_day.session.state not in {SessionState.OPEN, SessionState.CONFIRMED}:
        raise DomainError("Cette session n’est pas en cours.", code="session_over")
    days = rule("offline_ticket_days", on=timezone.localdate(now))
    expires_at = now + dt.timedelta(days=days)
    if expires_at < half_day.ends_at:
        raise DomainError(
            f"C’est trop tôt : une préparation vaut {days} jours. Revenez dans les jours qui "
            "précèdent la demi-journée.",
            code="too_early_to_prepare",
        )
    with transaction.atomic():
        # Two tabs at the same time make one ticket.
        lock(half_day.session)
        mine = OfflineTicket.objects.filter(half_day=half_day, trainer=trainer, issued_to=actor)
        if known is not None:
            ticket = mine.filter(pk=known).first()
            if ticket is None:
                raise _unknown()
            _refuse_unless_live(ticket)
        else:
            live = mine.filter(device=device, revoked_at__isnull=True, expires_at__gt=now)
            ticket = live.order_by("-issued_at").first() if device else None
        if ticket is not None:
            ticket.renewed_at, ticket.expires_at = now, expires_at
            ticket.save(update_fields=["renewed_at", "expires_at"])
        else:
            ticket = OfflineTicket.objects.create(
                half_day=half_day,
                trainer=trainer,
                issued_to=actor,
                device=device,
                issued_at=now,
                expires_at=expires_at,
            )
            journal.record(
                actor=actor, verb="offline.prepared", subject=ticket, session_id=half_day.session_id
            )
    # Rows of the caller, already read: the texts of the preparation come from them.
    ticket.half_day, ticket.trainer = half_day, trainer
    return ticket, _sign(ticket)


def read_ticket(text: str, *, half_day_id: int) -> OfflineTicket:
    """The ticket that a device shows for a half-day, once everything about it is right.

    Raises `DomainError`: `ticket_invalid` (changed, or never ours), `wrong_half_day`,
    `ticket_revoked`, `ticket_expired`.
    """
    ticket = known_ticket(text)
    if half_day_id != ticket.half_day_id:
        raise DomainError(
            "Cette préparation concerne une autre demi-journée.", code="wrong_half_day"
        )
    _refuse_unless_live(ticket)
    return ticket


def known_ticket(text: str) -> OfflineTicket:
    """The ticket of a text that we signed, whatever became of it (`ticket_invalid`)."""
    try:
        said = signing.loads(text, salt=SALT)
        ticket = OfflineTicket.objects.select_related(
            "half_day__session__programme_version", "trainer", "issued_to"
        ).get(pk=uuid.UUID(said["ticket"]))
    except (
        signing.BadSignature,
        OfflineTicket.DoesNotExist,
        ValueError,
        TypeError,
        KeyError,
    ) as error:
        raise _unknown() from error
    if (said.get("half_day"), said.get("trainer")) != (ticket.half_day_id, ticket.trainer_id):
        raise _unknown()
    return ticket


def is_revoked(ticket: OfflineTicket) -> bool:
    """Whether it was revoked, or the account that it was given to closed."""
    return ticket.revoked_at is not None or not ticket.issued_to.is_active


def _refuse_unless_live(ticket: OfflineTicket) -> None:
    if is_revoked(ticket):
        raise DomainError(
            "Cette préparation a été révoquée : ce que garde cet appareil n’est plus enregistré "
            "de lui-même. Adressez-le au secrétariat, qui décidera.",
            code="ticket_revoked",
        )
    if ticket.expires_at <= timezone.now():
        day = format_day(ticket.expires_at, zone=ticket.half_day.zone)
        raise DomainError(
            f"Cette préparation a expiré le {day} : adressez ce que "
            "garde cet appareil au secrétariat.",
            code="ticket_expired",
        )


def _unknown() -> DomainError:
    return DomainError(
        "Cette préparation n’est pas reconnue : adressez ce que garde cet appareil au "
        "secrétariat, puis préparez de nouveau la demi-journée.",
        code="ticket_invalid",
    )


def revoke(*, half_day: HalfDay, trainer: Trainer | None, actor: User) -> int:
    """End the live tickets of the half-day (those of one trainer only, if given); how many.

    For a device lost or lent: what it kept will be refused; it stays there until its trainer has
    seen it, and handed it in or erased it.
    """
    with transaction.atomic():
        live = OfflineTicket.objects.select_for_update(of=("self",)).filter(
            half_day=half_day, revoked_at__isnull=True, expires_at__gt=timezone.now()
        )
        if trainer is not None:
            live = live.filter(trainer=trainer)
        tickets = list(live)
        for ticket in tickets:
            ticket.revoked_at = timezone.now()
            ticket.save(update_fields=["revoked_at"])
            journal.record(
                actor=actor, verb="offline.revoked", subject=ticket, session_id=half_day.session_id
            )
    return len(tickets)


def live_tickets(*, half_day: HalfDay) -> list[OfflineTicket]:
    """The devices prepared for the half-day that may still send."""
    return list(
        OfflineTicket.objects.filter(
            half_day=half_day, revoked_at__isnull=True, expires_at__gt=timezone.now()
        )
        .select_related("trainer")
        .order_by("-issued_at", "pk")
    )


def undone_at(*, half_day: HalfDay) -> list[OfflineItem]:
    """What was taken back on a device of the half-day before it was sent, oldest first."""
    return list(
        OfflineItem.objects.filter(ticket__half_day=half_day, outcome=OfflineOutcome.UNDONE)
        .select_related("enrolment__learner")
        .order_by("received_at", "sequence")
    )


def _sign(ticket: OfflineTicket) -> str:
    return signing.dumps(
        {
            "ticket": str(ticket.pk),
            "trainer": ticket.trainer_id,
            "half_day": ticket.half_day_id,
            "server_time": utc_text(ticket.issued_at),
            "expires_at": utc_text(ticket.expires_at),
        },
        salt=SALT,
        compress=True,
    )
