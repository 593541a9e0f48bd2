"""Undoing an import: what it wrote (`trace`), what would happen (`preview`), doing it."""
