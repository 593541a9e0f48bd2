"""Anchors: the head of a chain, noted at each lock and dated by an authority outside.

An anchor noted is what shows, later, that the end of a chain was cut. An anchor timestamped
(RFC 3161) shows it even to a person who trusts no one here. When the authority does not answer,
the anchor says « non horodaté » and is tried again; our own clock never stands in its place.
"""

import datetime as dt
import logging

from django.db.models import F
from django.utils import timezone

from attendance.domain import chain
from attendance.enums import AnchorState
from attendance.models import AttendanceEvent, ChainAnchor
from core.domain import jobs, timestamping
from core.domain.transitions import claim
from training.models import TrainingSession

logger = logging.getLogger(__name__)

STAMP_TASK = "attendance.tasks.stamp_anchor"
LEASE = dt.timedelta(minutes=2)
#: Between two attempts: 1 minute, then twice as long each time, at most this.
LONGEST_WAIT = dt.timedelta(hours=6)


def anchor(event: AttendanceEvent) -> ChainAnchor:
    """Note the chain's head, just appended: in its transaction; timestamped after commit."""
    noted = ChainAnchor.objects.create(
        session_id=event.session_id, sequence=event.sequence, head=event.hash
    )
    if timestamping.is_configured():
        jobs.hint(STAMP_TASK, noted.pk)
    return noted


def anchor_head(session: TrainingSession) -> ChainAnchor | None:
    """Note where a session's chain ends now; None while it is empty."""
    end = chain.head(session)
    if end == chain.EMPTY:
        return None
    return ChainAnchor.objects.get_or_create(
        session=session, sequence=end.sequence, defaults={"head": end.hash}
    )[0]


def stamp(anchor_id: int) -> bool:
    """Have one anchor timestamped; True when it now is. A failure waits and is tried again."""
    now = timezone.now()
    unstamped = ChainAnchor.objects.filter(pk=anchor_id, state=AnchorState.UNSTAMPED)
    lease = {"not_before": now + LEASE, "attempts": F("attempts") + 1}
    claimed = claim(
        rows=unstamped.filter(not_before__lte=now), to=AnchorState.UNSTAMPED, stamps=lease
    )
    if not claimed or not timestamping.is_configured():
        return False
    found = ChainAnchor.objects.get(pk=anchor_id)
    digest = bytes.fromhex(found.head)
    try:
        token = timestamping.request_token(digest)
    except timestamping.TimestampError as error:
        logger.warning("Anchor %s was not timestamped: %s.", found.pk, error)
        wait = min(dt.timedelta(minutes=2 ** min(found.attempts - 1, 10)), LONGEST_WAIT)
        found.error = str(error)[:200]
        found.not_before = timezone.now() + wait
        found.save(update_fields=["error", "not_before"])
        return False
    said = timestamping.read_token(token, digest=digest)
    return claim(
        rows=unstamped,
        to=AnchorState.STAMPED,
        stamps={
            "token": token,
            "stamped_at": said.at,
            "authority": said.authority[:200],
            "error": "",
        },
    )


def sweep() -> int:
    """Hint again at the anchors that still wait for a timestamp; returns how many."""
    if not timestamping.is_configured():
        return 0
    waiting = due(waiting_for=jobs.HINT_PATIENCE)
    for pk in waiting:
        jobs.hint(STAMP_TASK, pk)
    return len(waiting)


def due(*, waiting_for: dt.timedelta = dt.timedelta(0)) -> list[int]:
    """Primary keys of the anchors that may be timestamped now."""
    return list(
        ChainAnchor.objects.filter(
            state=AnchorState.UNSTAMPED, not_before__lte=timezone.now() - waiting_for
        )
        .order_by("pk")
        .values_list("pk", flat=True)[:200]
    )


def last_anchor(*, session: TrainingSession) -> ChainAnchor | None:
    """The newest anchor of the session: `words` says « horodaté le … » or « non horodaté »."""
    return ChainAnchor.objects.filter(session=session).order_by("-sequence").first()
