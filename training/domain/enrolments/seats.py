"""Seats of a session: held, free, awaited. The one count of the project.

Counted under a lock on the session when something follows from the count.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, IntegerField, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from training.enums import EnrolmentState
from training.models import Enrolment, TrainingSession
from training.models.enrolments import EnrolmentQuerySet


@dataclass(frozen=True, kw_only=True)
class Seats:
    """The seats of one session, and who waits for one."""

    capacity: int
    #: By the rule of `EnrolmentQuerySet.holding_seat`.
    held: int
    waiting: int

    @property
    def free(self) -> int:
        """Seats that no one holds; negative when an import went over the capacity."""
        return self.capacity - self.held

    @property
    def open(self) -> int:
        """Free seats that a newcomer may ask for: those who wait come first. Never negative."""
        return max(self.free - self.waiting, 0)


def count(session: TrainingSession) -> Seats:
    """The seats of the session now, in one query."""
    return of(with_seats(TrainingSession.objects.filter(pk=session.pk)).get())


def of(session: TrainingSession) -> Seats:
    """The seats of a session read through `with_seats`."""
    return of_row(vars(session))


def of_row(row: Mapping[str, Any]) -> Seats:
    """The same, of a row of `values("max_seats", "seats_taken", "seats_waiting")`."""
    return Seats(capacity=row["max_seats"], held=row["seats_taken"], waiting=row["seats_waiting"])


def with_seats(sessions: QuerySet[TrainingSession]) -> QuerySet[TrainingSession]:
    """The sessions with `seats_taken` and `seats_waiting`.

    Subqueries, so that they do not multiply other joins.
    """
    waiting = Enrolment.objects.filter(state=EnrolmentState.WAITLISTED)
    return sessions.annotate(
        seats_taken=_total(Enrolment.objects.holding_seat()), seats_waiting=_total(waiting)
    )


def _total(enrolments: EnrolmentQuerySet) -> Coalesce:
    totals = (
        enrolments.filter(session=OuterRef("pk"))
        .order_by()
        .values("session")
        .annotate(total=Count("pk"))
        .values("total")
    )
    return Coalesce(Subquery(totals, output_field=IntegerField()), 0)


def next_waiting_rank(session: TrainingSession) -> int:
    """The rank of a person who joins the waiting list now, from 1."""
    ranks = Enrolment.objects.filter(session=session).aggregate(highest=Max("waiting_rank"))
    return (ranks["highest"] or 0) + 1
