"""Absences followed up: opened by a lock, documented, closed with an outcome that sheets print."""
