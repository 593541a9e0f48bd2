"""Places: how to come, how to get in, when it is open."""

from django.db import models
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe

from wagtail import blocks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import StreamField

from cms import place_map
from cms.enums import Direction, LandmarkKind
from cms.models.content import ContentPage
from cms.models.visibility import visible_to_all
from core.models.validators import validate_postcode

EXTERNAL_MAP = "https://www.openstreetmap.org/"


class LandmarkBlock(blocks.StructBlock):
    """A point of the map, and how far it is."""

    kind = blocks.ChoiceBlock(label="Repère", choices=LandmarkKind.choices)
    name = blocks.CharBlock(label="Nom", max_length=60)
    direction = blocks.ChoiceBlock(label="Où, vu du lieu", choices=Direction.choices)
    minutes = blocks.IntegerBlock(
        label="Minutes à pied", min_value=0, max_value=90, help_text="0 : sur place."
    )

    class Meta:
        label = "Repère"
        icon = "site"


class PlacePage(ContentPage):
    """A place where people meet, work or train."""

    address = models.CharField("adresse", max_length=200, blank=True, help_text="Numéro et voie.")
    postcode = models.CharField(
        "code postal",
        max_length=5,
        blank=True,
        validators=[validate_postcode],
        help_text="Cinq chiffres.",
    )
    city = models.CharField("ville", max_length=100, help_text="Sans le code postal.")
    hours = models.TextField("horaires", blank=True, help_text="Une ligne par jour ou par période.")
    access = models.TextField(
        "venir", blank=True, help_text="En train, en car, à vélo, en voiture ; une ligne par moyen."
    )
    step_free = models.TextField(
        "accès sans marche",
        blank=True,
        help_text="Stationnement réservé, entrée, largeur des portes, sanitaires, étages. "
        "Dites aussi ce qui n’est pas possible.",
    )
    equipment = models.TextField("sur place", blank=True, help_text="Salles, matériel, cuisine…")
    landmarks = StreamField(
        [("landmark", LandmarkBlock())],
        verbose_name="repères du plan",
        blank=True,
        max_num=6,
        help_text="Le plan est dessiné à partir d’eux : peu, pour se lire d’un coup d’œil.",
    )
    is_demonstration = models.BooleanField(
        "informations de démonstration",
        default=False,
        help_text="La page dit alors d’appeler avant de venir.",
    )

    content_panels = [
        *ContentPage.content_panels[:3],
        MultiFieldPanel(
            [
                FieldPanel("address"),
                FieldRowPanel([FieldPanel("postcode"), FieldPanel("city")]),
                FieldPanel("landmarks"),
            ],
            heading="Où",
        ),
        MultiFieldPanel(
            [
                FieldPanel("hours"),
                FieldPanel("access"),
                FieldPanel("step_free"),
                FieldPanel("equipment"),
            ],
            heading="Venir",
        ),
        FieldPanel("is_demonstration"),
        *ContentPage.content_panels[3:],
    ]
    template = "cms/place_page.html"
    page_description = "Un lieu : plan, horaires, accès, entrée sans marche."
    subpage_types: list[str] = []

    class Meta:
        verbose_name = "lieu"
        verbose_name_plural = "lieux"

    @property
    def where(self) -> str:
        """Its name and address on one line."""
        town = f"{self.postcode} {self.city}".strip()
        return ", ".join(filter(None, [self.title, self.address, town]))

    @property
    def external_map_url(self) -> str:
        """A map elsewhere, opened only by following the link."""
        query = ", ".join(filter(None, [self.address, f"{self.postcode} {self.city}".strip()]))
        return f"{EXTERNAL_MAP}search?{urlencode({'query': query})}"

    @property
    def points(self) -> list[place_map.Point]:
        """The landmarks, the nearest first."""
        found = [
            place_map.Point(
                kind=block.value["kind"],
                kind_label=str(LandmarkKind(block.value["kind"]).label),
                name=block.value["name"],
                direction=block.value["direction"],
                direction_label=str(Direction(block.value["direction"]).label),
                minutes=block.value["minutes"],
            )
            for block in self.landmarks
        ]
        return sorted(found, key=lambda point: point.minutes)

    def map_drawing(self) -> SafeString:
        """The map, as an inline SVG whose words are escaped."""
        drawing = place_map.draw(seed=self.slug, points=self.points)
        return mark_safe(drawing)  # noqa: S308 `draw` escapes every name


def published_places() -> list[PlacePage]:
    """Places open to the public, in the order of the editors."""
    return list(visible_to_all(PlacePage.objects.live()).order_by("path"))
