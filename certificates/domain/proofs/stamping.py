"""Timestamps of roots (RFC 3161): asked for until they come, and missing in plain sight till then.

What is dated is the 32 bytes of the line of the root: number, day, size, and every line before.
"""

import datetime as dt
import logging

from django.db import IntegrityError, transaction
from django.db.models import Exists, Max, OuterRef

from certificates.domain.proofs.publishing import roots
from certificates.models import PublishedRoot, RootTimestamp
from core.domain import timestamping

logger = logging.getLogger(__name__)

#: Between two requests while the authority fails: 5 minutes, then twice as long, at most this.
FIRST_WAIT, LONGEST_WAIT = dt.timedelta(minutes=5), dt.timedelta(hours=6)
#: Roots dated in one go.
MOST_AT_ONCE = 50


def stamp_due(*, at: dt.datetime) -> int:
    """Have the roots that carry no timestamp dated, newest first; returns how many now are.

    Each request leaves a row, also one that failed; the first failure ends the round, and the
    next ones wait longer and longer. Called outside transactions: it waits for the network.
    """
    if not timestamping.is_configured() or at < _not_before():
        return 0
    stamped = RootTimestamp.objects.filter(root=OuterRef("pk"), token__isnull=False)
    done = 0
    for root in roots().filter(~Exists(stamped)).order_by("-number")[:MOST_AT_ONCE]:
        if not _stamp(root):
            break
        done += 1
    return done


def _stamp(root: PublishedRoot) -> bool:
    digest = bytes.fromhex(root.line)
    try:
        token = timestamping.request_token(digest)
        said = timestamping.read_token(token, digest=digest)
    except timestamping.TimestampError as error:
        logger.warning("Root %s was not timestamped: %s.", root.number, error)
        RootTimestamp.objects.create(root=root, error=str(error)[:200])
        return False
    try:
        with transaction.atomic():
            RootTimestamp.objects.create(
                root=root, token=token, stamped_at=said.at, authority=said.authority[:200]
            )
    except IntegrityError:  # another worker was first
        logger.info("Root %s had its timestamp already.", root.number)
    return True


def last_failure() -> RootTimestamp | None:
    """The newest request, when it failed; None when the last one was answered."""
    newest = RootTimestamp.objects.select_related("root").defer("root__hashes", "root__blocks")
    found = newest.order_by("-pk").first()
    return found if found is not None and found.token is None else None


def _not_before() -> dt.datetime:
    """When the authority may be asked again, after the failures in a row so far."""
    failure = last_failure()
    if failure is None:
        return dt.datetime.min.replace(tzinfo=dt.UTC)
    answered = RootTimestamp.objects.filter(token__isnull=False).aggregate(Max("pk"))["pk__max"]
    in_a_row = RootTimestamp.objects.filter(pk__gt=answered or 0).count()
    return failure.asked_at + min(FIRST_WAIT * 2 ** min(in_a_row - 1, 10), LONGEST_WAIT)


def timestamps_of(found: list[PublishedRoot]) -> dict[int, RootTimestamp]:
    """By root, its timestamp; else the last request that failed; nothing if none was made."""
    rows = RootTimestamp.objects.filter(root__in=[root.pk for root in found]).order_by("pk")
    kept: dict[int, RootTimestamp] = {}
    for row in rows:
        if row.root_id not in kept or kept[row.root_id].token is None:
            kept[row.root_id] = row
    return kept
