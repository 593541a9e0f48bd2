"""Data and constraints of what every app builds on. States change only in `core.domain`."""

from core.models.jobs import Job, LastRun
from core.models.journal import JournalEntry, JournalEntryDetails
from core.models.messages import Message
from core.models.organisation import Organisation, RuleSetting, Signatory
from core.models.pictures import OrganisationPicture

__all__ = [
    "OrganisationPicture",
    "Job",
    "JournalEntry",
    "JournalEntryDetails",
    "LastRun",
    "Message",
    "Organisation",
    "RuleSetting",
    "Signatory",
]
