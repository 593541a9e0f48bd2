"""Dated rules of documents: the value that applies until the direction writes another."""

from core.registry import declare_rules

declare_rules(
    {
        # Most that may be asked once the withdrawal period is over, in percent (L6353-6).
        "deposit_percent_at_most": 30,
        "quote_valid_days": 30,
        "batch_file_days": 7,
    }
)
