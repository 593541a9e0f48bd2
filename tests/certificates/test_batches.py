"""Issuing together: resumable, one failure named, one file, each company its own."""

import datetime as dt
import io
import zipfile

import pikepdf
import pytest
import time_machine

from django.core.files.storage import storages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from certificates import kinds
from certificates.domain.batches import offering, running
from certificates.domain.issuing import completion, lifecycle
from certificates.domain.rendering import engine
from certificates.enums import BatchOutput, DocumentState
from certificates.models import Document, DocumentBatch
from core.domain import leases
from core.enums import JobState
from core.exceptions import DomainError
from core.models import Job, JournalEntry, Message
from tests.certificates.sessions import attended_session, certificates, completed_session
from tests.factories import AgreementFactory, CompanyFactory, ContactFactory, SessionFactory
from tests.mails import opened
from training.domain.sessions import lifecycle as session_lifecycle
from training.enums import AgreementKind, FundingScheme, SessionState
from training.models import FundingLine, TrainingSession

pytestmark = pytest.mark.django_db

LIGHT = "<html lang=fr><head><title>Essai</title></head><body><p>Bonjour</p></body></html>"


@pytest.fixture(autouse=True)
def _light_pages(monkeypatch) -> None:
    """What is rendered is proved elsewhere: here a page of one word does."""
    monkeypatch.setattr(engine, "html_of", lambda document: LIGHT)


def fresh_session(people: int = 2) -> TrainingSession:
    """A completed session whose own request of documents is set aside."""
    session = completed_session(people=people)
    Job.objects.filter(kind="session_documents").delete()
    return session


def ask(**values) -> DocumentBatch:
    return running.request_batch(**({"output": BatchOutput.ZIP, "actor": None} | values))


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
    verbs = JournalEntry.objects.filter(object_type="documentbatch")
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
    session_lifecycle.complete_session(session=session, actor=None)
    Job.objects.filter(kind="session_documents").delete()
    batch = ask(session=session)
    run_jobs()
    batch.refresh_from_db()
    assert batch.failures == []
    assert not Document.objects.filter(enrolment=bought).exists()
    assert certificates().count() == 2


def test_certificates_by_month_are_issued_for_their_month_in_a_batch(run_jobs):
    session = attended_session(people=1)
    enrolment = session.enrolments.get()
    FundingLine.objects.create(
        agreement=enrolment.agreement, scheme=FundingScheme.CPF_TRANSITION, enrolment=enrolment
    )
    session_lifecycle.complete_session(session=session, actor=None)
    Job.objects.filter(kind="session_documents").delete()
    batch = ask(session=session)
    run_jobs()
    batch.refresh_from_db()
    assert batch.failures == []
    months = set(
        Document.objects.issued()
        .filter(kind=kinds.MONTHLY_CERTIFICATE)
        .values_list("variant", flat=True)
    )
    assert months == {f"{item.day:%Y-%m}" for item in session.half_days.all()}
    assert completion.missing(session) == []


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

    monkeypatch.setattr(engine, "html_of", html_of)
    batch = ask(session=session)
    run_jobs()
    batch.refresh_from_db()
    assert batch.gathered == 3
    ((what, why),) = batch.failures
    assert str(unlucky.learner) in what
    assert "image interdite" in why
    # The next batch tries again what failed.
    monkeypatch.setattr(engine, "html_of", lambda document: LIGHT)
    batch = ask(session=session)
    run_jobs()
    batch.refresh_from_db()
    assert (batch.gathered, batch.failures) == (4, [])


def test_a_batch_whose_worker_was_killed_goes_on_where_it_stopped(run_jobs, monkeypatch):
    session = fresh_session(people=3)
    batch = ask(session=session)

    class Killed(BaseException):
        pass

    real, rendered = lifecycle.issue, []

    def dies_at_the_third(**values):
        rendered.append(values["document_id"])
        if len(rendered) == 3:
            raise Killed
        return real(**values)

    monkeypatch.setattr(lifecycle, "issue", dies_at_the_third)
    with pytest.raises(Killed):
        run_jobs()
    assert Document.objects.issued().count() == 2
    batch.refresh_from_db()
    assert (batch.finished_at, batch.job.state) == (None, JobState.RUNNING)
    # Both leases expire, the sweep sends both jobs again.
    with time_machine.travel(timezone.now() + leases.LEASE + dt.timedelta(seconds=1), tick=True):
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
        assert str(other.learner) not in opened(mail).body_text
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
    assert list(running.sessions_of(ask(month=month))) == [session]
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
    running.open_file(batch=batch, actor=None).close()
    with time_machine.travel(batch.expires_at + dt.timedelta(minutes=1)):
        with pytest.raises(DomainError) as refused:
            running.open_file(batch=batch, actor=None)
        assert refused.value.code == "batch_file_gone"
        assert running.erase_expired() == 1
        assert running.erase_expired() == 0
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


def choices(response, name: str) -> list[str]:
    """What a list of the form offers, its first line left out."""
    offered = list(response.context["form"].fields[name].widget.choices)
    return [str(label) for _value, label in offered[1:]]


def test_a_batch_offers_what_is_searched_and_never_every_session(office):
    programme = SessionFactory(code="S-2026-90").programme_version
    completed = {"state": SessionState.COMPLETED, "completed_at": timezone.now()}
    for rank in range(30):
        SessionFactory(code=f"S-2025-{rank:02d}", programme_version=programme, **completed)
    other = SessionFactory(code="F-2024-01", **completed)
    CompanyFactory(name="Les Communs de l’Erdre")
    form = reverse("document-batches:add")
    assert len(choices(office.get(form), "session")) == offering.MOST_OFFERED
    # Another is found by its code; one that is not completed is not.
    assert choices(office.get(form, {"q": "f-2024"}), "session") == [str(other)]
    assert choices(office.get(form, {"q": "S-2026-90"}), "session") == []
    many = office.get(form, {"q": "S-2025"})
    assert len(choices(many, "session")) == offering.MOST_OFFERED
    assert "précisez la recherche" in many.content.decode()
    by_title = office.get(form, {"q": programme.title[:12]})
    assert len(choices(by_title, "session")) == offering.MOST_OFFERED
    assert choices(office.get(form, {"q": "ERDRE"}), "company") == ["Les Communs de l’Erdre"]


def test_what_was_chosen_stays_offered_by_another_search(office):
    completed = {"state": SessionState.COMPLETED, "completed_at": timezone.now()}
    chosen = SessionFactory(code="F-2024-01", **completed)
    not_completed = SessionFactory(code="F-2024-02")
    form = reverse("document-batches:add")
    searched = office.get(form, {"q": "introuvable", "session": chosen.pk})
    assert choices(searched, "session") == [str(chosen)]
    refused = office.post(form, {"session": chosen.pk, "output": "tar"})
    assert str(chosen) in choices(refused, "session")
    for wrong in [not_completed.pk, "1 or 1=1", "9" * 40]:
        assert office.post(form, {"session": wrong, "output": "zip"}).status_code == 422


def test_the_screen_of_batches_costs_the_same_whatever_the_sessions(office):
    form = reverse("document-batches:add")
    office.get(form)
    costs = []
    for _round in range(2):
        for _session in range(3):
            SessionFactory(state=SessionState.COMPLETED, completed_at=timezone.now())
            CompanyFactory()
        with CaptureQueriesContext(connection) as queries:
            office.get(form)
        costs.append(len(queries))
    assert costs[0] == costs[1]
