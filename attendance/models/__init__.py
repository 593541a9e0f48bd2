"""Data and constraints of attendance. States change only in `attendance.domain`."""

from attendance.models.absences import (
    AbsenceDocument,
    AbsenceFollowUp,
    AbsenceGround,
    AbsenceNote,
    FollowedAbsence,
)
from attendance.models.access import GuessingAlert, RoomCode, SigningDevice, SigningLink
from attendance.models.chain import (
    AttendanceEvent,
    AttendanceEventDetails,
    ChainAnchor,
    HalfDayLock,
)
from attendance.models.claims import SignatureClaim, WalkIn
from attendance.models.deposits import (
    OfflineDeposit,
    OfflineDepositFile,
    OfflineDepositReview,
)
from attendance.models.flags import AttendanceFlag
from attendance.models.offline import OfflineItem, OfflineTicket
from attendance.models.paper import PaperScan
from attendance.models.receipts import AttendanceDispute, AttendanceReceipt
from attendance.models.remote import RemoteActivityDone

__all__ = [
    "AbsenceDocument",
    "AbsenceFollowUp",
    "AbsenceGround",
    "AbsenceNote",
    "AttendanceDispute",
    "AttendanceEvent",
    "AttendanceEventDetails",
    "AttendanceFlag",
    "AttendanceReceipt",
    "ChainAnchor",
    "FollowedAbsence",
    "GuessingAlert",
    "HalfDayLock",
    "OfflineDeposit",
    "OfflineDepositFile",
    "OfflineDepositReview",
    "OfflineItem",
    "OfflineTicket",
    "PaperScan",
    "RemoteActivityDone",
    "RoomCode",
    "SignatureClaim",
    "SigningDevice",
    "SigningLink",
    "WalkIn",
]
