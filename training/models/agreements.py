"""What was sold, and who pays for it."""

from decimal import Decimal

from django.db import models

from core.enums import VatRegime
from training.enums import (
    AGREEMENT_TRANSITIONS,
    FUNDING_TRANSITIONS,
    AgreementKind,
    AgreementState,
    FundingScheme,
    FundingState,
    PriceBasis,
)


class Agreement(models.Model):
    """What was sold: convention, contract, accepted quote… Documents take their prices from it."""

    transitions = AGREEMENT_TRANSITIONS

    reference = models.CharField("référence", max_length=30, unique=True)
    kind = models.CharField("forme", max_length=20, choices=AgreementKind)
    state = models.CharField(
        "état",
        max_length=10,
        choices=AgreementState,
        default=AgreementState.DRAFT,
        editable=False,
    )
    company = models.ForeignKey(
        "training.Company",
        verbose_name="entreprise cliente",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="agreements",
    )
    learner = models.ForeignKey(
        "training.Learner",
        verbose_name="personne cliente",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="agreements",
    )
    funder = models.ForeignKey(
        "training.Funder",
        verbose_name="financeur client",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="agreements",
    )
    buyer_name = models.CharField(
        "donneur d’ordre", max_length=200, blank=True, help_text="Sous-traitance reçue."
    )
    session = models.ForeignKey(
        "training.TrainingSession",
        verbose_name="session",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="agreements",
    )
    programme_version = models.ForeignKey(
        "training.ProgrammeVersion",
        verbose_name="programme",
        on_delete=models.PROTECT,
        related_name="agreements",
    )
    seats = models.PositiveSmallIntegerField("places réservées", default=1)
    price = models.DecimalField(
        "prix hors taxe", max_digits=10, decimal_places=2, default=Decimal("0.00")
    )
    price_basis = models.CharField(
        "prix compté", max_length=10, choices=PriceBasis, default=PriceBasis.PERSON
    )
    vat_regime = models.CharField(
        "régime de TVA", max_length=20, choices=VatRegime, default=VatRegime.EXEMPT
    )
    vat_rate = models.DecimalField(
        "taux de TVA", max_digits=4, decimal_places=2, default=Decimal("0.00")
    )
    terms = models.TextField("conditions", blank=True)
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True, editable=False)
    signed_on = models.DateField("signé le", null=True, blank=True, editable=False)
    signed_at_distance = models.BooleanField("signé à distance", default=False)
    withdrawal_until = models.DateField("rétractation jusqu’au", null=True, blank=True)
    ended_at = models.DateTimeField("clos le", null=True, blank=True, editable=False)
    supersedes = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="amendments"
    )
    created_at = models.DateTimeField("créé le", auto_now_add=True)

    class Meta:
        verbose_name = "accord"
        ordering = ["-created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(price__gte=0),
                name="training_agreement_price_not_negative",
                violation_error_message="Le prix ne peut pas être négatif.",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=AgreementState.SIGNED)
                | models.Q(signed_on__isnull=False),
                name="training_agreement_signed_has_date",
                violation_error_message="Un accord signé porte sa date de signature.",
            ),
            models.CheckConstraint(
                condition=models.Q(company__isnull=True) | models.Q(learner__isnull=True),
                name="training_agreement_one_customer",
                violation_error_message="Le client est une entreprise ou une personne, "
                "pas les deux.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference}, {self.customer_name}"

    @property
    def customer_name(self) -> str:
        """The customer: a company, a person, a funder or another training organisation."""
        return str(
            self.company or self.learner or self.funder or self.buyer_name or "client à préciser"
        )

    @property
    def is_subcontract(self) -> bool:
        """Whether we work for another organisation, whose paperwork then applies."""
        return self.kind == AgreementKind.SUBCONTRACT


class FundingLine(models.Model):
    """One payer of an agreement, for everybody or for one enrolment."""

    transitions = FUNDING_TRANSITIONS

    agreement = models.ForeignKey(
        Agreement, verbose_name="accord", on_delete=models.PROTECT, related_name="funding_lines"
    )
    enrolment = models.ForeignKey(
        "training.Enrolment",
        verbose_name="inscription",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="funding_lines",
    )
    payer_company = models.ForeignKey(
        "training.Company", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    payer_funder = models.ForeignKey(
        "training.Funder", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    scheme = models.CharField("dispositif", max_length=20, choices=FundingScheme)
    file_number = models.CharField("numéro de dossier", max_length=60, blank=True)
    state = models.CharField(
        "réponse",
        max_length=10,
        choices=FundingState,
        default=FundingState.REQUESTED,
        editable=False,
    )
    answered_on = models.DateField("répondu le", null=True, blank=True)
    agreed_minutes = models.PositiveIntegerField("durée accordée (minutes)", null=True, blank=True)
    amount = models.DecimalField(
        "montant hors taxe", max_digits=10, decimal_places=2, null=True, blank=True
    )
    subrogation = models.BooleanField("subrogation de paiement", default=False)

    class Meta:
        verbose_name = "financement"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__isnull=True) | models.Q(amount__gte=0),
                name="training_funding_amount_not_negative",
                violation_error_message="Le montant ne peut pas être négatif.",
            )
        ]

    def __str__(self) -> str:
        return self.get_scheme_display()
