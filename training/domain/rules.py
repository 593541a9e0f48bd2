"""Dated values: the one in force on a day applies to what happened that day."""

import datetime as dt
from collections.abc import Callable

from training.models import RuleSetting

#: Values used until the direction writes others. Minutes, days, months, euros or percent, as
#: their name says.
DEFAULTS: dict[str, int] = {
    "signing_opens_minutes_before": 15,
    "signing_closes_minutes_after": 30,
    "lock_minutes_before_end": 10,
    "lock_reminder_minutes_after_end": 60,
    "lock_reminder_next_day_hour": 8,
    "offline_ticket_days": 7,
    "attendance_details_days": 2192,  # six years
    "paper_scan_days": 2192,  # as what was entered from it
    # Supporting documents of absences: how long people have, when they are reminded, how long
    # the file and what was said are kept after the session (RGPD, article 5).
    "absence_document_due_days": 10,
    "absence_reminder_days_after_asking": 5,
    "absence_document_days": 365,
    "absence_notes_days": 1096,
    # An absence of some minutes at either end that costs nothing, and the step to which longer
    # ones are rounded.
    "attendance_tolerance_minutes": 0,
    "attendance_rounding_minutes": 1,
    # Personal links leave before the first half-day, and last some days after the last one.
    "signing_link_hours_before": 24,
    "signing_link_days_after": 7,
    "receipt_dispute_hours": 48,
    # What is worth a look by staff (`domain.attendance.flags`).
    "flag_same_device_people": 2,
    "flag_same_device_minutes": 240,
    "flag_burst_signatures": 5,
    "flag_burst_seconds": 60,
    "flag_clock_drift_seconds": 300,
    "flag_address_percent": 60,
    "questionnaire_link_days": 30,
    "import_file_days": 30,
    "course_review_months": 12,
    "accessible_price_euros": 600,
    # Withdrawal from a contract: L6353-5; C. conso. L221-18 when it is made at a distance.
    "withdrawal_days_on_site": 10,
    "withdrawal_days_at_distance": 14,
    # Most that may be asked once the withdrawal period is over, in percent (L6353-6).
    "deposit_percent_at_most": 30,
    "quote_valid_days": 30,
    "batch_file_days": 7,
}


def rule(code: str, *, on: dt.date) -> int:
    """The value of a rule in force on the day `on`. Raises KeyError for an unknown code."""
    default = DEFAULTS[code]
    found = (
        RuleSetting.objects.filter(code=code, valid_from__lte=on)
        .order_by("-valid_from")
        .values_list("value", flat=True)
        .first()
    )
    return default if found is None else found


def rule_by_day(code: str) -> Callable[[dt.date], int]:
    """The same for many days: the values are read once, in one query.

    Raises KeyError for an unknown code.
    """
    default = DEFAULTS[code]
    known = list(
        RuleSetting.objects.filter(code=code)
        .order_by("-valid_from")
        .values_list("valid_from", "value")
    )
    return lambda day: next((value for start, value in known if start <= day), default)
