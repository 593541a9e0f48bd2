"""A session delivered from its first message to its last certificate, with nothing missing.

Dates are in September 2026; tests look at it from `NOW`. What this software does not keep yet
(`ALWAYS_MISSING`) is the only gap.
"""

import datetime as dt
import hashlib
import uuid
from typing import Any

import time_machine

from django.core.files.base import ContentFile
from django.core.files.storage import storages

from accounts.models import User
from attendance.domain import locking, recording
from attendance.domain.signatures import Signature
from attendance.enums import AttendanceKind, AttendanceMethod
from attendance.models import AttendanceEvent
from certificates import kinds
from certificates.enums import DocumentState, FileRole
from certificates.models import Document, DocumentFile
from core.domain import outbox
from core.enums import MessageChannel, MessageState
from core.models import Message
from evaluations.domain import assessments, questionnaires
from evaluations.enums import ObjectiveResult, QuestionKind, QuestionnaireKind
from evaluations.models import Invitation, Questionnaire, Response
from tests import factories
from training.domain import expected
from training.domain.sessions import lifecycle as session_lifecycle
from training.enums import AgreementKind, AgreementState, AttendanceState, EnrolmentState
from training.models import Enrolment, HalfDay, TrainingSession

PARIS = factories.PARIS
FIRST_DAY = dt.date(2026, 9, 14)
BEFORE = dt.datetime(2026, 9, 1, 10, 0, tzinfo=PARIS)
NOW = dt.datetime(2026, 11, 23, 14, 5, tzinfo=PARIS)
#: What no screen of this software records yet: listed, never dropped.
ALWAYS_MISSING = {(19, "resources")}


def delivered_session(
    *, learners: int = 3, half_days: int = 2, code: str = "S-ESSAI", with_files: bool = True
) -> TrainingSession:
    """The whole story of a session, through the domain where it has functions for it."""
    factories.OrganisationFactory(
        disability_contact="Nolwenn Le Gall",
        harassment_contact="Nolwenn Le Gall",
        pedagogical_contact="Erwan Tual",
    )
    trainer = factories.TrainerFactory(references="Formatrice depuis 2012, master en ESS.")
    with time_machine.travel(BEFORE, tick=False):
        session = factories.session_with_people(
            learners=0, half_days=half_days, first_day=FIRST_DAY, trainer=trainer, code=code
        )
        company = factories.CompanyFactory()
        for _rank in range(learners):
            agreement = factories.AgreementFactory(
                session=session,
                company=company,
                kind=AgreementKind.CONVENTION,
                state=AgreementState.SIGNED,
                signed_on=dt.date(2026, 9, 2),
            )
            enrolment = factories.EnrolmentFactory(
                session=session, agreement=agreement, state=EnrolmentState.CONFIRMED
            )
            convoke(enrolment)
            position(enrolment)
    for half_day in session.half_days.order_by("starts_at"):
        attend(half_day, trainer.user)
    last = session.half_days.order_by("starts_at").last()
    with time_machine.travel(last.ends_at + dt.timedelta(minutes=5), tick=False):
        assess(session)
        for enrolment in session.enrolments.order_by("pk"):
            ask_opinion(enrolment, answered=True)
    with time_machine.travel(last.ends_at + dt.timedelta(days=1), tick=False):
        session_lifecycle.complete_session(session=session, actor=None)
        session.refresh_from_db()
        for enrolment in session.enrolments.order_by("pk"):
            issue(kinds.CERTIFICATE, session, enrolment, with_file=with_files)
        issue(kinds.ATTENDANCE_SHEET, session, None, with_file=with_files)
    return session


def convoke(enrolment: Enrolment, *, sent_at: dt.datetime = BEFORE) -> Message:
    """The message that says where and when to come, sent."""
    return Message.objects.create(
        kind="enrolment_confirmed",
        channel=MessageChannel.MAIL,
        to_email=enrolment.learner.email,
        to_name=str(enrolment.learner),
        subject="Votre inscription est confirmée",
        body_text=f"Bonjour {enrolment.learner},\n\nRendez-vous le 14 septembre.\n",
        session=enrolment.session,
        enrolment=enrolment,
        state=MessageState.SENT,
        sent_at=sent_at,
        created_at=sent_at,
    )


def position(enrolment: Enrolment) -> Response:
    """Answers to the needs and positioning questionnaire, before the start."""
    questionnaire, _created = Questionnaire.objects.get_or_create(
        kind=QuestionnaireKind.POSITIONING, is_active=True, defaults={"title": "Vos besoins"}
    )
    invitation = invite(enrolment, questionnaire)
    return Response.objects.create(invitation=invitation, submitted_at=BEFORE)


def invite(enrolment: Enrolment, questionnaire: Questionnaire) -> Invitation:
    """A personal link, no one knows which."""
    return Invitation.objects.create(
        questionnaire=questionnaire,
        enrolment=enrolment,
        token_hash=hashlib.sha256(uuid.uuid4().bytes).hexdigest(),
        expires_at=NOW,
    )


def ask_opinion(enrolment: Enrolment, *, answered: bool, text: str = "Très utile.") -> Invitation:
    """The satisfaction questionnaire, answered with 4s and a 9, or not."""
    invitation = Invitation.objects.filter(
        enrolment=enrolment, questionnaire__kind=QuestionnaireKind.SATISFACTION
    ).first() or invite(enrolment, questionnaires.ensure_default_questionnaire())
    if answered:
        values: dict[str, Any] = {
            QuestionKind.SCALE: 4,
            QuestionKind.RECOMMENDATION: 9,
            QuestionKind.TEXT: text,
        }
        questionnaires.submit_response(
            invitation=invitation,
            answers={
                question.pk: values[question.kind]
                for question in invitation.questionnaire.questions.all()
            },
        )
    return invitation


def attend(half_day: HalfDay, user: User) -> None:
    """Everybody signs on the trainer's device, the trainer locks."""
    trainer = user.trainer
    with time_machine.travel(half_day.ends_at - dt.timedelta(minutes=5), tick=False):
        for enrolment in expected.expected_enrolments(half_day=half_day):
            recording.record_presence(
                half_day=half_day,
                enrolment=enrolment,
                method=AttendanceMethod.DRAWN_ON_TRAINER_DEVICE,
                signature=Signature(strokes=[[[10, 10], [500, 400]]], ip="192.0.2.7"),
                actor=user,
            )
        locking.lock_half_day(
            half_day=half_day,
            trainer=trainer,
            actor=user,
            signature=Signature(strokes=[[[10, 10], [500, 400]]]),
        )
    outbox.deliver_due()


def assess(session: TrainingSession) -> None:
    """Everybody reached every objective."""
    assessments.record_assessments(
        session=session,
        results={
            (enrolment.pk, objective["id"]): ObjectiveResult.REACHED
            for enrolment in session.enrolments.filter(state=EnrolmentState.CONFIRMED)
            for objective in session.programme_version.objectives
        },
        trainer=None,
        actor=None,
    )


def issue(
    kind: str, session: TrainingSession, enrolment: Enrolment | None, *, with_file: bool = True
) -> Document:
    """A document in force, with small stored bytes that name the person."""
    rank = Document.objects.filter(kind=kind, year=2026).count() + 1
    numbered = kind == kinds.CERTIFICATE
    document = Document.objects.create(
        kind=kind,
        year=2026 if numbered else None,
        sequence=rank if numbered else None,
        number=f"CR-2026-{rank:04d}" if numbered else "",
        session=session,
        enrolment=enrolment,
        subject_key=f"enrolment:{enrolment.pk}" if enrolment else f"session:{session.pk}",
        context={},
        issued_on=dt.date(2026, 9, 16),
        state=DocumentState.ISSUED,
        issued_at=dt.datetime(2026, 9, 16, 9, 0, tzinfo=PARIS),
    )
    if with_file:
        person = enrolment.learner if enrolment else "le groupe"
        content = b"%PDF-1.7\n" + f"{document.number} {person}".encode() * 20
        key = storages["private"].save(f"documents/{uuid.uuid4()}", ContentFile(content))
        DocumentFile.objects.create(
            document=document,
            role=FileRole.ISSUED,
            key=key,
            sha256=hashlib.sha256(content).hexdigest(),
            size=len(content),
        )
    return document


def forge_event(session: TrainingSession) -> AttendanceEvent:
    """A link added by hand at the end of the chain."""
    last = session.attendance_events.order_by("sequence").last()
    return AttendanceEvent.objects.create(
        session=session,
        sequence=last.sequence + 1,
        kind=AttendanceKind.PRESENCE,
        half_day=last.half_day,
        enrolment=session.enrolments.order_by("pk").first(),
        state=AttendanceState.PRESENT,
        minutes=210,
        method=AttendanceMethod.STAFF,
        received_at=NOW,
        details_digest="0" * 64,
        prev_hash=last.hash,
        hash="0" * 64,
    )
