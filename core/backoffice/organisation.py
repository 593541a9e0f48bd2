"""The organisation and its signatories."""

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

from core.backoffice import menus
from core.backoffice.pictures import KeepsPicturesMixin
from core.backoffice.records import (
    ADDRESS_PANEL,
    DayColumn,
    RecordCreateView,
    RecordEditView,
    RecordIndexView,
    RecordViewSet,
    date_panel,
)
from core.forms.organisation import OrganisationForm, SignatoryForm
from core.models import Organisation, Signatory


class OrganisationIndexView(RecordIndexView):
    """There is one organisation: its list is its form, or the page of those who only read."""

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
        HelpPanel(template=f"core/backoffice/pictures/{field}.html"),
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
    menu_hook = menus.ORGANISATION
    menu_order = 1
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
    menu_hook = menus.ORGANISATION
    menu_order = 2
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
