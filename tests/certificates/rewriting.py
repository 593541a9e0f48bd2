"""What a person with the whole database at hand could do: write the past again, hashes right."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.models import Model, QuerySet

from attendance.domain import chain
from attendance.models import AttendanceEvent, ChainAnchor
from certificates.models import EvidenceLeaf, PublishedRoot, RootTimestamp, WitnessSignature
from training.models import TrainingSession


@contextmanager
def past_the_triggers() -> Iterator[None]:
    """The owner of a PostgreSQL database may pass its triggers by."""
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def rows(model: type[Model]) -> QuerySet[Any]:
    """The rows of a model that refuses to change them, without its refusal."""
    return QuerySet(model=model)


def change(model: type[Model], values: dict[str, Any], **found: Any) -> None:
    with past_the_triggers():
        assert rows(model).filter(**found).update(**values) == 1


def rebuild_chain(session: TrainingSession, *, rank: int, **values: Any) -> None:
    """Change an event, then compute again each hash that follows, slots and anchors included."""
    previous, slots = "", defaultdict(list)
    with past_the_triggers():
        for event in AttendanceEvent.objects.filter(session=session).order_by("sequence"):
            if event.sequence == rank:
                for name, value in values.items():
                    setattr(event, name, value)
            event.prev_hash = previous
            if event.slot_hash:
                event.slot_hash = chain.slot_hash(slots[event.half_day_id])
            event.hash = previous = chain.compute_hash(event)
            slots[event.half_day_id].append(event.hash)
            fields = {name: getattr(event, name) for name in (*values, "slot_hash", "prev_hash")}
            rows(AttendanceEvent).filter(pk=event.pk).update(hash=event.hash, **fields)
            rows(ChainAnchor).filter(session=session, sequence=event.sequence).update(
                head=event.hash
            )


def forget_the_roots() -> None:
    """Remove everything that was published, as if it never had been."""
    with past_the_triggers():
        for model in (WitnessSignature, RootTimestamp, EvidenceLeaf, PublishedRoot):
            rows(model).all().delete()
