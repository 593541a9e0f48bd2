"""Signals towards apps above, sent inside the transaction; who listens enqueues on commit."""

from django.dispatch import Signal

#: What published results count was written: an invitation, a response, an assessment. Sent by
#: `core.models.announced` whatever the way of writing; the sender is the model, without any other
#: argument.
answers_received = Signal()
