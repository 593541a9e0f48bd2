"""Attendance: who is expected, who came, what proves it.

The chained events are the truth (`chain`), marks and locks their projection (`projection`).
"""

from training.domain.attendance.anchors import last_anchor
from training.domain.attendance.board import Board, BoardRow, Progress, half_day_board, progress_of
from training.domain.attendance.chain import event_record
from training.domain.attendance.expected import (
    attended_minutes,
    expected_by_half_day,
    expected_by_half_days,
    expected_enrolments,
    planned_minutes,
)
from training.domain.attendance.locking import (
    LockBlockers,
    lock_blockers,
    lock_half_day,
    trainers_to_lock,
)
from training.domain.attendance.projection import rebuild_marks
from training.domain.attendance.recording import (
    correct,
    record_absence,
    record_absences,
    record_presence,
)
from training.domain.attendance.reminders import remind_trainers
from training.domain.attendance.retention import (
    erase_details,
    erase_past_retention,
    sessions_past_retention,
)
from training.domain.attendance.signatures import (
    Signature,
    lock_statement,
    presence_statement,
)
from training.domain.attendance.slot import Window, may_correct, signing_window
from training.domain.attendance.verification import ChainReport, verify_chain

__all__ = [
    "Board",
    "BoardRow",
    "ChainReport",
    "LockBlockers",
    "Progress",
    "Signature",
    "Window",
    "attended_minutes",
    "correct",
    "erase_details",
    "erase_past_retention",
    "event_record",
    "expected_by_half_day",
    "expected_by_half_days",
    "expected_enrolments",
    "half_day_board",
    "last_anchor",
    "lock_blockers",
    "lock_half_day",
    "lock_statement",
    "may_correct",
    "planned_minutes",
    "presence_statement",
    "progress_of",
    "rebuild_marks",
    "record_absence",
    "record_absences",
    "record_presence",
    "remind_trainers",
    "sessions_past_retention",
    "signing_window",
    "trainers_to_lock",
    "verify_chain",
]
