"""What staff enrol: a person, seats reserved for a company, the name of a seat."""

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.domain import journal
from core.domain.transitions import lock
from core.exceptions import DomainError
from training.domain import accounts, agreements, session_guards
from training.domain.enrolments.seats import count as count_seats
from training.enums import (
    ENDED_ENROLMENT_STATES,
    AgreementKind,
    EnrolmentState,
    PriceBasis,
)
from training.exceptions import SessionFull
from training.models import (
    Agreement,
    Company,
    Enrolment,
    Learner,
    TrainingSession,
)


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
    """Enrol a person, or reserve a seat not named yet (`learner=None`).

    `state` is accepted or confirmed. `allow_over_capacity` is for imports alone: the register
    is a fact; the journal keeps by how many seats it went over. Raises `SessionFull`, or
    `DomainError` (`already_enrolled`, `session_over`).
    """
    if state not in {EnrolmentState.ACCEPTED, EnrolmentState.CONFIRMED}:
        raise ValueError("Staff enrol at accepted or confirmed.")
    now = timezone.now()
    with transaction.atomic():
        locked = lock(session)
        session_guards.refuse_if_over(locked)
        if (
            learner is not None
            and Enrolment.objects.live().filter(session=locked, learner=learner).exists()
        ):
            raise DomainError(
                f"{learner} est déjà inscrit(e) à la session {locked.code}.",
                code="already_enrolled",
            )
        left = count_seats(locked).free
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
            session_id=locked.pk,
            to_state=state,
            details={"over_capacity_by": 1 - left} if left <= 0 else None,
        )
        if learner is not None and state == EnrolmentState.CONFIRMED:
            accounts.ensure_users(people=[learner])
    return enrolment


def enrol(
    *,
    session: TrainingSession,
    learner: Learner,
    actor: User | None,
    company: Company | None = None,
    agreement: Agreement | None = None,
    state: str = EnrolmentState.ACCEPTED,
    employer: Company | None = None,
    trainee_type: str = "",
) -> Enrolment:
    """Enrol a person, known or new (an unsaved `learner` is written in the same transaction).

    Under `agreement` when given; otherwise a draft convention with the `company` that pays
    (L6353-1), or a draft contract with the person (L6353-3). Raises `DomainError`
    (`agreement_elsewhere`) and what `add` raises.
    """
    if agreement is not None and agreement.session_id != session.pk:
        raise DomainError("Cet accord porte sur une autre session.", code="agreement_elsewhere")
    with transaction.atomic():
        lock(session)
        if learner.pk is None:
            learner.save()
        if agreement is None:
            agreement = agreements.draft_for_request(
                session=session, learner=learner, company=company
            )
        return add(
            session=session,
            learner=learner,
            agreement=agreement,
            actor=actor,
            state=state,
            employer=employer or company,
            trainee_type=trainee_type,
        )


def reserve_seats(
    *,
    session: TrainingSession,
    company: Company,
    seats: int,
    actor: User | None,
    price: Decimal | None = None,
    price_basis: str = PriceBasis.PERSON,
) -> Agreement:
    """Keep `seats` seats for people whom the company will name later, under one draft convention.

    All of them or none: raises `SessionFull` saying how many are left.
    """
    with transaction.atomic():
        locked = lock(session)
        left = count_seats(locked).free
        if seats > left:
            raise SessionFull(_too_few(left), code="session_full")
        agreement = agreements.draft(
            session=locked,
            kind=AgreementKind.CONVENTION,
            company=company,
            seats=seats,
            price=price,
            price_basis=price_basis,
            actor=actor,
        )
        for _rank in range(seats):
            add(session=locked, learner=None, agreement=agreement, actor=actor, employer=company)
    return agreement


def _too_few(left: int) -> str:
    if left <= 0:
        return "Aucune place n’est libre."
    if left == 1:
        return "Il ne reste qu’une place."
    return f"Il ne reste que {left} places."


def name_seat(
    *, enrolment: Enrolment, learner: Learner, actor: User | None, trainee_type: str = ""
) -> Enrolment:
    """Give a name to a reserved seat, or replace the person: the seat is kept.

    A `learner` not saved yet is written with it. Raises `DomainError` (`already_enrolled`,
    `enrolment_ended`, `person_attended`).
    """
    with transaction.atomic():
        session = lock(enrolment.session)
        locked = lock(enrolment)
        if locked.state in ENDED_ENROLMENT_STATES:
            raise DomainError("Cette inscription a pris fin.", code="enrolment_ended")
        if locked.marks.exists():
            raise DomainError(
                "Cette personne a déjà une présence enregistrée : "
                "elle ne peut plus être remplacée.",
                code="person_attended",
            )
        if learner.pk is None:
            learner.save()
        elif Enrolment.objects.live().filter(session=session, learner=learner).exists():
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
            session_id=session.pk,
            details={"from": previous.pk if previous else None, "to": learner.pk},
        )
        if locked.state == EnrolmentState.CONFIRMED:
            accounts.ensure_users(people=[learner])
    enrolment.refresh_from_db()
    return locked
