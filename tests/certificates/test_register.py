"""The register: what its filters keep, what its exports carry, what a check of integrity names."""

import io

import openpyxl
import pytest

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from certificates import kinds
from certificates.domain.sealing import integrity
from certificates.enums import TimestampState
from certificates.models import Document, DocumentSeal, IntegrityCheck
from core.enums import JobState
from core.models import Job, JournalEntry
from tests.certificates.sessions import issued_document, plain
from tests.factories import CompanyFactory, EnrolmentFactory

pytestmark = pytest.mark.django_db
INDEX = "register:index"


def sealed(document: Document, **values) -> Document:
    done = values.get("timestamp_state") == TimestampState.DONE
    DocumentSeal.objects.create(
        document=document,
        file=document.files.get(),
        **{
            "subject": "SCIC IDÉAL",
            "serial": "1",
            "fingerprint": "0" * 64,
            "is_demonstration": False,
            "timestamp_state": TimestampState.NONE,
            "timestamped_at": timezone.now() if done else None,
            "timestamp_authority": "Autorité" if done else "",
        }
        | values,
    )
    return document


@pytest.fixture
def shelf() -> dict[str, Document]:
    """Three certificates that every filter tells apart, and a sheet."""
    company = CompanyFactory(name="Les Communs de l’Erdre")
    first, second, third = (
        EnrolmentFactory(employer=company),
        EnrolmentFactory(employer=None),
        EnrolmentFactory(employer=None),
    )
    return {
        "real": sealed(
            issued_document(first, issued_on="2026-03-01"), timestamp_state=TimestampState.DONE
        ),
        "demonstration": sealed(
            issued_document(second, issued_on="2026-06-01"), is_demonstration=True
        ),
        "failed": sealed(
            issued_document(third, issued_on="2026-09-01"),
            is_demonstration=True,
            timestamp_state=TimestampState.FAILED,
            timestamp_failure="Injoignable.",
        ),
        "bare": issued_document(first, kind=kinds.ATTENDANCE_SHEET, issued_on="2026-10-01"),
    }


def kept(actor, **filters) -> set[int]:
    response = actor.get(reverse(INDEX), filters)
    assert response.status_code == 200
    return {document.pk for document in response.context["object_list"]}


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({}, "real demonstration failed bare"),
        ({"kind": kinds.ATTENDANCE_SHEET}, "bare"),
        ({"state": "revoked"}, ""),
        ({"seal": "real"}, "real"),
        ({"seal": "demonstration"}, "demonstration failed"),
        ({"seal": "none"}, "bare"),
        ({"timestamp": "yes"}, "real"),
        ({"timestamp": "no"}, "demonstration failed bare"),
        ({"timestamp": "failed"}, "failed"),
        ({"since": "2026-06-01", "until": "2026-09-30"}, "demonstration failed"),
        ({"seal": "demonstration", "until": "2026-07-01"}, "demonstration"),
    ],
)
def test_a_filter_keeps_what_it_says(quality, shelf, filters, names):
    assert kept(quality, **filters) == {shelf[name].pk for name in names.split()}


def test_the_session_and_the_company_keep_their_own(quality, shelf):
    session = shelf["real"].session
    assert kept(quality, session=session.code.lower()) == {shelf["real"].pk, shelf["bare"].pk}
    company = shelf["real"].enrolment.employer
    assert kept(quality, company=company.pk) == {shelf["real"].pk}
    bought = shelf["demonstration"]
    Document.objects.filter(pk=bought.pk).update(company=company)
    assert kept(quality, company=company.pk) == {shelf["real"].pk, bought.pk}


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_export_carries_the_filters_and_its_cells_are_no_formulas(quality, shelf, form):
    learner = shelf["real"].enrolment.learner
    learner.first_name, learner.last_name = "=1+1", "Morvan"
    learner.save()
    response = quality.get(reverse(INDEX), {"export": form, "seal": "real"})
    content = b"".join(response)
    if form == "csv":
        rows = [line.split(";") for line in content.decode("utf-8-sig").splitlines()]
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        rows = [[str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    text = "\n".join(";".join(row) for row in rows)
    assert len(rows) == 2
    assert shelf["real"].number in text
    assert shelf["demonstration"].number not in text
    assert "Organisme, horodaté" in text
    assert "Les Communs de l’Erdre" in text
    assert not any(cell.startswith("=") for row in rows for cell in row)


@pytest.mark.parametrize("export", ["", "csv"])
def test_filters_and_export_cost_the_same_queries_whatever_the_rows(quality, export):
    company = CompanyFactory()
    counts = []
    for people in (1, 2):  # one row, then three
        for _person in range(people):
            enrolment = EnrolmentFactory(employer=company)
            sealed(issued_document(enrolment, company=company))
        with CaptureQueriesContext(connection) as captured:
            response = quality.get(
                reverse(INDEX), {"company": company.pk, "seal": "real", "export": export}
            )
            assert b"".join(response)
        counts.append(len(captured))
    assert counts[0] == counts[1]


# --- Integrity ------------------------------------------------------------------------------------


def corrupt(document: Document) -> None:
    file = document.files.get()
    storages["private"].delete(file.key)
    storages["private"].save(file.key, ContentFile(b"autre chose"))


def test_a_check_names_what_differs_with_a_link_and_is_journaled(quality, run_jobs):
    whole, changed, lost = (issued_document(EnrolmentFactory()) for _rank in range(3))
    corrupt(changed)
    storages["private"].delete(lost.files.get().key)
    response = quality.post(reverse("document-integrity:index"))
    check = IntegrityCheck.objects.get()
    page = reverse("document-integrity:show", args=[check.uuid])
    assert response.url == page
    assert "Contrôle en cours" in quality.get(page).content.decode()
    run_jobs()
    text = plain(quality.get(page).content.decode())
    assert "2 écarts à examiner" in text
    for document, sentence in [
        (changed, "le fichier a changé"),
        (lost, "le fichier manque"),
    ]:
        assert f'<a href="{reverse("register:inspect", args=[document.pk])}">' in text
        assert plain(f"{document.label}</a> : {sentence}") in text
    assert whole.number not in text
    check.refresh_from_db()
    assert (check.files_read, check.found) == (3, 2)
    assert check.job.progress == check.job.total == 3
    verbs = JournalEntry.objects.filter(object_type="integritycheck")
    assert [entry.actor == quality.user for entry in verbs] == [True, True]
    assert {entry.verb for entry in verbs} == {
        "integrity_check.requested",
        "integrity_check.finished",
    }
    assert "2 différences" in plain(
        quality.get(reverse("document-integrity:index")).content.decode()
    )


def test_seals_are_validated_not_only_hashes(quality, run_jobs):
    document = sealed(issued_document(EnrolmentFactory()))
    issued_document(EnrolmentFactory())
    check = integrity.request_check(actor=None)
    run_jobs()
    text = plain(
        quality.get(reverse("document-integrity:show", args=[check.uuid])).content.decode()
    )
    assert "1 écart à examiner" in text
    assert plain(f"{document.label}</a> : le cachet ne peut pas être lu") in text


def test_an_intact_register_says_so(quality, run_jobs):
    issued_document(EnrolmentFactory())
    check = integrity.request_check(actor=None)
    run_jobs()
    page = quality.get(reverse("document-integrity:show", args=[check.uuid]))
    assert "Tout est intact." in page.content.decode()


def test_one_check_runs_at_a_time_and_one_that_stopped_is_taken_up_again(run_jobs):
    first = integrity.request_check(actor=None)
    assert integrity.request_check(actor=None) == first
    Job.objects.filter(pk=first.job_id).update(
        state=JobState.FAILED, finished_at=timezone.now(), error="Erreur inattendue."
    )
    assert integrity.request_check(actor=None) == first
    run_jobs()
    first.refresh_from_db()
    assert first.finished_at is not None
    assert integrity.request_check(actor=None) != first


def test_the_button_is_for_those_who_may_check(quality, office):
    assert "Contrôler l’intégrité" in quality.get(reverse(INDEX)).content.decode()
    assert "Contrôler l’intégrité" not in office.get(reverse(INDEX)).content.decode()


def test_a_check_reads_its_page_in_the_same_queries_whatever_it_found(quality, run_jobs):
    counts = []
    for people in (1, 2):
        for _person in range(people):
            corrupt(issued_document(EnrolmentFactory()))
        check = integrity.request_check(actor=None)
        run_jobs()
        with CaptureQueriesContext(connection) as captured:
            quality.get(reverse("document-integrity:show", args=[check.uuid]))
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_the_register_reads_no_frozen_facts(office):
    documents = [issued_document(EnrolmentFactory()) for _rank in range(2)]
    with CaptureQueriesContext(connection) as queries:
        shown = office.get(reverse("register:index")).content.decode()
    assert all(document.number in shown for document in documents)
    assert not [query for query in queries if '"certificates_document"."context"' in query["sql"]]
