"""What the screens of every record have in common: lists, forms, the journal behind them."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import django_filters

from django.db import models
from django.forms import ModelForm
from django.urls import URLPattern
from django.utils.functional import cached_property
from django.utils.text import slugify

from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from core.backoffice.exports import SafeExportMixin
from core.days import day_after, day_start
from core.domain import journal
from core.forms.widgets import NativeDateInput
from core.french import PARIS, format_day, format_time
from core.models.plain_search import holding_words

#: The postal address of an organisation, a person or a place.
ADDRESS_PANEL = MultiFieldPanel(
    [
        FieldPanel("address"),
        FieldRowPanel([FieldPanel("postcode"), FieldPanel("city")]),
    ],
    heading="Adresse",
)


class StateColumn(Column):
    """The state of a record, as a word in a tag; the colour only repeats the word."""

    cell_template_name = "core/backoffice/state_cell.html"


class DayColumn(Column):
    """A day, as people write it."""

    def get_value(self, instance: Any) -> str:
        value = super().get_value(instance)
        return format_day(value) if value else ""


class MomentColumn(Column):
    """A day and an hour, as people write them."""

    def get_value(self, instance: Any) -> str:
        value = super().get_value(instance)
        return f"{format_day(value)}, {format_time(value, zone=PARIS)}" if value else ""


def state_column(label: str = "État", **options: Any) -> StateColumn:
    """The column of the field `state`."""
    return StateColumn("get_state_display", label=label, sort_key="state", **options)


def date_panel(name: str, **options: Any) -> FieldPanel:
    """A date with the browser's own calendar."""
    return FieldPanel(name, widget=NativeDateInput, **options)


class FromDayFilter(django_filters.DateFilter):
    """Moments from a day on, by the clock of the site.

    By the first moment of the day, which an index serves; a cast to a day reads every row.
    """

    def __init__(self, field_name: str, **options: Any) -> None:
        options = {"label": "À partir du", "widget": NativeDateInput, **options}
        super().__init__(field_name=field_name, **options)

    def filter(self, qs: models.QuerySet[Any], value: dt.date | None) -> models.QuerySet[Any]:
        return qs.filter(**{f"{self.field_name}__gte": day_start(value)}) if value else qs


class UntilDayFilter(django_filters.DateFilter):
    """Moments until the end of a day, as `FromDayFilter`."""

    def __init__(self, field_name: str, **options: Any) -> None:
        options = {"label": "Jusqu’au", "widget": NativeDateInput, **options}
        super().__init__(field_name=field_name, **options)

    def filter(self, qs: models.QuerySet[Any], value: dt.date | None) -> models.QuerySet[Any]:
        return qs.filter(**{f"{self.field_name}__lt": day_after(value)}) if value else qs


class RecordFilterSet(WagtailFilterSet):
    """Filters of a list; dates use the browser's own calendar."""

    @classmethod
    def filter_for_lookup(cls, field: models.Field, lookup_type: str) -> Any:
        filter_class, params = super().filter_for_lookup(field, lookup_type)
        if issubclass(filter_class, django_filters.DateFilter | django_filters.DateTimeFilter):
            params["widget"] = NativeDateInput
        return filter_class, params


class RecordIndexView(SafeExportMixin, generic.IndexView):
    """A list: `list_related` names what its rows show of other tables."""

    list_related: Iterable[str] = ()
    base_filterset_class = RecordFilterSet
    add_label = ""

    @cached_property
    def add_item_label(self) -> str:
        return self.add_label or super().add_item_label

    def get_base_queryset(self) -> models.QuerySet[Any]:
        queryset = super().get_base_queryset()
        return queryset.select_related(*self.list_related) if self.list_related else queryset

    def search_queryset(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Every word typed, in any order, in one or another of `search_fields`."""
        if not self.is_searching:
            return queryset
        return queryset.filter(holding_words(self.search_query, self.search_fields))


class FrenchHeadingMixin:
    """The title of the page, with the space that French wants before a colon."""

    def get_header_title(self) -> str:
        title, subtitle = self.get_page_title(), self.get_page_subtitle()
        return f"{title} : {subtitle}" if subtitle else str(title)


class RecordFormMixin(FrenchHeadingMixin):
    """What the forms of every record say; Wagtail's own words agree with no gender."""

    error_message = "Rien n’a été enregistré : corrigez ce qui est signalé."
    success_message = "C’est enregistré : %(object)s."


class RecordCreateView(RecordFormMixin, generic.CreateView):
    """Writes the record and a line of the journal, in one transaction."""

    add_label = ""

    def get_page_title(self) -> str:
        return self.add_label or super().get_page_title()

    def get_page_subtitle(self) -> str:
        return "" if self.add_label else super().get_page_subtitle()

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        items = super().get_breadcrumbs_items()
        return [*items[:-1], {"url": "", "label": str(self.get_page_title())}]

    def save_instance(self) -> models.Model:
        instance = super().save_instance()
        journal.record(
            actor=self.request.user,
            verb=f"{instance._meta.model_name}.created",
            subject=instance,
        )
        return instance


class RecordEditView(RecordFormMixin, generic.EditView):
    """Writes the changes and a line of the journal that names the fields."""

    def save_instance(self) -> models.Model:
        form: ModelForm[Any] = self.form
        instance = super().save_instance()
        if form.changed_data:
            journal.record(
                actor=self.request.user,
                verb=f"{instance._meta.model_name}.changed",
                subject=instance,
                session_id=self.journal_session_id(instance),
                details={"fields": sorted(form.changed_data)},
            )
        return instance

    def journal_session_id(self, instance: Any) -> int | None:
        """The session in whose journal the change also shows; none for most records."""
        return None


class RecordInspectView(FrenchHeadingMixin, generic.InspectView):
    """The detail page of a record, without empty lines."""

    template_name = "core/backoffice/record_inspect.html"
    page_title = "Fiche"


class RecordViewSet(ModelViewSet):
    """Base of the screens of a record.

    Nothing that has a legal meaning is deleted or copied from a screen: what ends has a state.
    `omitted_views` names the routes that do not exist at all.
    """

    index_view_class = RecordIndexView
    add_view_class = RecordCreateView
    edit_view_class = RecordEditView
    inspect_view_class = RecordInspectView
    inspect_view_enabled = True
    copy_view_enabled = False
    add_to_reference_index = False
    sort_order_field = None
    list_per_page = 30
    list_related: Iterable[str] = ()
    #: Words of the button that adds a record: « Nouvelle session ».
    add_label = ""
    omitted_views: frozenset[str] = frozenset({"delete", "usage"})

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        absent = {f"{name}_url_name": None for name in self.omitted_views}
        return super().get_common_view_kwargs(**absent, **kwargs)

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_index_view_kwargs(
            list_related=self.list_related, add_label=self.add_label, **kwargs
        )

    def get_add_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_add_view_kwargs(add_label=self.add_label, **kwargs)

    def get_urlpatterns(self) -> list[URLPattern]:
        absent = self.omitted_views | {f"{name}_results" for name in self.omitted_views}
        return [route for route in super().get_urlpatterns() if route.name not in absent]

    @cached_property
    def export_filename(self) -> str:
        """In French, as the list is called: « personnes-formees »."""
        return slugify(self.model._meta.verbose_name_plural)

    def register_admin_url_finder(self) -> None:
        if "edit" not in self.omitted_views:
            super().register_admin_url_finder()


class ReadOnlyViewSet(RecordViewSet):
    """A record that people read and never write."""

    form_fields: tuple[str, ...] = ()
    omitted_views = frozenset({"add", "edit", "delete", "usage", "history"})
