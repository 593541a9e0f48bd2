"""The context function of each kind of document, with its sample. Importing registers them."""

from certificates.domain.contexts import (
    attendance_blank,
    attendance_sheet,
    certificate,
    house_text,
    programme,
)

__all__ = ["attendance_blank", "attendance_sheet", "certificate", "house_text", "programme"]
