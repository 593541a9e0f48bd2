"""Signals towards apps above, sent inside the transaction; who listens enqueues on commit."""

from django.dispatch import Signal

#: A background job was given up because no worker survived it. Argument: `job` (Job, failed).
job_given_up = Signal()

#: Rows were written many at a time, which sends no signal of Django's: sent by the querysets of
#: `core.models.announced`. The sender is the model.
bulk_written = Signal()

# Facts that pages of the public site show. Sent by `core.models.announced` whatever the way of
# writing; the sender is the model, without any other argument.

#: The record of the organisation was written: names, contacts, certificate.
organisation_changed = Signal()

#: A dated rule was written.
rules_changed = Signal()

#: A version of a legal text was written, that is or will be in force. Here and not in
#: `certificates`: the public site stands beside that app.
legal_text_in_force = Signal()
