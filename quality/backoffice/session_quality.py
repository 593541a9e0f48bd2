"""The tab « Qualité » of the page of a session, and its gestures."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.views import View

from wagtail.admin import messages

from quality.backoffice.mending import way_to_mend
from quality.domain import checks, facts, packs, referential
from quality.domain.items import IndicatorView, Item, by_indicator, concerned_by
from quality.enums import IndicatorState
from training.backoffice.refusals import tell_refusal
from training.backoffice.session_tabs import SessionScreenMixin, SessionTab, SessionTabView
from training.domain import evaluations
from training.exceptions import DomainError
from training.french import plural
from training.models import Invitation, TrainingSession

SEE, BUILD = "quality.view_auditpack", "quality.build_auditpack"


@dataclass(frozen=True, kw_only=True)
class GapRow:
    """One kind of gap as staff read it: whom or what it concerns, where it is put right."""

    item: Item
    details: list[str]
    url: str
    way: str


class QualityTabView(SessionTabView):
    """What the référentiel expects of this session: what is there, what is to be completed."""

    tab_name = "quality"
    page_title = "Qualité"
    permission_required = SEE
    template_name = "quality/backoffice/session_quality.html"

    def get_tab_context(self) -> dict[str, Any]:
        grid = referential.in_force(timezone.localdate())
        one = facts.load([self.session.pk])[0]
        items = checks.check_facts(one, grid, timezone.now())
        views = by_indicator(grid, items, concerned_by(grid, one))
        names = {enrolment.pk: str(enrolment.learner) for enrolment in one.enrolments}
        trainers = {code: str(one.trainers[pk]) for pk, code in one.trainer_codes.items()}
        gaps = [(view, self._rows(view.gaps, names, trainers)) for view in views if view.gaps]
        return {
            "grid": grid,
            "gaps": gaps,
            "gaps_count": sum(len(view.gaps) for view in views),
            "gathered": _in_state(views, IndicatorState.GATHERED),
            "not_yet": _in_state(views, IndicatorState.NOT_YET),
            "not_applicable": _in_state(views, IndicatorState.NOT_APPLICABLE),
            "satisfaction": evaluations.satisfaction_summary(session=self.session),
            "unanswered": [
                (invitation, names[invitation.enrolment_id])
                for invitation in facts.satisfaction(one)
                if not hasattr(invitation, "response") and invitation.enrolment_id in names
            ],
            "may_build": self.request.user.has_perm(BUILD),
        }

    def _rows(
        self, items: list[Item], names: dict[int, str], trainers: dict[str, str]
    ) -> list[GapRow]:
        """One row per kind of gap, with everybody or everything that it concerns."""
        grouped: dict[tuple[object, ...], GapRow] = {}
        for item in items:
            key = (item.code, item.expected, item.since, item.state)
            if key not in grouped:
                url, way = way_to_mend(item.mend, self.session)
                grouped[key] = GapRow(item=item, details=[], url=url, way=way)
            person = names.get(item.enrolment_id or 0) or trainers.get(item.person, "")
            if detail := " : ".join(filter(None, [person, item.proof])):
                grouped[key].details.append(detail)
        return list(grouped.values())


def _in_state(views: list[IndicatorView], state: str) -> list[IndicatorView]:
    return [view for view in views if view.state == state]


class SessionGesture(SessionScreenMixin, View):
    """One POST about the quality of a session."""

    permission_required = BUILD
    http_method_names = ["post"]


class PackOfSessionView(SessionGesture):
    """Prepare the audit pack of this session."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        selection = packs.selection_for(codes=(self.session.code,))
        pack = packs.request_pack(selection=selection, actor=request.user)
        return redirect("audit-packs:show", pack.uuid)


class AskOpinionsView(SessionGesture):
    """Send the questionnaire to whoever attended and has none yet."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        count = evaluations.invite_to_questionnaire(session=self.session, actor=request.user)
        if count:
            messages.success(request, f"{plural(count, 'questionnaire')} en partance.")
        else:
            messages.success(request, "Chaque personne venue a déjà reçu son questionnaire.")
        return redirect("session-quality", self.session.pk)


class AskAgainView(SessionGesture):
    """Send a new personal link to somebody who has not answered."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        invitation = get_object_or_404(
            Invitation.objects.select_related("questionnaire", "enrolment__learner"),
            pk=self.kwargs["invitation"],
            enrolment__session=self.session,
        )
        try:
            evaluations.resend_invitation(invitation=invitation, actor=request.user)
        except DomainError as error:
            tell_refusal(request, error)
        else:
            messages.success(request, f"Nouveau lien pour {invitation.enrolment.learner}.")
        return redirect("session-quality", self.session.pk)


def add_quality_tab(session: TrainingSession, request: HttpRequest, tabs: list[SessionTab]) -> None:
    """The tab, for the hook `construct_session_tabs`."""
    if request.user.has_perm(SEE):
        url = reverse("session-quality", args=[session.pk])
        tabs.append(SessionTab("quality", "Qualité", url, order=70))


urlpatterns = [
    path("sessions/<int:pk>/qualite/", QualityTabView.as_view(), name="session-quality"),
    path(
        "sessions/<int:pk>/qualite/dossier/",
        PackOfSessionView.as_view(),
        name="session-quality-pack",
    ),
    path(
        "sessions/<int:pk>/qualite/questionnaires/",
        AskOpinionsView.as_view(),
        name="session-quality-ask",
    ),
    path(
        "sessions/<int:pk>/qualite/questionnaires/<int:invitation>/",
        AskAgainView.as_view(),
        name="session-quality-ask-again",
    ),
]
