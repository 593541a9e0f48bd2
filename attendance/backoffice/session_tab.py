"""The attendance tab of a session: what waits for a person, and who has their personal link."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse

from accounts.requests import user_of
from attendance.backoffice.absences import follow_ups_of
from attendance.domain import receipts, signature_claims, waiting, walk_ins
from attendance.domain.flags import close_flag
from attendance.domain.links import links_of, send_signing_link
from attendance.forms.review import MatchForm, NoteForm
from attendance.models import AttendanceDispute, AttendanceFlag, SignatureClaim, WalkIn
from core.backoffice.actions import ActionView
from core.models import JournalEntry
from training.backoffice.session_heading import session_trail
from training.backoffice.session_tabs import SessionTab, SessionTabView
from training.enums import SessionState
from training.models import Enrolment, TrainingSession

OPERATE = "training.operate_trainingsession"
#: Hours are shown by the clock of the place.
WHERE = ("half_day__venue", "half_day__session__venue")
SEE = "attendance.view_attendanceevent"


def add_attendance_tab(
    session: TrainingSession, request: HttpRequest, tabs: list[SessionTab]
) -> None:
    """The tab, for the hook `construct_session_tabs`; its number is of decisions that wait."""
    if request.user.has_perm(SEE):
        total = waiting.waiting_total(session)
        url = reverse("session-attendance", args=[session.pk])
        tabs.append(SessionTab("attendance", "Émargement", url, badge=total, order=25))


class AttendanceTabView(SessionTabView):
    """Disputes, people to match, signatures to confirm, points to look at, personal links."""

    tab_name = "attendance"
    page_title = "Émargement"
    permission_required = SEE
    template_name = "attendance/backoffice/session_attendance.html"

    def get_tab_context(self) -> dict[str, Any]:
        session = self.session
        links = links_of(session=session)
        people = (
            Enrolment.objects.taking_part()
            .filter(session=session, learner__isnull=False)
            .select_related("learner")
            .by_name()
        )
        flags = list(
            AttendanceFlag.objects.filter(half_day__session=session)
            .select_related(*WHERE, "enrolment__learner", "trainer", "closed_by")
            .order_by("half_day__starts_at", "raised_at", "pk")
        )
        return {
            "disputes": AttendanceDispute.objects.filter(enrolment__session=session)
            .select_related("enrolment__learner", "receipt")
            .order_by("-state", "opened_at", "pk"),
            "walk_ins": WalkIn.objects.filter(half_day__session=session)
            .select_related(*WHERE, "noted_by", "enrolment__learner")
            .order_by("-state", "noted_at", "pk"),
            "waiting": waiting.waiting_sentences(session),
            "completed_although": _completed_although(session),
            "returned": waiting.returned_to_settle().filter(ticket__half_day__session=session),
            "claims": waiting.claims_to_decide()
            .filter(half_day__session=session)
            .select_related(*WHERE, "enrolment__learner")
            .order_by("made_at", "pk"),
            "open_flags": [flag for flag in flags if flag.closed_at is None],
            "closed_flags": [flag for flag in flags if flag.closed_at is not None],
            "follow_ups": follow_ups_of(session.pk)
            if self.request.user.has_perm("attendance.view_absencefollowup")
            else [],
            "people": [(person, links.get(person.pk)) for person in people],
            "may_operate": self.request.user.has_perm(OPERATE),
            "may_send": self.request.user.has_perm("training.operate_enrolment")
            and not session.is_over,
        }


def _completed_although(session: TrainingSession) -> JournalEntry | None:
    """The line that says why the session was completed although something waited, if it was."""
    if session.state not in {SessionState.COMPLETED, SessionState.ARCHIVED}:
        return None
    line = (
        JournalEntry.objects.filter(session=session, verb="session.completed")
        .select_related("details", "actor")
        .order_by("-at", "-pk")
        .first()
    )
    return line if line is not None and line.details_digest else None


class FollowUpActionView(ActionView):
    """An action on something that attendance left to look at."""

    permission_required = OPERATE
    header_icon = "date"
    #: From the record to its session.
    session_of: Callable[[Any], TrainingSession]

    def get_session(self) -> TrainingSession:
        """The session of the record."""
        return type(self).session_of(self.record)

    def get_return_url(self) -> str:
        return reverse("session-attendance", args=[self.get_session().pk])

    def get_trail(self) -> list[dict[str, str]]:
        here = {"url": self.get_return_url(), "label": "Émargement"}
        return [*session_trail(self.get_session()), here]


class CloseFlagView(FollowUpActionView):
    """Say what a point was."""

    model = AttendanceFlag
    related = (*WHERE, "enrolment__learner", "trainer")
    session_of = staticmethod(lambda flag: flag.half_day.session)
    form_class = NoteForm
    page_title = "Marquer ce point comme examiné"
    submit_label = "Marquer examiné"
    success = "Le point est noté comme examiné."

    def get_explanation(self) -> list[str]:
        flag = self.record
        who = flag.enrolment.learner if flag.enrolment else flag.trainer
        words = f"{flag.get_kind_display()}, {flag.half_day}"
        return [f"{words} : {who}, {flag.facts}." if who else f"{words} : {flag.facts}."]

    def perform(self, data: dict[str, Any]) -> None:
        close_flag(flag=self.record, note=data["note"], actor=user_of(self.request))


class CloseDisputeView(FollowUpActionView):
    """Answer a learner who said that it is not exact."""

    model = AttendanceDispute
    related = ("enrolment__session", "enrolment__learner", "receipt")
    session_of = staticmethod(lambda dispute: dispute.enrolment.session)
    form_class = NoteForm
    page_title = "Conclure cette contestation"
    submit_label = "Conclure"
    success = "La contestation est traitée. La personne lit votre conclusion par son lien."

    def get_explanation(self) -> list[str]:
        dispute = self.record
        said = f" : « {dispute.comment} »" if dispute.comment else ", sans autre précision"
        lines = receipts.recorded_day(enrolment=dispute.enrolment, day=dispute.receipt.day)
        return [
            f"{dispute.enrolment.learner} dit que ce n’est pas exact{said}.",
            "S’il y a une erreur, corrigez-la d’abord depuis la demi-journée : "
            + ", ".join(str(line.half_day) for line in lines)
            + ".",
            "Votre conclusion est montrée à la personne.",
        ]

    def perform(self, data: dict[str, Any]) -> None:
        receipts.close_dispute(
            dispute=self.record, conclusion=data["note"], actor=user_of(self.request)
        )


class WalkInActionView(FollowUpActionView):
    """An action on a person noted on the spot."""

    model = WalkIn
    related = (*WHERE, "noted_by")
    session_of = staticmethod(lambda walk_in: walk_in.half_day.session)

    def get_explanation(self) -> list[str]:
        walk_in = self.record
        contact = f", à joindre par : {walk_in.contact}" if walk_in.contact else ""
        return [f"{walk_in.name}{contact}. Présence notée le {walk_in.half_day}."]


class MatchWalkInView(WalkInActionView):
    """Find the enrolment of a person noted on the spot."""

    form_class = MatchForm
    page_title = "Rattacher à une inscription"
    submit_label = "Rattacher et enregistrer la présence"
    success = "La présence est enregistrée."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"walk_in": self.record}

    def perform(self, data: dict[str, Any]) -> None:
        walk_ins.match_walk_in(
            walk_in=self.record, enrolment=data["enrolment"], actor=user_of(self.request)
        )


class DismissWalkInView(WalkInActionView):
    """Nothing follows."""

    form_class = NoteForm
    page_title = "Classer sans suite"
    submit_label = "Classer"
    success = "C’est classé, avec votre note."

    def perform(self, data: dict[str, Any]) -> None:
        walk_ins.dismiss_walk_in(
            walk_in=self.record, note=data["note"], actor=user_of(self.request)
        )


class ClaimActionView(FollowUpActionView):
    """An action on a signature that waits, when the trainer cannot."""

    model = SignatureClaim
    related = (*WHERE, "enrolment__learner")
    session_of = staticmethod(lambda claim: claim.half_day.session)

    def get_explanation(self) -> list[str]:
        claim = self.record
        reason = f" Motif donné : « {claim.reason} »." if claim.reason else ""
        return [
            f"{claim.get_kind_display()} de {claim.enrolment.learner}, {claim.half_day}.{reason}",
            "D’ordinaire, c’est la personne formatrice qui confirme, depuis sa liste.",
        ]


class ConfirmClaimView(ClaimActionView):
    """Record the presence."""

    page_title = "Confirmer cette signature"
    submit_label = "Confirmer"
    success = "La présence est enregistrée."

    def perform(self, data: dict[str, Any]) -> None:
        signature_claims.confirm_claim(claim=self.record, actor=user_of(self.request))


class RefuseClaimView(ClaimActionView):
    """Record nothing."""

    page_title = "Écarter cette signature"
    submit_label = "Écarter"
    serious = True
    success = "La signature est écartée : rien n’est enregistré."

    def perform(self, data: dict[str, Any]) -> None:
        signature_claims.refuse_claim(claim=self.record, actor=user_of(self.request))


class SendLinkView(FollowUpActionView):
    """Send a personal link, the first or another."""

    model = Enrolment
    related = ("session__programme_version", "learner")
    permission_required = "training.operate_enrolment"
    session_of = staticmethod(lambda enrolment: enrolment.session)
    page_title = "Envoyer un lien personnel d’émargement"
    submit_label = "Envoyer"
    success = "Le lien part. Le précédent, s’il y en avait un, ne sert plus."

    def get_explanation(self) -> list[str]:
        learner = self.record.learner
        return [
            f"{learner} recevra un lien à son nom pour signer sur son téléphone, avec le code de "
            "la salle.",
            "Il ne part jamais par l’employeur. Sans adresse de courriel, il attend dans les "
            "messages à remettre en main propre.",
        ]

    def perform(self, data: dict[str, Any]) -> None:
        send_signing_link(enrolment=self.record, actor=user_of(self.request))


urlpatterns: list[URLPattern] = [
    path("sessions/<int:pk>/emargement/", AttendanceTabView.as_view(), name="session-attendance"),
    path("emargement/points/<int:pk>/examiner/", CloseFlagView.as_view(), name="attendance-flag"),
    path(
        "emargement/contestations/<int:pk>/conclure/",
        CloseDisputeView.as_view(),
        name="attendance-dispute",
    ),
    path(
        "emargement/personnes/<int:pk>/rattacher/",
        MatchWalkInView.as_view(),
        name="walk-in-match",
    ),
    path(
        "emargement/personnes/<int:pk>/classer/",
        DismissWalkInView.as_view(),
        name="walk-in-dismiss",
    ),
    path(
        "emargement/signatures/<int:pk>/confirmer/",
        ConfirmClaimView.as_view(),
        name="claim-confirm",
    ),
    path("emargement/signatures/<int:pk>/ecarter/", RefuseClaimView.as_view(), name="claim-refuse"),
    path("emargement/liens/<int:pk>/envoyer/", SendLinkView.as_view(), name="signing-link-send"),
]
