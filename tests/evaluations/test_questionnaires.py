"""What learners say of a session."""

import datetime as dt
import hashlib
import re
from collections.abc import Callable

import pytest

from django.utils import timezone

from accounts.models import User
from attendance.signals import half_day_locked
from core.domain import outbox
from core.enums import JobState, MessageState
from core.exceptions import DomainError
from core.models import Job, JournalEntry, Message
from evaluations import mails, receivers
from evaluations.domain import questionnaires, satisfaction
from evaluations.enums import QuestionKind, ResponseSource
from evaluations.exceptions import AnswersRefused
from evaluations.models import Answer, Invitation, Questionnaire, Response
from tests.evaluations.attended import mark
from tests.factories import (
    EnrolmentFactory,
    HalfDayFactory,
    UserFactory,
    session_with_people,
)
from tests.mails import opened
from training.enums import AttendanceState, EnrolmentState
from training.models import Enrolment, HalfDay, TrainingSession

pytestmark = pytest.mark.django_db


@pytest.fixture
def session() -> TrainingSession:
    """A confirmed session of three people, all present."""
    session = session_with_people(learners=3)
    for enrolment in session.enrolments.all():
        mark(enrolment)
    return session


def token_of(message: Message) -> str:
    found = re.search(r"/questionnaire/([\w-]+)", opened(message).body_text)
    assert found is not None
    return found[1]


def full_answers(questionnaire: Questionnaire, score: int = 4) -> dict[int, int | str]:
    values: dict[str, int | str] = {
        QuestionKind.SCALE: score,
        QuestionKind.RECOMMENDATION: 9,
        QuestionKind.TEXT: "Très utile.",
    }
    return {question.pk: values[question.kind] for question in questionnaire.questions.all()}


# --- Invitations ----------------------------------------------------------------------------------


def test_everybody_who_attended_is_invited_once(session: TrainingSession) -> None:
    absent = EnrolmentFactory(session=session)
    mark(absent, AttendanceState.ABSENT)
    EnrolmentFactory(session=session)  # nothing recorded
    gone = EnrolmentFactory(session=session, state=EnrolmentState.DROPPED_OUT, end_reason="Emploi")
    mark(gone)

    assert questionnaires.invite_to_questionnaire(session=session) == 3
    assert questionnaires.invite_to_questionnaire(session=session) == 0

    assert Invitation.objects.count() == 3
    assert not Invitation.objects.filter(enrolment__in=[absent, gone]).exists()
    assert Message.objects.filter(kind="questionnaire_invitation").count() == 3


def test_another_questionnaire_in_force_invites_nobody_twice(session: TrainingSession) -> None:
    questionnaires.invite_to_questionnaire(session=session)
    Questionnaire.objects.update(is_active=False)
    Questionnaire.objects.create(kind="satisfaction", title="Nouveau")
    assert questionnaires.invite_to_questionnaire(session=session) == 0


def test_nobody_is_asked_when_the_questionnaire_is_out_of_service(
    session: TrainingSession,
) -> None:
    questionnaires.ensure_default_questionnaire()
    Questionnaire.objects.update(is_active=False)
    assert questionnaires.invite_to_questionnaire(session=session) == 0
    assert Questionnaire.objects.count() == 1


def test_the_link_is_stored_only_as_a_hash_and_its_mail_is_blanked(
    session: TrainingSession, mailoutbox: list[object]
) -> None:
    questionnaires.invite_to_questionnaire(session=session)
    message = Message.objects.order_by("pk").first()
    token = token_of(message)
    assert len(token) >= 43  # 32 random bytes
    hashes = set(Invitation.objects.values_list("token_hash", flat=True))
    assert hashlib.sha256(token.encode()).hexdigest() in hashes
    assert token not in hashes

    outbox.deliver_due()
    message.refresh_from_db()
    assert message.state == MessageState.SENT
    assert token not in message.body_text + message.body_html
    assert len(mailoutbox) == 3


def test_a_learner_without_address_is_written_to_by_hand(session: TrainingSession) -> None:
    enrolment = session.enrolments.first()
    enrolment.learner.email = ""
    enrolment.learner.save()
    questionnaires.invite_to_questionnaire(session=session)
    message = Message.objects.get(enrolment=enrolment)
    assert message.state == MessageState.TO_DELIVER
    assert questionnaires.find_invitation(token_of(message)).enrolment == enrolment


def close(half_day: HalfDay, actor: User | None = None) -> None:
    HalfDay.objects.filter(pk=half_day.pk).update(state="held", held_at=timezone.now())
    half_day_locked.send(sender=HalfDay, half_day=half_day, actor=actor)


def test_the_last_half_day_closed_sends_the_questionnaire(
    session: TrainingSession, run_jobs: Callable[[], None]
) -> None:
    first = session.half_days.get()
    last = HalfDayFactory(session=session, day=timezone.localdate() + dt.timedelta(days=1))
    trainer = UserFactory()
    close(first, trainer)
    assert not Job.objects.exists()
    close(last, trainer)
    assert not Invitation.objects.exists()  # the session is still locked: nothing is made yet
    run_jobs()
    assert Invitation.objects.count() == 3
    assert JournalEntry.objects.get(verb="questionnaire.sent").actor == trainer


def test_closing_the_last_half_day_costs_the_same_for_any_number_of_learners(
    django_assert_num_queries: object,
) -> None:
    for learners in (1, 3):
        session = session_with_people(learners=learners)
        for enrolment in session.enrolments.all():
            mark(enrolment)
        half_day = session.half_days.get()
        HalfDay.objects.filter(pk=half_day.pk).update(state="held", held_at=timezone.now())
        with django_assert_num_queries(3):  # half-days open, learners to invite, the job
            half_day_locked.send(sender=HalfDay, half_day=half_day, actor=None)


def test_invitations_asked_twice_before_the_job_runs_leave_once(
    session: TrainingSession, run_jobs: Callable[[], None]
) -> None:
    close(session.half_days.get())
    receivers.ask_at_completion(session=session, actor=None)
    run_jobs()
    assert Message.objects.filter(kind="questionnaire_invitation").count() == 3
    assert JournalEntry.objects.filter(verb="questionnaire.sent").count() == 1
    receivers.ask_at_completion(session=session, actor=None)
    assert not Job.objects.exclude(state=JobState.DONE).exists()


def test_a_learner_corrected_to_present_is_asked_at_completion(
    session: TrainingSession, run_jobs: Callable[[], None]
) -> None:
    close(session.half_days.get())
    run_jobs()
    corrected = EnrolmentFactory(session=session)
    mark(corrected)
    receivers.ask_at_completion(session=session, actor=None)
    run_jobs()
    assert Invitation.objects.filter(enrolment=corrected).count() == 1
    assert Invitation.objects.count() == 4


def test_a_learner_who_left_while_mails_were_made_is_not_asked(
    session: TrainingSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaving = session.enrolments.order_by("pk").first()
    compose = mails.questionnaire_invitation

    def composed(invitation: Invitation, token: str) -> object:
        Enrolment.objects.filter(pk=leaving.pk).update(
            state=EnrolmentState.DROPPED_OUT,
            state_before_end=EnrolmentState.CONFIRMED,
            end_reason="Emploi",
            ended_on=timezone.localdate(),
        )
        return compose(invitation, token)

    monkeypatch.setattr(mails, "questionnaire_invitation", composed)
    assert questionnaires.invite_to_questionnaire(session=session) == 2
    assert not Invitation.objects.filter(enrolment=leaving).exists()


def test_the_number_of_queries_to_read_an_invitation_is_fixed(
    session: TrainingSession, django_assert_num_queries: object
) -> None:
    questionnaires.invite_to_questionnaire(session=session)
    token = token_of(Message.objects.first())
    with django_assert_num_queries(1):
        invitation = questionnaires.find_invitation(token)
        assert str(invitation.enrolment.learner)
        assert invitation.enrolment.session.title


@pytest.mark.parametrize("token", ["", "inconnu", "é" * 60, "a" * 5000])
def test_an_unknown_link_is_refused(token: str) -> None:
    with pytest.raises(DomainError) as refused:
        questionnaires.find_invitation(token)
    assert refused.value.code == "invitation_unknown"


def test_an_expired_link_is_refused_for_reading_and_answering(session: TrainingSession) -> None:
    questionnaires.invite_to_questionnaire(session=session)
    token = token_of(Message.objects.first())
    invitation = questionnaires.find_invitation(token)
    Invitation.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    for attempt in (
        lambda: questionnaires.find_invitation(token),
        lambda: questionnaires.submit_response(
            invitation=invitation, answers=full_answers(invitation.questionnaire)
        ),
    ):
        with pytest.raises(DomainError) as refused:
            attempt()
        assert refused.value.code == "invitation_expired"
    assert not Response.objects.exists()


def test_a_link_sent_again_replaces_the_former_one(session: TrainingSession) -> None:
    questionnaires.invite_to_questionnaire(session=session)
    first = Message.objects.first()
    invitation = questionnaires.find_invitation(token_of(first))
    Invitation.objects.update(expires_at=timezone.now() - dt.timedelta(days=1))
    office = UserFactory()

    message = questionnaires.resend_invitation(invitation=invitation, actor=office)

    assert questionnaires.find_invitation(token_of(message)) == invitation
    with pytest.raises(DomainError) as refused:
        questionnaires.find_invitation(token_of(first))
    assert refused.value.code == "invitation_unknown"
    assert JournalEntry.objects.get(verb="questionnaire.sent_again").actor == office


# --- Responses ------------------------------------------------------------------------------------


@pytest.fixture
def invitation(session: TrainingSession) -> Invitation:
    questionnaires.invite_to_questionnaire(session=session)
    return Invitation.objects.order_by("pk").first()


def test_answers_are_written_once(invitation: Invitation) -> None:
    answers = full_answers(invitation.questionnaire)
    response = questionnaires.submit_response(invitation=invitation, answers=answers)
    assert response.source == ResponseSource.ONLINE
    assert response.answers.count() == len(answers)
    assert set(response.answers.exclude(text="").values_list("text", flat=True)) == {"Très utile."}
    with pytest.raises(DomainError) as refused:
        questionnaires.submit_response(invitation=invitation, answers=answers)
    assert refused.value.code == "already_answered"
    assert Response.objects.count() == 1


def test_an_answered_link_says_so_and_is_not_sent_again(invitation: Invitation) -> None:
    message = Message.objects.get(enrolment=invitation.enrolment)
    questionnaires.submit_response(
        invitation=invitation, answers=full_answers(invitation.questionnaire)
    )
    for attempt in (
        lambda: questionnaires.find_invitation(token_of(message)),
        lambda: questionnaires.resend_invitation(invitation=invitation, actor=None),
    ):
        with pytest.raises(DomainError) as refused:
            attempt()
        assert refused.value.code == "already_answered"


def test_optional_questions_may_stay_empty(invitation: Invitation) -> None:
    answers = {
        question.pk: "  " if question.kind == QuestionKind.TEXT else 1
        for question in invitation.questionnaire.questions.filter(required=True)
    }
    response = questionnaires.submit_response(invitation=invitation, answers=answers)
    assert response.answers.count() == len(answers)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (QuestionKind.SCALE, 0),
        (QuestionKind.SCALE, 5),
        (QuestionKind.SCALE, "4"),
        (QuestionKind.SCALE, True),
        (QuestionKind.SCALE, None),
        (QuestionKind.RECOMMENDATION, -1),
        (QuestionKind.RECOMMENDATION, 11),
        (QuestionKind.TEXT, "x" * 2001),
        (QuestionKind.TEXT, 3),
    ],
)
def test_an_answer_out_of_range_is_refused_and_nothing_is_written(
    invitation: Invitation, kind: str, value: object
) -> None:
    question = invitation.questionnaire.questions.filter(kind=kind).first()
    answers = full_answers(invitation.questionnaire) | {question.pk: value}
    with pytest.raises(AnswersRefused) as refused:
        questionnaires.submit_response(invitation=invitation, answers=answers)
    assert refused.value.code == "answers_invalid"
    assert list(refused.value.errors) == [question.pk]
    assert not Response.objects.exists()
    assert not Answer.objects.exists()


def test_a_question_of_another_questionnaire_is_refused(invitation: Invitation) -> None:
    answers = full_answers(invitation.questionnaire) | {999_999: 3}
    with pytest.raises(AnswersRefused):
        questionnaires.submit_response(invitation=invitation, answers=answers)


def test_staff_copy_a_paper_answer_after_the_link_has_expired(invitation: Invitation) -> None:
    Invitation.objects.update(expires_at=timezone.now() - dt.timedelta(days=1))
    quality = UserFactory()
    response = questionnaires.submit_response(
        invitation=invitation,
        answers=full_answers(invitation.questionnaire),
        source=ResponseSource.PAPER,
        entered_by=quality,
    )
    assert (response.source, response.entered_by) == (ResponseSource.PAPER, quality)


# --- Satisfaction ---------------------------------------------------------------------------------


def answer_all(session: TrainingSession, score: int) -> None:
    for invitation in Invitation.objects.filter(enrolment__session=session, response=None):
        questionnaires.submit_response(
            invitation=invitation, answers=full_answers(invitation.questionnaire, score)
        )


def test_a_rate_is_not_shown_below_five_answers(session: TrainingSession) -> None:
    questionnaires.invite_to_questionnaire(session=session)
    answer_all(session, score=1)
    summary = satisfaction.satisfaction_summary(session=session)
    assert (summary.sent, summary.answered, summary.return_rate) == (3, 3, 100)
    assert summary.satisfaction_rate is None
    assert "as encore représentatif" in summary.formula


def test_the_rate_comes_with_its_formula(
    session: TrainingSession, django_assert_num_queries: object
) -> None:
    for _rank in range(3):
        mark(EnrolmentFactory(session=session))
    questionnaires.invite_to_questionnaire(session=session)
    for index, invitation in enumerate(Invitation.objects.order_by("pk")[:5]):
        questionnaires.submit_response(
            invitation=invitation,
            answers=full_answers(invitation.questionnaire, 2 if index == 0 else 3),
        )
    with django_assert_num_queries(2):
        summary = satisfaction.satisfaction_summary(session=session)
    scales = Questionnaire.objects.get().questions.filter(kind=QuestionKind.SCALE).count()
    assert (summary.sent, summary.answered, summary.return_rate) == (6, 5, 83)
    assert (summary.scores, summary.good_scores) == (5 * scales, 4 * scales)
    assert summary.satisfaction_rate == 80
    assert str(4 * scales) in summary.formula


def test_a_session_without_questionnaire_has_no_rate(session: TrainingSession) -> None:
    summary = satisfaction.satisfaction_summary(session=session)
    assert (summary.sent, summary.return_rate, summary.satisfaction_rate) == (0, None, None)
