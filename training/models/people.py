"""People and bodies: learners, companies, contacts, funders, trainers."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower

from core.models.announced import AnnouncedQuerySet
from core.models.plain_search import PlainSearchModel
from core.models.validators import validate_name_part, validate_postcode, validate_siret
from training.enums import PreferredChannel


class Company(PlainSearchModel):
    """An employer or buyer. Merging keeps the old row as an alias of the one that stays."""

    SEARCHED = ("name", "city", "siret")
    SORTED = ("name",)

    name = models.CharField("nom", max_length=200)
    siret = models.CharField("SIRET", max_length=14, blank=True, validators=[validate_siret])
    address = models.CharField("adresse", max_length=255, blank=True)
    postcode = models.CharField(
        "code postal", max_length=5, blank=True, validators=[validate_postcode]
    )
    city = models.CharField("ville", max_length=100, blank=True)
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="aliases",
    )

    class Meta:
        verbose_name = "entreprise"
        ordering = ["sort_key", "pk"]
        indexes = [models.Index(fields=["sort_key"], name="training_company_sort")]
        constraints = [
            models.UniqueConstraint(
                fields=["siret"],
                condition=~models.Q(siret="") & models.Q(merged_into__isnull=True),
                name="training_company_siret_unique",
                violation_error_message="Une entreprise porte déjà ce SIRET.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Contact(PlainSearchModel):
    """A person at a company: who signs, who pays, who follows."""

    SEARCHED = ("name", "email")
    SORTED = ("name",)

    company = models.ForeignKey(
        Company, verbose_name="entreprise", on_delete=models.PROTECT, related_name="contacts"
    )
    name = models.CharField("nom", max_length=150)
    quality = models.CharField("qualité", max_length=150, blank=True)
    email = models.EmailField("courriel", blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    is_signatory = models.BooleanField("signe", default=False)
    is_administration = models.BooleanField("suit le dossier", default=False)
    is_billing = models.BooleanField("reçoit les factures", default=False)
    is_manager = models.BooleanField("encadre les personnes formées", default=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="compte",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="company_contacts",
    )

    class Meta:
        verbose_name = "contact"
        ordering = ["sort_key", "pk"]
        indexes = [models.Index(fields=["sort_key"], name="training_contact_sort")]

    def __str__(self) -> str:
        return f"{self.name} ({self.company})"


class Funder(PlainSearchModel):
    """A body that pays for training: OPCO, Region, France Travail…"""

    SEARCHED = ("name", "siret")
    SORTED = ("name",)

    name = models.CharField("nom", max_length=200)
    siret = models.CharField("SIRET", max_length=14, blank=True, validators=[validate_siret])

    class Meta:
        verbose_name = "financeur"
        ordering = ["sort_key", "pk"]
        indexes = [models.Index(fields=["sort_key"], name="training_funder_sort")]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="training_funder_name_unique",
                violation_error_message="Ce financeur existe déjà.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Learner(PlainSearchModel):
    """A person who learns. E-mail and phone are optional and never the identity."""

    SEARCHED = ("first_name", "last_name", "birth_name", "email", "city")
    SORTED = ("last_name", "first_name")

    first_name = models.CharField("prénom", max_length=100, validators=[validate_name_part])
    last_name = models.CharField("nom d’usage", max_length=100, validators=[validate_name_part])
    birth_name = models.CharField(
        "nom de naissance", max_length=100, blank=True, validators=[validate_name_part]
    )
    title = models.CharField("civilité", max_length=10, blank=True)
    birth_date = models.DateField("date de naissance", null=True, blank=True)
    email = models.EmailField("courriel", blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    address = models.CharField("adresse", max_length=255, blank=True)
    postcode = models.CharField(
        "code postal", max_length=5, blank=True, validators=[validate_postcode]
    )
    city = models.CharField("ville", max_length=100, blank=True)
    preferred_channel = models.CharField(
        "à joindre par", max_length=10, choices=PreferredChannel, default=PreferredChannel.MAIL
    )
    legal_representative = models.CharField(
        "représentant légal", max_length=200, blank=True, help_text="Pour une personne mineure."
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="compte",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="learners",
    )
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="aliases",
    )
    created_at = models.DateTimeField("créé le", auto_now_add=True)

    class Meta:
        verbose_name = "personne formée"
        verbose_name_plural = "personnes formées"
        ordering = ["sort_key", "pk"]
        indexes = [
            models.Index(fields=["sort_key"], name="training_learner_sort"),
            models.Index(Lower("email"), name="training_learner_email"),
            models.Index(Lower("last_name"), Lower("first_name"), name="training_learner_name"),
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def initials(self) -> str:
        """« A. M. »: what a public page may show of a person."""
        return " ".join(f"{name[0].upper()}." for name in (self.first_name, self.last_name) if name)


class Trainer(PlainSearchModel):
    """A person who trains, with the titles printed in contracts (L6353-4)."""

    SEARCHED = ("first_name", "last_name", "email", "organisation")
    SORTED = ("last_name", "first_name")

    first_name = models.CharField("prénom", max_length=100, validators=[validate_name_part])
    last_name = models.CharField("nom", max_length=100, validators=[validate_name_part])
    email = models.EmailField("courriel", blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    organisation = models.CharField("travaille pour", max_length=200, blank=True)
    references = models.TextField(
        "titres et références", blank=True, help_text="Imprimés dans les contrats (L6353-4)."
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name="compte",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="trainer",
    )

    class Meta:
        verbose_name = "personne formatrice"
        verbose_name_plural = "personnes formatrices"
        ordering = ["sort_key", "pk"]
        indexes = [models.Index(fields=["sort_key"], name="training_trainer_sort")]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"


class Venue(models.Model):
    """A place where sessions are held."""

    name = models.CharField("nom", max_length=150)
    address = models.CharField("adresse", max_length=255, blank=True)
    postcode = models.CharField(
        "code postal", max_length=5, blank=True, validators=[validate_postcode]
    )
    city = models.CharField("ville", max_length=100, blank=True)
    time_zone = models.CharField("fuseau horaire", max_length=50, default="Europe/Paris")
    capacity = models.PositiveSmallIntegerField("places", null=True, blank=True)
    step_free = models.BooleanField("accès sans marche", default=False)
    access = models.TextField("accès", blank=True)
    equipment = models.TextField("équipement", blank=True)
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)

    objects = AnnouncedQuerySet.as_manager()

    class Meta:
        verbose_name = "lieu"
        verbose_name_plural = "lieux"
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return f"{self.name}, {self.city}" if self.city else self.name
