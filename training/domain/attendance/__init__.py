"""Attendance: who is expected, who came, what proves it.

The chained events are the truth (`chain`), marks and locks their projection (`projection`).
"""

from training.domain.attendance.anchors import last_anchor
from training.domain.attendance.board import (
    Board,
    BoardRow,
    Progress,
    board_version,
    half_day_board,
    progress_of,
)
from training.domain.attendance.chain import event_record
from training.domain.attendance.claims import (
    claim_late,
    claim_with_name,
    confirm_claim,
    half_days_to_state,
    pending_claims,
    refuse_claim,
)
from training.domain.attendance.expected import (
    attended_minutes,
    expected_by_half_day,
    expected_by_half_days,
    expected_enrolments,
    planned_minutes,
)
from training.domain.attendance.flags import close_flag, raise_flags, sweep_flags
from training.domain.attendance.links import links_of, send_due_links, send_signing_link
from training.domain.attendance.locking import (
    LockBlockers,
    lock_blockers,
    lock_half_day,
    trainers_to_lock,
)
from training.domain.attendance.own_device import (
    people_of,
    recognise,
    sign_on_own_device,
    unsigned_people,
    valid_link,
)
from training.domain.attendance.projection import rebuild_marks
from training.domain.attendance.receipts import (
    close_dispute,
    find_receipt,
    open_dispute,
    recorded_day,
    send_due_receipts,
)
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
    erase_scans_past_retention,
    sessions_past_retention,
)
from training.domain.attendance.room_codes import (
    code_of,
    end_room_codes,
    find_room,
    renew_room_code,
    room_code,
    room_still_open,
    shown_code,
)
from training.domain.attendance.signatures import (
    Signature,
    lock_statement,
    presence_statement,
)
from training.domain.attendance.slot import Window, may_correct, signing_window
from training.domain.attendance.verification import ChainReport, verify_chain
from training.domain.attendance.walk_ins import dismiss_walk_in, match_walk_in, note_walk_in

__all__ = [
    "Board",
    "BoardRow",
    "ChainReport",
    "LockBlockers",
    "Progress",
    "Signature",
    "Window",
    "attended_minutes",
    "board_version",
    "claim_late",
    "claim_with_name",
    "close_dispute",
    "close_flag",
    "code_of",
    "confirm_claim",
    "correct",
    "dismiss_walk_in",
    "end_room_codes",
    "erase_details",
    "erase_past_retention",
    "erase_scans_past_retention",
    "event_record",
    "expected_by_half_day",
    "expected_by_half_days",
    "expected_enrolments",
    "find_receipt",
    "find_room",
    "half_day_board",
    "half_days_to_state",
    "last_anchor",
    "links_of",
    "lock_blockers",
    "lock_half_day",
    "lock_statement",
    "match_walk_in",
    "may_correct",
    "note_walk_in",
    "open_dispute",
    "pending_claims",
    "people_of",
    "planned_minutes",
    "presence_statement",
    "progress_of",
    "raise_flags",
    "rebuild_marks",
    "recognise",
    "record_absence",
    "record_absences",
    "record_presence",
    "recorded_day",
    "refuse_claim",
    "remind_trainers",
    "renew_room_code",
    "room_code",
    "room_still_open",
    "send_due_links",
    "send_due_receipts",
    "send_signing_link",
    "sessions_past_retention",
    "shown_code",
    "sign_on_own_device",
    "signing_window",
    "sweep_flags",
    "trainers_to_lock",
    "unsigned_people",
    "valid_link",
    "verify_chain",
]
