"""Many delivered sessions, in bulk, for measurements: people, agreements, right chains."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from attendance.domain import bulk
from core.french import PARIS
from core.registry import scale_step
from operations.demo import people
from operations.demo.attendance import rows_of
from training.enums import (
    AgreementKind,
    AgreementState,
    EnrolmentState,
    HalfDayLabel,
    SessionState,
    TraineeType,
)
from training.models import (
    Agreement,
    Enrolment,
    HalfDay,
    Learner,
    ProgrammeVersion,
    Trainer,
    TrainerAssignment,
    TrainingSession,
    Venue,
)

PREFIX = "M-"
LEARNERS_PER_SESSION = 12
DAYS_PER_SESSION = 2
#: Sessions written in one transaction: short enough for other writers, long enough to be quick.
BATCH = 50
SLOTS = (
    (HalfDayLabel.MORNING, dt.time(9, 0), dt.time(12, 30)),
    (HalfDayLabel.AFTERNOON, dt.time(13, 30), dt.time(17, 0)),
)


@scale_step(30)
def seed_delivered_sessions(context: dict[str, Any]) -> None:
    """Make sure that `context["scale"]` more delivered sessions of 12 learners exist.

    Puts the sessions made into `context["scaled_sessions"]`, for the apps that add to them.
    """
    made: list[TrainingSession] = []
    existing = TrainingSession.objects.filter(code__startswith=PREFIX).count()
    ranks = range(existing, context["scale"])
    for start in range(ranks.start, ranks.stop, BATCH):
        batch = range(start, min(start + BATCH, ranks.stop))
        with transaction.atomic():
            made += _seed(batch, context)
    context["scaled_sessions"] = made


def _seed(ranks: range, context: dict[str, Any]) -> list[TrainingSession]:
    versions = sorted(context["versions"].values(), key=lambda version: version.pk)
    venues = sorted(context["venues"].values(), key=lambda venue: venue.pk)
    sessions = TrainingSession.objects.bulk_create(
        _session(rank, versions[rank % len(versions)], venues[rank % len(venues)]) for rank in ranks
    )
    half_days = HalfDay.objects.bulk_create(
        half_day
        for rank, session in zip(ranks, sessions, strict=True)
        for half_day in _half_days(session, _first_day(rank))
    )
    _assign(half_days, context["trainers"])
    enrolments = _enrol(ranks, sessions, context["companies"])
    for position, session in enumerate(sessions):
        of_session = slice(position * LEARNERS_PER_SESSION, (position + 1) * LEARNERS_PER_SESSION)
        days = slice(
            position * DAYS_PER_SESSION * len(SLOTS), (position + 1) * DAYS_PER_SESSION * len(SLOTS)
        )
        trainer = context["trainers"][session.pk % len(context["trainers"])]
        bulk.append_many(
            session=session,
            rows=rows_of(half_days[days], enrolments[of_session], trainer),
        )
    return sessions


def _first_day(rank: int) -> dt.date:
    """Two to three years of delivered sessions, counted back from last month; a Monday."""
    day = timezone.localdate() - dt.timedelta(days=40 + rank % 900)
    return day - dt.timedelta(days=day.weekday())


def _session(rank: int, version: ProgrammeVersion, venue: Venue) -> TrainingSession:
    begun = dt.datetime.combine(_first_day(rank), dt.time(8, 0), tzinfo=PARIS)
    return TrainingSession(
        code=f"{PREFIX}{rank:06d}",
        programme_version=version,
        venue=venue,
        price=Decimal(version.content["price_euros"]),
        max_seats=LEARNERS_PER_SESSION,
        state=SessionState.COMPLETED,
        opened_at=begun - dt.timedelta(days=60),
        confirmed_at=begun - dt.timedelta(days=20),
        completed_at=begun + dt.timedelta(days=DAYS_PER_SESSION),
    )


def _half_days(session: TrainingSession, first_day: dt.date) -> Iterator[HalfDay]:
    for offset in range(DAYS_PER_SESSION):
        for label, starts, ends in SLOTS:
            day = first_day + dt.timedelta(days=offset)
            yield HalfDay(
                session=session,
                label=label,
                starts_at=dt.datetime.combine(day, starts, tzinfo=PARIS),
                ends_at=dt.datetime.combine(day, ends, tzinfo=PARIS),
                counted_minutes=210,
            )


def _assign(half_days: list[HalfDay], trainers: list[Trainer]) -> None:
    TrainerAssignment.objects.bulk_create(
        TrainerAssignment(half_day=half_day, trainer=trainers[half_day.session_id % len(trainers)])
        for half_day in half_days
    )


def _enrol(ranks: range, sessions: list[TrainingSession], companies: list[Any]) -> list[Enrolment]:
    numbers = range(ranks.start * LEARNERS_PER_SESSION, ranks.stop * LEARNERS_PER_SESSION)
    learners = Learner.objects.bulk_create(_learner(number) for number in numbers)
    agreements = Agreement.objects.bulk_create(
        Agreement(
            reference=f"{session.code}-A001",
            kind=AgreementKind.CONVENTION,
            state=AgreementState.SIGNED,
            company=companies[session.pk % len(companies)],
            session=session,
            programme_version_id=session.programme_version_id,
            seats=LEARNERS_PER_SESSION,
            price=session.price,
            sent_at=session.opened_at,
            signed_on=session.confirmed_at.date(),
        )
        for session in sessions
    )
    return Enrolment.objects.bulk_create(
        Enrolment(
            session=sessions[position // LEARNERS_PER_SESSION],
            learner=learner,
            agreement=agreements[position // LEARNERS_PER_SESSION],
            employer=agreements[position // LEARNERS_PER_SESSION].company,
            trainee_type=TraineeType.EMPLOYEE,
            state=EnrolmentState.COMPLETED,
            requested_at=sessions[position // LEARNERS_PER_SESSION].opened_at,
            accepted_at=sessions[position // LEARNERS_PER_SESSION].opened_at,
            confirmed_at=sessions[position // LEARNERS_PER_SESSION].confirmed_at,
            completed_at=sessions[position // LEARNERS_PER_SESSION].completed_at,
        )
        for position, learner in enumerate(learners)
    )


def _learner(number: int) -> Learner:
    first, last = people.person(number)
    return Learner(
        first_name=first,
        last_name=last,
        email=people.address_of(first, last, number + 100_000),
        city="Savenay",
        postcode="44260",
    )
