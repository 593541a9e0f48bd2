"""Staff enrol people and reserve seats: the agreement and the seats in one gesture."""

from decimal import Decimal

from django.db import transaction

from accounts.models import User
from training.domain import agreements, enrolments
from training.domain.seats import left as seats_left
from training.domain.transitions import lock
from training.enums import AgreementKind, EnrolmentState, PriceBasis
from training.exceptions import DomainError, SessionFull
from training.models import Agreement, Company, Enrolment, Learner, TrainingSession


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
    """Enrol somebody, known or new (an unsaved `learner` is written in the same transaction).

    Under `agreement` when given; otherwise a draft convention with the `company` that pays
    (L6353-1), or a draft contract with the person (L6353-3). Raises `DomainError`
    (`agreement_elsewhere`) and what `enrolments.add` raises.
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
        return enrolments.add(
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
        left = seats_left(locked)
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
            enrolments.add(
                session=locked, learner=None, agreement=agreement, actor=actor, employer=company
            )
    return agreement


def _too_few(left: int) -> str:
    if left <= 0:
        return "Aucune place n’est libre."
    if left == 1:
        return "Il ne reste qu’une place."
    return f"Il ne reste que {left} places."


def name_seat(*, enrolment: Enrolment, learner: Learner, actor: User | None) -> Enrolment:
    """Give the seat to somebody, known or new (an unsaved `learner` is written with it).

    Raises what `enrolments.name_seat` raises; nobody is then written.
    """
    with transaction.atomic():
        if learner.pk is None:
            learner.save()
        return enrolments.name_seat(enrolment=enrolment, learner=learner, actor=actor)
