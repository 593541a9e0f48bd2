"""The context function of each kind of document, with its sample. Importing registers them."""

from certificates.domain.kinds import (
    agreement,
    attendance_blank,
    attendance_sheet,
    attendance_statement,
    certificate,
    convocation,
    organisation_text,
    programme,
    session_prints,
    training_statement,
)

__all__ = [
    "agreement",
    "attendance_blank",
    "attendance_sheet",
    "attendance_statement",
    "certificate",
    "convocation",
    "organisation_text",
    "programme",
    "session_prints",
    "training_statement",
]
