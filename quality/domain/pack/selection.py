"""Which sessions a pack covers, and which grid reads them."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from core.exceptions import DomainError
from core.french import format_day, plural
from quality.domain import audited_sessions, referential
from quality.domain.pack import layout
from quality.domain.referential import Referential
from training.models import TrainingSession


@dataclass(frozen=True, kw_only=True)
class Selection:
    """A period (both days included), some sessions by code, or those sessions in that period."""

    referential_id: str
    start: dt.date | None = None
    end: dt.date | None = None
    codes: tuple[str, ...] = ()

    @property
    def referential(self) -> Referential:
        """The grid that reads the pack."""
        return referential.by_id(self.referential_id)

    @property
    def sentence(self) -> str:
        """What the pack covers, in French."""
        parts = []
        if self.codes:
            word = "Session" if len(self.codes) == 1 else "Sessions"
            parts.append(f"{word} {', '.join(self.codes)}")
        if self.start and self.end:
            period = f"du {format_day(self.start)} au {format_day(self.end)}"
            parts.append(period if parts else f"Sessions {period}")
        return ", ".join(parts)

    @property
    def scope(self) -> str:
        """The same, for a file name."""
        return layout.scope_name(start=self.start, end=self.end, codes=self.codes)

    def as_filters(self) -> dict[str, Any]:
        """Plain data, for the manifest and the database."""
        return {
            "from": self.start.isoformat() if self.start else None,
            "to": self.end.isoformat() if self.end else None,
            "sessions": sorted(self.codes),
            "referential": self.referential_id,
        }

    @classmethod
    def from_filters(cls, filters: dict[str, Any]) -> "Selection":
        """The selection that `as_filters` wrote."""
        return cls(
            referential_id=filters["referential"],
            start=dt.date.fromisoformat(filters["from"]) if filters["from"] else None,
            end=dt.date.fromisoformat(filters["to"]) if filters["to"] else None,
            codes=tuple(filters["sessions"]),
        )


def resolve(selection: Selection) -> list[int]:
    """Primary keys of the sessions of the pack, by code.

    Raises `DomainError`: `selection_empty`, `period_invalid`, `session_unknown` (details: the
    codes), `no_session`.
    """
    if not selection.codes and not (selection.start and selection.end):
        raise DomainError(
            "Choisissez une période, ou au moins une session.", code="selection_empty"
        )
    if selection.start and selection.end and selection.start > selection.end:
        raise DomainError("La période finit avant de commencer.", code="period_invalid")
    if selection.start and selection.end:
        sessions = audited_sessions.in_period(start=selection.start, end=selection.end)
    else:
        sessions = TrainingSession.objects.all()
    if selection.codes:
        known = set(
            TrainingSession.objects.filter(code__in=selection.codes)
            .order_by()
            .values_list("code", flat=True)
        )
        if unknown := sorted(set(selection.codes) - known):
            raise DomainError(
                f"{plural(len(unknown), 'session inconnue', 'sessions inconnues')}\u00a0: "
                f"{', '.join(unknown)}.",
                code="session_unknown",
                details=unknown,
            )
        sessions = sessions.filter(code__in=selection.codes)
    found = list(sessions.order_by("code").values_list("pk", flat=True))
    if not found:
        raise DomainError("Aucune session ne correspond à ce choix.", code="no_session")
    return found
