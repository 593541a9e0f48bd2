"""Documents asked for by staff: convocations, statements, months, agreements, prints."""

import datetime as dt

import pytest

from django.urls import reverse
from django.utils import timezone

from certificates import kinds
from certificates.domain.issuing import completion, on_demand, requests
from certificates.domain.issuing.subjects import About
from certificates.domain.kinds import agreement as agreement_context
from certificates.domain.kinds import (
    attendance_statement,
    certificate,
    convocation,
    training_statement,
)
from certificates.domain.kinds.document_facts import DocumentFacts
from certificates.enums import DocumentState, SignedBy
from certificates.models import Document
from core.exceptions import DomainError
from core.models import Message
from evaluations.models import ObjectiveAssessment
from operations.demo.attendance import hold
from tests.certificates.sessions import (
    attended_session,
    coming_session,
    stored_bytes,
    text_of,
)
from tests.factories import (
    AgreementFactory,
    EnrolmentFactory,
    HalfDayFactory,
    OrganisationFactory,
    SessionFactory,
    SignatoryFactory,
    TrainerFactory,
    session_with_people,
)
from training.domain.sessions import lifecycle as session_lifecycle
from training.enums import (
    AgreementKind,
    FundingScheme,
    Modality,
    SessionState,
)
from training.models import FundingLine

pytestmark = pytest.mark.django_db


def refused(context, session, enrolment, **more) -> str:
    """The code of the refusal."""
    with pytest.raises(DomainError) as error:
        context(facts=DocumentFacts(session), enrolment=enrolment, on=timezone.localdate(), **more)
    return error.value.code


# --- A kind is one context function, one template, one sample ----------------------------------


def test_a_new_kind_needs_nothing_else(office, run_jobs, settings, tmp_path, monkeypatch):
    folder = tmp_path / "certificates" / "pdf"
    folder.mkdir(parents=True)
    (folder / "thanks.html").write_text(
        '{% extends "certificates/pdf/base.html" %}{% block content %}<main><h1>Merci</h1>'
        "<p>{{ facts.name }}</p></main>{% endblock %}"
    )
    settings.TEMPLATES = [
        settings.TEMPLATES[0] | {"DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}
    ]
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))

    def context(*, facts, enrolment, on):
        return {
            "organisation": {"legal_name": "Coopérative d’essai", "name": "Coopérative d’essai"}
            | dict.fromkeys(
                ["address", "siret", "contact", "activity_number", "activity_region"], ""
            ),
            "title": facts.session.title,
            "name": str(enrolment.learner),
            "public": [],
        }

    kinds.register(
        kinds.DocumentKind(
            code="thanks",
            title="Remerciement",
            slug="remerciement",
            prefix="RE",
            template="certificates/pdf/thanks.html",
            context=context,
            sample=dict,
            on_demand=True,
        )
    )
    session = coming_session()
    tab = office.get(reverse("session-documents", args=[session.pk])).content.decode()
    url = reverse("session-documents-ask", args=[session.pk, "thanks"])
    assert url in tab
    chosen = session.enrolments.order_by("pk").first()
    office.post(url, {"people": [chosen.pk]})
    run_jobs()
    document = Document.objects.get(kind="thanks")
    assert (document.state, document.number[:3]) == (DocumentState.ISSUED, "RE-")
    assert str(chosen.learner) in text_of(stored_bytes(document))
    assert "Remerciement" in office.get(reverse("register:index")).content.decode()


# --- Convocations ---------------------------------------------------------------------------------


def test_the_office_convokes_everybody_and_each_gets_the_file(office, run_jobs):
    session = coming_session()
    people = list(session.enrolments.order_by("pk"))
    url = reverse("session-documents-ask", args=[session.pk, "convocation"])
    assert str(people[0].learner) in office.get(url).content.decode()
    office.post(url, {"people": [person.pk for person in people]})
    run_jobs()
    messages = Message.objects.filter(kind="convocation").order_by("pk")
    assert {message.to_email for message in messages} == {p.learner.email for p in people}
    assert all(message.attachments for message in messages)
    document = Document.objects.get(kind=kinds.CONVOCATION, enrolment=people[0])
    text = text_of(stored_bytes(document))
    for expected in [
        str(people[0].learner),
        session.title,
        "9 h – 12 h 30",
        "accès comporte des marches",
        "Référente handicap, 02 00 00 00 00",
        "/reclamation/",
    ]:
        assert expected in text
    # Unchanged: the same document leaves again. Changed: a new version takes its place.
    office.post(url, {"people": [people[0].pk]})
    run_jobs()
    assert Document.objects.filter(kind=kinds.CONVOCATION).count() == 2
    assert messages.all().count() == 3
    session.venue.name = "Autre salle"
    session.venue.save()
    office.post(url, {"people": [people[0].pk]})
    run_jobs()
    document.refresh_from_db()
    assert document.state == DocumentState.SUPERSEDED
    assert "a changé" in messages.all().last().subject


def test_nobody_is_convoked_to_what_is_not_planned():
    session = session_with_people(learners=1, half_days=0)
    OrganisationFactory()
    enrolment = session.enrolments.get()
    assert refused(convocation.context, session, enrolment) == "no_half_day"
    enrolment.learner = None
    assert refused(convocation.context, session, enrolment) == "seat_not_named"
    draft = SessionFactory(state=SessionState.DRAFT)
    waiting = EnrolmentFactory(session=draft)
    assert refused(convocation.context, draft, waiting) == "session_not_running"


def test_asking_costs_the_same_queries_whatever_the_number_of_people(
    office, django_assert_num_queries
):
    session = coming_session()
    url = reverse("session-documents-ask", args=[session.pk, "convocation"])
    office.get(url)
    for _more in range(2):
        with django_assert_num_queries(12):
            assert office.get(url).status_code == 200
        for _rank in range(2):
            EnrolmentFactory(session=session)


@pytest.mark.parametrize("kind", ["certificate", "convention", "none"])
def test_only_what_is_offered_can_be_asked_for(office, kind):
    session = coming_session()
    url = reverse("session-documents-ask", args=[session.pk, kind])
    assert office.get(url).status_code == 404


# --- Subcontract received -------------------------------------------------------------------------


def test_people_sent_by_another_organisation_get_no_paper_of_ours(office):
    session = attended_session(people=1)
    agreement = AgreementFactory(
        session=session, kind=AgreementKind.SUBCONTRACT, company=None, buyer_name="Autre organisme"
    )
    theirs = EnrolmentFactory(session=session, agreement=agreement)
    ours = session.enrolments.exclude(pk=theirs.pk).get()
    for context, more in [
        (certificate.context, {}),
        (certificate.monthly_context, {"variant": "2026-11"}),
        (training_statement.context, {}),
        (attendance_statement.context, {}),
        (convocation.context, {}),
    ]:
        assert refused(context, session, theirs, **more) == "subcontract"
    for build in (agreement_context.convention, agreement_context.contract):
        with pytest.raises(DomainError) as error:
            build(facts=DocumentFacts(session), agreement=agreement, on=timezone.localdate())
        assert error.value.code == "subcontract"
    assert agreement_context.kinds_for(agreement) == []
    outcome = on_demand.ask_for_people(
        kind=kinds.CONVOCATION, session=session, enrolments=[theirs, ours], actor=None
    )
    assert [item.enrolment for item in outcome.asked] == [ours]
    assert "donneur d’ordre" in outcome.refused[0][1]
    url = reverse("session-documents-ask", args=[session.pk, "convocation"])
    page = office.get(url).content.decode()
    assert f'value="{theirs.pk}"' not in page
    assert "sous-traitance reçue" in page
    sheet = office.get(reverse("agreements:inspect", args=[agreement.pk])).content.decode()
    assert "viennent du donneur d’ordre" in sheet


# --- Certificates by month ------------------------------------------------------------------------


def test_months_are_certified_one_by_one_without_overlap(run_jobs):
    OrganisationFactory()
    SignatoryFactory()
    session = SessionFactory(state=SessionState.CONFIRMED)
    trainer = TrainerFactory()
    for day in [dt.date(2026, 9, 29), dt.date(2026, 9, 30), dt.date(2026, 10, 1)]:
        HalfDayFactory(session=session, day=day, trainers=[trainer])
    enrolment = EnrolmentFactory(session=session)
    FundingLine.objects.create(
        agreement=enrolment.agreement, scheme=FundingScheme.CPF_TRANSITION, enrolment=enrolment
    )
    hold(session, actor=None)
    due = completion.missing(session)
    assert [(item.kind, item.about.variant) for item in due] == [
        (kinds.MONTHLY_CERTIFICATE, "2026-09"),
        (kinds.MONTHLY_CERTIFICATE, "2026-10"),
    ]
    completion.request_now(session=session, actor=None)
    run_jobs()
    months = list(Document.objects.filter(kind=kinds.MONTHLY_CERTIFICATE).order_by("variant"))
    assert [item.context["followed_minutes"] for item in months] == [420, 210]
    assert [item.context["period"] for item in months] == [
        "du 29\u00a0septembre 2026 au 30\u00a0septembre 2026",
        "le 1er\u00a0octobre 2026",
    ]
    assert "pour le mois de septembre 2026" in text_of(stored_bytes(months[0]))
    assert refused(certificate.context, session, enrolment) == "certified_by_month"
    for month, code in [("2026-13", "month_unknown"), ("2026-08", "nothing_attended")]:
        assert refused(certificate.monthly_context, session, enrolment, variant=month) == code
    session_lifecycle.complete_session(session=session, actor=None)
    run_jobs()
    assert not Document.objects.filter(kind=kinds.CERTIFICATE).exists()
    assert completion.missing(session) == []


def test_a_month_waits_for_its_last_half_day_and_for_no_whole_certificate():
    session = attended_session(people=1)
    enrolment = session.enrolments.get()
    later = HalfDayFactory(session=session, day=timezone.localdate())
    month = certificate.month_of(later)
    ask = {"variant": month}
    assert refused(certificate.monthly_context, session, enrolment, **ask) == "month_not_closed"
    requests.request_document(
        kind=kinds.CERTIFICATE, about=About(session=session, enrolment=enrolment), actor=None
    )
    assert refused(certificate.monthly_context, session, enrolment, **ask) == "certified_as_a_whole"


# --- Statements -----------------------------------------------------------------------------------


def test_the_statement_says_the_latest_result_of_each_objective_and_cites_no_article(
    office, run_jobs
):
    session = attended_session(people=1)
    enrolment = session.enrolments.get()
    assert refused(training_statement.context, session, enrolment) == "session_not_completed"
    for moment, result in [("start", "not_reached"), ("end", "reached")]:
        ObjectiveAssessment.objects.create(
            enrolment=enrolment, objective_id="obj-1", moment=moment, result=result
        )
    session_lifecycle.complete_session(session=session, actor=None)
    office.post(
        reverse("session-documents-ask", args=[session.pk, "training_statement"]),
        {"people": [enrolment.pk]},
    )
    run_jobs()
    document = Document.objects.get(kind=kinds.TRAINING_STATEMENT)
    assert [item["result"] for item in document.context["objectives"]] == [
        "Atteint",
        "Non évalué",
    ]
    text = text_of(stored_bytes(document))
    assert "Décrire trois formes de gouvernance. Atteint" in text
    assert "6353" not in text
    assert Message.objects.filter(kind="document_issued").count() == 1


@pytest.mark.parametrize(
    ("scheme", "modality", "code"),
    [
        (FundingScheme.SKILLS_PLAN, Modality.REMOTE, "opco_wants_the_certificate"),
        (FundingScheme.COMPANY, Modality.ON_SITE, "neither_faf_nor_remote"),
        (FundingScheme.FAF, Modality.ON_SITE, None),
        (FundingScheme.COMPANY, Modality.REMOTE, None),
    ],
)
def test_the_statement_of_attendance_is_for_faf_and_remote_courses(scheme, modality, code):
    session = attended_session(people=1)
    session.half_days.update(modality=modality)
    enrolment = session.enrolments.get()
    FundingLine.objects.create(agreement=enrolment.agreement, scheme=scheme)
    if code:
        assert refused(attendance_statement.context, session, enrolment) == code
        return
    found = attendance_statement.context(
        facts=DocumentFacts(session), enrolment=enrolment, on=timezone.localdate()
    )
    assert (found["followed"], found["rate"]) == ("7\u00a0heures", "100\u00a0%")
    assert [row["followed"] for row in found["rows"]] == ["3\u00a0h\u00a030"] * 2


# --- Plain prints ---------------------------------------------------------------------------------


def test_lists_and_cards_are_printed_and_kept_nowhere(office):
    session = coming_session()
    name = str(session.enrolments.order_by("pk").first().learner)
    for code in ["enrolled_list", "name_cards"]:
        response = office.get(reverse("session-documents-print", args=[session.pk, code]))
        assert name.split()[1] in text_of(response.content)
        assert "no-store" in response["Cache-Control"]
    assert not Document.objects.exists()
    unknown = reverse("session-documents-print", args=[session.pk, "certificate"])
    assert office.get(unknown).status_code == 404
    empty = SessionFactory()
    url = reverse("session-documents-print", args=[empty.pk, "name_cards"])
    assert office.get(url).status_code == 302


def test_only_what_proves_is_numbered_and_sealed():
    for kind in kinds.every():
        assert kind.is_sealed == kind.is_proof
        assert kind.is_proof or not kind.is_numbered
        assert kind.is_proof or kind.signed_by == SignedBy.NOBODY
