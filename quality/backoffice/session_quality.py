"""The tab « Qualité » of the page of a session, and its actions."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property

from core.backoffice.actions import PostActionView
from core.french import plural
from evaluations.domain import questionnaires, satisfaction
from evaluations.models import Invitation
from quality.backoffice.gap_screens import where_to_resolve
from quality.domain import audited_sessions, packs, referential
from quality.domain.checks import sessions
from quality.domain.items import IndicatorView, Item, by_indicator, concerned_by
from quality.enums import IndicatorState
from quality.models import AuditPack
from training.backoffice.session_tabs import SessionScreenMixin, SessionTab, SessionTabView
from training.models import TrainingSession

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
        one = audited_sessions.load([self.session.pk])[0]
        items = sessions.check_session(one, grid, timezone.now())
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
            "satisfaction": satisfaction.satisfaction_summary(session=self.session),
            "unanswered": [
                (invitation, names[invitation.enrolment_id])
                for invitation in audited_sessions.satisfaction(one)
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
                url, way = where_to_resolve(item.resolved_on, self.session)
                grouped[key] = GapRow(item=item, details=[], url=url, way=way)
            person = names.get(item.enrolment_id or 0) or trainers.get(item.person, "")
            if detail := " : ".join(filter(None, [person, item.proof])):
                grouped[key].details.append(detail)
        return list(grouped.values())


def _in_state(views: list[IndicatorView], state: str) -> list[IndicatorView]:
    return [view for view in views if view.state == state]


class SessionQualityAction(SessionScreenMixin, PostActionView):
    """An action of one click about the quality of a session."""

    permission_required = BUILD

    def get_return_url(self) -> str:
        return reverse("session-quality", args=[self.session.pk])


class PackOfSessionView(SessionQualityAction):
    """Prepare the audit pack of this session."""

    pack: AuditPack

    def perform(self) -> None:
        selection = packs.selection_for(codes=(self.session.code,))
        self.pack = packs.request_pack(selection=selection, actor=self.request.user)

    def get_return_url(self) -> str:
        return reverse("audit-packs:show", args=[self.pack.uuid])

    def get_refused_url(self) -> str:
        return super().get_return_url()


class AskOpinionsView(SessionQualityAction):
    """Send the questionnaire to the learners who attended and have none yet."""

    def perform(self) -> int:
        return questionnaires.invite_to_questionnaire(session=self.session, actor=self.request.user)

    def get_success(self, result: int) -> str:
        if not result:
            return "Chaque personne venue a déjà reçu son questionnaire."
        return f"{plural(result, 'questionnaire')} en partance."


class AskAgainView(SessionQualityAction):
    """Send a new personal link to a learner who has not answered."""

    @cached_property
    def invitation(self) -> Invitation:
        """The invitation that the URL names. Raises Http404."""
        return get_object_or_404(
            Invitation.objects.select_related("questionnaire", "enrolment__learner"),
            pk=self.kwargs["invitation"],
            enrolment__session=self.session,
        )

    def perform(self) -> None:
        questionnaires.resend_invitation(invitation=self.invitation, actor=self.request.user)

    def get_success(self, result: None) -> str:
        return f"Nouveau lien pour {self.invitation.enrolment.learner}."


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
