"""Actions on one enrolment, and on several at once."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views import View

from wagtail.admin import messages

from core.backoffice.actions import ActionView
from core.exceptions import DomainError
from core.forms.reasons import DatedReasonForm, ReasonForm
from core.text import LONGEST_KEY, whole_number
from training.backoffice.session_heading import session_trail
from training.backoffice.session_tabs import SessionScreenMixin
from training.domain.enrolments import address_confirmations
from training.domain.enrolments import lifecycle as enrolment_lifecycle
from training.enums import EnrolmentState
from training.models import Enrolment


class EnrolmentActionView(ActionView):
    """An action on an enrolment."""

    model = Enrolment
    related = ("session__programme_version", "session__venue", "learner", "agreement")
    permission_required = "training.operate_enrolment"
    header_icon = "user"
    domain_function: Callable[..., Enrolment]

    @property
    def name(self) -> str:
        """Who it is about."""
        return str(self.record.learner or "Place réservée")

    def perform(self, data: dict[str, Any]) -> Enrolment:
        return type(self).domain_function(enrolment=self.record, actor=self.actor, **data)

    def get_explanation(self) -> list[str]:
        return [f"{self.name}, session {self.record.session}."]

    def get_success(self, result: Any) -> str:
        return self.success.format(name=self.name)

    def get_return_url(self) -> str:
        return reverse("sessions:enrolments", args=[self.record.session_id])

    def get_trail(self) -> list[dict[str, str]]:
        return [
            *session_trail(self.record.session),
            {"url": self.get_return_url(), "label": "Inscriptions"},
        ]


class ConfirmAddressView(EnrolmentActionView):
    """Take a request of the public site whose address no one confirmed, once it is known right."""

    domain_function = staticmethod(address_confirmations.confirm_by_hand)
    page_title = "Confirmer la demande"
    submit_label = "Confirmer la demande"
    success = "{name} : demande confirmée, avec une place ou en liste d’attente."


class AcceptView(EnrolmentActionView):
    """Accept a request, or note that the person takes the offered place."""

    domain_function = staticmethod(enrolment_lifecycle.accept)
    page_title = "Accepter l’inscription"
    submit_label = "Accepter"
    success = "{name} : inscription acceptée."


class ConfirmView(EnrolmentActionView):
    """Confirm an accepted enrolment."""

    domain_function = staticmethod(enrolment_lifecycle.confirm)
    page_title = "Confirmer l’inscription"
    submit_label = "Confirmer"
    success = "{name} : inscription confirmée, dates et lieu envoyés."


class WaitlistView(EnrolmentActionView):
    """Move a request to the waiting list."""

    domain_function = staticmethod(enrolment_lifecycle.waitlist)
    page_title = "Mettre en liste d’attente"
    submit_label = "Mettre en liste d’attente"
    success = "{name} : en liste d’attente."


class OfferView(EnrolmentActionView):
    """Offer a free seat."""

    domain_function = staticmethod(enrolment_lifecycle.offer_place)
    page_title = "Proposer la place"
    submit_label = "Proposer"
    success = "{name} : la place est proposée, un message part."


class RefuseView(EnrolmentActionView):
    """Refuse a request."""

    domain_function = staticmethod(enrolment_lifecycle.refuse)
    form_class = ReasonForm
    page_title = "Refuser l’inscription"
    submit_label = "Refuser"
    serious = True
    success = "{name} : inscription refusée, un message part avec le motif."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"help_text": "La personne lira ce motif tel que vous l’écrivez."}


class CancelView(EnrolmentActionView):
    """Cancel an enrolment, at the person's request or the customer's."""

    form_class = ReasonForm
    page_title = "Annuler l’inscription"
    submit_label = "Annuler l’inscription"
    serious = True
    success = "{name} : inscription annulée."

    def perform(self, data: dict[str, Any]) -> Enrolment:
        return enrolment_lifecycle.end(
            enrolment=self.record,
            to=EnrolmentState.CANCELLED,
            actor=self.actor,
            reason=data["reason"],
        )

    def get_explanation(self) -> list[str]:
        return [*super().get_explanation(), "La place redevient libre. Aucun message ne part."]


class DropOutView(EnrolmentActionView):
    """The person leaves before the end."""

    form_class = DatedReasonForm
    page_title = "Noter un abandon"
    submit_label = "Noter l’abandon"
    serious = True
    success = "{name} : abandon noté."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {
            "initial": {"on": timezone.localdate()},
            "help_text": "Une raison que la personne accepterait de relire ; jamais de santé.",
        }

    def get_explanation(self) -> list[str]:
        return [
            *super().get_explanation(),
            "Les demi-journées d’avant cette date restent dues ; les suivantes ne le sont plus.",
        ]

    def perform(self, data: dict[str, Any]) -> Enrolment:
        day: dt.date = data["on"]
        return enrolment_lifecycle.end(
            enrolment=self.record,
            to=EnrolmentState.DROPPED_OUT,
            actor=self.actor,
            reason=data["reason"],
            on=day,
        )


class RestoreView(EnrolmentActionView):
    """Bring an ended enrolment back."""

    domain_function = staticmethod(enrolment_lifecycle.restore)
    form_class = ReasonForm
    page_title = "Rétablir l’inscription"
    submit_label = "Rétablir"
    success = "{name} : inscription rétablie."

    def get_explanation(self) -> list[str]:
        back_to = self.record.get_state_before_end_display()
        return [*super().get_explanation(), f"L’inscription reviendra à l’état « {back_to} »."]


#: What several enrolments may be asked at once: name of the button → (domain function, words of
#: its success for one, for many).
BULK = {
    "accept": (enrolment_lifecycle.accept, "Acceptée", "Acceptées"),
    "confirm": (enrolment_lifecycle.confirm, "Confirmée", "Confirmées"),
}


class BulkView(SessionScreenMixin, View):
    """Accept or confirm the enrolments ticked in the list; each result is shown by name."""

    http_method_names = ["post"]
    permission_required = "training.operate_enrolment"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        back = redirect("sessions:enrolments", self.session.pk)
        if request.POST.get("action") not in BULK:
            messages.error(request, "Choisissez « Accepter » ou « Confirmer ».")
            return back
        ticked = self.ticked(request.POST.getlist("enrolment"))
        if not ticked:
            messages.warning(request, "Cochez d’abord une ou plusieurs inscriptions.")
            return back
        action, one, many = BULK[request.POST["action"]]
        done, refused = [], []
        for enrolment in ticked:
            name = str(enrolment.learner or "Place réservée")
            try:
                action(enrolment=enrolment, actor=request.user)
            except DomainError as error:
                refused.append(f"{name} : {error.message}")
            else:
                done.append(name)
        if done:
            heading = one if len(done) == 1 else many
            messages.success(request, f"{heading} : {', '.join(done)}.")
        for sentence in refused:
            messages.error(request, sentence)
        return back

    def ticked(self, values: list[str]) -> QuerySet[Enrolment]:
        """The enrolments of this session among the values; anything else is left aside."""
        keys = [whole_number(value, longest=LONGEST_KEY) for value in values]
        return (
            self.session.enrolments.filter(pk__in=[key for key in keys if key])
            .select_related("learner", "session__programme_version", "session__venue")
            .by_name()
        )


ROUTES: list[URLPattern] = [
    path("<int:pk>/confirmer-demande/", ConfirmAddressView.as_view(), name="confirm_address"),
    path("<int:pk>/accepter/", AcceptView.as_view(), name="accept"),
    path("<int:pk>/confirmer/", ConfirmView.as_view(), name="confirm"),
    path("<int:pk>/attente/", WaitlistView.as_view(), name="waitlist"),
    path("<int:pk>/proposer/", OfferView.as_view(), name="offer"),
    path("<int:pk>/refuser/", RefuseView.as_view(), name="refuse"),
    path("<int:pk>/annuler/", CancelView.as_view(), name="cancel"),
    path("<int:pk>/abandon/", DropOutView.as_view(), name="drop_out"),
    path("<int:pk>/retablir/", RestoreView.as_view(), name="restore"),
]
