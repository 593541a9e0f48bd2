"""One typed function per mail of attendance."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from attendance.models import AbsenceFollowUp, AttendanceReceipt, SigningLink
from core.days import day_after
from core.french import format_day, format_time
from core.mails import ComposedMail, absolute_url, compose, days_from_now
from core.registry import evidence_note
from training.mails import enrolment_facts, half_day_facts, session_facts
from training.models import Enrolment, FundingLine, HalfDay, Trainer


def lock_reminder(half_day: HalfDay, trainer: Trainer) -> ComposedMail:
    """A half-day is over, and the trainer has not closed it."""
    return compose(
        "lock_reminder",
        {
            "trainer": str(trainer),
            "session": session_facts(half_day.session),
            "half_day": half_day_facts(half_day),
            "url": absolute_url("portal:half-day", pk=half_day.pk),
        },
        useful_until=days_from_now(7),
    )


def signing_link(link: SigningLink, token: str) -> ComposedMail:
    """The learner's own link to sign on their phone, for the half-days of one session."""
    half_days = list(link.enrolment.session.half_days.counting().with_place())
    return compose(
        "signing_link",
        signing_link_facts(link, token, half_days),
        useful_until=link.expires_at,
    )


def signing_link_facts(link: SigningLink, token: str, half_days: list[HalfDay]) -> dict[str, Any]:
    """What the mail of a signing link says."""
    return {
        **enrolment_facts(link.enrolment),
        "half_days": [half_day_facts(half_day) for half_day in half_days],
        "url": absolute_url("portal:sign-link", token=token),
        "expires_on": format_day(link.expires_at),
    }


def attendance_receipt(
    receipt: AttendanceReceipt, lines: Iterable[str], token: str
) -> ComposedMail:
    """What is recorded of the learner's day, line by line, and how to say that it is not exact.

    `lines`: the sentences of `domain.receipts.RecordedLine`.
    """
    return compose(
        "attendance_receipt",
        {
            **enrolment_facts(receipt.enrolment),
            "day": format_day(receipt.day),
            "lines": list(lines),
            "url": absolute_url("portal:receipt", token=token),
            "until_day": format_day(receipt.disputable_until, zone=receipt.zone),
            "until_time": format_time(receipt.disputable_until, zone=receipt.zone),
            "last_root": evidence_note(receipt.sent_at),
        },
        useful_until=receipt.disputable_until,
    )


@dataclass(frozen=True, kw_only=True)
class AbsenceFacts:
    """What an absence notice may say: which half-days, and when the person left, never why."""

    enrolment: Enrolment
    half_days: list[HalfDay]
    left_on: dt.date | None


def absence_document_asked(follow_up: AbsenceFollowUp) -> ComposedMail:
    """What shows an absence is asked for: how to give it, until when, and what not to say."""
    return compose("absence_document_asked", _absence(follow_up), useful_until=_due(follow_up))


def absence_document_reminder(follow_up: AbsenceFollowUp) -> ComposedMail:
    """The same once more, because nothing has come."""
    return compose("absence_document_reminder", _absence(follow_up), useful_until=_due(follow_up))


def absence_document_refused(follow_up: AbsenceFollowUp, reason: str) -> ComposedMail:
    """What was deposited does not do, and why."""
    context = {**enrolment_facts(follow_up.enrolment), "reason": reason}
    return compose("absence_document_refused", context, useful_until=None)


def _due(follow_up: AbsenceFollowUp) -> dt.datetime:
    """The end of the day until which a document is awaited; a week at least, it may be over."""
    week = days_from_now(7)
    return max(day_after(follow_up.due_on), week) if follow_up.due_on else week


def _absence(follow_up: AbsenceFollowUp) -> dict[str, Any]:
    absences = follow_up.absences.select_related("half_day__venue", "half_day__session__venue")
    return absence_facts(follow_up, [absence.half_day for absence in absences])


def absence_facts(follow_up: AbsenceFollowUp, half_days: list[HalfDay]) -> dict[str, Any]:
    """What a request for a document says of the absence."""
    return {
        **enrolment_facts(follow_up.enrolment),
        "half_days": [half_day_facts(half_day) for half_day in half_days],
        "due_on": format_day(follow_up.due_on) if follow_up.due_on else "",
        "url": absolute_url("portal:absence", uuid=follow_up.uuid),
    }


def absence_notice_company(facts: AbsenceFacts) -> ComposedMail:
    """To the employer: what their person missed. A draft that staff read first."""
    return compose("absence_notice_company", _notice(facts), useful_until=None)


def absence_notice_funder(facts: AbsenceFacts, line: FundingLine) -> ComposedMail:
    """To a funder: an interruption, or an end (L6353-10). A draft that staff read first."""
    context = {**_notice(facts), "file_number": line.file_number}
    return compose("absence_notice_funder", context, useful_until=None)


def _notice(facts: AbsenceFacts) -> dict[str, Any]:
    return {
        **enrolment_facts(facts.enrolment),
        "half_days": [half_day_facts(half_day) for half_day in facts.half_days],
        "left_on": format_day(facts.left_on) if facts.left_on else "",
    }
