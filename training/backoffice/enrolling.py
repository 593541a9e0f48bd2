"""Staff enrol a person, name a reserved seat, reserve seats."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse

from core.french import plural
from core.text import LONGEST_KEY, whole_number
from training.backoffice.enrolment_actions import EnrolmentActionView
from training.backoffice.session_actions import SessionActionView
from training.domain.enrolments import staff
from training.domain.enrolments.seats import of as count_seats
from training.forms.enrolments import EnrolForm, NewLearnerForm, ReserveSeatsForm, find_learners
from training.models import Agreement, Enrolment, Learner


class WhoMixin:
    """A first step that finds a known person (`?q=`), then `?person=ID`, or `?person=new`."""

    request: HttpRequest

    @property
    def words(self) -> str:
        """What is searched for."""
        return self.request.GET.get("q", "").strip()[:100]

    @property
    def choice(self) -> str:
        """The primary key of a known person, « new », or nothing yet."""
        return self.request.GET.get("person", "")

    def known(self) -> Learner | None:
        """The known person who was chosen. Raises Http404 for the key of no one."""
        key = whole_number(self.choice, longest=LONGEST_KEY)
        return get_object_or_404(Learner, pk=key, merged_into=None) if key else None

    def who_context(self) -> dict[str, Any]:
        """What the template of the first step needs."""
        found = find_learners(self.words) if self.words else []
        return {
            "words": self.words,
            "found": found,
            "known": self.known(),
            "is_new": self.choice == "new",
        }


class EnrolView(WhoMixin, SessionActionView):
    """Enrol a person: who, then how."""

    permission_required = "training.operate_enrolment"
    template_name = "training/backoffice/enrol.html"
    form_class = EnrolForm
    page_title = "Inscrire quelqu’un"
    submit_label = "Inscrire"

    def get_blockers(self) -> list[Any]:
        return []

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"session": self.record}

    def get_person_form(self) -> NewLearnerForm | None:
        """The form of a new person; None for a known one."""
        if self.known() is not None:
            return None
        data = self.request.POST if self.request.method == "POST" else None
        return NewLearnerForm(data, prefix="person")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.person_form = self.get_person_form()
        if self.person_form is not None and not self.person_form.is_valid():
            return self.show_again(self.get_form())
        return super().post(request, *args, **kwargs)

    def perform(self, data: dict[str, Any]) -> Enrolment:
        learner = self.known() or self.person_form.save(commit=False)
        return staff.enrol(
            session=self.record,
            learner=learner,
            actor=self.actor,
            **{name: value for name, value in data.items() if name != "payer"},
        )

    def get_success(self, result: Enrolment) -> str:
        return f"{result.learner} : inscription enregistrée ({result.get_state_display()})."

    def get_return_url(self) -> str:
        return reverse("sessions:enrolments", args=[self.record.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person_form = getattr(self, "person_form", None) or self.get_person_form()
        return super().get_context_data(person_form=person_form, **self.who_context(), **kwargs)


class ReserveSeatsView(SessionActionView):
    """Reserve seats that a company will name later."""

    permission_required = "training.operate_enrolment"
    form_class = ReserveSeatsForm
    page_title = "Réserver des places pour une entreprise"
    submit_label = "Réserver"

    def get_blockers(self) -> list[Any]:
        return []

    def get_explanation(self) -> list[str]:
        left = count_seats(self.record).free
        return [
            f"Il reste {plural(max(left, 0), 'place')} à la session {self.record}.",
            "Une convention se prépare en brouillon ; vous nommerez les personnes quand "
            "l’entreprise les aura choisies.",
        ]

    def perform(self, data: dict[str, Any]) -> Agreement:
        return staff.reserve_seats(session=self.record, actor=self.actor, **data)

    def get_success(self, result: Agreement) -> str:
        seats = plural(result.seats, "place réservée", "places réservées")
        return f"{seats} pour {result.company}, sous l’accord {result.reference}."

    def get_return_url(self) -> str:
        return reverse("sessions:enrolments", args=[self.record.pk])


class NameSeatView(WhoMixin, EnrolmentActionView):
    """Name a reserved seat, or replace the person: the seat is kept."""

    template_name = "training/backoffice/name_seat.html"
    page_title = "Nommer la personne"
    submit_label = "Donner cette place"

    def get_page_title(self) -> str:
        return "Remplacer la personne" if self.record.learner_id else "Nommer la personne"

    def get_explanation(self) -> list[str]:
        if self.record.learner_id:
            return [
                f"{self.record.learner} laisse sa place à la session {self.record.session}. "
                "La place est gardée, sans passer par la liste d’attente."
            ]
        return [f"Place réservée à la session {self.record.session}."]

    def get_form(self) -> forms.BaseForm:
        if self.known() is not None:
            return super().get_form()
        data = self.request.POST if self.request.method == "POST" else None
        return NewLearnerForm(data)

    def perform(self, data: dict[str, Any]) -> Enrolment:
        learner = self.known() or self.form.save(commit=False)
        return staff.name_seat(enrolment=self.record, learner=learner, actor=self.actor)

    def get_success(self, result: Enrolment) -> str:
        return f"La place est maintenant celle de {result.learner}."

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**self.who_context(), **kwargs)


SESSION_ROUTES: list[URLPattern] = [
    path("<int:pk>/inscrire/", EnrolView.as_view(), name="enrol"),
    path("<int:pk>/reserver/", ReserveSeatsView.as_view(), name="reserve"),
]
ENROLMENT_ROUTES: list[URLPattern] = [
    path("<int:pk>/personne/", NameSeatView.as_view(), name="name"),
]
