"""What was taken without network: devices revoked, what came back and does not agree settled."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property

from wagtail.admin.utils import get_valid_next_url_from_request

from accounts.requests import user_of
from attendance.domain.offline import settling, tickets
from attendance.domain.offline.returned import returned_version
from attendance.domain.versions import Version, recorded_version
from attendance.forms.offline import SettleForm
from attendance.models import OfflineItem
from core.backoffice.actions import ActionView, NamedPermissionMixin, PostActionView
from training.backoffice.half_day_planning import HalfDayActionView
from training.backoffice.half_day_rows import half_day_words
from training.backoffice.session_heading import half_days_trail
from training.models import HalfDay


class RevokeDevicesView(HalfDayActionView):
    """End the preparations of the half-day: a device was lost, or lent."""

    permission_required = "training.operate_trainingsession"
    page_title = "Révoquer les préparations hors ligne"
    submit_label = "Révoquer"
    serious = True
    success = "Les préparations sont révoquées : ce que ces appareils gardent sera refusé."

    def get_explanation(self) -> list[str]:
        return [
            *super().get_explanation(),
            "Ce que ces appareils n’ont pas encore envoyé ne sera plus enregistré de lui-même. La "
            "personne formatrice le verra sur l’appareil, et pourra vous le remettre : vous "
            "déciderez.",
        ]

    def perform(self, data: dict[str, Any]) -> None:
        tickets.revoke(half_day=self.record, trainer=None, actor=user_of(self.request))

    def get_return_url(self) -> str:
        return reverse("half-days:show", args=[self.record.pk])


class SettleView(ActionView):
    """Say which is right, both shown whole: what is recorded, or what came back."""

    model = HalfDay
    related = ("session__venue",)
    permission_required = "training.operate_trainingsession"
    header_icon = "date"
    form_class = SettleForm
    template_name = "attendance/backoffice/settle.html"
    page_title = "Trancher"
    submit_label = "Trancher"
    success = "C’est tranché. Les deux restent visibles."

    @cached_property
    def item(self) -> OfflineItem:
        """The indication of the address, at this half-day. Raises Http404."""
        found = (
            OfflineItem.objects.filter(pk=self.kwargs["item"], ticket__half_day=self.record)
            .select_related(
                "enrolment__learner",
                "event__details",
                "event__supersedes",
                "ticket__trainer",
                "ticket__half_day__venue",
                "ticket__half_day__session__venue",
            )
            .first()
        )
        if found is None:
            raise Http404
        return found

    def get_queryset(self) -> QuerySet[HalfDay]:
        return HalfDay.objects.select_related(*self.related)

    def get_trail(self) -> list[dict[str, str]]:
        return [
            *half_days_trail(self.record.session),
            {"url": self.get_return_url(), "label": str(self.record)},
        ]

    def get_explanation(self) -> list[str]:
        return [
            half_day_words(self.record),
            *([self.item.message] if self.item.message else []),
            "Les deux resteront visibles. Ce que vous retenez est repris en entier : heures, "
            "signature, moment.",
        ]

    @cached_property
    def returned(self) -> Version | None:
        """What the device says of the person; None of a closing, which is not taken."""
        return returned_version(self.item) if settling.may_be_taken(self.item) else None

    @property
    def recorded(self) -> Version | None:
        """What is recorded now of the person."""
        if self.item.enrolment is None:
            return None
        return recorded_version(half_day=self.record, enrolment=self.item.enrolment)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            item=self.item,
            half_day=self.record,
            who=self.item.enrolment.learner if self.item.enrolment else self.item.ticket.trainer,
            sides=[
                ("Enregistré aujourd’hui", self.recorded),
                (f"Sur l’appareil de {self.item.ticket.trainer}", self.returned),
            ],
            **kwargs,
        )

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"returned": self.returned}

    def perform(self, data: dict[str, Any]) -> None:
        assert isinstance(self.form, SettleForm)  # noqa: S101  form_class
        settling.settle(
            item=self.item,
            take=data["choice"] == SettleForm.TAKE,
            reason=data["reason"],
            actor=user_of(self.request),
            **self.form.hours,
        )

    def get_return_url(self) -> str:
        return reverse("half-days:show", args=[self.record.pk])


class KeepRecordedView(NamedPermissionMixin, PostActionView):
    """Keep what is recorded, in one click: what came back matters no more."""

    permission_required = "training.operate_trainingsession"
    success = "Ce qui est enregistré est gardé. Ce que l’appareil a envoyé reste visible."

    kwargs: dict[str, Any]

    @cached_property
    def item(self) -> OfflineItem:
        """What came back, of the address, at this half-day. Raises Http404."""
        return get_object_or_404(
            OfflineItem.objects.select_related("ticket__half_day__session"),
            pk=self.kwargs["item"],
            ticket__half_day=self.kwargs["pk"],
        )

    def perform(self) -> None:
        settling.settle(
            item=self.item,
            take=False,
            reason="Ce qui est enregistré est juste",
            actor=user_of(self.request),
        )

    def get_return_url(self) -> str:
        fallback = reverse("half-days:show", args=[self.kwargs["pk"]])
        return get_valid_next_url_from_request(self.request) or fallback


OFFLINE_ROUTES: list[URLPattern] = [
    path("<int:pk>/hors-ligne/revoquer/", RevokeDevicesView.as_view(), name="revoke_devices"),
    path("<key:pk>/hors-ligne/<uuid:item>/", SettleView.as_view(), name="settle"),
    path("<key:pk>/hors-ligne/<uuid:item>/garder/", KeepRecordedView.as_view(), name="keep"),
]
