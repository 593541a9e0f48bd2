"""Preparing a half-day for a place without network: the ticket, and what the device takes along.

The ticket is all that the device shows when it comes back: neither session nor password. It is
signed, speaks of one trainer and one half-day, ends after seven days (dated rule), and can be
revoked.
"""

import datetime as dt
import uuid
from typing import Any

from django.core import signing
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from training.domain import journal
from training.domain.attendance.board import Board, BoardRow, half_day_board
from training.domain.attendance.locking import earliest_lock
from training.domain.attendance.signatures import lock_statement, presence_statement
from training.domain.attendance.slot import refuse_if_locked
from training.domain.canonical import utc_text
from training.domain.rules import rule
from training.enums import AbsenceReason, AttendanceKind, HalfDayState, SessionState
from training.exceptions import DomainError
from training.french import format_day, format_time
from training.models import HalfDay, OfflineTicket, Trainer

SALT = "training.attendance.offline"


def prepare(*, half_day: HalfDay, trainer: Trainer, actor: User) -> tuple[OfflineTicket, str]:
    """A ticket for the half-day, and the signed text of it that the device keeps.

    Raises `DomainError`: `not_trainer`, `half_day_locked`, `half_day_cancelled`, `session_over`,
    `too_early_to_prepare` (the ticket would end before the half-day).
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
        ticket = OfflineTicket.objects.create(
            half_day=half_day,
            trainer=trainer,
            issued_to=actor,
            issued_at=now,
            expires_at=expires_at,
        )
        journal.record(
            actor=actor, verb="offline.prepared", subject=ticket, session=half_day.session
        )
    return ticket, _sign(ticket)


def read_ticket(text: str, *, half_day_id: int) -> OfflineTicket:
    """The ticket that a device shows for a half-day, once everything about it is right.

    Raises `DomainError`: `ticket_invalid` (changed, or never ours), `wrong_half_day`,
    `ticket_revoked`, `ticket_expired`.
    """
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
        raise DomainError(
            "Cette préparation n’est pas reconnue. Préparez de nouveau la demi-journée.",
            code="ticket_invalid",
        ) from error
    if (said.get("half_day"), said.get("trainer")) != (ticket.half_day_id, ticket.trainer_id):
        raise DomainError("Cette préparation n’est pas reconnue.", code="ticket_invalid")
    if half_day_id != ticket.half_day_id:
        raise DomainError(
            "Cette préparation concerne une autre demi-journée.", code="wrong_half_day"
        )
    if ticket.revoked_at is not None or not ticket.issued_to.is_active:
        raise DomainError(
            "Cette préparation a été révoquée : rien de ce que garde cet appareil ne sera "
            "enregistré. Adressez-vous au secrétariat.",
            code="ticket_revoked",
        )
    if ticket.expires_at <= timezone.now():
        raise DomainError(
            f"Cette préparation a expiré le {format_day(ticket.expires_at)} : adressez-vous au "
            "secrétariat pour régulariser.",
            code="ticket_expired",
        )
    return ticket


def revoke(*, half_day: HalfDay, trainer: Trainer | None, actor: User) -> int:
    """End the live tickets of the half-day (those of one trainer only, if given); how many.

    For a device lost or lent: what it kept will be refused, and it erases it when told so.
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
                actor=actor, verb="offline.revoked", subject=ticket, session=half_day.session
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


def snapshot(ticket: OfflineTicket) -> dict[str, Any]:
    """What the device takes along, and no more: the names, what is recorded, the hours, the texts.

    Plain data for JSON; moments in UTC.
    """
    half_day, now = ticket.half_day, timezone.now()
    board = half_day_board(half_day=half_day, at=now)
    return {
        "half_day": half_day.pk,
        "ticket": str(ticket.pk),
        "server_time": utc_text(now),
        "issued_at": utc_text(ticket.issued_at),
        "expires_at": utc_text(ticket.expires_at),
        "ready_words": "Prêt hors ligne, jusqu’au "
        f"{format_day(ticket.expires_at, weekday=True)} à {format_time(ticket.expires_at)}",
        "title": half_day.session.title,
        "when_words": f"{half_day.day_words}, {half_day.times_words}",
        "place": str(half_day.place),
        "trainer": str(ticket.trainer),
        "starts_at": utc_text(half_day.starts_at),
        "ends_at": utc_text(half_day.ends_at),
        "opens_at": utc_text(board.window.opens_at),
        "closes_at": utc_text(board.window.closes_at),
        "lock_from": utc_text(earliest_lock(half_day)),
        "statement": presence_statement(half_day),
        "lock_statement": lock_statement(half_day),
        "reasons": [{"value": value, "label": label} for value, label in AbsenceReason.choices],
        "people": [_person(row, half_day.zone) for row in board.rows],
        "closed": _is_closed(board, ticket.trainer),
    }


def _person(row: BoardRow, zone: dt.tzinfo) -> dict[str, Any]:
    return {
        "enrolment": str(row.enrolment.uuid),
        "name": str(row.enrolment.learner),
        "state": row.mark.state if row.mark else "",
        "words": _words(row, zone),
    }


def _words(row: BoardRow, zone: dt.tzinfo) -> str:
    """What is recorded of the person, in words; empty while nothing is."""
    if row.mark is None:
        return ""
    if row.is_signed:
        event = row.mark.event
        where = ", hors ligne" if event.is_offline else ""
        return f"Signé à {format_time(event.happened_at, zone=zone)}{where}"
    if row.is_present:
        corrected = row.mark.event.kind == AttendanceKind.CORRECTION
        return "Présence corrigée" if corrected else "Présence déclarée"
    return f"Absence : {row.mark.get_absence_reason_display().lower()}"


def _is_closed(board: Board, trainer: Trainer) -> bool:
    """Whether there is nothing left for this trainer to do there."""
    return board.is_held or trainer.pk not in {item.pk for item in board.to_lock}


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
