"""Dated rules: the value in force on a day applies that day."""

from django.utils.functional import cached_property

from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    Panel,
)
from wagtail.admin.ui.tables import Column

from core.backoffice import menus
from core.backoffice.records import DayColumn, RecordViewSet, date_panel
from core.models import RuleSetting
from core.registry import registry


class RuleSettingViewSet(RecordViewSet):
    """Dated values of the rules; the value in force on a day rules that day."""

    model = RuleSetting
    name = "rules"
    url_prefix = "regles"
    icon = "calendar-check"
    menu_label = "Règles datées"
    menu_hook = menus.ORGANISATION
    menu_order = 3
    add_label = "Nouvelle valeur"
    list_display = [
        "code",
        Column("value", label="Valeur"),
        "unit",
        DayColumn("valid_from", label="À partir du", sort_key="valid_from"),
        "source",
    ]
    search_fields = ["code", "source"]

    @cached_property
    def panels(self) -> list[Panel]:
        """Made once every app has declared its rules."""
        known = ", ".join(sorted(registry.dated_rules))
        return [
            FieldPanel("code", help_text=f"Codes connus : {known}."),
            FieldRowPanel([FieldPanel("value"), FieldPanel("unit")]),
            date_panel("valid_from"),
            FieldPanel("source"),
        ]
