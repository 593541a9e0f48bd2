"""Dated rules of what is sold: the value that applies until the direction writes another."""

from core.registry import declare_rules

declare_rules(
    {
        # Withdrawal from a contract: L6353-5; C. conso. L221-18 when it is made at a distance.
        "withdrawal_days_on_site": 10,
        "withdrawal_days_at_distance": 14,
        # A public request whose address is not confirmed by then is erased.
        "enrolment_confirmation_hours": 48,
    }
)
