"""Enrolments: asked for, accepted, confirmed, ended. Seats are counted under a lock."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from training import mails
from training.domain import accounts, journal, outbox, seats
from training.domain.transitions import change_state, lock, required_reason
from training.enums import (
    ENDED_ENROLMENT_STATES,
    ENROLMENT_TRANSITIONS,
    EnrolmentState,
)
from training.exceptions import DomainError, SessionFull
from training.models import (
    Agreement,
    Company,
    Enrolment,
    Learner,
    TrainingSession,
)
from training.signals import seats_changed


def add(
    *,
    session: TrainingSession,
    learner: Learner | None,
    agreement: Agreement,
    actor: User | None,
    state: str = EnrolmentState.ACCEPTED,
    employer: Company | None = None,
    trainee_type: str = "",
    allow_over_capacity: bool = False,
    **fields: Any,
) -> Enrolment:
    """Staff enrol somebody, or reserve a seat not named yet (`learner=None`).

    `state` is accepted or confirmed. `allow_over_capacity` is for imports alone: the register
    is a fact; the journal keeps by how many seats it went over. Raises `SessionFull`, or
    `DomainError` (`already_enrolled`, `session_over`).
    """
    if state not in {EnrolmentState.ACCEPTED, EnrolmentState.CONFIRMED}:
        raise ValueError("Staff enrol at accepted or confirmed.")
    now = timezone.now()
    with transaction.atomic():
        locked = lock(session)
        seats.refuse_if_over(locked)
        if learner is not None and locked.enrolments.live().filter(learner=learner).exists():
            raise DomainError(
                f"{learner} est déjà inscrit(e) à la session {locked.code}.",
                code="already_enrolled",
            )
        left = seats.left(locked)
        if left <= 0 and not allow_over_capacity:
            raise SessionFull("Cette session est complète.", code="session_full")
        enrolment = Enrolment.objects.create(
            session=locked,
            learner=learner,
            agreement=agreement,
            employer=employer,
            trainee_type=trainee_type,
            state=state,
            accepted_at=now,
            confirmed_at=now if state == EnrolmentState.CONFIRMED else None,
            **fields,
        )
        journal.record(
            actor=actor,
            verb="enrolment.added",
            subject=enrolment,
            session=locked,
            to_state=state,
            details={"over_capacity_by": 1 - left} if left <= 0 else None,
        )
        if learner is not None and state == EnrolmentState.CONFIRMED:
            accounts.ensure_users(people=[learner])
        seats_changed.send(sender=TrainingSession, session_id=locked.pk)
    return enrolment


def accept(*, enrolment: Enrolment, actor: User | None) -> Enrolment:
    """Accept a request, or an offered place that the person takes; they get a mail."""
    with transaction.atomic():
        locked = _move(
            enrolment,
            EnrolmentState.ACCEPTED,
            actor=actor,
            verb="enrolment.accepted",
            stamps={"accepted_at": timezone.now()},
        )
        _tell(locked, mails.enrolment_accepted)
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
        _tell(locked, mails.enrolment_confirmed)
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
        _tell(locked, mails.enrolment_waitlisted)
    return locked


def offer_place(*, enrolment: Enrolment, actor: User | None) -> Enrolment:
    """Offer a free seat to somebody on the waiting list. Raises `SessionFull` when none is."""
    with transaction.atomic():
        session = lock(enrolment.session)
        if seats.left(session) <= 0:
            raise SessionFull("Aucune place n’est libre.", code="session_full")
        locked = _move(
            enrolment,
            EnrolmentState.OFFERED,
            actor=actor,
            verb="enrolment.offered",
            stamps={"waiting_rank": None},
        )
        _tell(locked, mails.place_offered)
    return locked


def refuse(*, enrolment: Enrolment, actor: User | None, reason: str) -> Enrolment:
    """Refuse a request, with a reason that the person will read."""
    reason = reason.strip()
    if not reason:
        raise DomainError("Indiquez le motif du refus.", code="reason_required")
    with transaction.atomic():
        locked = end(enrolment=enrolment, to=EnrolmentState.REFUSED, actor=actor, reason=reason)
        if locked.learner is not None:
            outbox.send_to_learner(mail=mails.enrolment_refused(locked, reason), enrolment=locked)
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
        # Read under the lock: somebody may just have moved it.
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
        seats.refuse_if_over(session)
        current = lock(enrolment)
        held_seat = Enrolment.objects.holding_seat().filter(pk=current.pk).exists()
        back_to = current.state_before_end
        if back_to != EnrolmentState.WAITLISTED and not held_seat and seats.left(session) <= 0:
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
            table={current.state: frozenset({back_to})},
        )


def complete(*, enrolment: Enrolment, actor: User | None) -> Enrolment:
    """The person followed the session to its end. Called by `sessions.complete_session`."""
    return _move(
        enrolment,
        EnrolmentState.COMPLETED,
        actor=actor,
        verb="enrolment.completed",
        stamps={"completed_at": timezone.now()},
    )


def take_up_again(*, enrolment: Enrolment, actor: User | None) -> Enrolment:
    """Back to confirmed when a completed session is reopened."""
    return _move(
        enrolment,
        EnrolmentState.CONFIRMED,
        actor=actor,
        verb="enrolment.taken_up_again",
        stamps=_cleared_end() | {"completed_at": None},
        table={
            EnrolmentState.COMPLETED: frozenset({EnrolmentState.CONFIRMED}),
            EnrolmentState.NO_SHOW: frozenset({EnrolmentState.CONFIRMED}),
        },
    )


def name_seat(
    *, enrolment: Enrolment, learner: Learner, actor: User | None, trainee_type: str = ""
) -> Enrolment:
    """Give a name to a reserved seat, or replace the person: the seat is kept.

    Raises `DomainError` (`already_enrolled`, `enrolment_ended`, `person_attended`).
    """
    with transaction.atomic():
        session = lock(enrolment.session)
        locked = lock(enrolment)
        if locked.state in ENDED_ENROLMENT_STATES:
            raise DomainError("Cette inscription a pris fin.", code="enrolment_ended")
        if locked.attendance_events.exists():
            raise DomainError(
                "Cette personne a déjà une présence enregistrée : "
                "elle ne peut plus être remplacée.",
                code="person_attended",
            )
        if session.enrolments.live().filter(learner=learner).exists():
            raise DomainError(
                f"{learner} est déjà inscrit(e) à cette session.", code="already_enrolled"
            )
        previous = locked.learner
        locked.learner = learner
        locked.replaces = previous
        if trainee_type:
            locked.trainee_type = trainee_type
        locked.save(update_fields=["learner", "replaces", "trainee_type"])
        journal.record(
            actor=actor,
            verb="enrolment.person_replaced" if previous else "enrolment.seat_named",
            subject=locked,
            session=session,
            details={"from": previous.pk if previous else None, "to": learner.pk},
        )
        if locked.state == EnrolmentState.CONFIRMED:
            accounts.ensure_users(people=[learner])
    enrolment.refresh_from_db()
    return locked


# --- Helpers --------------------------------------------------------------------------------------


def _move(
    enrolment: Enrolment,
    to: str,
    *,
    actor: User | None,
    verb: str,
    stamps: dict[str, Any] | None = None,
    reason: str = "",
    guard: Any = None,
    table: Any = None,
) -> Enrolment:
    with transaction.atomic():
        locked = change_state(
            row=enrolment,
            to=to,
            table=table or ENROLMENT_TRANSITIONS,
            actor=actor,
            verb=verb,
            stamps=stamps,
            reason=reason,
            guard=guard,
            session=enrolment.session,
        )
        seats_changed.send(sender=TrainingSession, session_id=enrolment.session_id)
    return locked


def _cleared_end() -> dict[str, Any]:
    return {"ended_on": None, "end_reason": "", "state_before_end": ""}


def _tell(enrolment: Enrolment, compose: Any) -> None:
    if enrolment.learner is not None:
        outbox.send_to_learner(mail=compose(enrolment), enrolment=enrolment)
