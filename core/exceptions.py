"""Refusals of the domain: a sentence for people, a code for programs and tests."""

from collections.abc import Sequence


class DomainError(Exception):
    """A rule of the trade refuses what was asked; nothing was written.

    `message` is a French sentence that a person may read; `code` names the rule;
    `details` lists, one per line, what stands in the way (names of missing people…).
    """

    def __init__(self, message: str, *, code: str, details: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.details = list(details)

    def __str__(self) -> str:
        return self.message


class TransitionRefused(DomainError):
    """The state machine does not allow this move from the present state."""


class Blocked(DomainError):
    """Something stands between a row and the state asked for; `details` are the sentences."""
