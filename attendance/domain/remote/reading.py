"""What was done at a distance: people and activities, and the minutes that count."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import QuerySet

from attendance.models import RemoteActivityDone
from core.french import format_minutes
from training.domain.remote_activities import activities_of
from training.models import Enrolment, RemoteActivity, TrainingSession


@dataclass(frozen=True, kw_only=True)
class RemoteCell:
    """One person and one activity; `done` is None while nothing is recorded."""

    enrolment: Enrolment
    activity: RemoteActivity
    done: RemoteActivityDone | None = None

    @property
    def state(self) -> str:
        """`none`, `insufficient`, `to_validate` or `validated`."""
        if self.done is None:
            return "none"
        if self.done.is_insufficient:
            return "insufficient"
        return "validated" if self.done.validated_at else "to_validate"

    @property
    def words(self) -> str:
        """The same, in French, with the minutes that count."""
        return {
            "none": "pas faite",
            "insufficient": "insuffisant : aucun travail rendu",
            "to_validate": "à valider",
            "validated": f"validée, {format_minutes(self.done.minutes if self.done else 0)}",
        }[self.state]


@dataclass(frozen=True, kw_only=True)
class RemoteRow:
    """One person with a cell per activity, and the minutes that count."""

    enrolment: Enrolment
    cells: list[RemoteCell] = field(default_factory=list)

    @property
    def minutes(self) -> int:
        """Estimated minutes of the validated activities."""
        return sum(
            cell.done.minutes for cell in self.cells if cell.done and cell.state == "validated"
        )


def validated_work(*, session: TrainingSession) -> dict[int, list[tuple[dt.date, int]]]:
    """By enrolment id: day and estimated minutes of each activity validated, in order of day."""
    found: dict[int, list[tuple[dt.date, int]]] = defaultdict(list)
    for enrolment_id, day, minutes in (
        RemoteActivityDone.objects.filter(enrolment__session=session, validated_at__isnull=False)
        .order_by("done_on", "pk")
        .values_list("enrolment_id", "done_on", "minutes")
    ):
        found[enrolment_id].append((day, minutes))
    return dict(found)


def validated_minutes(*, session: TrainingSession) -> dict[int, int]:
    """By enrolment id: the estimated minutes of the activities validated, never platform time."""
    return {
        enrolment_id: sum(minutes for _day, minutes in work)
        for enrolment_id, work in validated_work(session=session).items()
    }


def remote_rows(
    *, session: TrainingSession, people: Iterable[Enrolment] | None = None
) -> list[RemoteRow]:
    """Everybody who takes part, with each activity; empty when the programme has none."""
    activities = list(activities_of(session.programme_version))
    if not activities:
        return []
    if people is None:
        people = (
            Enrolment.objects.taking_part()
            .filter(session=session, learner__isnull=False)
            .select_related("learner")
            .by_name()
        )
    done = {
        (row.enrolment_id, row.activity_id): row
        for row in RemoteActivityDone.objects.filter(enrolment__session=session).select_related(
            "validated_by"
        )
    }
    return [
        RemoteRow(
            enrolment=person,
            cells=[
                RemoteCell(
                    enrolment=person, activity=activity, done=done.get((person.pk, activity.pk))
                )
                for activity in activities
            ],
        )
        for person in people
    ]


def to_validate(*, session: TrainingSession) -> QuerySet[RemoteActivityDone]:
    """What has evidence and waits for a person to look at it."""
    return (
        RemoteActivityDone.objects.filter(enrolment__session=session, validated_at__isnull=True)
        .exclude(evidence="")
        .select_related("enrolment__learner", "enrolment__session", "activity")
        .order_by("enrolment", "activity__position")
    )
