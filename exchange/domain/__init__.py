"""Data in and out: registers of enrolments, logs of learning platforms, and undoing an import."""
