"""Sessions in every state, around the day when they are seeded."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import User
from core.registry import demo_step
from operations.demo import people
from operations.demo.accounts import account
from operations.demo.attendance import hold
from operations.demo.outcomes import answer, assess, sign_agreements
from training.domain import agreements
from training.domain.enrolments import requests, staff
from training.domain.enrolments.requests import EnrolmentRequest
from training.domain.sessions import lifecycle as session_lifecycle
from training.domain.sessions import planning
from training.domain.sessions.planning import DEFAULT_SLOTS, Slot
from training.enums import (
    AgreementKind,
    Enrolling,
    EnrolmentState,
    HalfDayLabel,
    Modality,
    PriceBasis,
    SessionState,
    TraineeType,
)
from training.models import Company, Learner, ProgrammeVersion, TrainingSession

#: (month, day) of fixed holidays, and of the days around Christmas when no one trains.
DAYS_OFF = {
    (1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11),
    *((12, day) for day in range(23, 32)),
}  # fmt: skip


class Seeder:
    """Makes sessions and people, keeping count of the invented people already used."""

    def __init__(self, context: dict[str, Any]) -> None:
        self.actor: User = account("secretariat")
        self.versions: dict[str, ProgrammeVersion] = context["versions"]
        self.venues = context["venues"]
        self.trainers = context["trainers"]
        self.companies: list[Company] = context["companies"]
        self.rank = 0

    def session(
        self,
        code: str,
        programme: str,
        *,
        days: Sequence[dt.date],
        venue: str | None = "savenay",
        trainer: int = 0,
        slots: Sequence[Slot] = DEFAULT_SLOTS,
        state: str = SessionState.OPEN,
        **values: Any,
    ) -> TrainingSession:
        """A session with its half-days, opened or confirmed."""
        version = self.versions[programme]
        session = TrainingSession.objects.create(
            code=code,
            programme_version=version,
            venue=self.venues[venue] if venue else None,
            price=values.pop("price", Decimal(version.content["price_euros"])),
            **values,
        )
        planning.plan_half_days(
            session=session,
            days=days,
            slots=slots,
            trainers=[self.trainers[trainer]],
            actor=self.actor,
        )
        if state == SessionState.DRAFT:
            return session
        if session.enrolling == Enrolling.PUBLIC:
            session_lifecycle.open_session(session=session, actor=self.actor)
        if state in {SessionState.CONFIRMED, SessionState.COMPLETED}:
            session_lifecycle.confirm_session(session=session, actor=self.actor)
        return session

    def learner(self, user: User | None = None) -> Learner:
        """The next invented person."""
        first, last = people.person(self.rank)
        email = user.email if user else people.address_of(first, last, self.rank)
        if user:
            first, last = user.first_name, user.last_name
        self.rank += 1
        return Learner.objects.create(
            first_name=first,
            last_name=last,
            email=email,
            phone=people.phone_of(self.rank),
            city="Savenay",
            postcode="44260",
            user=user,
        )

    def enrol(
        self,
        session: TrainingSession,
        count: int,
        *,
        state: str = EnrolmentState.CONFIRMED,
        user: User | None = None,
    ) -> None:
        """`count` people sent by companies in turn; `user` is the first of them."""
        for rank in range(count):
            company = self.companies[(self.rank + rank) % len(self.companies)]
            agreement = agreements.draft(
                session=session,
                kind=AgreementKind.CONVENTION,
                company=company,
                actor=self.actor,
            )
            staff.add(
                session=session,
                learner=self.learner(user if rank == 0 else None),
                agreement=agreement,
                employer=company,
                trainee_type=TraineeType.EMPLOYEE,
                state=state,
                actor=self.actor,
            )

    def ask(self, session: TrainingSession, count: int, *, waiting: bool = False) -> None:
        """`count` requests from the public site."""
        for _rank in range(count):
            first, last = people.person(self.rank)
            requests.submit(
                session=session,
                request=EnrolmentRequest(
                    first_name=first,
                    last_name=last,
                    email=people.address_of(first, last, self.rank),
                    trainee_type=TraineeType.INDIVIDUAL,
                    adaptation="Un support en gros caractères." if self.rank % 5 == 0 else "",
                ),
                join_waiting_list=waiting,
                address_is_confirmed=True,
            )
            self.rank += 1


@demo_step(30)
def seed_sessions(context: dict[str, Any]) -> None:
    """One session in each state, one of each kind; the three that a register is imported into."""
    if TrainingSession.objects.exists():
        return
    seeder = Seeder(context)
    today = timezone.localdate()
    _for_the_register(seeder, today)
    _open_ones(seeder, today)
    _for_one_company(seeder, today)
    _today(seeder, today)
    _over(seeder, today)


def _working_days(first: dt.date, count: int) -> list[dt.date]:
    """`count` consecutive days from `first` on, on which people do work."""
    days: list[dt.date] = []
    day = first
    while len(days) < count:
        if day.weekday() < 5 and (day.month, day.day) not in DAYS_OFF:
            days.append(day)
        day += dt.timedelta(days=1)
    return days


def _in(today: dt.date, days: int, count: int) -> list[dt.date]:
    return _working_days(today + dt.timedelta(days=days), count)


def _for_the_register(seeder: Seeder, today: dt.date) -> None:
    seeder.session("S-2026-01", "gouvernance-partagee", days=_in(today, 24, 2), max_seats=16)
    seeder.session(
        "S-2026-02",
        "faciliter-un-collectif",
        days=_in(today, 31, 2),
        venue="abbatiale",
        trainer=1,
        max_seats=15,
    )
    seeder.session(
        "S-2026-03",
        "reemploi-filiere-locale",
        days=_in(today, 38, 3),
        venue="moutonniere",
        trainer=1,
        max_seats=14,
    )


def _open_ones(seeder: Seeder, today: dt.date) -> None:
    few_left = seeder.session(
        "S-2026-04", "cooperation-territoriale", days=_in(today, 17, 3), max_seats=8
    )
    seeder.enrol(few_left, 4)
    seeder.ask(few_left, 2)
    remote = seeder.session(
        "S-2026-05",
        "utilite-sociale",
        days=_in(today, 20, 2),
        venue=None,
        trainer=1,
        modality=Modality.REMOTE,
        max_seats=10,
    )
    seeder.enrol(remote, 3)
    full = seeder.session(
        "S-2026-06",
        "agroecologie-restauration-collective",
        days=_in(today, 45, 2),
        venue="abbatiale",
        trainer=2,
        max_seats=4,
    )
    seeder.enrol(full, 4)
    seeder.ask(full, 2, waiting=True)
    # Over two financial years: hours and money are split by date.
    year_end = dt.date(today.year, 12, 16)
    if year_end <= today + dt.timedelta(days=7):
        year_end = dt.date(today.year + 1, 12, 16)
    over_two_years = [
        *_working_days(year_end, 2),
        *_working_days(dt.date(year_end.year + 1, 1, 5), 3),
    ]
    seeder.enrol(
        seeder.session(
            "S-2026-07",
            "monter-piloter-ptce",
            days=over_two_years,
            modality=Modality.MIXED,
            max_seats=12,
        ),
        2,
    )
    seeder.session(
        "S-2026-08",
        "creer-animer-tiers-lieu",
        days=_in(today, 60, 4),
        venue="moutonniere",
        trainer=1,
        state=SessionState.DRAFT,
        modality=Modality.MIXED,
        max_seats=10,
    )
    cancelled = seeder.session("S-2026-09", "utilite-sociale", days=_in(today, 14, 2), max_seats=10)
    seeder.enrol(cancelled, 1)
    session_lifecycle.cancel_session(
        session=cancelled, actor=seeder.actor, reason="Pas assez de personnes inscrites"
    )


def _for_one_company(seeder: Seeder, today: dt.date) -> None:
    """A federation buys for nine people of several employers; two are not named yet."""
    session = seeder.session(
        "S-2026-10",
        "gouvernance-partagee",
        days=_in(today, 28, 2),
        state=SessionState.CONFIRMED,
        enrolling=Enrolling.INVITATION,
        min_seats=6,
        max_seats=9,
    )
    federation = seeder.companies[2]
    agreement = agreements.draft(
        session=session,
        kind=AgreementKind.CONVENTION,
        company=federation,
        seats=9,
        price=Decimal("3200.00"),
        price_basis=PriceBasis.GROUP,
        actor=seeder.actor,
    )
    agreements.mark_sent(agreement=agreement, actor=seeder.actor)
    agreements.mark_signed(
        agreement=agreement, signed_on=today, at_distance=False, actor=seeder.actor
    )
    for rank in range(9):
        named = rank < 7
        staff.add(
            session=session,
            learner=seeder.learner() if named else None,
            agreement=agreement,
            employer=seeder.companies[rank % 4] if named else None,
            trainee_type=TraineeType.EMPLOYEE,
            state=EnrolmentState.CONFIRMED if named else EnrolmentState.ACCEPTED,
            actor=seeder.actor,
        )


def _today(seeder: Seeder, today: dt.date) -> None:
    """Yesterday was held; today's half-day began a quarter of an hour ago."""
    session = seeder.session(
        "S-2026-11",
        "gouvernance-partagee",
        days=[today - dt.timedelta(days=1)],
        venue="abbatiale",
        state=SessionState.CONFIRMED,
        max_seats=8,
    )
    seeder.enrol(session, 5, user=account("apprenante"))
    sign_agreements(session, actor=seeder.actor, unsigned=2)
    hold(session, actor=seeder.actor)
    start = timezone.localtime().replace(second=0, microsecond=0) - dt.timedelta(minutes=15)
    start -= dt.timedelta(minutes=start.minute % 15)
    end = start + dt.timedelta(hours=3, minutes=30)
    planning.plan_half_days(
        session=session,
        days=[start.date()],
        slots=[
            Slot(
                label=_label(start),
                starts=start.time(),
                ends=end.time(),
                counted_minutes=210,
            )
        ],
        trainers=[seeder.trainers[0]],
        actor=seeder.actor,
    )


def _label(start: dt.datetime) -> str:
    if start.hour < 12:
        return HalfDayLabel.MORNING
    return HalfDayLabel.AFTERNOON if start.hour < 18 else HalfDayLabel.EVENING


def _over(seeder: Seeder, today: dt.date) -> None:
    """A session completed last month, with a few gaps to fill, and one archived since."""
    completed = seeder.session(
        "S-2026-12",
        "faciliter-un-collectif",
        days=_working_days(today - dt.timedelta(days=30), 2),
        state=SessionState.CONFIRMED,
        max_seats=10,
    )
    seeder.enrol(completed, 6)
    sign_agreements(completed, actor=seeder.actor, unsigned=1)
    hold(completed, actor=seeder.actor, absences=1)
    assess(completed, trainer=seeder.trainers[0], actor=seeder.actor)
    session_lifecycle.complete_session(session=completed, actor=seeder.actor)
    answer(completed, actor=seeder.actor, silent=1)
    archived = seeder.session(
        "S-2026-13",
        "creer-animer-tiers-lieu",
        days=_working_days(today - dt.timedelta(days=150), 4),
        venue="moutonniere",
        trainer=1,
        state=SessionState.CONFIRMED,
        max_seats=10,
    )
    seeder.enrol(archived, 3)
    sign_agreements(archived, actor=seeder.actor)
    hold(archived, actor=seeder.actor)
    assess(archived, trainer=seeder.trainers[1], actor=seeder.actor)
    session_lifecycle.complete_session(session=archived, actor=seeder.actor)
    answer(archived, actor=seeder.actor)
    session_lifecycle.archive_session(session=archived, actor=seeder.actor)
