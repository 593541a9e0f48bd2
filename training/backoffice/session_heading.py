"""What the heading of a session shows, in one query, and the breadcrumbs that lead to it."""

from django.db.models import QuerySet
from django.urls import reverse

from core.french import format_span
from training.domain.enrolments import seats
from training.models import TrainingSession


def session_queryset() -> QuerySet[TrainingSession]:
    """Sessions with what their heading shows: programme, place, dates, seats taken, waiting."""
    sessions = TrainingSession.objects.with_dates()
    return seats.with_seats(sessions).select_related("programme_version__programme", "venue")


def seats_sentence(session: TrainingSession) -> str:
    """« 8 sur 12, 2 en attente », from a row of `session_queryset`."""
    counted = seats.of(session)
    sentence = f"{counted.held} sur {counted.capacity}"
    return f"{sentence}, {counted.waiting} en attente" if counted.waiting else sentence


def dates_words(session: TrainingSession) -> str:
    """« du 14 au 30 janvier 2027 », « 14 et 15 janvier 2027 », or « à prévoir »."""
    first, last = session.first_start, session.last_end  # type: ignore[attr-defined]
    if first is None:
        return "à prévoir"
    return format_span(first, last)


def session_trail(
    session: TrainingSession, *, leads_to: str = "sessions:show"
) -> list[dict[str, str]]:
    """Breadcrumbs down to a session. `leads_to`: the URL name of the tab that its code opens."""
    return [
        {"url": reverse("sessions:index"), "label": "Sessions"},
        {"url": reverse(leads_to, args=[session.pk]), "label": session.code},
    ]


def half_days_trail(session: TrainingSession) -> list[dict[str, str]]:
    """Breadcrumbs down to the half-days of a session."""
    half_days = reverse("sessions:half_days", args=[session.pk])
    return [*session_trail(session), {"url": half_days, "label": "Demi-journées"}]
