"""Enrolments: asked for, accepted, confirmed, ended. Seats are counted under a lock."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models import User
from training import mails
from training.domain import agreements, journal, outbox
from training.domain.transitions import change_state, lock
from training.enums import (
    ENDED_ENROLMENT_STATES,
    ENROLMENT_TRANSITIONS,
    AdaptationState,
    Enrolling,
    EnrolmentState,
    SessionState,
    TraineeType,
)
from training.exceptions import DomainError, SessionFull
from training.models import (
    Adaptation,
    Agreement,
    Company,
    Enrolment,
    HalfDay,
    Learner,
    TrainingSession,
)
from training.signals import seats_changed


@dataclass(frozen=True, kw_only=True)
class EnrolmentRequest:
    """What somebody gives to ask for a place. The least that is needed (L6353-9).

    `key` is drawn with the form: the same form sent twice (a double click, a reloaded page)
    makes one enrolment, which takes it as its `uuid`.
    """

    first_name: str
    last_name: str
    email: str
    phone: str = ""
    trainee_type: str = TraineeType.INDIVIDUAL
    employer_name: str = ""
    employer_siret: str = ""
    employer_pays: bool = False
    message: str = ""
    adaptation: str = ""
    key: uuid.UUID | None = None


@dataclass(frozen=True)
class RequestOutcome:
    """The enrolment, whether the request made it (False: the person already had it), and
    whether the answer speaks of the waiting list: the same for somebody who already had one."""

    enrolment: Enrolment
    created: bool
    waitlisted: bool


# --- Seats ----------------------------------------------------------------------------------------


def seats_left(session: TrainingSession) -> int:
    """Seats that nobody holds; negative when an import went over the capacity."""
    return session.max_seats - Enrolment.objects.holding_seat().filter(session=session).count()


def why_closed(session: TrainingSession) -> DomainError | None:
    """Why nobody can ask for a place (`session_closed`, `session_begun`); None when they can."""
    if session.state not in {SessionState.OPEN, SessionState.CONFIRMED}:
        return DomainError(
            "Les inscriptions à cette session ne sont pas ouvertes.", code="session_closed"
        )
    first = HalfDay.objects.counting().filter(session=session).order_by("starts_at").first()
    if first is not None and first.starts_at <= timezone.now():
        return DomainError("Cette session a déjà commencé.", code="session_begun")
    return None


# --- Asking ---------------------------------------------------------------------------------------


def request(
    *, session: TrainingSession, request: EnrolmentRequest, join_waiting_list: bool = False
) -> RequestOutcome:
    """Ask for a place from the public site; one transaction, one lock on the session.

    The seat is kept from the request on. Raises `SessionFull` (`session_full`) when none is left
    and the waiting list was not asked for, `DomainError` (`session_closed`, `session_begun`,
    `session_by_invitation`) otherwise. Somebody who already has a live enrolment gets a mail
    that says so (one a day), and the answer is the one that a stranger would get: a form never
    tells who is enrolled.
    """
    with transaction.atomic():
        locked = lock(session)
        if closed := why_closed(locked):
            raise closed
        if locked.enrolling != Enrolling.PUBLIC:
            raise DomainError("Cette session est sur invitation.", code="session_by_invitation")
        known = _find_learner(request)
        existing = locked.enrolments.live().filter(learner=known).first() if known else None
        if existing is not None and existing.uuid == request.key:
            return RequestOutcome(
                existing,
                created=False,
                waitlisted=existing.state == EnrolmentState.WAITLISTED,
            )
        full = seats_left(locked) <= 0
        if full and not join_waiting_list:
            raise SessionFull(
                "Cette session est complète. Vous pouvez demander une place en liste d’attente.",
                code="session_full",
            )
        if existing is not None:
            outbox.send_to_learner(
                mail=mails.enrolment_already_known(existing),
                enrolment=existing,
                dedupe_key=f"already-known-{existing.pk}-{timezone.localdate():%Y%m%d}",
            )
            return RequestOutcome(existing, created=False, waitlisted=full)
        learner = known or _make_learner(request)
        employer = _find_or_make_company(request)
        agreement = agreements.draft_for_request(
            session=locked,
            learner=learner,
            company=employer if request.employer_pays else None,
        )
        enrolment = Enrolment.objects.create(
            uuid=_free_key(request.key),
            session=locked,
            learner=learner,
            agreement=agreement,
            employer=employer,
            trainee_type=request.trainee_type,
            message=request.message,
            state=EnrolmentState.WAITLISTED if full else EnrolmentState.REQUESTED,
            waiting_rank=_next_waiting_rank(locked) if full else None,
        )
        if request.adaptation.strip():
            Adaptation.objects.create(enrolment=enrolment, request=request.adaptation.strip())
        journal.record(
            actor=None,
            verb="enrolment.requested",
            subject=enrolment,
            session=locked,
            to_state=enrolment.state,
        )
        compose = mails.enrolment_waitlisted if full else mails.enrolment_received
        outbox.send_to_learner(mail=compose(enrolment), enrolment=enrolment)
        seats_changed.send(sender=TrainingSession, session_id=locked.pk)
    return RequestOutcome(enrolment, created=True, waitlisted=full)


def _free_key(key: uuid.UUID | None) -> uuid.UUID:
    """The form's key, or another when a form called back enrolled somebody else."""
    if key is None or Enrolment.objects.filter(uuid=key).exists():
        return uuid.uuid4()
    return key


def _find_learner(request: EnrolmentRequest) -> Learner | None:
    """The same person, only when name, first name and address all agree: an address alone is
    often shared by a family or an office."""
    return (
        Learner.objects.annotate(
            lower_email=Lower("email"),
            lower_last=Lower("last_name"),
            lower_first=Lower("first_name"),
        )
        .filter(
            merged_into=None,
            lower_email=request.email.strip().lower(),
            lower_last=request.last_name.strip().lower(),
            lower_first=request.first_name.strip().lower(),
        )
        .exclude(email="")
        .order_by("pk")
        .first()
    )


def _make_learner(request: EnrolmentRequest) -> Learner:
    return Learner.objects.create(
        first_name=request.first_name.strip(),
        last_name=request.last_name.strip(),
        email=request.email.strip().lower(),
        phone=request.phone.strip(),
    )


def _find_or_make_company(request: EnrolmentRequest) -> Company | None:
    name = request.employer_name.strip()
    if request.employer_siret:
        company, _created = Company.objects.get_or_create(
            siret=request.employer_siret,
            merged_into=None,
            defaults={"name": name or request.employer_siret},
        )
        return company
    return Company.objects.create(name=name) if name else None


def _next_waiting_rank(session: TrainingSession) -> int:
    highest = session.enrolments.aggregate(highest=Max("waiting_rank"))["highest"]
    return (highest or 0) + 1


# --- Staff ----------------------------------------------------------------------------------------


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
        if locked.state in {
            SessionState.COMPLETED,
            SessionState.ARCHIVED,
            SessionState.CANCELLED,
        }:
            raise DomainError("Cette session est terminée ou annulée.", code="session_over")
        if learner is not None and locked.enrolments.live().filter(learner=learner).exists():
            raise DomainError(
                f"{learner} est déjà inscrit(e) à la session {locked.code}.",
                code="already_enrolled",
            )
        left = seats_left(locked)
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
    """Confirm an accepted enrolment; the person gets the dates and the place.

    Raises `DomainError` (`seat_without_name`) for a seat not named yet.
    """

    def guard(locked: Enrolment) -> None:
        if locked.learner_id is None:
            raise DomainError(
                "Cette place n’a pas encore de nom : indiquez la personne avant de confirmer.",
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
            stamps={"waiting_rank": _next_waiting_rank(session)},
        )
        _tell(locked, mails.enrolment_waitlisted)
    return locked


def offer_place(*, enrolment: Enrolment, actor: User | None) -> Enrolment:
    """Offer a free seat to somebody on the waiting list. Raises `SessionFull` when none is."""
    with transaction.atomic():
        session = lock(enrolment.session)
        if seats_left(session) <= 0:
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
    reason = reason.strip()
    if not reason:
        raise DomainError("Indiquez le motif.", code="reason_required")
    return _move(
        enrolment,
        to,
        actor=actor,
        verb=f"enrolment.{to}",
        stamps={
            "ended_on": on or timezone.localdate(),
            "end_reason": reason[:255],
            "state_before_end": enrolment.state,
            "waiting_rank": None,
        },
        reason=reason,
    )


def restore(*, enrolment: Enrolment, actor: User | None, reason: str) -> Enrolment:
    """Bring an ended enrolment back to the state it left, with a reason; needs a free seat.

    Raises `SessionFull`, or `DomainError` (`already_enrolled`, `reason_required`).
    """
    if not reason.strip():
        raise DomainError("Indiquez le motif.", code="reason_required")
    with transaction.atomic():
        session = lock(enrolment.session)
        current = lock(enrolment)
        held_seat = Enrolment.objects.holding_seat().filter(pk=current.pk).exists()
        back_to = current.state_before_end
        if back_to != EnrolmentState.WAITLISTED and not held_seat and seats_left(session) <= 0:
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
            | {"waiting_rank": _next_waiting_rank(session) if waiting else None},
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
                "Cette personne a déjà une présence enregistrée : "
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
    enrolment.refresh_from_db()
    return locked


# --- Adaptations ----------------------------------------------------------------------------------


def decide_adaptation(
    *, adaptation: Adaptation, decision: str, granted: bool, actor: User | None
) -> Adaptation:
    """Write what was decided for a learner, never why (indicator 10)."""
    if not decision.strip():
        raise DomainError("Indiquez la décision.", code="decision_required")
    return change_state(
        row=adaptation,
        to=AdaptationState.DECIDED if granted else AdaptationState.DECLINED,
        table={
            AdaptationState.REQUESTED: frozenset(
                {AdaptationState.DECIDED, AdaptationState.DECLINED}
            )
        },
        actor=actor,
        verb="adaptation.decided",
        stamps={"decision": decision.strip(), "decided_at": timezone.now()},
        session=adaptation.enrolment.session,
    )


def apply_adaptation(*, adaptation: Adaptation, actor: User | None) -> Adaptation:
    """What was decided is in place."""
    return change_state(
        row=adaptation,
        to=AdaptationState.APPLIED,
        table={AdaptationState.DECIDED: frozenset({AdaptationState.APPLIED})},
        actor=actor,
        verb="adaptation.applied",
        stamps={"applied_at": timezone.now()},
        session=adaptation.enrolment.session,
    )


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
