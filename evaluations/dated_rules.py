"""Dated rules of evaluations: the value that applies until the direction writes another."""

from core.registry import declare_rules

declare_rules(
    {
        "questionnaire_link_days": 30,
    }
)
