"""What the heading of a session shows, in one query."""

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from training.enums import EnrolmentState, SessionState
from training.french import format_span
from training.models import Enrolment, TrainingSession


def session_queryset() -> QuerySet[TrainingSession]:
    """Sessions with what their heading shows: programme, place, dates, seats taken, waiting."""
    waiting = (
        Enrolment.objects.filter(session=OuterRef("pk"), state=EnrolmentState.WAITLISTED)
        .order_by()
        .values("session")
        .annotate(total=Count("pk"))
        .values("total")
    )
    return (
        TrainingSession.objects.with_dates()
        .with_seats()
        .annotate(waiting=Coalesce(Subquery(waiting, output_field=IntegerField()), 0))
        .select_related("programme_version__programme", "venue")
    )


def seats_sentence(session: TrainingSession) -> str:
    """« 8 sur 12, 2 en attente », from a row of `session_queryset`."""
    taken, waiting = session.seats_taken, session.waiting  # type: ignore[attr-defined]
    sentence = f"{taken} sur {session.max_seats}"
    return f"{sentence}, {waiting} en attente" if waiting else sentence


def dates_words(session: TrainingSession) -> str:
    """« du 14 au 30 janvier 2027 », « 14 et 15 janvier 2027 », or « à prévoir »."""
    first, last = session.first_start, session.last_end  # type: ignore[attr-defined]
    if first is None:
        return "à prévoir"
    return format_span(first, last)


def is_over(session: TrainingSession) -> bool:
    """Whether nothing of the session is written any more: completed, archived or cancelled."""
    return session.state in {
        SessionState.COMPLETED,
        SessionState.ARCHIVED,
        SessionState.CANCELLED,
    }
