"""Data, constraints and querysets of the domain. States change only in `training.domain`."""

from training.models.agreements import Agreement, FundingLine
from training.models.assignments import TrainerAssignment
from training.models.enquiries import Enquiry
from training.models.enrolments import (
    Adaptation,
    AddressConfirmation,
    Enrolment,
    EnrolmentHalfDay,
)
from training.models.marks import AttendanceMark
from training.models.people import Company, Contact, Funder, Learner, Trainer, Venue
from training.models.programmes import Programme, ProgrammeVersion
from training.models.remote import RemoteActivity
from training.models.sessions import HalfDay, SessionGroup, TrainingSession

__all__ = [
    "Adaptation",
    "AddressConfirmation",
    "Agreement",
    "AttendanceMark",
    "Company",
    "Contact",
    "Enquiry",
    "Enrolment",
    "EnrolmentHalfDay",
    "Funder",
    "FundingLine",
    "HalfDay",
    "Learner",
    "Programme",
    "ProgrammeVersion",
    "RemoteActivity",
    "SessionGroup",
    "Trainer",
    "TrainerAssignment",
    "TrainingSession",
    "Venue",
]
