"""A place asked for from the public site: one transaction, one lock, one answer for everybody."""

import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models.functions import Lower
from django.utils import timezone

from core.domain import journal
from core.domain.transitions import lock
from core.exceptions import DomainError
from core.text import same_key
from training import mails
from training.domain import agreements, session_guards
from training.domain.correspondence import write_to_learner
from training.domain.enrolments import address_confirmations, seats
from training.enums import Enrolling, EnrolmentState, TraineeType
from training.exceptions import SessionFull
from training.models import Adaptation, Company, Enrolment, Learner, TrainingSession


@dataclass(frozen=True, kw_only=True)
class EnrolmentRequest:
    """What a person gives to ask for a place. The least that is needed (L6353-9).

    `key` is made with the form: the same form sent twice (a double click, a reloaded page)
    makes one enrolment, which takes it as its `uuid`.
    """

    first_name: str
    last_name: str
    email: str
    phone: str = ""
    trainee_type: str = TraineeType.INDIVIDUAL
    employer_name: str = ""
    employer_siret: str = ""
    employer_pays: bool = False
    message: str = ""
    adaptation: str = ""
    key: uuid.UUID | None = None


@dataclass(frozen=True)
class RequestOutcome:
    """The enrolment, whether the request made it (False: the person already had it), and
    whether the answer speaks of the waiting list: the same for a person who already had one."""

    enrolment: Enrolment
    created: bool
    waitlisted: bool


def submit(
    *,
    session: TrainingSession,
    request: EnrolmentRequest,
    join_waiting_list: bool = False,
    address_is_confirmed: bool = False,
) -> RequestOutcome:
    """Ask for a place from the public site; one transaction, one lock on the session.

    The request holds nothing until its address is confirmed (`address_confirmations`); with
    `address_is_confirmed`, for a person who is known to read it, the seat is kept at once. Raises
    `SessionFull` (`session_full`) when none is left and the waiting list was not asked for,
    `DomainError` (`session_closed`, `session_begun`, `session_by_invitation`) otherwise. A person
    who already has a live enrolment gets a mail that says so (one a day), and the answer is the one
    that a stranger would get: a form never tells who is enrolled.
    """
    with transaction.atomic():
        locked = lock(session)
        if closed := session_guards.why_closed(locked):
            raise closed
        if locked.enrolling != Enrolling.PUBLIC:
            raise DomainError("Cette session est sur invitation.", code="session_by_invitation")
        known = _find_learner(request)
        existing = locked.enrolments.live().filter(learner=known).first() if known else None
        if existing is not None and existing.uuid == request.key:
            return RequestOutcome(
                existing,
                created=False,
                waitlisted=existing.state == EnrolmentState.WAITLISTED,
            )
        waiting = (
            locked.enrolments.filter(state=EnrolmentState.UNCONFIRMED, learner=known)
            .select_related("address_confirmation", "session__programme_version", "learner")
            .first()
            if known
            else None
        )
        if waiting is not None and waiting.uuid == request.key:
            return RequestOutcome(waiting, created=False, waitlisted=False)
        full = seats.count(locked).open == 0
        if full and not join_waiting_list:
            raise SessionFull(
                "Cette session est complète. Vous pouvez demander une place en liste d’attente.",
                code="session_full",
            )
        if existing is not None:
            write_to_learner(
                mail=mails.enrolment_already_known(existing),
                enrolment=existing,
                dedupe_key=f"already-known-{existing.pk}-{timezone.localdate():%Y%m%d}",
            )
            return RequestOutcome(existing, created=False, waitlisted=full)
        if waiting is not None:
            if address_is_confirmed:
                moved = address_confirmations.confirm_by_hand(enrolment=waiting, actor=None)
                return RequestOutcome(moved, created=False, waitlisted=full)
            address_confirmations.ask_again(enrolment=waiting, email=request.email)
            return RequestOutcome(waiting, created=False, waitlisted=full)
        learner = known or _make_learner(request)
        employer, made_company = _find_or_make_company(request)
        agreement = agreements.draft_for_request(
            session=locked,
            learner=learner,
            company=employer if request.employer_pays else None,
        )
        enrolment = Enrolment.objects.create(
            uuid=_free_key(request.key),
            session=locked,
            learner=learner,
            agreement=agreement,
            employer=employer,
            trainee_type=request.trainee_type,
            message=request.message,
            state=_first_state(full=full, confirmed=address_is_confirmed),
            waiting_rank=(
                seats.next_waiting_rank(locked) if full and address_is_confirmed else None
            ),
        )
        if request.adaptation.strip():
            Adaptation.objects.create(enrolment=enrolment, request=request.adaptation.strip())
        journal.record(
            actor=None,
            verb="enrolment.requested",
            subject=enrolment,
            session_id=locked.pk,
            to_state=enrolment.state,
        )
        if address_is_confirmed:
            compose = mails.enrolment_waitlisted if full else mails.enrolment_received
            write_to_learner(mail=compose(enrolment), enrolment=enrolment)
        else:
            address_confirmations.ask(
                enrolment=enrolment,
                email=request.email.strip().lower(),
                made_learner=known is None,
                made_company=made_company,
            )
    return RequestOutcome(enrolment, created=True, waitlisted=full)


def _first_state(*, full: bool, confirmed: bool) -> str:
    if not confirmed:
        return EnrolmentState.UNCONFIRMED
    return EnrolmentState.WAITLISTED if full else EnrolmentState.REQUESTED


def _free_key(key: uuid.UUID | None) -> uuid.UUID:
    """The form's key, or another when a form called back enrolled another person."""
    if key is None or Enrolment.objects.filter(uuid=key).exists():
        return uuid.uuid4()
    return key


def _find_learner(request: EnrolmentRequest) -> Learner | None:
    """The same person, only when name, first name and address all agree: an address alone is
    often shared by a family or an office. Accents and capitals make no other person."""
    at_address = (
        Learner.objects.annotate(lower_email=Lower("email"))
        .filter(merged_into=None, lower_email=request.email.strip().lower())
        .exclude(email="")
        .order_by("pk")
    )
    for learner in at_address:
        if same_key(learner.last_name, request.last_name) and same_key(
            learner.first_name, request.first_name
        ):
            return learner
    return None


def _make_learner(request: EnrolmentRequest) -> Learner:
    return Learner.objects.create(
        first_name=request.first_name.strip(),
        last_name=request.last_name.strip(),
        email=request.email.strip().lower(),
        phone=request.phone.strip(),
    )


def _find_or_make_company(request: EnrolmentRequest) -> tuple[Company | None, bool]:
    """The employer that was named, and whether it is new."""
    name = request.employer_name.strip()
    if request.employer_siret:
        company, created = Company.objects.get_or_create(
            siret=request.employer_siret,
            merged_into=None,
            defaults={"name": name or request.employer_siret},
        )
        return company, created
    return (Company.objects.create(name=name), True) if name else (None, False)
