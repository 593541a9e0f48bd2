"""Refusals of the room."""

from training.exceptions import DomainError


class RenderingFailed(DomainError):
    """The file of a document could not be made; the sentence says why."""


class SealingFailed(RenderingFailed):
    """The file was drawn but could not be sealed; the sentence says why."""
