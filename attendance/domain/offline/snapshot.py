"""What a device takes along to a place without network, and is answered when it comes back."""

import datetime as dt
from typing import Any

from django.db.models import Max
from django.utils import timezone

from attendance.domain.actors import learner_of
from attendance.domain.board import Board, BoardRow, half_day_board
from attendance.domain.locking import earliest_lock
from attendance.domain.signatures import lock_statement, presence_statement, telling_keys
from attendance.enums import AttendanceKind
from attendance.models import OfflineTicket
from core.domain.canonical import utc_text
from core.french import format_day, format_time
from training.enums import AbsenceReason
from training.models import Trainer


def snapshot(ticket: OfflineTicket) -> dict[str, Any]:
    """What the device takes along, and no more: the names, what is recorded, the hours, the texts.

    Plain data for JSON; moments in UTC. `name_keys`: by what a typed name is recognised.
    """
    half_day, now = ticket.half_day, timezone.now()
    taken = ticket.items.aggregate(last=Max("sequence"))["last"] or 0
    board = half_day_board(half_day=half_day, at=now)
    return {
        "half_day": half_day.pk,
        "ticket": str(ticket.pk),
        # The last rank of this ticket that the server has: the device goes on from there.
        "taken": taken,
        "server_time": utc_text(now),
        "issued_at": utc_text(ticket.issued_at),
        "expires_at": utc_text(ticket.expires_at),
        "ready_words": "Prêt hors ligne, jusqu’au "
        f"{format_day(ticket.expires_at, weekday=True, zone=half_day.zone)} à "
        f"{format_time(ticket.expires_at, zone=half_day.zone)}",
        "title": half_day.session.title,
        "when_words": f"{half_day.day_words}, {half_day.times_words}",
        "place": str(half_day.place),
        "trainer": str(ticket.trainer),
        "trainer_keys": telling_keys(ticket.trainer, salt=str(ticket.pk)),
        "time_zone": str(half_day.zone),
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
        "name_keys": telling_keys(learner_of(row.enrolment), salt=str(row.enrolment.uuid)),
        "state": row.mark.state if row.mark else "",
        "words": _words(row, zone),
    }


def _words(row: BoardRow, zone: dt.tzinfo) -> str:
    """What is recorded of the person, in words; empty while nothing is."""
    if row.mark is None:
        return ""
    event = row.event
    if event is not None and row.is_signed:
        where = ", hors ligne" if event.is_offline else ""
        return f"Signé à {format_time(event.happened_at, zone=zone)}{where}"
    if row.is_present:
        corrected = event is not None and event.kind == AttendanceKind.CORRECTION
        return "Présence corrigée" if corrected else "Présence déclarée"
    return f"Absence : {row.mark.get_absence_reason_display().lower()}"


def _is_closed(board: Board, trainer: Trainer) -> bool:
    """Whether there is nothing left for this trainer to do there."""
    return board.is_held or trainer.pk not in {item.pk for item in board.to_lock}
