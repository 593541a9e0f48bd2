"""Issuing together: resumable, one failure named, one file, each company its own."""

import datetime as dt
import io
import zipfile

import pikepdf
import pytest
import time_machine

from django.core.files.storage import storages
from django.urls import reverse
from django.utils import timezone

from certificates import kinds
from certificates.domain import batches, documents, rendering
from certificates.enums import BatchOutput, DocumentState
from certificates.models import Document, DocumentBatch
from tests.certificates.sessions import attended_session, certificates, completed_session
from tests.factories import AgreementFactory, CompanyFactory, ContactFactory
from training.domain import jobs, sessions
from training.enums import AgreementKind, JobState
from training.exceptions import DomainError
from training.models import Job, JournalEntry, Message, TrainingSession

pytestmark = pytest.mark.django_db

LIGHT = "<html lang=fr><head><title>Essai</title></head><body><p>Bonjour</p></body></html>"


@pytest.fixture(autouse=True)
def _light_pages(monkeypatch) -> None:
    """What is drawn is proved elsewhere: here a page of one word does."""
    monkeypatch.setattr(rendering, "html_of", lambda document: LIGHT)


def fresh_session(people: int = 2) -> TrainingSession:
    """A completed session whose own request of documents is set aside."""
    session = completed_session(people=people)
    Job.objects.filter(kind="session_documents").delete()
    return session


def ask(**values) -> DocumentBatch:
    return batches.request_batch(**({"output": BatchOutput.ZIP, "actor": None} | values))


def test_everything_due_in_a_session_is_issued_and_put_in_one_archive(run_jobs):
    session = fresh_session()
    batch = ask(session=session)
    run_jobs()
    batch.refresh_from_db()
    assert (batch.gathered, batch.failures) == (3, [])
    assert Document.objects.issued().filter(session=session).count() == 3
    with storages["private"].open(batch.key) as stored, zipfile.ZipFile(stored) as archive:
        names = sorted(archive.namelist())
        assert archive.testzip() is None
        first = archive.read(names[0])
    numbers = [document.number for document in certificates()]
    assert names == sorted(
        [f"{session.code}/{number}.pdf" for number in numbers]
        + [f"{session.code}/feuille-d-emargement-{session.code}.pdf"]
    )
    assert first.startswith(b"%PDF")
    assert batch.job.progress == batch.job.total == 3
    verbs = JournalEntry.objects.filter(object_type="certificates.documentbatch")
    assert {entry.verb for entry in verbs} == {
        "document_batch.requested",
        "document_batch.finished",
    }


def test_people_sent_by_another_organisation_are_left_out_of_a_batch(run_jobs):
    session = attended_session(people=3)
    bought = session.enrolments.order_by("pk")[0]
    bought.agreement = AgreementFactory(
        session=session, kind=AgreementKind.SUBCONTRACT, company=None, buyer_name="Autre organisme"
    )
    bought.save()
    sessions.complete_session(session=session, actor=None)
    Job.objects.filter(kind="session_documents").delete()
    batch = ask(session=session)
    run_jobs()
    batch.refresh_from_db()
    assert batch.failures == []
    assert not Document.objects.filter(enrolment=bought).exists()
    assert certificates().count() == 2


def test_one_pdf_holds_every_page_in_order(run_jobs):
    batch = ask(session=fresh_session(), output=BatchOutput.PDF)
    run_jobs()
    batch.refresh_from_db()
    with storages["private"].open(batch.key) as stored:
        whole = pikepdf.open(io.BytesIO(stored.read()))
    assert len(whole.pages) == batch.gathered == 3
    assert whole.check_pdf_syntax() == []
    assert "/AcroForm" not in whole.Root


def test_asking_again_issues_nothing_twice(run_jobs):
    session = fresh_session(people=1)
    ask(session=session)
    run_jobs()
    before = set(Document.objects.values_list("uuid", "state"))
    again = ask(session=session, output=BatchOutput.NONE)
    run_jobs()
    again.refresh_from_db()
    assert set(Document.objects.values_list("uuid", "state")) == before
    assert (again.gathered, again.key) == (2, "")


def test_one_failure_is_named_and_does_not_stop_the_others(run_jobs, monkeypatch):
    session = fresh_session(people=3)
    unlucky = session.enrolments.order_by("pk").first()

    def html_of(document: Document) -> str:
        forbidden = '<img src="http://example.org/x.png">' if document.enrolment == unlucky else ""
        return LIGHT + forbidden

    monkeypatch.setattr(rendering, "html_of", html_of)
    batch = ask(session=session)
    run_jobs()
    batch.refresh_from_db()
    assert batch.gathered == 3
    ((what, why),) = batch.failures
    assert str(unlucky.learner) in what
    assert "image interdite" in why
    # The next batch tries again what failed.
    monkeypatch.setattr(rendering, "html_of", lambda document: LIGHT)
    batch = ask(session=session)
    run_jobs()
    batch.refresh_from_db()
    assert (batch.gathered, batch.failures) == (4, [])


def test_a_batch_whose_worker_was_killed_goes_on_where_it_stopped(run_jobs, monkeypatch):
    session = fresh_session(people=3)
    batch = ask(session=session)

    class Killed(BaseException):
        pass

    real, drawn = documents.issue, []

    def dies_at_the_third(**values):
        drawn.append(values["document_id"])
        if len(drawn) == 3:
            raise Killed
        return real(**values)

    monkeypatch.setattr(documents, "issue", dies_at_the_third)
    with pytest.raises(Killed):
        run_jobs()
    assert Document.objects.issued().count() == 2
    batch.refresh_from_db()
    assert (batch.finished_at, batch.job.state) == (None, JobState.RUNNING)
    # Both leases expire, the sweep sends both jobs again.
    with time_machine.travel(timezone.now() + jobs.LEASE + dt.timedelta(seconds=1), tick=True):
        run_jobs()
    batch.refresh_from_db()
    assert (batch.gathered, batch.failures) == (4, [])
    numbers = [document.sequence for document in certificates()]
    assert numbers == [1, 2, 3]


def test_each_company_receives_its_own_and_nothing_else(run_jobs):
    session = fresh_session(people=3)
    first, second, alone = session.enrolments.order_by("pk").select_related("agreement")
    with_contact = ContactFactory(is_administration=True, email="dossier@example.org")
    without = CompanyFactory(name="Sans contact")
    for enrolment, company in ((first, with_contact.company), (second, without)):
        enrolment.employer = company
        enrolment.save()
        enrolment.agreement.learner = None
        enrolment.agreement.save()
    batch = ask(session=session, writes_to_companies=True)
    run_jobs()
    batch.refresh_from_db()
    mail = Message.objects.get(kind="company_documents")
    assert mail.to_email == "dossier@example.org"
    mine = certificates().get(enrolment=first)
    assert [item["name"] for item in mail.attachments] == [f"{mine.number}.pdf"]
    for other in (second, alone):
        assert str(other.learner) not in mail.body_text
    assert batch.companies_written == 1
    assert [what for what, _why in batch.failures] == ["Sans contact"]


def test_the_batch_of_a_company_holds_its_people_alone(run_jobs):
    session = fresh_session(people=2)
    mine = session.enrolments.order_by("pk").first()
    mine.employer = CompanyFactory()
    mine.save()
    batch = ask(company=mine.employer)
    run_jobs()
    batch.refresh_from_db()
    assert batch.gathered == 1
    assert Document.objects.get().enrolment == mine
    assert Document.objects.get().kind == kinds.CERTIFICATE


def test_the_month_is_that_of_the_end_of_the_session():
    session = fresh_session(people=1)
    month = timezone.localdate(session.half_days.latest("ends_at").ends_at)
    assert list(batches.sessions_of(ask(month=month))) == [session]
    with pytest.raises(DomainError) as refused:
        ask(month=month - dt.timedelta(days=62))
    assert refused.value.code == "nothing_due"


def test_a_batch_needs_a_scope():
    with pytest.raises(DomainError) as refused:
        ask()
    assert refused.value.code == "scope_required"


def test_the_gathered_file_goes_after_some_days_and_the_documents_stay(run_jobs):
    batch = ask(session=fresh_session(people=1))
    run_jobs()
    batch.refresh_from_db()
    key = batch.key
    batches.open_file(batch=batch, actor=None).close()
    with time_machine.travel(batch.expires_at + dt.timedelta(minutes=1)):
        with pytest.raises(DomainError) as refused:
            batches.open_file(batch=batch, actor=None)
        assert refused.value.code == "batch_file_gone"
        assert batches.erase_expired() == 1
        assert batches.erase_expired() == 0
    assert not storages["private"].exists(key)
    assert Document.objects.filter(state=DocumentState.ISSUED).count() == 2


def test_the_office_asks_follows_and_downloads(office, run_jobs):
    session = fresh_session(people=1)
    form = reverse("document-batches:add")
    assert office.get(f"{form}?session={session.pk}").context["form"]["session"].value() == str(
        session.pk
    )
    assert office.post(form, {"output": "zip"}).status_code == 422
    assert office.post(form, {"output": "tar", "month": "hier"}).status_code == 422
    answer = office.post(form, {"session": session.pk, "output": "zip"})
    batch = DocumentBatch.objects.get()
    show = reverse("document-batches:show", args=[batch.uuid])
    assert answer.headers["Location"] == show
    assert "<progress" in office.get(show).content.decode()
    run_jobs()
    assert office.get(show, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    assert "Télécharger" in office.get(show).content.decode()
    got = office.get(reverse("document-batches:download", args=[batch.uuid]))
    assert b"".join(got.streaming_content).startswith(b"PK")
    assert JournalEntry.objects.filter(verb="document_batch.downloaded").count() == 1
    assert office.get(form).status_code == 200
