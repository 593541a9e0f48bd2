"""How long things are kept: by dated rules, counted from the last half-day of a session."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Max, QuerySet
from django.utils import timezone

from core.domain.rules import rule
from training.models import TrainingSession


def sessions_past(
    sessions: QuerySet[TrainingSession], *, rule_code: str, on: dt.date
) -> Iterator[TrainingSession]:
    """Those of the sessions whose last half-day is older, on the day `on`, than the rule says.

    The rule is the one in force on that last day, in days. RGPD, article 5. A session without
    any half-day is not among them.
    """
    ids = sessions.order_by().values("pk")
    ended = (
        TrainingSession.objects.filter(pk__in=ids)
        .annotate(last_end=Max("half_days__ends_at"))
        .filter(last_end__isnull=False)
        .order_by("last_end", "pk")
    )
    due = [
        number
        for number, last_end in ended.values_list("pk", "last_end")
        if (last_day := timezone.localdate(last_end))
        + dt.timedelta(days=rule(rule_code, on=last_day))
        < on
    ]
    found = TrainingSession.objects.in_bulk(due)
    yield from (found[number] for number in due)
