"""Satisfaction: one personal link per learner who attended, one response per link.

Indicator 30 of the référentiel: the opinions of the people trained are gathered.
"""

import datetime as dt
import hashlib
import secrets
from collections.abc import Mapping

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.models import User
from core.domain import jobs, journal
from core.domain.rules import rule
from core.domain.transitions import lock
from core.exceptions import DomainError
from core.mails import ComposedMail
from core.models import Job, Message
from evaluations import mails
from evaluations.domain.default_questionnaire import INTRODUCTION, QUESTIONS, TITLE
from evaluations.enums import QuestionKind, QuestionnaireKind, ResponseSource
from evaluations.exceptions import AnswersRefused
from evaluations.models import Answer, Invitation, Question, Questionnaire, Response
from training.domain.correspondence import write_to_learner
from training.enums import AttendanceState, EnrolmentState
from training.models import AttendanceMark, Enrolment, HalfDay, TrainingSession

#: Lowest and highest value of each kind of question that is answered by a number.
RANGES: dict[str, tuple[int, int]] = {
    QuestionKind.SCALE: (1, 4),
    QuestionKind.RECOMMENDATION: (0, 10),
}
TEXT_MAX_LENGTH = 2000
INVITE_TASK = "evaluations.tasks.invite_to_questionnaires"
INVITE_KIND = "invite_to_questionnaires"


# --- Questionnaires -------------------------------------------------------------------------------


def ensure_default_questionnaire() -> Questionnaire | None:
    """The satisfaction questionnaire in force; a new installation gets a first one.

    None when staff took every satisfaction questionnaire out of service: no one is asked then.
    """
    questionnaires = Questionnaire.objects.filter(kind=QuestionnaireKind.SATISFACTION)
    active = questionnaires.filter(is_active=True).first()
    if active is not None or questionnaires.exists():
        return active
    with transaction.atomic():
        questionnaire, created = Questionnaire.objects.get_or_create(
            kind=QuestionnaireKind.SATISFACTION,
            is_active=True,
            defaults={"title": TITLE, "introduction": INTRODUCTION},
        )
        if created:
            Question.objects.bulk_create(
                Question(
                    questionnaire=questionnaire,
                    position=position,
                    text=text,
                    kind=kind,
                    required=required,
                )
                for position, (text, kind, required) in enumerate(QUESTIONS, start=1)
            )
    return questionnaire


# --- Invitations ----------------------------------------------------------------------------------


def ask_for_opinions(*, session: TrainingSession, actor: User | None = None) -> Job | None:
    """Queue the invitations of the learners who attended; None when all have theirs already.

    For the caller's transaction, which may hold the lock of the session: the mails are made once
    it is committed (`run_invitations`).
    """
    if not _not_invited(session).exists():
        return None
    return jobs.enqueue(task=INVITE_TASK, kind=INVITE_KIND, subject_id=str(session.pk), actor=actor)


def ask_when_over(*, half_day: HalfDay, actor: User | None = None) -> Job | None:
    """Queue the invitations once the last half-day of the session is closed."""
    still_open = HalfDay.objects.counting().filter(
        session=half_day.session_id, held_at__isnull=True
    )
    if still_open.exists():
        return None
    return ask_for_opinions(session=half_day.session, actor=actor)


def run_invitations(job_id: int) -> None:
    """Run the background job that invites the learners of a session."""
    with jobs.running(job_id) as job:
        if job is not None:
            session = TrainingSession.objects.get(pk=job.subject_id)
            invite_to_questionnaire(session=session, actor=job.actor)


def invite_to_questionnaire(*, session: TrainingSession, actor: User | None = None) -> int:
    """Send its personal link to every learner who attended; returns how many were invited.

    Idempotent: a learner who has a satisfaction invitation, answered or not, gets no other. Mails
    are rendered before the session is locked, so that the lock lasts only as long as the writing.
    """
    questionnaire = ensure_default_questionnaire()
    if questionnaire is None:
        return 0
    ready: dict[int, tuple[Invitation, ComposedMail]] = {}
    for enrolment in _not_invited(session).select_related("learner", "session__programme_version"):
        token, token_hash = _new_token()
        invitation = Invitation(
            questionnaire=questionnaire,
            enrolment=enrolment,
            token_hash=token_hash,
            expires_at=_expiry(),
        )
        ready[enrolment.pk] = invitation, mails.questionnaire_invitation(invitation, token)
    if not ready:
        return 0
    with transaction.atomic():
        locked = lock(session)
        invited = list(_not_invited(locked).filter(pk__in=ready).values_list("pk", flat=True))
        for pk in invited:
            invitation, mail = ready[pk]
            invitation.save()
            _send(invitation, mail)
        if invited:
            journal.record(
                actor=actor,
                verb="questionnaire.sent",
                subject=locked,
                session_id=locked.pk,
                details={"count": len(invited)},
            )
    return len(invited)


def resend_invitation(*, invitation: Invitation, actor: User | None) -> Message:
    """Send a new link, valid from today; the former one no longer opens.

    Without an e-mail address, the message waits among those that staff hand over. Raises
    `DomainError` (`already_answered`).
    """
    token, token_hash = _new_token()
    with transaction.atomic():
        locked = lock(invitation)
        if Response.objects.filter(invitation=locked).exists():
            raise _already_answered()
        locked.token_hash = token_hash
        locked.expires_at = _expiry()
        locked.save(update_fields=["token_hash", "expires_at"])
        message = _send(locked, mails.questionnaire_invitation(locked, token))
        journal.record(
            actor=actor,
            verb="questionnaire.sent_again",
            subject=locked,
            session_id=locked.enrolment.session_id,
        )
    invitation.token_hash, invitation.expires_at = locked.token_hash, locked.expires_at
    return message


def find_invitation(token: str) -> Invitation:
    """The invitation that a personal link opens, with its questionnaire, learner and session.

    Raises `DomainError`: `invitation_unknown`, `already_answered`, `invitation_expired`.
    """
    invitation = (
        Invitation.objects.select_related(
            "questionnaire",
            "response",
            "enrolment__learner",
            "enrolment__session__programme_version",
        )
        .filter(token_hash=_hash(token))
        .first()
    )
    if invitation is None:
        raise DomainError(
            "Ce lien n’est pas connu. Reprenez-le dans le dernier message que vous avez reçu.",
            code="invitation_unknown",
        )
    if hasattr(invitation, "response"):
        raise _already_answered()
    _refuse_if_expired(invitation)
    return invitation


def _not_invited(session: TrainingSession) -> QuerySet[Enrolment]:
    """Those who attended and were never asked for their opinion."""
    present = AttendanceMark.objects.filter(enrolment=OuterRef("pk"), state=AttendanceState.PRESENT)
    invited = Invitation.objects.filter(
        enrolment=OuterRef("pk"), questionnaire__kind=QuestionnaireKind.SATISFACTION
    )
    return Enrolment.objects.filter(
        Exists(present),
        ~Exists(invited),
        session=session,
        state__in=[EnrolmentState.CONFIRMED, EnrolmentState.COMPLETED],
        learner__isnull=False,
    )


def _send(invitation: Invitation, mail: ComposedMail) -> Message:
    return write_to_learner(mail=mail, enrolment=invitation.enrolment, is_secret=True)


def _new_token() -> tuple[str, str]:
    token = secrets.token_urlsafe(32)
    return token, _hash(token)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _expiry() -> dt.datetime:
    return timezone.now() + dt.timedelta(
        days=rule("questionnaire_link_days", on=timezone.localdate())
    )


def _refuse_if_expired(invitation: Invitation) -> None:
    if invitation.expires_at <= timezone.now():
        raise DomainError(
            "Ce lien n’est plus valable. Demandez-nous-en un nouveau, "
            "votre avis nous intéresse toujours.",
            code="invitation_expired",
        )


def _already_answered() -> DomainError:
    return DomainError(
        "Vous avez déjà répondu à ce questionnaire. Merci !", code="already_answered"
    )


# --- Responses ------------------------------------------------------------------------------------


def submit_response(
    *,
    invitation: Invitation,
    answers: Mapping[int, int | str],
    source: str = ResponseSource.ONLINE,
    entered_by: User | None = None,
) -> Response:
    """Write the answers, by question id, of one invitation: once.

    Numbers go from 1 to 4 (scale) or 0 to 10 (recommendation); an empty text is no answer.
    Staff who copy a paper or a telephone answer are not bound by the end of the link. Raises
    `AnswersRefused` (`answers_invalid`, sentences by question id in `errors`) or `DomainError`
    (`already_answered`, `invitation_expired`); nothing is written then.
    """
    with transaction.atomic():
        locked = lock(invitation)
        if Response.objects.filter(invitation=locked).exists():
            raise _already_answered()
        if source == ResponseSource.ONLINE:
            _refuse_if_expired(locked)
        rows = _checked_answers(locked.questionnaire, answers)
        response = Response.objects.create(
            invitation=locked, source=source, entered_by=entered_by, submitted_at=timezone.now()
        )
        for row in rows:
            row.response = response
        Answer.objects.bulk_create(rows)
        journal.record(
            actor=entered_by,
            verb="questionnaire.answered",
            subject=response,
            session_id=locked.enrolment.session_id,
        )
    return response


def _checked_answers(
    questionnaire: Questionnaire, answers: Mapping[int, int | str]
) -> list[Answer]:
    questions = {question.pk: question for question in questionnaire.questions.all()}
    errors: dict[int, str] = dict.fromkeys(
        answers.keys() - questions, "Cette question n’est pas dans le questionnaire."
    )
    rows: list[Answer] = []
    for pk, question in questions.items():
        value = answers.get(pk)
        if isinstance(value, str):
            value = value.strip()
        if value is None or value == "":
            if question.required:
                errors[pk] = "Une réponse est attendue à cette question."
        elif sentence := _refusal(question, value):
            errors[pk] = sentence
        elif isinstance(value, str):
            rows.append(Answer(question=question, text=value))
        else:
            rows.append(Answer(question=question, number=value))
    if errors:
        raise AnswersRefused(
            "Certaines réponses sont à revoir.",
            code="answers_invalid",
            details=[
                f"{questions[pk].text} {sentence}" if pk in questions else sentence
                for pk, sentence in errors.items()
            ],
            errors=errors,
        )
    return rows


def _refusal(question: Question, value: int | str) -> str:
    if question.kind == QuestionKind.TEXT:
        if not isinstance(value, str):
            return "Un texte est attendu."
        if len(value) > TEXT_MAX_LENGTH:
            return f"Le texte dépasse {TEXT_MAX_LENGTH} caractères."
        return ""
    lowest, highest = RANGES[question.kind]
    if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
        return f"Choisissez une note de {lowest} à {highest}."
    return ""
