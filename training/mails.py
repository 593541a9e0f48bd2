"""One typed function per mail of the domain. Each has a subject, a text and an HTML template."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from training.models import (
    AbsenceFollowUp,
    AttendanceReceipt,
    Enquiry,
    Enrolment,
    FundingLine,
    HalfDay,
    Invitation,
    Learner,
    Organisation,
    SigningLink,
    Trainer,
)


@dataclass(frozen=True, kw_only=True)
class ComposedMail:
    """A mail ready for the outbox."""

    kind: str
    subject: str
    text: str
    html: str


def compose(kind: str, context: dict[str, Any], *, folder: str) -> ComposedMail:
    """Render `<folder>/<kind>.{subject.txt,txt,html}` with the organisation at hand."""
    full = {"organisation": Organisation.load(), "site_url": settings.SITE_URL, **context}
    base = f"{folder}/{kind}"
    return ComposedMail(
        kind=kind,
        subject=" ".join(render_to_string(f"{base}.subject.txt", full).split()),
        text=render_to_string(f"{base}.txt", full).strip() + "\n",
        html=render_to_string(f"{base}.html", full),
    )


def absolute_url(name: str, **kwargs: Any) -> str:
    """A full address for a mail, from a URL name."""
    return settings.SITE_URL + reverse(name, kwargs=kwargs or None)


def enrolment_received(enrolment: Enrolment) -> ComposedMail:
    """The office has received the request; a place is kept while it answers."""
    return compose("enrolment_received", {"enrolment": enrolment}, folder="training/mail")


def enrolment_waitlisted(enrolment: Enrolment) -> ComposedMail:
    """The session is full; the person is on the waiting list, at this rank."""
    return compose("enrolment_waitlisted", {"enrolment": enrolment}, folder="training/mail")


def enrolment_already_known(enrolment: Enrolment) -> ComposedMail:
    """Somebody asked again for a place they already have."""
    return compose("enrolment_already_known", {"enrolment": enrolment}, folder="training/mail")


def enrolment_accepted(enrolment: Enrolment) -> ComposedMail:
    """The office accepts the request; paperwork follows."""
    return compose("enrolment_accepted", {"enrolment": enrolment}, folder="training/mail")


def enrolment_confirmed(enrolment: Enrolment) -> ComposedMail:
    """The place is confirmed, with the dates of every half-day."""
    return compose(
        "enrolment_confirmed",
        {"enrolment": enrolment, "half_days": enrolment.session.half_days.counting().with_place()},
        folder="training/mail",
    )


def enrolment_refused(enrolment: Enrolment, reason: str) -> ComposedMail:
    """The office cannot take the person, and says why."""
    return compose(
        "enrolment_refused", {"enrolment": enrolment, "reason": reason}, folder="training/mail"
    )


def place_offered(enrolment: Enrolment) -> ComposedMail:
    """A place has come free for somebody on the waiting list."""
    return compose("place_offered", {"enrolment": enrolment}, folder="training/mail")


def session_cancelled(enrolment: Enrolment, reason: str) -> ComposedMail:
    """The session will not take place."""
    return compose(
        "session_cancelled", {"enrolment": enrolment, "reason": reason}, folder="training/mail"
    )


def half_day_changed(
    half_day: HalfDay, *, target: HalfDay | None, to: Learner | Trainer, reason: str
) -> ComposedMail:
    """A half-day will not take place, or takes place at another time (`target`), and why."""
    return compose(
        "half_day_changed",
        {"half_day": half_day, "target": target, "to": to, "reason": reason},
        folder="training/mail",
    )


def questionnaire_invitation(invitation: Invitation, token: str) -> ComposedMail:
    """Three minutes to say what the session was worth, through a personal link."""
    return compose(
        "questionnaire_invitation",
        {
            "enrolment": invitation.enrolment,
            "url": absolute_url("portal:questionnaire", token=token),
            "expires_at": invitation.expires_at,
        },
        folder="training/mail",
    )


def lock_reminder(half_day: HalfDay, trainer: Trainer) -> ComposedMail:
    """A half-day is over, and the trainer has not closed it."""
    return compose(
        "lock_reminder",
        {
            "half_day": half_day,
            "trainer": trainer,
            "url": absolute_url("portal:half-day", pk=half_day.pk),
        },
        folder="training/mail",
    )


def signing_link(link: SigningLink, token: str) -> ComposedMail:
    """The learner's own link to sign on their phone, for the half-days of one session."""
    return compose(
        "signing_link",
        {
            "enrolment": link.enrolment,
            "half_days": link.enrolment.session.half_days.counting().with_place(),
            "url": absolute_url("portal:sign-link", token=token),
            "expires_at": link.expires_at,
        },
        folder="training/mail",
    )


def attendance_receipt(
    receipt: AttendanceReceipt, lines: Iterable[Any], token: str
) -> ComposedMail:
    """What is recorded of the learner's day, line by line, and how to say that it is not exact.

    `lines`: `domain.attendance.receipts.RecordedLine`.
    """
    return compose(
        "attendance_receipt",
        {
            "enrolment": receipt.enrolment,
            "day": receipt.day,
            "lines": list(lines),
            "url": absolute_url("portal:receipt", token=token),
            "until": receipt.disputable_until,
        },
        folder="training/mail",
    )


def enquiry_received(enquiry: Enquiry) -> ComposedMail:
    """Their request arrived, and when they hear from us."""
    return compose("enquiry_received", {"enquiry": enquiry}, folder="training/mail")


def enquiry_to_team(enquiry: Enquiry) -> ComposedMail:
    """Somebody asks for something through the site: who, and where to answer from."""
    return compose(
        "enquiry_to_team",
        {"enquiry": enquiry, "url": absolute_url("enquiries:inspect", pk=enquiry.pk)},
        folder="training/mail",
    )


@dataclass(frozen=True, kw_only=True)
class AbsenceFacts:
    """What may be told of somebody's absences: which half-days, and when they left, never why."""

    enrolment: Enrolment
    half_days: list[HalfDay]
    left_on: dt.date | None


def absence_document_asked(follow_up: AbsenceFollowUp) -> ComposedMail:
    """What shows an absence is asked for: how to give it, until when, and what not to say."""
    return compose("absence_document_asked", _absence(follow_up), folder="training/mail")


def absence_document_reminder(follow_up: AbsenceFollowUp) -> ComposedMail:
    """The same once more, because nothing has come."""
    return compose("absence_document_reminder", _absence(follow_up), folder="training/mail")


def absence_document_refused(follow_up: AbsenceFollowUp, reason: str) -> ComposedMail:
    """What was deposited does not do, and why."""
    context = {**_absence(follow_up), "reason": reason}
    return compose("absence_document_refused", context, folder="training/mail")


def _absence(follow_up: AbsenceFollowUp) -> dict[str, Any]:
    absences = follow_up.absences.select_related("half_day__venue", "half_day__session__venue")
    return {
        "enrolment": follow_up.enrolment,
        "half_days": [absence.half_day for absence in absences],
        "due_on": follow_up.due_on,
        "url": absolute_url("portal:absence", uuid=follow_up.uuid),
    }


def absence_notice_company(facts: AbsenceFacts) -> ComposedMail:
    """To the employer: what their person missed. A draft that staff read first."""
    return compose("absence_notice_company", {"facts": facts}, folder="training/mail")


def absence_notice_funder(facts: AbsenceFacts, line: FundingLine) -> ComposedMail:
    """To a funder: an interruption, or an end (L6353-10). A draft that staff read first."""
    return compose("absence_notice_funder", {"facts": facts, "line": line}, folder="training/mail")
