"""Screens of the organisation: who it is, who signs, its rules, places and programmes."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    MultiFieldPanel,
    ObjectList,
)
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views.generic import IndexView

from training.backoffice.house_pictures import KeepsPicturesMixin
from training.backoffice.people import ADDRESS_PANEL
from training.backoffice.records import (
    DayColumn,
    ReadOnlyViewSet,
    RecordCreateView,
    RecordEditView,
    RecordInspectView,
    RecordViewSet,
    date_panel,
)
from training.domain.rules import DEFAULTS
from training.enums import Modality
from training.forms.house import OrganisationForm, SignatoryForm
from training.french import format_euros, format_minutes
from training.models import (
    Organisation,
    Programme,
    ProgrammeVersion,
    RuleSetting,
    Signatory,
    Venue,
)
from training.programme_content import LABELS


class OrganisationIndexView(IndexView):
    """There is one organisation: its list is its form, or its sheet for those who only read."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        Organisation.load()
        editable = self.user_has_permission("change")
        return redirect(f"organisation:{'edit' if editable else 'inspect'}", 1)


class OrganisationEditView(KeepsPicturesMixin, RecordEditView):
    """The form of the organisation, where one stays after saving."""

    def get_success_url(self) -> str:
        return reverse("organisation:edit", args=[self.object.pk])

    def get_success_buttons(self) -> list[Any]:
        return []


def picture_panels(field: str) -> list[Any]:
    """The picture there is, the file that takes its place, the box that takes it away."""
    return [
        HelpPanel(template=f"training/backoffice/pictures/{field}.html"),
        FieldPanel(f"{field}_file"),
        FieldPanel(f"{field}_removed"),
    ]


class OrganisationViewSet(RecordViewSet):
    """The one organisation of the installation."""

    model = Organisation
    name = "organisation"
    url_prefix = "organisme"
    icon = "home"
    menu_label = "Fiche de l’organisme"
    index_view_class = OrganisationIndexView
    edit_view_class = OrganisationEditView
    omitted_views = frozenset({"add", "delete", "usage"})
    inspect_view_fields_exclude = ["id", "logo", "stamp"]
    panels = [
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("legal_name"), FieldPanel("trade_name")]),
                FieldRowPanel([FieldPanel("activity_number"), FieldPanel("activity_region")]),
                FieldRowPanel([FieldPanel("siret"), FieldPanel("vat_regime")]),
                FieldPanel("financial_year_starts_month"),
            ],
            heading="Identité",
        ),
        ADDRESS_PANEL,
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("email"), FieldPanel("phone")])], heading="Coordonnées"
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("certificate_number"), FieldPanel("certifier")]),
                FieldPanel("certificate_categories"),
                FieldRowPanel(
                    [date_panel("certificate_valid_from"), date_panel("certificate_valid_to")]
                ),
            ],
            heading="Certification Qualiopi",
        ),
        MultiFieldPanel(
            [
                FieldPanel("pedagogical_contact"),
                FieldPanel("administrative_contact"),
                FieldPanel("disability_contact"),
                FieldPanel("harassment_contact"),
                FieldPanel("consumer_mediator"),
            ],
            heading="Personnes à contacter",
        ),
        MultiFieldPanel(
            [
                FieldPanel("primary_colour"),
                *picture_panels("logo"),
                *picture_panels("stamp"),
            ],
            heading="Apparence des documents",
            help_text="Pour les documents à venir : ceux qui sont émis ne changent jamais.",
        ),
    ]
    edit_handler = ObjectList(panels, base_form_class=OrganisationForm)


class SignatoryCreateView(KeepsPicturesMixin, RecordCreateView):
    """A new signatory, maybe with the image of their signature."""


class SignatoryEditView(KeepsPicturesMixin, RecordEditView):
    """The form of a signatory."""


class SignatoryViewSet(RecordViewSet):
    """Who signs documents for the organisation."""

    model = Signatory
    name = "signatories"
    url_prefix = "signataires"
    icon = "edit"
    menu_label = "Signataires"
    add_label = "Nouveau signataire"
    add_view_class = SignatoryCreateView
    edit_view_class = SignatoryEditView
    inspect_view_fields_exclude = ["id", "signature"]
    list_display = [
        "name",
        "quality",
        DayColumn("valid_from", label="Du", sort_key="valid_from"),
        DayColumn("valid_to", label="Au"),
    ]
    search_fields = ["name", "quality"]
    panels = [
        FieldRowPanel([FieldPanel("name"), FieldPanel("quality")]),
        FieldRowPanel([date_panel("valid_from"), date_panel("valid_to")]),
        FieldPanel("document_kinds"),
        MultiFieldPanel(picture_panels("signature"), heading="Signature"),
    ]
    edit_handler = ObjectList(panels, base_form_class=SignatoryForm)


class RuleSettingViewSet(RecordViewSet):
    """Dated values of the rules; the value in force on a day rules that day."""

    model = RuleSetting
    name = "rules"
    url_prefix = "regles"
    icon = "calendar-check"
    menu_label = "Règles datées"
    add_label = "Nouvelle valeur"
    list_display = [
        "code",
        Column("value", label="Valeur"),
        "unit",
        DayColumn("valid_from", label="À partir du", sort_key="valid_from"),
        "source",
    ]
    search_fields = ["code", "source"]
    panels = [
        FieldPanel("code", help_text="Codes connus : " + ", ".join(sorted(DEFAULTS)) + "."),
        FieldRowPanel([FieldPanel("value"), FieldPanel("unit")]),
        date_panel("valid_from"),
        FieldPanel("source"),
    ]


class VenueViewSet(RecordViewSet):
    """Places where sessions are held."""

    model = Venue
    name = "venues"
    url_prefix = "lieux"
    icon = "site"
    menu_label = "Lieux"
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
