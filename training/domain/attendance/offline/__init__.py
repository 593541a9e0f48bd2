"""A half-day where there is no network: prepared before, taken on the device, sent back after."""

from training.domain.attendance.offline.items import MAX_BYTES, Item, Sending, read_sending
from training.domain.attendance.offline.settling import items_to_settle, may_be_taken, settle
from training.domain.attendance.offline.synchronising import (
    Origin,
    Synchronisation,
    synchronise,
)
from training.domain.attendance.offline.tickets import (
    live_tickets,
    prepare,
    read_ticket,
    revoke,
    snapshot,
)

__all__ = [
    "MAX_BYTES",
    "Item",
    "Origin",
    "Sending",
    "Synchronisation",
    "items_to_settle",
    "live_tickets",
    "may_be_taken",
    "prepare",
    "read_sending",
    "read_ticket",
    "revoke",
    "settle",
    "snapshot",
    "synchronise",
]
