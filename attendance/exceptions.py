"""Refusals of the attendance chain."""

from core.exceptions import DomainError


class ChainBroken(DomainError):
    """The attendance chain no longer verifies."""
