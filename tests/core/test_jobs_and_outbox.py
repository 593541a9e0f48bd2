"""What is queued is never lost, never done twice."""

import dataclasses
import datetime as dt

import pytest
from celery import shared_task

from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone

from core.domain import jobs, leases, outbox
from core.enums import JobState, MessageState
from core.exceptions import DomainError
from core.mails import compose, render
from core.models import Job, JournalEntry, Message, Organisation
from core.signals import job_given_up
from core.tasks import sweep
from tests.factories import EnrolmentFactory, MessageFactory
from tests.mails import a_mail
from training import mails as training_mails
from training.domain.correspondence import write_to_learner
from training.enums import PreferredChannel

pytestmark = pytest.mark.django_db

TASK = "tests.count"
calls: list[int] = []
behaviour: list[Exception] = []


@shared_task(name=TASK)
def count(job_id: int) -> None:
    with jobs.running(job_id) as job:
        if job is None:
            return
        calls.append(job_id)
        if behaviour:
            raise behaviour.pop()


@pytest.fixture(autouse=True)
def _fresh():
    calls.clear()
    behaviour.clear()


def later(row, seconds: int) -> None:
    """As if the row had been waiting for `seconds`."""
    type(row).objects.filter(pk=row.pk).update(
        not_before=timezone.now() - dt.timedelta(seconds=seconds)
    )


def test_a_job_runs_once():
    job = jobs.enqueue(task=TASK, kind="essai")

    assert jobs.run_due() == 1
    count(job.pk)

    job.refresh_from_db()
    assert (job.state, calls) == (JobState.DONE, [job.pk])


def test_a_running_job_is_left_to_its_worker_until_its_lease_expires():
    job = jobs.enqueue(task=TASK, kind="essai")
    assert jobs.claim(job.pk) is not None

    assert jobs.claim(job.pk) is None
    assert jobs.due() == []

    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    assert jobs.run_due() == 1
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.DONE, 2)


def test_a_job_that_kills_its_workers_is_given_up():
    heard = []

    def listen(job, **kwargs):
        heard.append(job.pk)

    job_given_up.connect(listen)
    job = jobs.enqueue(task=TASK, kind="essai")
    for _rank in range(jobs.MAX_ATTEMPTS):
        assert jobs.claim(job.pk) is not None  # and the worker dies there
        Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    jobs.run_due()
    job_given_up.disconnect(listen)

    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.FAILED, jobs.WORN_OUT)
    assert heard == [job.pk]
    assert jobs.due() == []


def test_a_refusal_of_the_domain_fails_the_job_with_its_sentence():
    behaviour.append(DomainError("Il manque le logo.", code="logo"))
    job = jobs.enqueue(task=TASK, kind="essai")

    jobs.run_due()

    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.FAILED, "Il manque le logo.")
    jobs.retry(job=job)
    jobs.run_due()
    job.refresh_from_db()
    assert job.state == JobState.DONE


def test_an_unexpected_error_is_tried_again_later():
    behaviour.append(RuntimeError("panne"))
    job = jobs.enqueue(task=TASK, kind="essai")

    jobs.run_due()

    job.refresh_from_db()
    assert job.state == JobState.QUEUED
    assert job.not_before > timezone.now()
    later(job, 1)
    jobs.run_due()
    job.refresh_from_db()
    assert job.state == JobState.DONE


def test_the_sweep_sends_again_what_the_broker_lost():
    job = jobs.enqueue(task=TASK, kind="essai")
    assert jobs.sweep() == 0

    later(job, 60)

    assert jobs.sweep() == 1


def test_a_mail_leaves_once_and_its_secret_is_blanked():
    message = outbox.send(mail=a_mail(), to_email="aicha@example.org", is_secret=True)

    assert outbox.deliver_due() == 1
    assert outbox.deliver(message.pk) is False

    message.refresh_from_db()
    assert (message.state, message.context, message.body_html) == (MessageState.SENT, {}, "")
    assert "secret" not in message.body_text
    assert [item.to for item in mail.outbox] == [["aicha@example.org"]]
    assert "exemple.test/secret" in mail.outbox[0].body


def test_a_message_is_rendered_by_what_delivers_it_from_the_facts_of_the_decision():
    Organisation.objects.update_or_create(pk=1, defaults={"legal_name": "La Fabrique"})
    message = outbox.send(mail=a_mail(), to_email="aicha@example.org")
    assert (message.body_text, message.body_html) == ("", "")
    assert message.subject == "Nouvelle réclamation : R-1"
    Organisation.objects.update(legal_name="Un autre nom")

    outbox.deliver_due()

    message.refresh_from_db()
    assert "La Fabrique" in message.body_text
    assert mail.outbox[0].body == message.body_text
    assert mail.outbox[0].alternatives[0].content == message.body_html


def test_a_letter_is_rendered_when_it_is_first_opened_and_keeps_its_text(monkeypatch):
    letter = outbox.send(mail=a_mail(), to_email="", to_name="Aïcha Morvan")
    assert letter.body_text == ""
    other = Message.objects.get(pk=letter.pk)

    first = outbox.ensure_text(letter).body_text
    monkeypatch.setattr(outbox.mails, "render", lambda _mail: pytest.fail("rendered again"))

    assert "exemple.test/secret" in first
    assert outbox.ensure_text(Message.objects.get(pk=letter.pk)).body_text == first
    monkeypatch.undo()
    assert outbox.ensure_text(other).body_text == first


def test_a_secret_letter_keeps_neither_text_nor_facts_once_handed_over():
    letter = outbox.send(mail=a_mail(), to_email="", is_secret=True)

    outbox.mark_delivered(message=letter)

    assert letter.context == {}
    assert "secret" not in letter.body_text + letter.body_html
    assert outbox.ensure_text(letter).body_html == ""


def test_a_mail_holds_plain_facts_only():
    enrolment = EnrolmentFactory()

    with pytest.raises(TypeError):
        compose("enrolment_received", {"enrolment": enrolment})


def test_composing_a_mail_renders_nothing(monkeypatch):
    monkeypatch.setattr("core.mails.render_to_string", lambda *_: pytest.fail("rendered"))

    composed = training_mails.enrolment_received(EnrolmentFactory())

    monkeypatch.undo()
    assert composed.context["session"]["code"] in render(composed).text


def test_the_same_message_is_not_sent_twice():
    first = outbox.send(mail=a_mail(), to_email="a@example.org", dedupe_key="clé")
    again = outbox.send(mail=a_mail(), to_email="a@example.org", dedupe_key="clé")

    assert first == again
    assert Message.objects.count() == 1


def test_an_attachment_comes_from_the_private_storage():
    key = storages["private"].save("essai/fichier.txt", ContentFile(b"contenu"))
    outbox.send(
        mail=a_mail(),
        to_email="a@example.org",
        attachments=[{"name": "certificat.txt", "key": key}],
    )

    outbox.deliver_due()

    assert mail.outbox[0].attachments[0].filename == "certificat.txt"


def test_a_mail_that_fails_waits_and_is_given_up_in_the_end():
    message = outbox.send(
        mail=a_mail(),
        to_email="a@example.org",
        attachments=[{"name": "absent.pdf", "key": "absent.pdf"}],
    )

    for _attempt in range(outbox.MAX_ATTEMPTS):
        later(message, 1)
        assert outbox.deliver(message.pk) is False

    message.refresh_from_db()
    assert (message.state, message.error) == (MessageState.FAILED, "FileNotFoundError")
    outbox.retry(message=message)
    assert message.state == MessageState.QUEUED


@pytest.mark.parametrize(
    "values",
    [{"email": ""}, {"preferred_channel": PreferredChannel.POST}],
    ids=["no address", "prefers post"],
)
def test_who_cannot_be_mailed_gets_a_message_to_hand_over(values):
    enrolment = EnrolmentFactory(**{f"learner__{key}": value for key, value in values.items()})

    message = write_to_learner(mail=a_mail(), enrolment=enrolment)

    assert message.state == MessageState.TO_DELIVER
    assert message.to_name == str(enrolment.learner)
    outbox.mark_delivered(message=message)
    assert message.state == MessageState.SENT


def test_the_periodic_task_sweeps_jobs_and_mails():
    job = jobs.enqueue(task=TASK, kind="essai")
    message = outbox.send(mail=a_mail(), to_email="a@example.org")
    later(job, 60)
    later(message, 60)

    sweep()

    assert (len(jobs.due()), len(outbox.due())) == (1, 1)


def a_late_mail(**values):
    message = outbox.send(mail=a_mail(), to_email="aicha@example.org", **values)
    Message.objects.filter(pk=message.pk).update(
        useful_until=timezone.now() - dt.timedelta(minutes=1)
    )
    return message


def test_a_mail_that_waited_until_it_made_no_sense_is_set_aside_and_says_why():
    message = a_late_mail()

    assert outbox.deliver(message.pk) is False
    assert outbox.deliver(message.pk) is False

    message.refresh_from_db()
    assert (message.state, message.error) == (MessageState.DISCARDED, outbox.TOO_LATE)
    assert mail.outbox == []
    line = JournalEntry.objects.get(verb="message.too_late")
    assert (line.from_state, line.to_state) == (MessageState.QUEUED, MessageState.DISCARDED)


def test_a_secret_mail_that_was_too_late_keeps_no_secret():
    message = a_late_mail(is_secret=True)

    outbox.deliver(message.pk)

    message.refresh_from_db()
    assert message.context == {}
    assert "secret" not in message.body_text
    assert message.body_text.startswith("(N’est pas parti")


def test_a_mail_still_in_its_time_leaves():
    composed = dataclasses.replace(a_mail(), useful_until=timezone.now() + dt.timedelta(hours=1))
    message = outbox.send(mail=composed, to_email="aicha@example.org")

    assert message.useful_until == composed.useful_until
    assert outbox.deliver(message.pk) is True


def test_a_mail_that_failed_is_not_sent_again_once_it_makes_no_sense():
    message = MessageFactory(
        state=MessageState.FAILED, useful_until=timezone.now() - dt.timedelta(days=1)
    )

    with pytest.raises(DomainError) as refusal:
        outbox.retry(message=message)

    assert refusal.value.code == "message_too_late"


class OneTurn:
    """An end that comes after one renewal."""

    turns = 0

    def wait(self, seconds):
        self.turns += 1
        return self.turns > 1

    def is_set(self):
        return False


def test_a_lease_is_renewed_as_long_as_its_job_runs(monkeypatch):
    """Whatever the job is busy with; and no longer once it is over."""
    job = jobs.enqueue(task=TASK, kind="essai")
    renewed = []
    monkeypatch.setattr(leases, "_renew", lambda held, until, over: renewed.append((held, over)))
    with jobs.running(job.pk) as running:
        [(held, over)] = renewed
        assert (held().get(), over.is_set()) == (running, False)
    assert over.is_set()
    assert not held().exists()


def test_a_renewal_moves_the_lease_of_the_run_it_belongs_to_only(monkeypatch):
    monkeypatch.setattr(leases.connection, "close", lambda: None)
    job = jobs.enqueue(task=TASK, kind="essai")
    jobs.claim(job.pk)
    soon = timezone.now() + dt.timedelta(seconds=1)
    Job.objects.update(lease_until=soon)
    rows = Job.objects.filter(pk=job.pk)
    leases._renew(lambda: rows.filter(attempts=2), "lease_until", OneTurn())
    assert Job.objects.get().lease_until == soon
    leases._renew(lambda: rows.filter(attempts=1), "lease_until", OneTurn())
    assert Job.objects.get().lease_until > soon + dt.timedelta(seconds=20)


def test_a_mail_that_a_server_takes_long_to_accept_is_held_by_its_worker(monkeypatch):
    """Another worker takes it over only once the one that sends it is gone."""
    monkeypatch.setattr(leases.connection, "close", lambda: None)
    message = MessageFactory()
    renewed = []
    monkeypatch.setattr(leases, "_renew", lambda held, until, over: renewed.append((held, until)))
    seen = {}

    def send(self):
        [(held, until)] = renewed
        leases_end = Message.objects.get().not_before
        seen["soon"] = leases_end - timezone.now() <= leases.LEASE
        held().update(**{until: timezone.now() + dt.timedelta(hours=1)})
        seen["another"] = outbox.deliver(message.pk)

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", send)
    assert outbox.deliver(message.pk)
    assert seen == {"soon": True, "another": False}
    message.refresh_from_db()
    assert (message.state, message.attempts) == (MessageState.SENT, 1)
    [(held, _until)] = renewed
    assert not held().exists()
