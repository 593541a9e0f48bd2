"""Data, constraints and querysets of the domain. States change only in `training.domain`."""

from training.models.absences import (
    AbsenceDocument,
    AbsenceFollowUp,
    AbsenceGround,
    AbsenceNote,
    FollowedAbsence,
)
from training.models.agreements import Agreement, FundingLine
from training.models.attendance import (
    AttendanceEvent,
    AttendanceEventDetails,
    AttendanceMark,
    ChainAnchor,
    HalfDayLock,
)
from training.models.attendance_access import RoomCode, SigningDevice, SigningLink
from training.models.attendance_follow_up import (
    AttendanceDispute,
    AttendanceFlag,
    AttendanceReceipt,
    SignatureClaim,
    WalkIn,
)
from training.models.enquiries import Enquiry
from training.models.enrolments import Adaptation, Enrolment, EnrolmentHalfDay
from training.models.evaluations import (
    Answer,
    Invitation,
    ObjectiveAssessment,
    Question,
    Questionnaire,
    Response,
)
from training.models.offline import OfflineItem, OfflineTicket
from training.models.operations import (
    ImportBatch,
    Job,
    JournalEntry,
    JournalEntryDetails,
    Message,
)
from training.models.organisation import Organisation, RuleSetting, Signatory
from training.models.paper import PaperScan
from training.models.people import Company, Contact, Funder, Learner, Trainer, Venue
from training.models.pictures import HousePicture
from training.models.programmes import Programme, ProgrammeVersion
from training.models.remote import RemoteActivity, RemoteActivityDone
from training.models.sessions import HalfDay, SessionGroup, TrainerAssignment, TrainingSession

__all__ = [
    "AbsenceDocument",
    "AbsenceFollowUp",
    "AbsenceGround",
    "AbsenceNote",
    "FollowedAbsence",
    "Adaptation",
    "Agreement",
    "Answer",
    "AttendanceDispute",
    "AttendanceEvent",
    "AttendanceEventDetails",
    "AttendanceFlag",
    "AttendanceMark",
    "AttendanceReceipt",
    "ChainAnchor",
    "Company",
    "Contact",
    "Enquiry",
    "Enrolment",
    "EnrolmentHalfDay",
    "Funder",
    "FundingLine",
    "HalfDay",
    "HalfDayLock",
    "HousePicture",
    "ImportBatch",
    "Invitation",
    "Job",
    "JournalEntry",
    "JournalEntryDetails",
    "Learner",
    "Message",
    "ObjectiveAssessment",
    "OfflineItem",
    "OfflineTicket",
    "Organisation",
    "PaperScan",
    "Programme",
    "ProgrammeVersion",
    "Question",
    "Questionnaire",
    "RemoteActivity",
    "RemoteActivityDone",
    "Response",
    "RoomCode",
    "RuleSetting",
    "SessionGroup",
    "Signatory",
    "SignatureClaim",
    "SigningDevice",
    "SigningLink",
    "Trainer",
    "TrainerAssignment",
    "TrainingSession",
    "Venue",
    "WalkIn",
]
