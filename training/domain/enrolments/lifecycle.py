"""The states of an enrolment: accepted, confirmed, offered a seat, ended, restored."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.models import User
from core.domain.transitions import change_state, change_states, lock, required_reason
from core.exceptions import DomainError
from core.mails import ComposedMail
from training import mails
from training.domain import accounts, session_guards
from training.domain.correspondence import write_to_learner
from training.domain.enrolments import seats
from training.enums import (
    ENDED_ENROLMENT_STATES,
    EnrolmentState,
)
from training.exceptions import SessionFull
from training.models import (
    Enrolment,
    TrainingSession,
)


def accept(*, enrolment: Enrolment, actor: User | None) -> Enrolment:
    """Accept a request, or an offered place that the person takes, who gets a mail."""
    with transaction.atomic():
        locked = _move(
            enrolment,
            EnrolmentState.ACCEPTED,
            actor=actor,
            verb="enrolment.accepted",
            stamps={"accepted_at": timezone.now()},
        )
        _write(locked, mails.enrolment_accepted)
    return locked


def confirm(*, enrolment: Enrolment, actor: User | None) -> Enrolment:
    """Confirm an accepted enrolment; the person gets the dates, the place, and an account.

    Raises `DomainError` (`seat_without_name`) for a seat not named yet.
    """

    def guard(locked: Enrolment) -> None:
        if locked.learner_id is None:
            raise DomainError(
                "Cette place n’a pas encore de nom : indiquez la personne avant de confirmer.",
                code="seat_without_name",
            )

    with transaction.atomic():
        locked = _move(
            enrolment,
            EnrolmentState.CONFIRMED,
            actor=actor,
            verb="enrolment.confirmed",
            stamps={"confirmed_at": timezone.now()},
            guard=guard,
        )
        accounts.ensure_users(people=[locked.learner] if locked.learner else [])
        _write(locked, mails.enrolment_confirmed)
    return locked


def waitlist(*, enrolment: Enrolment, actor: User | None) -> Enrolment:
    """Move a request to the waiting list, at its end."""
    with transaction.atomic():
        session = lock(enrolment.session)
        locked = _move(
            enrolment,
            EnrolmentState.WAITLISTED,
            actor=actor,
            verb="enrolment.waitlisted",
            stamps={"waiting_rank": seats.next_waiting_rank(session)},
        )
        _write(locked, mails.enrolment_waitlisted)
    return locked


def offer_place(*, enrolment: Enrolment, actor: User | None) -> Enrolment:
    """Offer a free seat to a person on the waiting list. Raises `SessionFull` when none is."""
    with transaction.atomic():
        session = lock(enrolment.session)
        if seats.count(session).free <= 0:
            raise SessionFull("Aucune place n’est libre.", code="session_full")
        locked = _move(
            enrolment,
            EnrolmentState.OFFERED,
            actor=actor,
            verb="enrolment.offered",
            stamps={"waiting_rank": None},
        )
        _write(locked, mails.place_offered)
    return locked


def refuse(*, enrolment: Enrolment, actor: User | None, reason: str) -> Enrolment:
    """Refuse a request, with a reason that the person will read."""
    reason = reason.strip()
    if not reason:
        raise DomainError("Indiquez le motif du refus.", code="reason_required")
    with transaction.atomic():
        locked = end(enrolment=enrolment, to=EnrolmentState.REFUSED, actor=actor, reason=reason)
        if locked.learner is not None:
            write_to_learner(mail=mails.enrolment_refused(locked, reason), enrolment=locked)
    return locked


def end(
    *,
    enrolment: Enrolment,
    to: str,
    actor: User | None,
    reason: str,
    on: dt.date | None = None,
) -> Enrolment:
    """End an enrolment early (refused, cancelled, expired, no-show, drop-out), dated, with why.

    `on` (Europe/Paris, today by default) is the day of departure of a drop-out: only half-days
    before it remain due.
    """
    if to not in ENDED_ENROLMENT_STATES:
        raise ValueError(f"{to} does not end an enrolment.")
    reason = required_reason(reason)
    with transaction.atomic():
        # Read under the lock: another user may just have moved it.
        before = lock(enrolment).state
        return _move(
            enrolment,
            to,
            actor=actor,
            verb=f"enrolment.{to}",
            stamps={
                "ended_on": on or timezone.localdate(),
                "end_reason": reason[:255],
                "state_before_end": before,
                "waiting_rank": None,
            },
            reason=reason,
        )


def restore(*, enrolment: Enrolment, actor: User | None, reason: str) -> Enrolment:
    """Bring an ended enrolment back to the state it left, with a reason; needs a free seat.

    Raises `SessionFull`, or `DomainError` (`already_enrolled`, `reason_required`,
    `session_over`: a completed session is reopened first).
    """
    reason = required_reason(reason)
    with transaction.atomic():
        session = lock(enrolment.session)
        session_guards.refuse_if_over(session)
        current = lock(enrolment)
        held_seat = Enrolment.objects.holding_seat().filter(pk=current.pk).exists()
        back_to = current.state_before_end
        if (
            back_to != EnrolmentState.WAITLISTED
            and not held_seat
            and seats.count(session).free <= 0
        ):
            raise SessionFull("Aucune place n’est libre.", code="session_full")
        if (
            current.learner_id
            and session.enrolments.live().filter(learner=current.learner_id).exists()
        ):
            raise DomainError(
                "Cette personne a une autre inscription en cours à cette session.",
                code="already_enrolled",
            )
        waiting = back_to == EnrolmentState.WAITLISTED
        return _move(
            enrolment,
            back_to,
            actor=actor,
            verb="enrolment.restored",
            stamps=_cleared_end()
            | {"waiting_rank": seats.next_waiting_rank(session) if waiting else None},
            reason=reason,
            leaving={current.state},
        )


# --- The end of the session -----------------------------------------------------------------------


def complete_all(*, session: TrainingSession, present: Collection[int], actor: User | None) -> None:
    """End every enrolment of a session that has just been completed: three sets, each at once.

    Among those confirmed, the ids in `present` followed the session to its end, the others never
    came; those who still waited expire. Called by `sessions.lifecycle.complete_session`.
    """
    enrolments = Enrolment.objects.filter(session=session)
    change_states(
        rows=enrolments.filter(state=EnrolmentState.CONFIRMED, pk__in=present),
        to=EnrolmentState.COMPLETED,
        actor=actor,
        verb="enrolment.completed",
        stamps={"completed_at": timezone.now()},
        session_id=session.pk,
    )
    end_all(
        session=session,
        enrolments=enrolments.filter(state=EnrolmentState.CONFIRMED),
        to=EnrolmentState.NO_SHOW,
        actor=actor,
        reason="Aucune présence enregistrée",
    )
    end_all(
        session=session,
        enrolments=enrolments.filter(state=EnrolmentState.WAITLISTED),
        to=EnrolmentState.EXPIRED,
        actor=actor,
        reason="Session terminée",
    )


def end_all(
    *,
    session: TrainingSession,
    enrolments: QuerySet[Enrolment],
    to: str,
    actor: User | None,
    reason: str,
) -> list[Enrolment]:
    """End these enrolments of the session early, today, as `end` does for one; returns them."""
    ended = change_states(
        rows=enrolments,
        to=to,
        actor=actor,
        verb=f"enrolment.{to}",
        stamps={
            "ended_on": timezone.localdate(),
            "end_reason": reason[:255],
            "state_before_end": F("state"),
            "waiting_rank": None,
        },
        reason=reason,
        session_id=session.pk,
    )
    return ended


def take_up_all_again(*, session: TrainingSession, actor: User | None) -> None:
    """Bring back to confirmed those whom the completion of the session had completed or ended."""
    change_states(
        rows=Enrolment.objects.filter(
            session=session, state__in=[EnrolmentState.COMPLETED, EnrolmentState.NO_SHOW]
        ),
        to=EnrolmentState.CONFIRMED,
        actor=actor,
        verb="enrolment.taken_up_again",
        stamps={**_cleared_end(), "completed_at": None},
        session_id=session.pk,
    )


# --- Helpers --------------------------------------------------------------------------------------


def _move(
    enrolment: Enrolment,
    to: str,
    *,
    actor: User | None,
    verb: str,
    stamps: Mapping[str, Any] | None = None,
    reason: str = "",
    guard: Callable[[Enrolment], None] | None = None,
    leaving: Collection[str] | None = None,
) -> Enrolment:
    with transaction.atomic():
        locked = change_state(
            row=enrolment,
            to=to,
            leaving=leaving,
            actor=actor,
            verb=verb,
            stamps=stamps,
            reason=reason,
            guard=guard,
            session_id=enrolment.session_id,
        )
    return locked


def _cleared_end() -> dict[str, Any]:
    return {"ended_on": None, "end_reason": "", "state_before_end": ""}


def _write(enrolment: Enrolment, compose: Callable[[Enrolment], ComposedMail]) -> None:
    if enrolment.learner is not None:
        write_to_learner(mail=compose(enrolment), enrolment=enrolment)
