"""Signals of the domain, sent inside the transaction; who listens enqueues on commit."""

from django.dispatch import Signal

#: A session was completed. Arguments: `session` (TrainingSession), `actor` (User or None).
session_completed = Signal()
#: A completed session was reopened. Arguments: `session`, `actor`, `reason` (str).
session_reopened = Signal()
#: Seats of a session changed (enrolment made, ended, capacity moved). Argument: `session_id`.
seats_changed = Signal()
#: A half-day was locked by everybody who had to. Arguments: `half_day`, `actor`.
half_day_locked = Signal()
#: What is recorded at a locked half-day was corrected. Arguments: `half_day`, `actor`.
half_day_corrected = Signal()
#: A learner says that what is recorded of a day is not exact. Argument: `dispute`
#: (AttendanceDispute).
attendance_disputed = Signal()
#: A background job was given up because no worker survived it. Argument: `job` (Job, failed).
job_given_up = Signal()
