"""Half-days planned, changed, moved, cancelled; groups added."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse

from core.backoffice.actions import ActionView
from core.forms.reasons import ReasonForm
from core.french import plural
from training.backoffice.half_day_rows import half_day_words
from training.backoffice.session_heading import half_days_trail, session_queryset
from training.domain.sessions import half_days, planning
from training.domain.sessions.half_days import change_half_day
from training.forms.half_days import AssignmentFormSet, HalfDayForm, MoveForm, PlanForm
from training.forms.sessions import GroupForm
from training.models import HalfDay, TrainingSession


class SessionPlanningView(ActionView):
    """An action on the half-days of a session."""

    model = TrainingSession
    permission_required = "training.add_halfday"
    header_icon = "date"

    def get_queryset(self) -> QuerySet[TrainingSession]:
        return session_queryset()

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"session": self.record}

    def get_return_url(self) -> str:
        return reverse("sessions:half_days", args=[self.record.pk])

    def get_trail(self) -> list[dict[str, str]]:
        return half_days_trail(self.record)


class PlanView(SessionPlanningView):
    """Make half-days from days and hours."""

    form_class = PlanForm
    template_name = "training/backoffice/plan_half_days.html"
    page_title = "Prévoir des demi-journées"
    submit_label = "Prévoir ces demi-journées"

    def perform(self, data: dict[str, Any]) -> list[HalfDay]:
        return planning.plan_half_days(
            session=self.record,
            days=data["all_days"],
            slots=data["slots"],
            trainers=list(data["trainers"]),
            groups=list(data.get("groups", [])),
            link=data.get("link", ""),
            actor=self.actor,
        )

    def get_success(self, result: list[HalfDay]) -> str:
        return f"{plural(len(result), 'demi-journée ajoutée', 'demi-journées ajoutées')}."


class AddGroupView(SessionPlanningView):
    """Add a group to the session."""

    permission_required = "training.add_sessiongroup"
    form_class = GroupForm
    page_title = "Ajouter un groupe"
    submit_label = "Ajouter"
    success = "Le groupe est ajouté. Choisissez-le dans les demi-journées et les inscriptions."

    def get_explanation(self) -> list[str]:
        return ["Un groupe est une partie des personnes, qui suit ses propres demi-journées."]

    def perform(self, data: dict[str, Any]) -> None:
        planning.add_group(session=self.record, name=data["name"], actor=self.actor)


class HalfDayActionView(ActionView):
    """An action on one half-day."""

    model = HalfDay
    related = ("session__venue", "venue")
    permission_required = "training.change_halfday"
    header_icon = "date"

    def get_return_url(self) -> str:
        return reverse("sessions:half_days", args=[self.record.session_id])

    def get_trail(self) -> list[dict[str, str]]:
        return half_days_trail(self.record.session)

    def get_explanation(self) -> list[str]:
        return [half_day_words(self.record)]


class EndHalfDayView(HalfDayActionView):
    """An action that keeps what was signed there from counting, and says so first."""

    def get_explanation(self) -> list[str]:
        enrolments, trainers = half_days.people_concerned(self.record)
        recipients = [
            plural(len(enrolments), "personne attendue", "personnes attendues"),
            plural(len(trainers), "personne formatrice", "personnes formatrices"),
        ]
        lines = super().get_explanation()
        if enrolments or trainers:
            lines.append(f"Un message partira à {' et à '.join(recipients)}, avec votre motif.")
        signed = self.record.marks.count()
        if not signed:
            return lines
        many = "présences ou absences y sont déjà notées"
        count = plural(signed, "présence ou absence y est déjà notée", many)
        return [
            *lines,
            f"{count} : ce qui est signé reste dans la chaîne, mais ne comptera plus.",
        ]


class CancelHalfDayView(EndHalfDayView):
    """The half-day will not take place."""

    form_class = ReasonForm
    page_title = "Annuler la demi-journée"
    submit_label = "Annuler la demi-journée"
    serious = True
    success = "La demi-journée est annulée."

    def perform(self, data: dict[str, Any]) -> None:
        half_days.cancel_half_day(half_day=self.record, actor=self.actor, reason=data["reason"])


class MoveHalfDayView(EndHalfDayView):
    """The half-day will take place at another time."""

    form_class = MoveForm
    page_title = "Déplacer la demi-journée"
    submit_label = "Déplacer"
    success = "La demi-journée est déplacée ; l’ancienne reste dans la liste, barrée."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"half_day": self.record}

    def perform(self, data: dict[str, Any]) -> HalfDay:
        return half_days.move_half_day(half_day=self.record, actor=self.actor, **data)


class ChangeHalfDayView(HalfDayActionView):
    """One half-day, until its own first signature: when, where, for whom, with whom."""

    template_name = "training/backoffice/change_half_day.html"
    page_title = "Modifier la demi-journée"
    submit_label = "Enregistrer"
    success = "La demi-journée est enregistrée."

    def get_form(self) -> forms.BaseForm:
        data = self.request.POST if self.request.method == "POST" else None
        # Filled from the form, the object keeps its own copy: the heading shows what is stored.
        self.half_day = HalfDay.objects.select_related("session__venue").get(pk=self.record.pk)
        return HalfDayForm(data, instance=self.half_day)

    def get_assignments(self) -> forms.BaseFormSet:
        data = self.request.POST if self.request.method == "POST" else None
        initial = [
            {"trainer": item.trainer_id, "role": item.role, "status": item.status}
            for item in self.record.assignments.all()
        ]
        return AssignmentFormSet(data, initial=initial, prefix="trainers")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.assignments = self.get_assignments()
        if not self.assignments.is_valid():
            return self.show_again(self.get_form())
        return super().post(request, *args, **kwargs)

    def perform(self, data: dict[str, Any]) -> None:
        form = self.form
        change_half_day(
            half_day=self.half_day,
            fields=form.column_changes(),
            groups=data.get("groups"),
            assigned=self.assignments.assigned(),
            actor=self.actor,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        assignments = getattr(self, "assignments", None) or self.get_assignments()
        return super().get_context_data(assignments=assignments, **kwargs)


SESSION_ROUTES: list[URLPattern] = [
    path("<int:pk>/demi-journees/prevoir/", PlanView.as_view(), name="plan"),
    path("<int:pk>/groupes/ajouter/", AddGroupView.as_view(), name="add_group"),
]
HALF_DAY_ROUTES: list[URLPattern] = [
    path("<int:pk>/modifier/", ChangeHalfDayView.as_view(), name="change"),
    path("<int:pk>/deplacer/", MoveHalfDayView.as_view(), name="move"),
    path("<int:pk>/annuler/", CancelHalfDayView.as_view(), name="cancel"),
]
