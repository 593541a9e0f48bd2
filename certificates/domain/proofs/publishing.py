"""A root each day: what is new becomes leaves, the tree grows, its root is kept for good."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from certificates.domain.proofs import records, sources
from certificates.domain.proofs.merkle import root_of
from certificates.models import EvidenceLeaf, PublishedRoot
from core.domain.canonical import new_salt
from core.french import format_day
from core.mails import absolute_url


def roots() -> QuerySet[PublishedRoot]:
    """Published roots, oldest first, without the hashes under them."""
    return PublishedRoot.objects.defer("hashes", "blocks").order_by("number")


def last_root() -> PublishedRoot | None:
    """The newest published root; None before the first night."""
    return roots().last()


def note(at: dt.datetime) -> str:
    """What receipts and sheets print of the last root published before a moment."""
    root = roots().filter(published_at__lte=at).last()
    if root is None:
        return ""
    return (
        f"Dernière racine publiée : {format_day(root.day)}, {root.short}. "
        f"À comparer sur {absolute_url('certificates:roots')}."
    )


def publish_due(*, at: dt.datetime) -> PublishedRoot | None:
    """Publish the root of the day of `at`; None when that day, or a later one, has its root.

    One a day in the time zone of the organisation, also when nothing happened: a day without a
    root would say so. Of two that run together, one writes.
    """
    day = timezone.localdate(at)
    last = last_root()
    if last is not None and last.day >= day:
        return None
    # Read before the transaction: others do not wait for it. What is written meanwhile goes into
    # the next root.
    secret = new_salt()
    found = [item for source in sources.registered() for item in source.pending()]
    hashed = [
        (
            records.leaf_hash(
                secret=secret,
                kind=item.kind,
                identifier=item.identifier,
                rank=item.rank,
                digest=item.digest,
            ),
            item,
        )
        for item in found
    ]
    hashes = records.padded([leaf for leaf, _item in hashed], secret=secret)
    blocks = records.blocks_of(hashes)
    start = last.size if last else 0
    root = PublishedRoot(
        number=last.number + 1 if last else 1,
        day=day,
        published_at=at,
        previous=last.line if last else "",
        size=start + len(hashes),
        root=root_of([*_blocks_before(last), *blocks]).hex(),
        secret=secret,
        hashes=b"".join(hashes),
        blocks=b"".join(blocks),
    )
    root.line = records.line_of(records.line_record(root))
    places = {leaf: start + rank for rank, leaf in enumerate(hashes)}
    leaves = [
        EvidenceLeaf(root=root, index=places[leaf], **item._asdict()) for leaf, item in hashed
    ]
    try:
        with transaction.atomic():
            root.save(force_insert=True)
            EvidenceLeaf.objects.bulk_create(leaves, batch_size=1000)
    except IntegrityError:
        return None
    return root


def _blocks_before(root: PublishedRoot | None) -> list[bytes]:
    return blocks_until(root.number) if root else []


def blocks_until(number: int) -> list[bytes]:
    """The roots of all blocks of the tree as it was at that root."""
    stored = (
        PublishedRoot.objects.filter(number__lte=number)
        .order_by("number")
        .values_list("blocks", flat=True)
    )
    return [block for joined in stored for block in records.split(bytes(joined))]
