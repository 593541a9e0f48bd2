"""States of what surrounds the chains of attendance."""

from django.db import models


class AnchorState(models.TextChoices):
    """Whether an authority outside has dated a noted head of a chain (RFC 3161)."""

    UNSTAMPED = "unstamped", "Non horodaté"
    STAMPED = "stamped", "Horodaté"


ANCHOR_TRANSITIONS: dict[str, frozenset[str]] = {
    AnchorState.UNSTAMPED: frozenset({AnchorState.STAMPED}),
    AnchorState.STAMPED: frozenset(),
}
