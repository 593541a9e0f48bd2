"""Refusals of sessions and enrolments."""

from core.exceptions import DomainError


class SessionFull(DomainError):
    """No seat is left, and the waiting list was not asked for."""
