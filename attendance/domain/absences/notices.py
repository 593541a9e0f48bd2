"""What employers and funders are sent of absences: drafts, read by staff before they leave."""

from collections.abc import Iterable

from django.db import transaction

from accounts.models import User
from attendance import mails
from attendance.mails import AbsenceFacts
from attendance.models import AbsenceFollowUp
from core.domain import journal, outbox
from core.domain.transitions import lock
from core.enums import MessageState
from core.exceptions import DomainError
from core.mails import ComposedMail
from core.models import Message
from training.enums import AttendanceState, EnrolmentState, FundingState
from training.models import Company, Contact, FundingLine, HalfDay


def prepare_notices(*, follow_up: AbsenceFollowUp, actor: User | None) -> list[Message]:
    """Write the drafts to the employer and to each funder, from the facts; nothing leaves.

    They say which half-days were missed, and since when the person has left: never why, which
    is between the person and us. Funders must know of interruptions (L6353-10). While the drafts
    prepared before still wait, they are given back and none is added. Raises `DomainError`
    (`nobody_to_tell`) when there is neither employer nor funder.
    """
    with transaction.atomic():
        locked = lock(follow_up)
        waiting = list(locked.messages.filter(state=MessageState.DRAFT).order_by("pk"))
        if waiting:
            return waiting
        facts = absence_facts(locked)
        drafts = [*_to_company(locked, facts), *_to_funders(locked, facts)]
        if not drafts:
            raise DomainError(
                "Cette personne n’a ni employeur ni financeur à prévenir.", code="nobody_to_tell"
            )
        locked.messages.add(*drafts)
        journal.record(
            actor=actor,
            verb="absence.notices_prepared",
            subject=locked,
            session_id=locked.enrolment.session_id,
            details={"drafts": len(drafts)},
        )
    return drafts


def absence_facts(follow_up: AbsenceFollowUp) -> AbsenceFacts:
    """The half-days missed, in order, and the day of departure."""
    enrolment = follow_up.enrolment
    missed = (
        HalfDay.objects.filter(
            followed_absences__follow_up=follow_up,
            marks__enrolment=enrolment,
            marks__state=AttendanceState.ABSENT,
        )
        .select_related("venue", "session__venue")
        .order_by("starts_at", "pk")
    )
    gone = enrolment.state == EnrolmentState.DROPPED_OUT
    return AbsenceFacts(
        enrolment=enrolment,
        half_days=list(missed),
        left_on=enrolment.ended_on if gone else None,
    )


def _to_company(follow_up: AbsenceFollowUp, facts: AbsenceFacts) -> Iterable[Message]:
    enrolment = follow_up.enrolment
    company = enrolment.employer or enrolment.agreement.company
    if company is not None:
        contact = _contact(company)
        yield _draft(
            mails.absence_notice_company(facts),
            name=f"{contact.name}, {company}" if contact else str(company),
            email=contact.email if contact else "",
            follow_up=follow_up,
        )


def _to_funders(follow_up: AbsenceFollowUp, facts: AbsenceFacts) -> Iterable[Message]:
    enrolment = follow_up.enrolment
    lines = (
        FundingLine.objects.filter(agreement=enrolment.agreement_id, payer_funder__isnull=False)
        .exclude(state=FundingState.REFUSED)
        .select_related("payer_funder")
        .order_by("pk")
    )
    for line in lines:
        if line.enrolment_id in {None, enrolment.pk}:
            yield _draft(
                mails.absence_notice_funder(facts, line),
                name=str(line.payer_funder),
                email="",
                follow_up=follow_up,
            )


def _contact(company: Company) -> Contact | None:
    """Who follows the file there; else who supervises the person; else anybody with an address."""
    contacts = Contact.objects.filter(company=company).exclude(email="")
    return contacts.order_by("-is_administration", "-is_manager", "pk").first()


def _draft(mail: ComposedMail, *, name: str, email: str, follow_up: AbsenceFollowUp) -> Message:
    return outbox.draft(
        mail=mail,
        to_email=email,
        to_name=name,
        session_id=follow_up.enrolment.session_id,
        enrolment_id=follow_up.enrolment_id,
    )
