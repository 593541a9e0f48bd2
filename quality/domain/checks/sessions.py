"""What the référentiel expects of a session, against what the database holds.

Each check is a function of one audited session and of the moment `at`: what is not due yet is
not asked for. Together they never say « conforme »: that is the auditor's word.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence

from django.utils import timezone

from quality.domain import audited_sessions, items
from quality.domain.audited_sessions import AuditedSession
from quality.domain.checks import attendance, before, outcomes, programme
from quality.domain.items import Item
from quality.domain.referential import Referential

Check = Callable[[AuditedSession, Referential, dt.datetime], Iterator[Item]]


CHECKS: tuple[Check, ...] = (
    *programme.CHECKS,
    *before.CHECKS,
    *attendance.CHECKS,
    *outcomes.CHECKS,
)


def check_session(one: AuditedSession, referential: Referential, at: dt.datetime) -> list[Item]:
    """Everything expected of one session at the moment `at`, in order of indicator."""
    found = [
        item
        for check in CHECKS
        for item in check(one, referential, at)
        if item.indicator in referential.numbers
        and items.applies(referential.indicator(item.indicator), one)
    ]
    return sorted(found, key=items.rank)


def check_sessions(
    session_ids: Sequence[int],
    *,
    referential: Referential,
    at: dt.datetime | None = None,
) -> list[Item]:
    """The same for many sessions; the number of queries does not depend on theirs."""
    moment = at or timezone.now()
    return [
        item
        for one in audited_sessions.load(session_ids)
        for item in check_session(one, referential, moment)
    ]
