"""Events: of a few hours or of several days, with what a calendar needs."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone

from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.query import PageQuerySet

from cms.models.content import ContentPage
from cms.models.visibility import visible_to_all
from core import french
from core.forms.widgets import NativeDateInput, NativeTimeInput

PAST_SHOWN = 12


class EventPage(ContentPage):
    """Something that people come to."""

    starts_on = models.DateField(
        "premier jour", null=True, help_text="Celui sous lequel l’agenda range le rendez-vous."
    )
    starts_at = models.TimeField(
        "à partir de", null=True, blank=True, help_text="Vide\u00a0: toute la journée."
    )
    ends_on = models.DateField(
        "dernier jour", null=True, blank=True, help_text="Vide : un seul jour."
    )
    ends_at = models.TimeField(
        "jusqu’à", null=True, blank=True, help_text="Vide si l’heure de fin n’est pas connue."
    )
    place = models.ForeignKey(
        "cms.PlacePage",
        verbose_name="un de nos lieux",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="events",
        help_text="Son plan et son accès sont alors liés tout seuls.",
    )
    where = models.CharField(
        "ailleurs", max_length=150, blank=True, help_text="Salle, adresse et ville."
    )
    terms = models.CharField(
        "conditions", max_length=200, blank=True, help_text="Par exemple : entrée libre."
    )
    registration_url = models.CharField(
        "lien d’inscription",
        max_length=300,
        blank=True,
        validators=[
            RegexValidator(r"^(https?://\S+|/\S*)$", "Commencez par https:// ou, ici, par /.")
        ],
        help_text="La page où s’inscrire : ailleurs (https://…) ou sur ce site (/…).",
    )

    content_panels = [
        *ContentPage.content_panels[:2],
        MultiFieldPanel(
            [
                FieldRowPanel(
                    [
                        FieldPanel("starts_on", widget=NativeDateInput),
                        FieldPanel("starts_at", widget=NativeTimeInput),
                    ]
                ),
                FieldRowPanel(
                    [
                        FieldPanel("ends_on", widget=NativeDateInput),
                        FieldPanel("ends_at", widget=NativeTimeInput),
                    ]
                ),
            ],
            heading="Quand",
        ),
        MultiFieldPanel([FieldPanel("place"), FieldPanel("where")], heading="Où"),
        MultiFieldPanel([FieldPanel("terms"), FieldPanel("registration_url")], heading="Y venir"),
        *ContentPage.content_panels[2:],
    ]
    parent_page_types = ["cms.EventIndexPage"]
    subpage_types: list[str] = []
    template = "cms/event_page.html"
    page_description = "Un rendez-vous : jours, heures, lieu, inscription."

    class Meta:
        verbose_name = "événement"
        verbose_name_plural = "événements"

    @property
    def last_day(self) -> dt.date:
        """The day on which it ends."""
        return self.ends_on or self.starts_on

    @property
    def is_over(self) -> bool:
        """Whether its last day is past."""
        return self.last_day < timezone.localdate()

    @property
    def days(self) -> str:
        """« samedi 24 septembre 2022 », « du 19 au 25 septembre 2022 »."""
        if self.last_day == self.starts_on:
            return french.format_day(self.starts_on, weekday=True)
        count = (self.last_day - self.starts_on).days + 1
        return french.format_days(self.starts_on + dt.timedelta(days=rank) for rank in range(count))

    @property
    def hours(self) -> str:
        """« de 9 h à 17 h », « à partir de 14 h »; empty when hours are not known."""
        if not self.starts_at:
            return ""
        if not self.ends_at:
            return f"à partir de {french.format_time(self.starts_at)}"
        return f"de {french.format_time(self.starts_at)} à {french.format_time(self.ends_at)}"

    @property
    def venue_name(self) -> str:
        """Where it is, on one line."""
        return self.where or (self.place.where if self.place else "")

    def clean(self) -> None:
        """The end follows the beginning."""
        super().clean()
        if not self.starts_on:
            return
        if self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": "Le dernier jour précède le premier."})
        if self.ends_at and not self.starts_at:
            raise ValidationError({"starts_at": "Indiquez aussi l’heure du début."})
        one_day = self.last_day == self.starts_on
        if one_day and self.ends_at and self.starts_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": "La fin doit suivre le début."})
        if (self.last_day - self.starts_on).days > 366:
            raise ValidationError({"ends_on": "Un événement dure un an au plus."})


def published_events() -> PageQuerySet:
    """Events open to the public, with their place, the first to come first."""
    return (
        visible_to_all(EventPage.objects.live())
        .filter(starts_on__isnull=False)
        .select_related("place")
        .alias(last_day=models.functions.Coalesce("ends_on", "starts_on"))
        .order_by("starts_on", "starts_at", "pk")
    )


def coming_events() -> PageQuerySet:
    """Events of today and of the days to come."""
    return published_events().filter(last_day__gte=timezone.localdate())


class EventIndexPage(ContentPage):
    """The agenda: what is coming, then what was."""

    template = "cms/event_index_page.html"
    page_description = "L’agenda : ce qui vient, puis ce qui a eu lieu."
    parent_page_types = ["cms.HomePage", "cms.ContentPage"]
    subpage_types = ["cms.EventPage"]
    max_count = 1

    class Meta:
        verbose_name = "agenda"
