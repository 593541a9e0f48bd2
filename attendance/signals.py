"""Signals towards apps above, sent inside the transaction; who listens enqueues on commit."""

from django.dispatch import Signal

#: A half-day was locked by everybody who had to. Arguments: `half_day`, `actor`.
half_day_locked = Signal()
