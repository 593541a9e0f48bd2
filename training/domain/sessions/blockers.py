"""What keeps a session from the next step, by name, with the page that resolves it."""

from collections.abc import Collection, Iterator

from core.domain.transitions import registered_blockers
from core.registry import Blocker
from training.enums import (
    EnrolmentState,
    HalfDayState,
    Modality,
    SessionState,
)
from training.models import Enrolment, HalfDay, TrainingSession

#: States in which a request still calls for a decision.
UNDECIDED = (EnrolmentState.REQUESTED, EnrolmentState.OFFERED, EnrolmentState.ACCEPTED)


def blockers(session: TrainingSession, to: str) -> list[Blocker]:
    """Why the session cannot move to the state `to` now, with what higher apps say of it.

    Empty when it can. Codes of this app: `half_days_missing`, `place_missing`, `trainers_missing`,
    `half_days_open`, `enrolments_undecided`.
    """
    return [*own_blockers(session, to=to), *registered_blockers(session, to)]


def own_blockers(session: TrainingSession, *, to: str) -> Iterator[Blocker]:
    """The same without what higher apps say: the transition helper asks them."""
    half_days = list(
        HalfDay.objects.counting()
        .with_place()
        .filter(session=session)
        .prefetch_related("assignments")
    )
    if to in {SessionState.OPEN, SessionState.CONFIRMED, SessionState.COMPLETED} and not half_days:
        yield Blocker(
            code="half_days_missing",
            sentence="Aucune demi-journée n’est prévue.",
            resolved_at=("sessions:plan", session.pk),
            link="Prévoir les demi-journées",
        )
    if to in {SessionState.OPEN, SessionState.CONFIRMED}:
        needs_place = session.venue is None and session.modality != Modality.REMOTE
        if needs_place and any(half_day.venue_id is None for half_day in half_days):
            yield Blocker(
                code="place_missing",
                sentence="Le lieu n’est pas indiqué.",
                resolved_at=("sessions:edit", session.pk),
                link="Indiquer le lieu",
            )
    if to == SessionState.CONFIRMED:
        without_trainer = [half_day for half_day in half_days if not half_day.assignments.all()]
        if without_trainer:
            listed = ", ".join(map(str, without_trainer))
            yield Blocker(
                code="trainers_missing",
                sentence=f"Demi-journées sans personne formatrice : {listed}.",
                resolved_at=("sessions:half_days", session.pk),
                link="Désigner les personnes formatrices",
            )
    if to == SessionState.COMPLETED:
        yield from _blockers_of_completion(session, half_days)


def _blockers_of_completion(
    session: TrainingSession, half_days: Collection[HalfDay]
) -> Iterator[Blocker]:
    not_held = [half_day for half_day in half_days if half_day.state != HalfDayState.HELD]
    if not_held:
        yield Blocker(
            code="half_days_open",
            sentence=f"Demi-journées à clore : {', '.join(map(str, not_held))}.",
            resolved_at=("sessions:half_days", session.pk),
            link="Voir les demi-journées",
        )
    undecided = Enrolment.objects.filter(session=session, state__in=UNDECIDED)
    names = [str(item.learner or "place réservée") for item in undecided.select_related("learner")]
    if names:
        yield Blocker(
            code="enrolments_undecided",
            sentence=f"Inscriptions sans décision : {', '.join(names)}.",
            resolved_at=("sessions:enrolments", session.pk),
            link="Décider des inscriptions",
        )
