"""Expressions that ask for a reason when a course is published."""

from wagtail.admin.panels import FieldPanel, FieldRowPanel

from cms.models import WatchedWording
from core.backoffice.records import RecordViewSet, date_panel


class WatchedWordingViewSet(RecordViewSet):
    """Dated: what was published is judged by the expressions of its day."""

    model = WatchedWording
    name = "watched-wordings"
    url_prefix = "expressions-surveillees"
    icon = "warning"
    menu_label = "Expressions surveillées"
    add_label = "Nouvelle expression"
    add_to_settings_menu = True
    list_display = ["words", "valid_from", "valid_until", "source"]
    search_fields = ["words", "source"]
    ordering = ["words", "valid_from"]
    panels = [
        FieldPanel("words"),
        FieldRowPanel([date_panel("valid_from"), date_panel("valid_until")]),
        FieldPanel("source"),
    ]
