"""Signals towards apps above, sent inside the transaction; who listens enqueues on commit."""

from django.dispatch import Signal

#: A session was completed. Arguments: `session` (TrainingSession), `actor` (User or None).
session_completed = Signal()


# Facts that pages of the public site show. Sent by `core.models.announced` whatever the way of
# writing; the sender is the model, without any other argument.

#: An enrolment was written: seats left may differ.
seats_changed = Signal()

#: A session, one of its half-days or a venue was written.
sessions_changed = Signal()

#: A programme or one of its versions was written.
programme_published = Signal()
