"""What a batch may be about, searched: a list of every session ever held is no choice."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, Q, QuerySet

from core.models.plain_search import holding_words
from training.enums import DELIVERED_SESSION_STATES
from training.models import Company, TrainingSession

#: Of each, on the page; beyond, a more precise search is asked for.
MOST_OFFERED = 20

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, kw_only=True)
class Offer(Generic[M]):
    """What is offered, and whether more answers than that."""

    rows: list[M]
    has_more: bool


def completed_sessions() -> QuerySet[TrainingSession]:
    """Those whose documents may be issued, the last completed first."""
    return (
        TrainingSession.objects.filter(state__in=DELIVERED_SESSION_STATES)
        .select_related("programme_version__programme")
        .order_by("-completed_at", "-pk")
    )


def companies() -> QuerySet[Company]:
    """Those that no other record replaces, by name."""
    return Company.objects.filter(merged_into__isnull=True).by_name()


def offer_sessions(*, words: str, chosen: int | None = None) -> Offer[TrainingSession]:
    """The completed sessions whose code or title holds the words; the last ones without words."""
    return _offer(completed_sessions(), words, ["code", "programme_version__title"], chosen)


def offer_companies(*, words: str, chosen: int | None = None) -> Offer[Company]:
    """The companies whose name holds the words; the first ones without words."""
    return _offer(companies(), words, ["search_text"], chosen)


def _offer(rows: QuerySet[M], words: str, fields: list[str], chosen: int | None) -> Offer[M]:
    """The one chosen already comes first: another search does not take it away."""
    kept = list(rows.filter(pk=chosen)) if chosen is not None else []
    found = rows.filter(holding_words(words, fields) if words else Q())
    first = list(found.exclude(pk__in=[row.pk for row in kept])[: MOST_OFFERED + 1])
    return Offer(rows=kept + first[:MOST_OFFERED], has_more=len(first) > MOST_OFFERED)
