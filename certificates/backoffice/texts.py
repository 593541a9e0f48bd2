"""Texts of the organisation: their versions, the one in force, and the writing of the next one."""

from typing import Any

from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, TitleColumn

from certificates.domain import texts
from certificates.domain.kinds import text_blocks
from certificates.enums import TextSlug
from certificates.forms import ComingTextForm, OrganisationTextForm
from certificates.models import DocumentTemplate
from core.backoffice.records import (
    DayColumn,
    RecordCreateView,
    RecordEditView,
    RecordIndexView,
    RecordInspectView,
    RecordViewSet,
)
from core.exceptions import DomainError


class RefusedByTheDomainMixin:
    """A refusal of the domain is shown above the form, which keeps what was typed."""

    def form_valid(self, form: ModelForm) -> HttpResponse:
        try:
            return super().form_valid(form)
        except DomainError as error:
            form.add_error(None, error.message)
            self.produced_error_message = self.get_error_message()
            return self.form_invalid(form)


class TextCreateView(RefusedByTheDomainMixin, RecordCreateView):
    """Write a new version, from the words of the newest one."""

    def get_initial(self) -> dict[str, Any]:
        slug = self.request.GET.get("slug", "")
        newest = texts.latest(slug) if slug in TextSlug.values else None
        if newest is None:
            return super().get_initial()
        return {**super().get_initial(), "slug": slug, "body": newest.body}

    def save_instance(self) -> DocumentTemplate:
        return texts.write(actor=self.request.user, **self.form.cleaned_data)


class TextEditView(RefusedByTheDomainMixin, RecordEditView):
    """Change a version still to come; one in force no longer changes."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        text = DocumentTemplate.objects.filter(pk=kwargs["pk"]).first()
        if text is not None and texts.is_in_force_or_was(text):
            messages.error(
                request,
                "Cette version est ou a été en vigueur : elle ne se modifie plus. Écrivez une "
                "nouvelle version.",
            )
            return redirect("texts:inspect", text.pk)
        return super().dispatch(request, *args, **kwargs)

    def save_instance(self) -> DocumentTemplate:
        return texts.change(text=self.object, actor=self.request.user, **self.form.cleaned_data)


class TextInspectView(RecordInspectView):
    """A version as people read it, with its public address."""

    template_name = "certificates/backoffice/text.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        text: DocumentTemplate = self.object
        return super().get_context_data(
            blocks=text_blocks.blocks(text.body),
            is_published=texts.is_in_force_or_was(text),
            may_add=self.request.user.has_perm("certificates.add_documenttemplate"),
            may_change=self.request.user.has_perm("certificates.change_documenttemplate"),
            current=_current(text),
            **kwargs,
        )


def _current(text: DocumentTemplate) -> str:
    if not texts.is_in_force_or_was(text):
        return "À venir"
    return "En vigueur" if texts.in_force(text.slug) == text else "Remplacée"


class TextIndexView(RecordIndexView):
    """Versions, newest first; only those to come may be changed."""

    def get_edit_url(self, instance: DocumentTemplate) -> str | None:
        return None if texts.is_in_force_or_was(instance) else super().get_edit_url(instance)


class OrganisationTextViewSet(RecordViewSet):
    """Texts of the organisation and their versions."""

    model = DocumentTemplate
    name = "texts"
    url_prefix = "textes"
    icon = "doc-full-inverse"
    menu_label = "Textes en vigueur"
    menu_name = "texts"
    menu_order = 31
    add_to_admin_menu = True
    add_label = "Nouvelle version"
    index_view_class = TextIndexView
    add_view_class = TextCreateView
    edit_view_class = TextEditView
    inspect_view_class = TextInspectView
    omitted_views = frozenset({"delete", "usage", "history"})
    ordering = ["slug", "-number"]
    list_display = [
        TitleColumn(
            "get_slug_display",
            label="Texte",
            sort_key="slug",
            get_url=lambda row: reverse("texts:inspect", args=[row.pk]),
        ),
        Column("number", label="Version", sort_key="number"),
        DayColumn("in_force_from", label="En vigueur à partir du", sort_key="in_force_from"),
        Column("change_summary", label="Ce qui change"),
    ]
    list_filter = ["slug"]
    list_export = ["get_slug_display", "number", "in_force_from", "change_summary"]
    export_headings = {"get_slug_display": "Texte"}

    def get_form_class(self, for_update: bool = False) -> type[OrganisationTextForm]:
        return ComingTextForm if for_update else OrganisationTextForm
