"""Actions on a session: open, confirm, complete, cancel, reopen, archive, adopt a programme."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from accounts.models import User
from core.backoffice.actions import ActionView, NothingToAsk
from core.forms.reasons import ReasonForm
from core.french import plural
from core.registry import Blocker
from training.backoffice.session_heading import session_queryset, session_trail
from training.domain import programmes
from training.domain.enrolments import seats
from training.domain.sessions import blockers as training_blockers
from training.domain.sessions import codes
from training.domain.sessions import lifecycle as session_lifecycle
from training.enums import SESSION_TRANSITIONS, SessionState
from training.forms.sessions import CodeForm
from training.models import TrainingSession


class SessionActionView(ActionView):
    """An action on a session; `to` is the state it leads to."""

    model = TrainingSession
    permission_required = "training.operate_trainingsession"
    header_icon = "date"
    to = ""
    domain_function: Callable[..., TrainingSession]

    def get_queryset(self) -> QuerySet[TrainingSession]:
        return session_queryset()

    def get_blockers(self) -> list[Blocker]:
        return training_blockers.blockers(self.record, self.to)

    def get_form(self) -> forms.Form:
        if self.overridden and self.form_class is NothingToAsk:
            data = self.request.POST if self.request.method == "POST" else None
            return ReasonForm(data, help_text="Gardé au journal de la session.")
        return super().get_form()

    def perform(self, data: dict[str, Any]) -> Any:
        return type(self).domain_function(session=self.record, actor=self.actor, **data)

    def get_return_url(self) -> str:
        return reverse("sessions:show", args=[self.record.pk])

    def get_trail(self) -> list[dict[str, str]]:
        return session_trail(self.record)


class OpenView(SessionActionView):
    """Open the session to requests."""

    to = SessionState.OPEN
    domain_function = staticmethod(session_lifecycle.open_session)
    page_title = "Ouvrir la session"
    submit_label = "Ouvrir"
    success = "La session {record.code} est ouverte aux inscriptions."

    def get_explanation(self) -> list[str]:
        if self.record.enrolling == "public":
            return ["La session paraîtra sur le site, et chacun pourra demander une place."]
        return ["Vous pourrez inscrire des personnes. La session ne paraîtra pas sur le site."]


class ConfirmView(SessionActionView):
    """The session will take place."""

    to = SessionState.CONFIRMED
    domain_function = staticmethod(session_lifecycle.confirm_session)
    page_title = "Confirmer la session"
    submit_label = "Confirmer"
    success = "La session {record.code} est confirmée."

    def get_explanation(self) -> list[str]:
        sentences = ["La session aura lieu."]
        taken, minimum = seats.of(self.record).held, self.record.min_seats
        if taken < minimum:
            places = plural(taken, "place prise", "places prises")
            sentences.append(f"Attention : {places} pour un minimum de {minimum}.")
        return sentences


class CompleteView(SessionActionView):
    """Close the session."""

    to = SessionState.COMPLETED
    domain_function = staticmethod(session_lifecycle.complete_session)
    page_title = "Terminer la session"
    submit_label = "Terminer"
    success = "La session {record.code} est terminée ; ses documents se préparent."

    def get_explanation(self) -> list[str]:
        return [
            "Les personnes qui sont venues passent à « Terminée » et reçoivent leurs documents.",
            "Les personnes confirmées qui ne sont jamais venues passent à « Jamais venue ».",
            "La liste d’attente prend fin.",
        ]


class CancelView(SessionActionView):
    """Cancel the session, and tell everybody."""

    to = SessionState.CANCELLED
    domain_function = staticmethod(session_lifecycle.cancel_session)
    form_class = ReasonForm
    page_title = "Annuler la session"
    submit_label = "Annuler la session et prévenir"
    serious = True
    success = "La session {record.code} est annulée ; les personnes inscrites sont prévenues."

    def get_explanation(self) -> list[str]:
        notified = self.record.enrolments.live().exclude(learner=None).count()
        if notified == 0:
            return ["Personne n’est inscrit : aucun message ne partira."]
        people = "1 personne recevra" if notified == 1 else f"{notified} personnes recevront"
        return [f"{people} un message avec le motif que vous écrivez ici."]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"help_text": "Écrit tel quel dans le message aux personnes inscrites."}


class ReopenView(SessionActionView):
    """Take a completed session up again."""

    to = SessionState.CONFIRMED
    domain_function = staticmethod(session_lifecycle.reopen_session)
    form_class = ReasonForm
    page_title = "Reprendre la session"
    submit_label = "Reprendre"
    success = "La session {record.code} est reprise."

    def get_blockers(self) -> list[Blocker]:
        return []

    def get_explanation(self) -> list[str]:
        return [
            "La session revient à « Confirmée ». Ses documents seront remplacés quand elle sera "
            "de nouveau terminée.",
        ]


class ArchiveView(SessionActionView):
    """Put the session away."""

    to = SessionState.ARCHIVED
    domain_function = staticmethod(session_lifecycle.archive_session)
    page_title = "Archiver la session"
    submit_label = "Archiver"
    success = "La session {record.code} est archivée."

    def get_explanation(self) -> list[str]:
        return ["Une session archivée ne peut plus être reprise. Ses preuves restent lisibles."]


class CorrectCodeView(SessionActionView):
    """Give the session another code."""

    domain_function = staticmethod(codes.correct_code)
    permission_required = "training.change_trainingsession"
    form_class = CodeForm
    page_title = "Corriger le code de la session"
    submit_label = "Corriger"

    def get_blockers(self) -> list[Blocker]:
        return codes.code_blockers(self.record)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"code": self.record.code}

    def get_explanation(self) -> list[str]:
        return [
            f"Le code est « {self.record.code} ». Il peut changer tant que rien n’a été émis avec "
            "lui ; les accords en brouillon suivront.",
            "Les liens d’inscription donnés avec l’ancien code ne mèneront plus à la session.",
        ]

    def get_success(self, result: Any) -> str:
        return f"La session porte maintenant le code {result.code}."


def _adopt(*, session: TrainingSession, actor: User | None) -> TrainingSession:
    programmes.adopt_newest_version(session=session, actor=actor)
    return session


class AdoptProgrammeView(SessionActionView):
    """Follow the newest version of the programme."""

    domain_function = staticmethod(_adopt)
    permission_required = "training.change_trainingsession"
    page_title = "Adopter la dernière version du programme"
    submit_label = "Adopter"
    success = "La session {record.code} suit la dernière version de son programme."

    def get_blockers(self) -> list[Blocker]:
        return []

    def get_explanation(self) -> list[str]:
        return [
            f"La session suit la version {self.record.programme_version.number}. "
            "Les accords encore en brouillon suivront aussi la nouvelle."
        ]


@dataclass(frozen=True)
class SessionAction:
    """A button in the heading of a session."""

    label: str
    url: str
    primary: bool = False
    serious: bool = False
    blockers: list[Blocker] = field(default_factory=list)
    #: It is the next step, and its time has come: what stands in the way shows at once.
    due: bool = False

    @property
    def is_possible(self) -> bool:
        """Nothing stands in the way, or a written reason overrides all of it."""
        return all(blocker.overridable for blocker in self.blockers)


#: (state left, state reached) → (URL name, button, main action of the state, red).
BUTTONS = {
    (SessionState.DRAFT, SessionState.OPEN): ("sessions:open", "Ouvrir", True, False),
    (SessionState.DRAFT, SessionState.CONFIRMED): ("sessions:confirm", "Confirmer", False, False),
    (SessionState.OPEN, SessionState.CONFIRMED): ("sessions:confirm", "Confirmer", True, False),
    (SessionState.CONFIRMED, SessionState.COMPLETED): (
        "sessions:complete",
        "Terminer",
        True,
        False,
    ),
    (SessionState.COMPLETED, SessionState.ARCHIVED): ("sessions:archive", "Archiver", False, False),
    (SessionState.COMPLETED, SessionState.CONFIRMED): (
        "sessions:reopen",
        "Reprendre",
        False,
        False,
    ),
    (SessionState.DRAFT, SessionState.CANCELLED): (
        "sessions:cancel",
        "Annuler la session",
        False,
        True,
    ),
    (SessionState.OPEN, SessionState.CANCELLED): (
        "sessions:cancel",
        "Annuler la session",
        False,
        True,
    ),
    (SessionState.CONFIRMED, SessionState.CANCELLED): (
        "sessions:cancel",
        "Annuler la session",
        False,
        True,
    ),
}


def actions_for(session: TrainingSession, user: Any) -> list[SessionAction]:
    """The actions that the state of the session allows, for those who may make them.

    An action that something stands in the way of says what, by name.
    """
    if not user.has_perm("training.operate_trainingsession"):
        return []
    actions = []
    for (left, reached), (url_name, label, primary, serious) in BUTTONS.items():
        if left != session.state or reached not in SESSION_TRANSITIONS[left]:
            continue
        blocked = (
            [] if left == SessionState.COMPLETED else training_blockers.blockers(session, reached)
        )
        url = reverse(url_name, args=[session.pk])
        due = primary and (reached != SessionState.COMPLETED or _days_are_past(session))
        actions.append(SessionAction(label, url, primary, serious, blocked, due))
    return actions


def _days_are_past(session: TrainingSession) -> bool:
    last_end = session.last_end  # type: ignore[attr-defined]
    return last_end is not None and last_end < timezone.now()


ROUTES: list[URLPattern] = [
    path("<int:pk>/ouvrir/", OpenView.as_view(), name="open"),
    path("<int:pk>/confirmer/", ConfirmView.as_view(), name="confirm"),
    path("<int:pk>/terminer/", CompleteView.as_view(), name="complete"),
    path("<int:pk>/annuler/", CancelView.as_view(), name="cancel"),
    path("<int:pk>/reprendre/", ReopenView.as_view(), name="reopen"),
    path("<int:pk>/archiver/", ArchiveView.as_view(), name="archive"),
    path("<int:pk>/code/", CorrectCodeView.as_view(), name="correct_code"),
    path("<int:pk>/programme/", AdoptProgrammeView.as_view(), name="adopt_programme"),
]
