"""Dated rules of the public site: the value that applies until the direction writes another."""

from core.registry import declare_rules

declare_rules(
    {
        "course_review_months": 12,
        "accessible_price_euros": 600,
    }
)
