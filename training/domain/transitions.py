"""The one way to change a state: lock the row, check the table, stamp, save, write the journal."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.db import models, transaction

from accounts.models import User
from training.domain import journal
from training.exceptions import DomainError, TransitionRefused
from training.models import TrainingSession

Row = TypeVar("Row", bound=models.Model)
Table = Mapping[str, frozenset[str]]


def change_state(
    *,
    row: Row,
    to: str,
    table: Table,
    actor: User | None,
    verb: str,
    stamps: Mapping[str, Any] | None = None,
    reason: str = "",
    guard: Callable[[Row], None] | None = None,
    session: TrainingSession | None = None,
) -> Row:
    """Move `row` to the state `to`, in one transaction, and bring `row` itself up to date.

    `table` is the TRANSITIONS constant of the machine; `guard` receives the locked row and
    raises a `DomainError` when a rule stands in the way; `stamps` are the fields that the
    constraints of the model tie to the new state. The journal line carries `reason`.
    Raises `TransitionRefused` when the table does not allow the move.
    """
    with transaction.atomic():
        locked = lock(row)
        current = locked.state  # type: ignore[attr-defined]
        if to not in table.get(current, frozenset()):
            raise refusal(locked, to)
        if guard is not None:
            guard(locked)
        values = {"state": to, **(stamps or {})}
        for name, value in values.items():
            setattr(locked, name, value)
        locked.save(update_fields=list(values))
        journal.record(
            actor=actor,
            verb=verb,
            subject=locked,
            session=session,
            from_state=current,
            to_state=to,
            details={"reason": reason} if reason else None,
        )
    for name, value in values.items():
        setattr(row, name, value)
    return locked


def lock(row: Row) -> Row:
    """The same row read again under a lock, to be called inside a transaction."""
    manager = type(row)._base_manager
    return manager.select_for_update(of=("self",)).get(pk=row.pk)


def required_reason(reason: str, *, at_most: int = 500) -> str:
    """The reason, trimmed. Raises `DomainError` (`reason_required`) when there is none."""
    reason = reason.strip()[:at_most]
    if not reason:
        raise DomainError("Indiquez le motif.", code="reason_required")
    return reason


def refusal(row: models.Model, to: str) -> TransitionRefused:
    """The sentence that says why the table refuses a move."""
    labels = dict(row._meta.get_field("state").flatchoices)  # type: ignore[union-attr]
    current = row.state  # type: ignore[attr-defined]
    return TransitionRefused(
        f"{str(row._meta.verbose_name).capitalize()} à l’état « {labels[current]} » : "
        f"le passage à « {labels[to]} » n’est pas possible.",
        code="transition_refused",
    )
