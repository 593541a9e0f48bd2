"""Refusals of the room."""

from training.exceptions import DomainError


class RenderingFailed(DomainError):
    """The file of a document could not be made; the sentence says why."""
