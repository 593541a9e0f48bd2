"""The training organisation itself, who signs for it, and the dated values of its rules."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models

from core.enums import VatRegime
from core.models.announced import AnnouncedQuerySet
from core.models.validators import validate_print_colour, validate_siret


class Organisation(models.Model):
    """The one training organisation of this installation."""

    legal_name = models.CharField("dénomination", max_length=200)
    trade_name = models.CharField("nom d’usage", max_length=200, blank=True)
    activity_number = models.CharField(
        "numéro de déclaration d’activité",
        max_length=11,
        blank=True,
        validators=[RegexValidator(r"^\d{11}$", "Le numéro comporte 11 chiffres.")],
        help_text="Toujours imprimé avec « Cet enregistrement ne vaut pas agrément de l’État. »",
    )
    activity_region = models.CharField("préfecture de région", max_length=100, blank=True)
    siret = models.CharField("SIRET", max_length=14, blank=True, validators=[validate_siret])
    address = models.CharField("adresse", max_length=255, blank=True)
    postcode = models.CharField("code postal", max_length=5, blank=True)
    city = models.CharField("ville", max_length=100, blank=True)
    email = models.EmailField("courriel", blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    vat_regime = models.CharField(
        "régime de TVA", max_length=20, choices=VatRegime, default=VatRegime.EXEMPT
    )
    logo = models.ForeignKey(
        "core.OrganisationPicture",
        verbose_name="logo des documents",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    stamp = models.ForeignKey(
        "core.OrganisationPicture",
        verbose_name="cachet de l’organisme",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    primary_colour = models.CharField(
        "couleur des documents",
        max_length=7,
        blank=True,
        validators=[validate_print_colour],
        help_text="Celle des titres et des filets, par exemple #1f5b3a ; vide : le vert d’origine. "
        "Elle doit se lire sur du papier blanc.",
    )
    certificate_number = models.CharField("certificat Qualiopi, numéro", max_length=60, blank=True)
    certificate_categories = models.CharField(
        "catégories certifiées", max_length=255, blank=True, default="Actions de formation"
    )
    certifier = models.CharField("organisme certificateur", max_length=150, blank=True)
    certificate_valid_from = models.DateField("certificat valable du", null=True, blank=True)
    certificate_valid_to = models.DateField("certificat valable jusqu’au", null=True, blank=True)
    pedagogical_contact = models.CharField("contact pédagogique", max_length=255, blank=True)
    administrative_contact = models.CharField("contact administratif", max_length=255, blank=True)
    disability_contact = models.CharField("contact handicap", max_length=255, blank=True)
    harassment_contact = models.CharField(
        "contact violences, harcèlement, discriminations", max_length=255, blank=True
    )
    consumer_mediator = models.CharField("médiateur de la consommation", max_length=255, blank=True)
    financial_year_starts_month = models.PositiveSmallIntegerField(
        "premier mois de l’exercice", default=1
    )

    objects = AnnouncedQuerySet.as_manager()

    class Meta:
        verbose_name = "organisme"
        verbose_name_plural = "organisme"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(pk=1),
                name="core_organisation_is_single",
                violation_error_message="Il n’y a qu’un organisme par installation.",
            ),
            models.CheckConstraint(
                condition=models.Q(financial_year_starts_month__range=(1, 12)),
                name="core_organisation_month_is_valid",
                violation_error_message="Le mois va de 1 à 12.",
            ),
        ]

    def __str__(self) -> str:
        return self.trade_name or self.legal_name

    @classmethod
    def load(cls) -> "Organisation":
        """The organisation; an empty one is made the first time it is asked for."""
        organisation, _created = cls.objects.get_or_create(
            pk=1, defaults={"legal_name": "Organisme de formation"}
        )
        return organisation

    @classmethod
    def name_to_show(cls) -> str:
        """The name under which people know it; that of the installation before it is recorded."""
        organisation = cls.objects.filter(pk=1).first()
        return str(organisation) if organisation else settings.SITE_NAME

    @property
    def full_address(self) -> str:
        """Address on one line."""
        return ", ".join(filter(None, [self.address, f"{self.postcode} {self.city}".strip()]))


class Signatory(models.Model):
    """A person who signs documents for the organisation, between two dates."""

    name = models.CharField("nom", max_length=150)
    quality = models.CharField("qualité", max_length=150, help_text="Par exemple : gérante.")
    document_kinds = models.CharField(
        "documents",
        max_length=255,
        blank=True,
        help_text="Codes séparés par des virgules ; vide : tous les documents.",
    )
    valid_from = models.DateField("du")
    valid_to = models.DateField("au", null=True, blank=True)
    signature = models.ForeignKey(
        "core.OrganisationPicture",
        verbose_name="image de la signature",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = "signataire"
        ordering = ["-valid_from", "name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True)
                | models.Q(valid_to__gte=models.F("valid_from")),
                name="core_signatory_dates_in_order",
                violation_error_message="La fin précède le début.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.quality}"


class RuleSetting(models.Model):
    """A value that may change, by law or by decision; the one in force on a day rules that day."""

    code = models.CharField("règle", max_length=60)
    value = models.IntegerField("valeur")
    unit = models.CharField("unité", max_length=20, blank=True)
    valid_from = models.DateField("à partir du")
    source = models.CharField("source", max_length=255, blank=True)

    objects = AnnouncedQuerySet.as_manager()

    class Meta:
        verbose_name = "règle datée"
        verbose_name_plural = "règles datées"
        ordering = ["code", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "valid_from"],
                name="core_rule_unique_per_day",
                violation_error_message="Cette règle a déjà une valeur à partir de ce jour.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} = {self.value} {self.unit} (à partir du {self.valid_from:%d/%m/%Y})"

    def clean(self) -> None:
        super().clean()
        if self.value < 0:
            raise ValidationError({"value": "La valeur ne peut pas être négative."})
