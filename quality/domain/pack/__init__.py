"""The audit pack: one ZIP, readable offline, verifiable without us, the same for the same data."""
