"""Qualiopi: evidence, gaps and the audit pack."""
