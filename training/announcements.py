"""Facts of training that apps above show: their changes are announced by name."""

from core.models.announced import announce_changes
from training import signals
from training.models import (
    Enrolment,
    HalfDay,
    Programme,
    ProgrammeVersion,
    TrainingSession,
    Venue,
)

announce_changes(signals.seats_changed, Enrolment)
announce_changes(signals.sessions_changed, TrainingSession, HalfDay, Venue)
announce_changes(signals.programme_published, Programme, ProgrammeVersion)
