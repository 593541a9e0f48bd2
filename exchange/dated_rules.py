"""Dated rules of imports: the value that applies until the direction writes another."""

from core.registry import declare_rules

declare_rules(
    {
        "import_file_days": 30,
    }
)
