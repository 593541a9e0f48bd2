"""Sessions: their list and their form."""

from typing import Any

from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from wagtail.admin import messages
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import Button

from core.backoffice import menus
from core.backoffice.records import (
    FromDayFilter,
    RecordCreateView,
    RecordEditView,
    RecordFilterSet,
    RecordIndexView,
    RecordViewSet,
    UntilDayFilter,
    state_column,
)
from core.backoffice.refusals import sentences_of
from core.exceptions import DomainError
from training.backoffice import (
    agreements,
    enrolling,
    half_day_planning,
    session_actions,
    session_pages,
)
from training.backoffice.enrolment_actions import BulkView
from training.backoffice.session_heading import (
    dates_words,
    seats_sentence,
    session_queryset,
)
from training.domain.sessions import planning
from training.forms.sessions import SessionForm
from training.models import TrainingSession


class SessionFilterSet(RecordFilterSet):
    """By state, by way of enrolling, by dates."""

    since = FromDayFilter("last_end")
    until = UntilDayFilter("first_start")

    class Meta:
        model = TrainingSession
        fields = ["state", "enrolling"]


class SessionIndexView(RecordIndexView):
    """Sessions, the nearest to come first; a row leads to the page of the session."""

    def get_base_queryset(self) -> QuerySet[TrainingSession]:
        return session_queryset()

    def get_edit_url(self, instance: TrainingSession) -> str:
        return reverse("sessions:show", args=[instance.pk])

    def get_list_more_buttons(self, instance: TrainingSession) -> list[Any]:
        key = [instance.pk]
        return [
            Button("Demi-journées", url=reverse("sessions:half_days", args=key), icon_name="date"),
            Button("Inscriptions", url=reverse("sessions:enrolments", args=key), icon_name="user"),
        ]


class SessionCreateView(RecordCreateView):
    """A new session, in draft, with the next code of the year proposed."""

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), "code": planning.suggest_code(timezone.localdate().year)}

    def save_instance(self) -> TrainingSession:
        return planning.create_session(
            session=self.form.save(commit=False), actor=self.request.user
        )

    def get_success_url(self) -> str:
        return reverse("sessions:half_days", args=[self.object.pk])

    def get_success_message(self, instance: TrainingSession) -> str:
        return f"La session {instance.code} est créée. Il reste à prévoir ses demi-journées."

    def get_success_buttons(self) -> list[Any]:
        return []


class SessionEditView(RecordEditView):
    """The facts of a session that is not over."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        session = TrainingSession.objects.filter(pk=kwargs["pk"]).first()
        if session is not None and session.is_over:
            messages.error(
                request,
                "Cette session est terminée ou annulée : elle ne se modifie plus.",
            )
            return redirect("sessions:show", session.pk)
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: ModelForm[TrainingSession]) -> HttpResponse:
        self.form = form
        try:
            self.object = planning.change_session(
                session=form.save(commit=False),
                fields=form.changed_data,
                actor=self.request.user,
            )
        except DomainError as error:
            field = "max_seats" if error.code == "seats_below_taken" else None
            form.add_error(field, sentences_of(error))
            self.produced_error_message = self.get_error_message()
            return self.form_invalid(form)
        return self.save_action()

    def get_success_url(self) -> str:
        return reverse("sessions:show", args=[self.object.pk])

    def get_success_buttons(self) -> list[Any]:
        return []

    def get_success_message(self) -> str:
        return f"La session {self.object.code} est enregistrée."


class SessionViewSet(RecordViewSet):
    """Sessions."""

    model = TrainingSession
    name = "sessions"
    icon = "date"
    menu_label = "Sessions"
    menu_hook = menus.TRAINING
    menu_order = 1
    add_label = "Nouvelle session"
    index_view_class = SessionIndexView
    add_view_class = SessionCreateView
    edit_view_class = SessionEditView
    inspect_view_enabled = False
    omitted_views = frozenset({"delete", "usage", "inspect"})
    filterset_class = SessionFilterSet
    list_display = [
        "code",
        Column("title", label="Programme", sort_key="programme_version__title"),
        state_column(),
        Column("first_start", label="Dates", accessor=dates_words, sort_key="first_start"),
        Column("venue", label="Lieu", sort_key="venue__name"),
        Column("seats", label="Places", accessor=seats_sentence),
    ]
    ordering = "-first_start"
    search_fields = ["code", "programme_version__title", "venue__name", "venue__city"]
    list_export = [
        "code",
        "title",
        "get_state_display",
        "first_start",
        "last_end",
        "venue",
        "seats_taken",
        "seats_waiting",
        "max_seats",
        "price",
    ]
    export_headings = {
        "code": "Code",
        "title": "Programme",
        "get_state_display": "État",
        "first_start": "Début",
        "last_end": "Fin",
        "seats_taken": "Places prises",
        "seats_waiting": "En attente",
    }

    def get_form_class(self, for_update: bool = False) -> type[SessionForm]:
        return SessionForm

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            *session_pages.ROUTES,
            *session_actions.ROUTES,
            *half_day_planning.SESSION_ROUTES,
            *enrolling.SESSION_ROUTES,
            *agreements.SESSION_ROUTES,
            path("<int:pk>/inscriptions/ensemble/", BulkView.as_view(), name="bulk"),
        ]
