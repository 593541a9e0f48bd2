"""Dated rules of attendance: the value that applies until the direction writes another."""

from core.registry import declare_rules

declare_rules(
    {
        # From when to when people may sign, and a half-day may be locked.
        "signing_opens_minutes_before": 15,
        "signing_closes_minutes_after": 30,
        "lock_minutes_before_end": 10,
        "lock_reminder_minutes_after_end": 60,
        "lock_reminder_next_day_hour": 8,
        "offline_ticket_days": 7,
        # How long what may be erased of evidence is kept (RGPD, article 5).
        "attendance_details_days": 2192,  # six years
        "paper_scan_days": 2192,  # as what was entered from it
        # Supporting documents of absences: how long people have, when they are reminded, how
        # long the file and what was said are kept after the session (RGPD, article 5).
        "absence_document_due_days": 10,
        "absence_reminder_days_after_asking": 5,
        "absence_document_days": 365,
        "absence_notes_days": 1096,
        # An absence of some minutes at either end that costs nothing, and the step to which
        # longer ones are rounded.
        "attendance_tolerance_minutes": 0,
        "attendance_rounding_minutes": 1,
        # Personal links leave before the first half-day, and last some days after the last one.
        "signing_link_hours_before": 24,
        "signing_link_days_after": 7,
        "receipt_dispute_hours": 48,
        # What is worth a look by staff (`domain.flags`).
        "flag_same_device_people": 2,
        "flag_same_device_minutes": 240,
        "flag_burst_signatures": 5,
        "flag_burst_seconds": 60,
        "flag_clock_drift_seconds": 300,
        "flag_address_percent": 60,
    }
)
