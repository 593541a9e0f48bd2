"""What an imported enrolment was sold as, and who pays."""

from decimal import Decimal

import pytest

from tests.exchange.registers import line, register
from tests.exchange.running import import_all
from training.enums import (
    AgreementKind,
    AgreementState,
    FundingScheme,
    PriceBasis,
)
from training.models import (
    Agreement,
    FundingLine,
    Learner,
)

pytestmark = pytest.mark.django_db

# --- Agreements -----------------------------------------------------------------------------------


def company_line(name: str, amount: object, **cells: object) -> dict[str, object]:
    return line(
        Nom=name, Entreprise="Roseau SCOP", Financement="OPCO", **{"Montant HT": amount}, **cells
    )


def test_a_company_signs_one_convention_for_its_people(sessions):
    import_all(register(company_line("Riou", 420), company_line("Madec", "420,00")))

    agreement = Agreement.objects.get()
    assert (agreement.kind, agreement.company.name) == (AgreementKind.CONVENTION, "Roseau SCOP")
    assert (agreement.seats, agreement.price) == (2, Decimal("420.00"))
    assert agreement.price_basis == PriceBasis.PERSON
    assert agreement.state == AgreementState.DRAFT
    assert agreement.enrolments.count() == 2
    assert set(agreement.funding_lines.values_list("scheme", "amount")) == {
        (FundingScheme.SKILLS_PLAN, Decimal("420.00"))
    }


def test_prices_that_differ_make_one_price_for_the_group(sessions):
    import_all(register(company_line("Riou", 420), company_line("Madec", "1 260,00 €")))

    agreement = Agreement.objects.get()
    assert (agreement.price, agreement.price_basis) == (Decimal("1680.00"), PriceBasis.GROUP)


def test_a_later_register_adds_people_to_the_draft_of_the_first(sessions):
    import_all(register(company_line("Riou", 420)))
    import_all(register(company_line("Madec", 420), company_line("Postec", 840)))

    agreement = Agreement.objects.get()
    assert agreement.seats == 3
    assert (agreement.price, agreement.price_basis) == (Decimal("1680.00"), PriceBasis.GROUP)


def test_a_convention_already_sent_is_left_alone(sessions):
    import_all(register(company_line("Riou", 420)))
    Agreement.objects.update(state=AgreementState.SENT)

    import_all(register(company_line("Madec", 420)))

    assert sorted(Agreement.objects.values_list("seats", flat=True)) == [1, 1]


@pytest.mark.parametrize(
    ("funding", "amount", "kind"),
    [
        ("Personnel", 420, AgreementKind.CONTRACT),
        ("", 420, AgreementKind.CONTRACT),
        ("France Travail", 420, AgreementKind.FRANCE_TRAVAIL),
        ("CPF", 420, AgreementKind.CPF),
        ("OPCO", 420, AgreementKind.CONTRACT),
        ("Personnel", 0, AgreementKind.FREE),
    ],
)
def test_others_each_have_their_own_agreement(sessions, funding, amount, kind):
    import_all(register(line(Financement=funding, **{"Montant HT": amount})))

    agreement = Agreement.objects.get()
    assert agreement.kind == kind
    assert agreement.learner == Learner.objects.get()
    assert agreement.price == amount


def test_a_public_body_buys_for_several_people(sessions):
    import_all(
        register(line(Financement="Région"), line(Nom="Riou", Financement="Conseil régional"))
    )

    agreement = Agreement.objects.get()
    assert (agreement.funder.name, agreement.seats) == ("Région", 2)
    assert agreement.price == sessions["S-2026-01"].price


def test_without_an_amount_the_price_of_the_session_holds(sessions):
    import_all(register(line(Financement="Personnel")))

    assert Agreement.objects.get().price == sessions["S-2026-01"].price
    assert FundingLine.objects.get().amount is None
