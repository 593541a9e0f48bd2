"""What was taken without network: devices revoked, what came back and does not agree settled."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property

from training.backoffice.actions import ActionView
from training.backoffice.half_day_planning import HalfDayActionView, session_trail
from training.backoffice.half_day_rows import half_day_words
from training.domain.attendance import offline
from training.forms.offline import SettleForm
from training.french import format_time
from training.models import AttendanceMark, HalfDay, OfflineItem


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
            "Ce que ces appareils n’ont pas encore envoyé ne sera pas enregistré, et s’effacera "
            "de l’appareil quand il aura du réseau.",
        ]

    def perform(self, data: dict[str, Any]) -> None:
        offline.revoke(half_day=self.record, trainer=None, actor=self.request.user)

    def get_return_url(self) -> str:
        return reverse("half-days:show", args=[self.record.pk])


class SettleView(ActionView):
    """Say which is right: what is recorded, or what came back from the device."""

    model = HalfDay
    related = ("session__venue",)
    permission_required = "training.operate_trainingsession"
    header_icon = "date"
    form_class = SettleForm
    page_title = "Départager"
    submit_label = "Départager"
    success = "C’est départagé. Les deux indications restent visibles."

    @cached_property
    def item(self) -> OfflineItem:
        """The indication of the address, at this half-day. Raises Http404."""
        found = (
            OfflineItem.objects.filter(pk=self.kwargs["item"], ticket__half_day=self.record)
            .select_related("enrolment__learner", "event", "ticket__half_day__session")
            .first()
        )
        if found is None:
            raise Http404
        return found

    def get_queryset(self) -> QuerySet[HalfDay]:
        return HalfDay.objects.select_related(*self.related)

    def get_trail(self) -> list[dict[str, str]]:
        return [
            *session_trail(self.record.session),
            {"url": self.get_return_url(), "label": str(self.record)},
        ]

    def get_explanation(self) -> list[str]:
        item = self.item
        who = str(item.enrolment.learner) if item.enrolment else str(item.ticket.trainer)
        mark = AttendanceMark.objects.filter(
            half_day=self.record, enrolment=item.enrolment_id
        ).first()
        recorded = mark.get_state_display().lower() if mark else "rien"
        sentences = [
            half_day_words(self.record),
            f"{who}. Enregistré : {recorded}.",
            f"Sur l’appareil hors ligne, à {format_time(item.happened_at)} : "
            f"{item.get_kind_display().lower()}.",
        ]
        if item.message:
            sentences.append(item.message)
        return sentences

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"may_take": offline.may_be_taken(self.item)}

    def perform(self, data: dict[str, Any]) -> None:
        offline.settle(
            item=self.item,
            take=data["choice"] == SettleForm.TAKE,
            reason=data["reason"],
            actor=self.request.user,
        )

    def get_return_url(self) -> str:
        return reverse("half-days:show", args=[self.record.pk])


OFFLINE_ROUTES: list[URLPattern] = [
    path("<int:pk>/hors-ligne/revoquer/", RevokeDevicesView.as_view(), name="revoke_devices"),
    path("<int:pk>/hors-ligne/<uuid:item>/", SettleView.as_view(), name="settle"),
]
