"""The table of a state machine: which moves its states allow."""

from collections.abc import Iterable, Iterator, Mapping


class Transitions(Mapping[str, frozenset[str]]):
    """The moves that a state machine allows: from each state, the states it may reach.

    A model with a `state` field names its table in a class attribute, `transitions`, and moves
    through `core.domain.transitions` alone. `starts` are the states in which a row may be written,
    where they are more than the default of the field. `journals_workers`: whether the journal
    keeps every move, or only those that a person makes (what a worker does is then in the row).

    A table is compared by identity: it stands for its machine.
    """

    __hash__ = object.__hash__

    def __init__(
        self,
        moves: Mapping[str, Iterable[str]],
        *,
        starts: Iterable[str] = (),
        journals_workers: bool = True,
    ) -> None:
        self._moves = {state: frozenset(targets) for state, targets in moves.items()}
        self.starts = frozenset(starts)
        self.journals_workers = journals_workers

    def __getitem__(self, state: str) -> frozenset[str]:
        return self._moves[state]

    def __iter__(self) -> Iterator[str]:
        return iter(self._moves)

    def __len__(self) -> int:
        return len(self._moves)

    def __eq__(self, other: object) -> bool:
        return self is other

    def sources(self, to: str) -> list[str]:
        """The states that may move to the state `to`."""
        return [state for state, targets in self._moves.items() if to in targets]
