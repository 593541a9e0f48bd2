"""What is queued is never lost, never done twice."""

import datetime as dt
import shutil

import pytest
from celery import shared_task

from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone

from tests.factories import EnrolmentFactory
from training.domain import jobs, outbox
from training.enums import JobState, MessageState, PreferredChannel
from training.exceptions import DomainError
from training.mails import ComposedMail
from training.models import Job, Message
from training.signals import job_given_up
from training.tasks import sweep

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


def a_mail() -> ComposedMail:
    return ComposedMail(
        kind="essai", subject="Bonjour", text="Un lien secret", html="<p>Bonjour</p>"
    )


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


def test_a_deleted_queue_folder_loses_nothing(
    settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.QUEUE_DIR = tmp_path / "queue"
    settings.QUEUE_DIR.mkdir()
    shutil.rmtree(settings.QUEUE_DIR)

    with django_capture_on_commit_callbacks(execute=True):
        job = jobs.enqueue(task=TASK, kind="essai")

    assert (settings.QUEUE_DIR / "messages").is_dir()
    assert Job.objects.get(pk=job.pk).state == JobState.QUEUED


def test_a_mail_leaves_once_and_its_secret_is_blanked():
    message = outbox.send(mail=a_mail(), to_email="aicha@example.org", is_secret=True)

    assert outbox.deliver_due() == 1
    assert outbox.deliver(message.pk) is False

    message.refresh_from_db()
    assert (message.state, message.body_html) == (MessageState.SENT, "")
    assert "secret" not in message.body_text
    assert [item.to for item in mail.outbox] == [["aicha@example.org"]]
    assert "Un lien secret" in mail.outbox[0].body


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

    message = outbox.send_to_learner(mail=a_mail(), enrolment=enrolment)

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
