"""What a trainer may take along on a device before leaving."""

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone

from core.domain.rules import rule
from training.enums import HalfDayState
from training.models import HalfDay


def worth_preparing(*, half_days: Iterable[HalfDay], at: dt.datetime) -> list[HalfDay]:
    """Of these half-days, those of today that are not over and those of the next day that has any,
    when a preparation made `at` that moment still holds then."""
    today = timezone.localdate(at)
    holds_until = at + dt.timedelta(days=rule("offline_ticket_days", on=today))
    found = sorted(
        (
            item
            for item in half_days
            if item.state == HalfDayState.PLANNED and at < item.ends_at <= holds_until
        ),
        key=lambda item: (item.starts_at, item.pk),
    )
    following = [day for item in found if (day := timezone.localdate(item.starts_at)) > today]
    last = following[0] if following else today
    return [item for item in found if timezone.localdate(item.starts_at) <= last]
