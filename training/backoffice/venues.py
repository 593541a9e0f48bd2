"""Places where people are trained."""

from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    MultiFieldPanel,
)
from wagtail.admin.ui.tables import BooleanColumn, Column

from core.backoffice import menus
from core.backoffice.records import ADDRESS_PANEL, RecordViewSet
from training.models import Venue


class VenueViewSet(RecordViewSet):
    """Places where sessions are held."""

    model = Venue
    name = "venues"
    url_prefix = "lieux"
    icon = "site"
    menu_label = "Lieux"
    menu_hook = menus.ORGANISATION
    menu_order = 5
    add_label = "Nouveau lieu"
    list_display = [
        "name",
        "city",
        Column("capacity", label="Places"),
        BooleanColumn("step_free", label="Accès sans marche"),
    ]
    search_fields = ["name", "city", "address"]
    list_filter = ["step_free"]
    list_export = ["name", "address", "postcode", "city", "capacity", "step_free"]
    inspect_view_fields_exclude = ["id"]
    panels = [
        FieldPanel("name"),
        ADDRESS_PANEL,
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("capacity"), FieldPanel("step_free")]),
                FieldPanel("access"),
                FieldPanel("equipment"),
            ],
            heading="Accueil",
        ),
        MultiFieldPanel(
            [
                FieldPanel("time_zone"),
                FieldRowPanel([FieldPanel("latitude"), FieldPanel("longitude")]),
            ],
            heading="Situation",
        ),
    ]
