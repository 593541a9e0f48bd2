"""What a learner sees of their own enrolments: one read model, a constant number of queries."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.utils import timezone

from certificates import kinds
from certificates.domain.access import documents_of_learner
from certificates.models import Document
from portal.timetable import Day, days_of
from training.domain import access
from training.domain.access import AnyUser
from training.domain.expected import expected_by_half_days
from training.enums import LIVE_ENROLMENT_STATES, EnrolmentState
from training.models import Enrolment, HalfDay

#: The state as shown to the person, and the look of its tag.
STATES: dict[str, tuple[str, str]] = {
    EnrolmentState.UNCONFIRMED: ("Confirmez votre adresse : un courriel vous attend", "waiting"),
    EnrolmentState.REQUESTED: ("Demande reçue, en cours d’examen", "waiting"),
    EnrolmentState.WAITLISTED: ("En liste d’attente", "waiting"),
    EnrolmentState.OFFERED: ("Une place vous est proposée", "few"),
    EnrolmentState.ACCEPTED: ("Demande acceptée, dossier en cours", "waiting"),
    EnrolmentState.CONFIRMED: ("Inscription confirmée", ""),
    EnrolmentState.COMPLETED: ("Formation terminée", "full"),
    EnrolmentState.REFUSED: ("Demande refusée", "refused"),
    EnrolmentState.CANCELLED: ("Inscription annulée", "refused"),
    EnrolmentState.EXPIRED: ("Demande expirée", "refused"),
    EnrolmentState.NO_SHOW: ("Formation non suivie", "refused"),
    EnrolmentState.DROPPED_OUT: ("Formation interrompue", "refused"),
}


@dataclass
class Course:
    """One enrolment, as its learner reads it."""

    enrolment: Enrolment
    state_text: str
    state_look: str
    next_days: list[Day] = field(default_factory=list)


def courses_of(user: AnyUser) -> list[Course]:
    """The user's enrolments, the next to begin first, those that are over last."""
    enrolments = list(access.enrolments_of_learner(user))
    upcoming = _upcoming_half_days(enrolments)
    courses = [
        Course(
            enrolment,
            *STATES[enrolment.state],
            next_days=days_of(upcoming[enrolment.pk]),
        )
        for enrolment in enrolments
    ]
    courses.sort(key=_order)
    return courses


def titled_documents(user: AnyUser) -> list[tuple[str, Document]]:
    """(name of its kind, document) of what the user may download, newest first."""
    return [(kinds.get(item.kind).title, item) for item in documents_of_learner(user)]


def _upcoming_half_days(enrolments: list[Enrolment]) -> dict[int, list[HalfDay]]:
    """The half-days to come of each live enrolment: those where the person is expected, once
    confirmed; those of the whole session before."""
    live = [item for item in enrolments if item.state in LIVE_ENROLMENT_STATES]
    half_days = list(
        HalfDay.objects.counting()
        .filter(session__in=[item.session_id for item in live], ends_at__gt=timezone.now())
        .select_related("venue", "session__venue")
        .order_by("starts_at", "pk")
    )
    expected = expected_by_half_days(half_days=half_days)
    upcoming: dict[int, list[HalfDay]] = defaultdict(list)
    for half_day in half_days:
        for item in live:
            if item.session_id != half_day.session_id:
                continue
            if item.state != EnrolmentState.CONFIRMED or item.pk in expected[half_day.pk]:
                upcoming[item.pk].append(half_day)
    return upcoming


def _order(course: Course) -> tuple[int, str, int]:
    first = course.next_days[0].date.isoformat() if course.next_days else ""
    return (0 if first else 1, first, -course.enrolment.pk)
