"""Refusals of the app."""

from core.exceptions import DomainError


class RenderingFailed(DomainError):
    """The file of a document could not be made; the sentence says why."""


class SealingFailed(RenderingFailed):
    """The file was rendered but could not be sealed; the sentence says why."""
