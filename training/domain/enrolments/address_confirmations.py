"""The address of a public request is confirmed before the request holds anything.

Whoever fills the form may give the address of another, or many invented ones: until a person who
reads that address says that the request is theirs, it takes no seat, waits in no list, and it is
erased after two days (`enrolment_confirmation_hours`), with all that it wrote.
"""

import datetime as dt
import hashlib
import secrets

from django.db import models, transaction
from django.utils import timezone

from accounts.models import User
from core.domain import journal, outbox
from core.domain.rules import rule
from core.domain.transitions import change_state, lock
from core.exceptions import DomainError
from core.models import Message
from training import mails
from training.domain import session_guards
from training.domain.correspondence import write_to_learner
from training.domain.enrolments import seats
from training.enums import AgreementState, EnrolmentState
from training.models import AddressConfirmation, Enrolment


def ask(*, enrolment: Enrolment, email: str, made_learner: bool, made_company: bool) -> None:
    """Send the link that confirms a request, to the address that was typed."""
    token = secrets.token_urlsafe(24)
    hours = rule("enrolment_confirmation_hours", on=timezone.localdate())
    confirmation = AddressConfirmation.objects.create(
        enrolment=enrolment,
        token_hash=_hash(token),
        expires_at=timezone.now() + dt.timedelta(hours=hours),
        made_learner=made_learner,
        made_company=made_company,
    )
    _send(confirmation, token, email)


def ask_again(*, enrolment: Enrolment, email: str) -> None:
    """The same request came again: another link, once an hour; the former one ends."""
    confirmation = enrolment.address_confirmation
    if Message.objects.filter(dedupe_key=_dedupe_key(enrolment)).exists():
        return
    token = secrets.token_urlsafe(24)
    confirmation.token_hash = _hash(token)
    confirmation.save(update_fields=["token_hash"])
    _send(confirmation, token, email)


def find(token: str) -> AddressConfirmation | None:
    """The confirmation that a link opens; None when it is unknown, out of date or replaced."""
    return (
        AddressConfirmation.objects.filter(token_hash=_hash(token), expires_at__gt=timezone.now())
        .select_related("enrolment__session__programme_version", "enrolment__learner")
        .first()
    )


def confirm(*, confirmation: AddressConfirmation) -> Enrolment:
    """The person who reads the address says that the request is theirs.

    It gets a seat if one is free at this moment, else a rank in the waiting list. Confirmed twice,
    it is confirmed once. Raises `DomainError`: `session_closed`, `session_begun`,
    `already_enrolled`.
    """
    return _confirm(confirmation.enrolment, actor=None)


def confirm_by_hand(*, enrolment: Enrolment, actor: User | None) -> Enrolment:
    """The office knows that the request is right. Raises as `confirm`."""
    return _confirm(enrolment, actor=actor)


def _confirm(enrolment: Enrolment, *, actor: User | None) -> Enrolment:
    with transaction.atomic():
        session = lock(enrolment.session)
        current = lock(enrolment)
        if actor is None and current.state != EnrolmentState.UNCONFIRMED:
            return current
        if closed := session_guards.why_closed(session):
            raise closed
        if session.enrolments.live().filter(learner=current.learner_id).exists():
            raise DomainError(
                "Cette personne a déjà une inscription en cours à cette session.",
                code="already_enrolled",
            )
        full = seats.count(session).open == 0
        moved = change_state(
            row=enrolment,
            to=EnrolmentState.WAITLISTED if full else EnrolmentState.REQUESTED,
            leaving={EnrolmentState.UNCONFIRMED},
            actor=actor,
            verb="enrolment.address_confirmed",
            stamps={"waiting_rank": seats.next_waiting_rank(session) if full else None},
            session_id=session.pk,
        )
        compose = mails.enrolment_waitlisted if full else mails.enrolment_received
        write_to_learner(mail=compose(moved), enrolment=moved)
    return moved


def erase_expired(*, at: dt.datetime) -> int:
    """Erase the requests that nobody confirmed in time, and what they alone wrote; how many."""
    erased = 0
    over = AddressConfirmation.objects.filter(expires_at__lte=at).order_by("pk")
    for confirmation in over.select_related("enrolment"):
        with transaction.atomic():
            current = lock(confirmation.enrolment)
            if current.state == EnrolmentState.UNCONFIRMED:
                _erase(confirmation, current)
                erased += 1
            else:
                confirmation.delete()
    return erased


def _erase(confirmation: AddressConfirmation, enrolment: Enrolment) -> None:
    journal.record(
        actor=None,
        verb="enrolment.erased",
        subject=enrolment,
        session_id=enrolment.session_id,
        from_state=enrolment.state,
    )
    learner, employer, agreement = enrolment.learner, enrolment.employer, enrolment.agreement
    Message.objects.filter(enrolment_id=enrolment.pk).delete()
    enrolment.adaptations.all().delete()
    enrolment.delete()
    if agreement.state == AgreementState.DRAFT and not agreement.enrolments.exists():
        _delete_unless_used(agreement)
    if learner is not None and confirmation.made_learner:
        _delete_unless_used(learner)
    if employer is not None and confirmation.made_company:
        _delete_unless_used(employer)


def _delete_unless_used(row: models.Model) -> None:
    """Something else may point at it by now: an import, another enrolment."""
    try:
        with transaction.atomic():
            row.delete()
    except models.ProtectedError:
        pass


def _send(confirmation: AddressConfirmation, token: str, email: str) -> None:
    enrolment = confirmation.enrolment
    outbox.send(
        mail=mails.enrolment_to_confirm(enrolment, token, confirmation.expires_at),
        to_email=email,
        to_name=str(enrolment.learner),
        session_id=enrolment.session_id,
        enrolment_id=enrolment.pk,
        is_secret=True,
        dedupe_key=_dedupe_key(enrolment),
    )


def _dedupe_key(enrolment: Enrolment) -> str:
    return f"to-confirm-{enrolment.pk}-{timezone.now():%Y%m%d%H}"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
