"""Conventions, contracts and quotes: what is printed, sent, replaced."""

from decimal import Decimal

import pytest

from django.urls import reverse
from django.utils import timezone

from certificates import kinds
from certificates.domain.issuing import on_demand
from certificates.domain.kinds import agreement as agreement_context
from certificates.domain.kinds.document_facts import DocumentFacts
from certificates.enums import DocumentState
from certificates.models import Document
from core.enums import VatRegime
from core.exceptions import DomainError
from core.models import Message
from tests.certificates.sessions import (
    coming_session,
    stored_bytes,
    text_of,
)
from tests.factories import (
    AgreementFactory,
    ContactFactory,
    LearnerFactory,
    OrganisationFactory,
    SignatoryFactory,
)
from training.domain import agreements
from training.enums import AgreementKind, PriceBasis
from training.models import Agreement

pytestmark = pytest.mark.django_db


def test_the_convention_is_prepared_sent_and_replaced_when_the_agreement_changes(office, run_jobs):
    session = coming_session()
    enrolment = session.enrolments.order_by("pk").first()
    agreement = enrolment.agreement
    Agreement.objects.filter(pk=agreement.pk).update(price=Decimal("1250.50"), seats=2)
    ContactFactory(
        company=agreement.company,
        name="Rozenn Tual",
        quality="directrice",
        email="direction@example.org",
        is_signatory=True,
    )
    sheet = reverse("agreements:inspect", args=[agreement.pk])
    url = reverse("agreement-documents-ask", args=[agreement.pk, "convention"])
    assert url in office.get(sheet).content.decode()
    office.post(url)
    run_jobs()
    first = Document.objects.get(kind=kinds.CONVENTION)
    text = text_of(stored_bytes(first))
    for expected in [
        "Coopérative d’essai",
        agreement.company.name,
        "Rozenn Tual, directrice",
        str(enrolment.learner),
        "2 501 €",
        "261-4-4° a",
        "Animer une décision par consentement.",
        "L6313-1",
    ]:
        assert expected in text
    assert first.number in office.get(sheet).content.decode()
    office.post(reverse("register:send", args=[first.pk]))
    agreement.refresh_from_db()
    assert agreement.state == "sent"
    message = Message.objects.get(kind="agreement_document")
    assert (message.to_email, len(message.attachments)) == ("direction@example.org", 1)
    office.post(url)
    assert Document.objects.filter(kind=kinds.CONVENTION).count() == 1
    Agreement.objects.filter(pk=agreement.pk).update(seats=3)
    with pytest.raises(DomainError) as error:
        on_demand.send_to_customer(document=Document.objects.get(pk=first.pk), actor=None)
    assert error.value.code == "document_outdated"
    office.post(url)
    run_jobs()
    first.refresh_from_db()
    assert first.state == DocumentState.SUPERSEDED
    assert office.get(url.replace("convention", "contract")).status_code == 404


def test_a_contract_carries_what_the_law_asks_on_pain_of_nullity(run_jobs):
    session = coming_session()
    SignatoryFactory()
    learner = LearnerFactory(city="Redon")
    agreement = agreements.draft(session=session, kind=AgreementKind.CONTRACT, learner=learner)
    trainer = session.half_days.first().assignments.get().trainer
    trainer.references = "Titre de formateur professionnel."
    trainer.save()
    on_demand.ask_for_agreement(kind=kinds.CONTRACT, agreement=agreement, actor=None)
    run_jobs()
    text = text_of(stored_bytes(Document.objects.get(kind=kinds.CONTRACT)))
    for expected in [
        "articles L6353-3 à L6353-7",
        "Aucun prérequis.",
        "Effectif 1 personne",
        "Titre de formateur professionnel.",
        "pendant 10 jours à compter de sa signature, par lettre recommandée",
        "ce délai est de 14 jours",
        "30 % du prix au plus",
        "force majeure dûment reconnue",
        "médiateur de la consommation",
    ]:
        assert expected in text


@pytest.mark.parametrize(
    ("basis", "days", "expected"),
    [
        (PriceBasis.PERSON, 2, ("1\u202f500\u00a0€", "300\u00a0€", "1\u202f800\u00a0€", True)),
        (PriceBasis.GROUP, 2, ("500\u00a0€", "100\u00a0€", "600\u00a0€", True)),
        (PriceBasis.DAY, 2, ("1\u202f000\u00a0€", "200\u00a0€", "1\u202f200\u00a0€", True)),
        (PriceBasis.DAY, 0, ("0\u00a0€", "0\u00a0€", "0\u00a0€", False)),
        (PriceBasis.FREE, 2, ("0\u00a0€", "0\u00a0€", "0\u00a0€", True)),
    ],
)
def test_the_price_is_counted_as_it_was_sold(basis, days, expected):
    agreement = Agreement(
        kind=AgreementKind.CONVENTION,
        seats=3,
        price=Decimal(500),
        price_basis=basis,
        vat_regime=VatRegime.TAXABLE,
        vat_rate=Decimal(20),
    )
    price = agreement_context.price_of(agreement, days=days)
    assert (price["net"], price["vat"], price["total"], price["has_total"]) == expected


def test_an_agreement_without_dates_or_customer_is_handled():
    OrganisationFactory()
    SignatoryFactory()
    agreement = AgreementFactory()
    agreement.session = None
    found = agreement_context.quote(
        facts=DocumentFacts(None), agreement=agreement, on=timezone.localdate()
    )
    assert (found["days"], found["valid_days"]) == ("", 30)
    agreement.company = None
    with pytest.raises(DomainError) as error:
        agreement_context.quote(
            facts=DocumentFacts(None), agreement=agreement, on=timezone.localdate()
        )
    assert error.value.code == "no_customer"


def test_a_contact_of_the_company_reads_its_convention_and_nobody_else(
    company_contact, other_learner, run_jobs
):
    session = coming_session()
    agreement = agreements.draft(
        session=session, kind=AgreementKind.CONVENTION, company=company_contact.person.company
    )
    document = on_demand.ask_for_agreement(kind=kinds.CONVENTION, agreement=agreement, actor=None)
    run_jobs()
    url = reverse("certificates:download", args=[document.uuid])
    response = company_contact.get(url)
    assert b"".join(response.streaming_content).startswith(b"%PDF")
    assert other_learner.get(url).status_code == 404
