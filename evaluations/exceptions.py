"""Refusals of evaluations."""

from collections.abc import Mapping, Sequence

from core.exceptions import DomainError


class AnswersRefused(DomainError):
    """Some answers to a questionnaire are not valid; `errors` says why, by question id."""

    def __init__(
        self, message: str, *, code: str, details: Sequence[str], errors: Mapping[int, str]
    ) -> None:
        super().__init__(message, code=code, details=details)
        self.errors = dict(errors)
