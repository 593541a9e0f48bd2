"""Programmes and their versions."""

from decimal import Decimal
from typing import Any

from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    MultiFieldPanel,
)
from wagtail.admin.ui.tables import Column

from core.backoffice import menus
from core.backoffice.records import (
    DayColumn,
    ReadOnlyViewSet,
    RecordInspectView,
    RecordViewSet,
    date_panel,
)
from core.french import format_euros, format_minutes
from training.enums import Modality
from training.models import Programme, ProgrammeVersion
from training.programme_content import LABELS


class ProgrammeInspectView(RecordInspectView):
    """A programme and its versions, newest first."""

    template_name = "training/backoffice/programme_inspect.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(versions=self.object.versions.all(), **kwargs)


class ProgrammeViewSet(RecordViewSet):
    """Programmes: what the annual report asks of each; what they say stands in their versions."""

    model = Programme
    name = "programmes"
    url_prefix = "programmes"
    icon = "list-ul"
    menu_label = "Programmes"
    menu_hook = menus.ORGANISATION
    menu_order = 6
    add_label = "Nouveau programme"
    inspect_view_class = ProgrammeInspectView
    inspect_view_fields_exclude = ["id"]
    list_display = [
        "code",
        "nsf_code",
        "bpf_objective",
        "certification_title",
    ]
    search_fields = ["code", "certification_title"]
    list_filter = ["bpf_objective"]
    list_export = ["code", "nsf_code", "get_bpf_objective_display", "certification_title"]
    export_headings = {"get_bpf_objective_display": "Objectif (BPF)"}
    panels = [
        FieldPanel("code"),
        MultiFieldPanel(
            [
                FieldPanel("action_category"),
                FieldRowPanel([FieldPanel("nsf_code"), FieldPanel("bpf_objective")]),
            ],
            heading="Bilan pédagogique et financier",
        ),
        MultiFieldPanel(
            [
                FieldPanel("certification_title"),
                FieldRowPanel([FieldPanel("certification_code"), FieldPanel("certifier")]),
                date_panel("certification_valid_until"),
                FieldPanel("authorisation"),
            ],
            heading="Certification",
        ),
    ]


class ProgrammeVersionInspectView(RecordInspectView):
    """A version as sold: every regulated item, in the order of the course page."""

    template_name = "training/backoffice/programme_version_inspect.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(items=self.items(), **kwargs)

    def items(self) -> list[tuple[str, list[str]]]:
        """(French name, lines) of each item that says something."""
        found = []
        for key, label in LABELS.items():
            value = self.object.content.get(key)
            if value:
                found.append((label, _lines(key, value)))
        return found


def _lines(key: str, value: Any) -> list[str]:
    if key == "duration_minutes":
        return [format_minutes(value)]
    if key == "price_euros":
        return [f"{format_euros(Decimal(value))} par personne, hors taxe"]
    if key == "modality":
        return [str(Modality(value).label)]
    if isinstance(value, list):
        return [item["text"] if isinstance(item, dict) else str(item) for item in value]
    return str(value).splitlines()


class ProgrammeVersionViewSet(ReadOnlyViewSet):
    """Versions of programmes, never changed."""

    model = ProgrammeVersion
    name = "programme-versions"
    url_prefix = "versions-de-programme"
    icon = "doc-full"
    menu_label = "Versions de programme"
    menu_hook = menus.ORGANISATION
    menu_order = 7
    inspect_view_class = ProgrammeVersionInspectView
    list_related = ("programme",)
    list_display = [
        "title",
        Column("programme", label="Programme", sort_key="programme__code"),
        Column("number", label="Version", sort_key="number"),
        Column("get_origin_display", label="Origine"),
        DayColumn("published_at", label="Publiée le", sort_key="published_at"),
    ]
    search_fields = ["title", "programme__code"]
    list_filter = ["origin"]
