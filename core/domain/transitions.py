"""The one way to change a state: lock, check the table, ask for the blockers, stamp, journal.

Three forms on one table: `change_state` moves one row, `change_states` a set of rows, `claim` is
the compare-and-set of a worker.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.db import models, transaction

from accounts.models import User
from core.domain import journal
from core.exceptions import Blocked, DomainError, TransitionRefused
from core.machines import Transitions
from core.models.announced import announce_bulk
from core.registry import Blocker, registry

Row = TypeVar("Row", bound=models.Model)


def change_state(
    *,
    row: Row,
    to: str,
    actor: User | None,
    verb: str,
    stamps: Mapping[str, Any] | None = None,
    reason: str = "",
    leaving: Collection[str] | None = None,
    guard: Callable[[Row], None] | None = None,
    blockers: Callable[[Row], Iterable[Blocker]] | None = None,
    session_id: int | None = None,
) -> Row:
    """Move `row` to the state `to`, in one transaction, and bring `row` itself up to date.

    `leaving` narrows the table of the model to the states that this action may leave. `guard`
    receives the locked row and raises a `DomainError` when a rule refuses the move; `blockers`
    names everything that stands in the way, to which what higher apps have registered for this
    transition is added (`registered_blockers`). `stamps` are the fields that the constraints of the
    model tie to the new state. The journal line carries `reason`.

    Raises `TransitionRefused` when the table does not allow the move, `Blocked` when something
    stands in the way that `reason` does not override.
    """
    table = table_of(type(row))
    with transaction.atomic():
        locked = lock(row)
        current = _state(locked)
        if guard is not None:
            guard(locked)
        _check(locked, to, table, leaving)
        found = [*blockers(locked)] if blockers is not None else []
        refuse_if_blocked([*found, *registered_blockers(locked, to)], reason=reason)
        values = {"state": to, **(stamps or {})}
        for name, value in values.items():
            setattr(locked, name, value)
        locked.save(update_fields=list(values))
        if actor is not None or table.journals_workers:
            journal.record(
                actor=actor,
                verb=verb,
                subject=locked,
                session_id=session_id,
                from_state=current,
                to_state=to,
                details={"reason": reason} if reason else None,
            )
    for name, value in values.items():
        setattr(row, name, value)
    return locked


def change_states(
    *,
    rows: models.QuerySet[Row],
    to: str,
    actor: User | None,
    verb: str,
    stamps: Mapping[str, Any] | None = None,
    reason: str = "",
    leaving: Collection[str] | None = None,
    guard: Callable[[Sequence[Row]], None] | None = None,
    session_id: int | None = None,
) -> list[Row]:
    """Move every row of the query to the state `to`: one UPDATE, one line of journal for each.

    All or none, under a lock on each row, taken in the order of their keys. `guard` receives all
    the locked rows. A stamp may be an expression over the row as it was before the move. Returns
    the rows, brought up to date. The number of queries does not grow with theirs, but for what
    higher apps have registered for this transition, asked of each row.

    Raises as `change_state` does.
    """
    table = table_of(rows.model)
    values: dict[str, Any] = {"state": to, **(stamps or {})}
    with transaction.atomic():
        locked = list(rows.order_by("pk").select_for_update(of=("self",)))
        if not locked:
            return []
        before = {row.pk: _state(row) for row in locked}
        for row in locked:
            _check(row, to, table, leaving)
        if guard is not None:
            guard(locked)
        refuse_if_blocked(
            [blocker for row in locked for blocker in registered_blockers(row, to)], reason=reason
        )
        rows.model._base_manager.filter(pk__in=before).update(**values)
        announce_bulk(rows.model)
        _bring_up_to_date(locked, values)
        if actor is not None or table.journals_workers:
            journal.record_many(
                actor=actor,
                lines=[
                    journal.Line(
                        verb=verb,
                        subject=row,
                        session_id=session_id,
                        from_state=before[row.pk],
                        to_state=to,
                        details={"reason": reason} if reason else None,
                    )
                    for row in locked
                ],
            )
    return locked


def claim(*, rows: models.QuerySet[Row], to: str, stamps: Mapping[str, Any] | None = None) -> bool:
    """Compare and set, for a worker: one UPDATE of those of `rows` that may reach the state `to`.

    The query says what the worker believes of the row (its key, its lease, its attempts). False
    when no row was as believed: another worker has it, or a person has moved it. Writes nothing in
    the journal, and is therefore refused (`ValueError`) to a machine whose every move is journaled.
    """
    table = table_of(rows.model)
    if table.journals_workers:
        raise ValueError(f"Every move of {rows.model.__name__} is journaled.")
    return bool(rows.filter(state__in=table.sources(to)).update(state=to, **(stamps or {})))


# --- What stands in the way -----------------------------------------------------------------------


def registered_blockers(row: models.Model, to: str) -> list[Blocker]:
    """What higher apps say stands between `row` and the state `to` (`core.registry.blockers`)."""
    functions = registry.blockers.get((table_of(type(row)), str(to)), [])
    return [blocker for function in functions for blocker in function(row)]


def refuse_if_blocked(found: Sequence[Blocker], *, reason: str = "") -> None:
    """Raise `Blocked` with every sentence, unless `reason` overrides all that stands in the way."""
    if reason.strip():
        found = [blocker for blocker in found if not blocker.overridable]
    if found:
        raise Blocked(
            " ".join(blocker.sentence for blocker in found),
            code="blocked",
            details=[blocker.sentence for blocker in found],
        )


# --- Parts ----------------------------------------------------------------------------------------


def table_of(model: type[models.Model]) -> Transitions:
    """The table of the machine of a model: its class attribute `transitions`."""
    table: Transitions = model.transitions  # type: ignore[attr-defined]
    return table


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
    return TransitionRefused(
        f"{str(row._meta.verbose_name).capitalize()} à l’état « {labels[_state(row)]} » : "
        f"le passage à « {labels[to]} » n’est pas possible.",
        code="transition_refused",
    )


def _check(row: models.Model, to: str, table: Transitions, leaving: Collection[str] | None) -> None:
    current = _state(row)
    if to not in table.get(current, frozenset()) or (
        leaving is not None and current not in leaving
    ):
        raise refusal(row, to)


def _bring_up_to_date(rows: Sequence[models.Model], values: Mapping[str, Any]) -> None:
    computed = [name for name, value in values.items() if hasattr(value, "resolve_expression")]
    written = {}
    if computed:
        kept = type(rows[0])._base_manager.filter(pk__in=[row.pk for row in rows])
        written = {row["pk"]: row for row in kept.values("pk", *computed)}
    for row in rows:
        for name, value in values.items():
            setattr(row, name, written[row.pk][name] if name in computed else value)


def _state(row: models.Model) -> str:
    state: str = row.state  # type: ignore[attr-defined]
    return state
