"""Absences followed up: opened by a lock, documented, closed with an outcome that sheets print."""

from training.domain.absences.closing import close, close_as_drop_out, reopen
from training.domain.absences.documents import (
    accept_document,
    ask_document,
    deposit,
    may_deposit,
    note_reading,
    refuse_document,
)
from training.domain.absences.notes import add_note, choose_ground, grounds_on
from training.domain.absences.notices import prepare_notices
from training.domain.absences.opening import follow_half_day
from training.domain.absences.outcomes import followed_at, outcomes_of
from training.domain.absences.reminders import remind_due
from training.domain.absences.retention import erase_past_retention

__all__ = [
    "accept_document",
    "add_note",
    "ask_document",
    "choose_ground",
    "close",
    "close_as_drop_out",
    "deposit",
    "erase_past_retention",
    "follow_half_day",
    "followed_at",
    "grounds_on",
    "may_deposit",
    "note_reading",
    "outcomes_of",
    "prepare_notices",
    "refuse_document",
    "remind_due",
    "reopen",
]
