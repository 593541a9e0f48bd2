"""Files that devices handed in: what they hold, what staff make of them."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.views import View

from accounts.requests import user_of
from attendance.domain.offline import deposits
from attendance.forms.offline import DepositForm, ReviewForm
from attendance.models import OfflineDeposit, OfflineDepositFile
from core.backoffice.actions import ActionView, NamedPermissionMixin
from core.decorators import takes_files
from core.domain import private_files
from core.downloads import private_file
from core.french import PARIS, format_day, format_time, plural
from training.backoffice.half_day_planning import HalfDayActionView
from training.backoffice.session_heading import half_days_trail

OPERATE = "training.operate_trainingsession"


@takes_files(up_to=deposits.MAX_BYTES)
class DepositView(HalfDayActionView):
    """Hand in the file that a trainer saved on a device and sent to the office."""

    permission_required = OPERATE
    form_class = DepositForm
    page_title = "Déposer le fichier d’un appareil"
    submit_label = "Déposer"

    def get_explanation(self) -> list[str]:
        return [
            *super().get_explanation(),
            "Si sa préparation est reconnue, ce qu’il contient est enregistré comme au retour du "
            "réseau. Sinon il est gardé, d’origine non vérifiée, et vous jugez.",
        ]

    def get_form(self) -> DepositForm:
        if self.request.method == "POST":
            return DepositForm(self.request.POST, self.request.FILES)
        return DepositForm()

    def perform(self, data: dict[str, Any]) -> Any:
        return deposits.deposit(
            raw=data["file"].read(),
            actor=user_of(self.request),
            reason=data["reason"],
            half_day=self.record,
        )

    def get_success(self, result: Any) -> str:
        row, done = result
        taken = plural(len(done.taken), "envoi repris", "envois repris")
        return f"Le fichier est déposé : {taken}, {row.left_count} à traiter."

    def get_return_url(self) -> str:
        return reverse("half-days:show", args=[self.record.pk])


class ReviewView(ActionView):
    """What a deposit holds, and what was done of it."""

    model = OfflineDeposit
    related = ("author", "half_day__session__venue", "half_day__venue", "ticket__trainer")
    permission_required = OPERATE
    template_name = "attendance/backoffice/deposit.html"
    header_icon = "mobile-alt"
    form_class = ReviewForm
    page_title = "Dépôt d’un appareil"
    submit_label = "Marquer comme traité"
    success = "Le dépôt est traité. Il reste visible, avec la suite donnée."

    def get_queryset(self) -> QuerySet[OfflineDeposit]:
        return super().get_queryset().filter(left_count__gt=0, review__isnull=True)

    def get_trail(self) -> list[dict[str, str]]:
        half_day = self.record.half_day
        if half_day is None:
            return []
        return [
            *half_days_trail(half_day.session),
            {"url": self.get_return_url(), "label": str(half_day)},
        ]

    def get_explanation(self) -> list[str]:
        row = self.record
        zone = row.half_day.zone if row.half_day else PARIS
        sentences = [
            f"{row.get_origin_display()}. Déposé par {row.author} le "
            f"{format_day(row.received_at, zone=zone)} "
            f"à {format_time(row.received_at, zone=zone)}.",
            f"{plural(row.item_count, 'envoi')}, {row.left_count} à traiter : enregistrez-les "
            "depuis la page de la demi-journée si vous les tenez pour justes.",
        ]
        if row.reason:
            sentences.append(f"Raison : « {row.reason} »")
        return sentences

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        half_day = self.record.half_day
        return super().get_context_data(
            **kwargs,
            lines=deposits.lines_of(self.record),
            zone=half_day.zone if half_day else None,
            file_url=reverse("offline-deposit-file", args=[self.record.pk]),
        )

    def perform(self, data: dict[str, Any]) -> None:
        deposits.review(deposit=self.record, reason=data["reason"], actor=user_of(self.request))

    def get_return_url(self) -> str:
        if self.record.half_day_id:
            return reverse("half-days:show", args=[self.record.half_day_id])
        return reverse("wagtailadmin_home")


class DepositFileView(NamedPermissionMixin, View):
    """The file as it came."""

    permission_required = "attendance.view_offlinedeposit"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        kept = OfflineDepositFile.objects.filter(pk=self.kwargs["pk"]).first()
        content = private_files.opened(kept.key) if kept else None
        if content is None:
            raise Http404
        return private_file(
            content, name="appareil.json", media_type="application/json", as_attachment=True
        )


HALF_DAY_ROUTES: list[URLPattern] = [
    path("<int:pk>/hors-ligne/deposer/", DepositView.as_view(), name="deposit"),
]
urlpatterns: list[URLPattern] = [
    path("emargement/depots/<uuid:pk>/", ReviewView.as_view(), name="offline-deposit"),
    path(
        "emargement/depots/<uuid:pk>/fichier/",
        DepositFileView.as_view(),
        name="offline-deposit-file",
    ),
]
