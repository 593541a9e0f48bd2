"""Actions on a document, and on the documents of a session."""

from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property

from wagtail.admin import messages

from accounts.models import User
from certificates import kinds
from certificates.domain.issuing import lifecycle, on_demand, renaming, requests
from certificates.enums import PENDING_STATES, DocumentState
from certificates.forms import CorrectionForm
from certificates.models import Document
from core.backoffice.actions import ActionView
from core.forms.reasons import ReasonForm
from core.french import plural
from core.registry import Blocker
from training.models import Learner

ISSUE = "certificates.issue_document"


REVOKE = "certificates.revoke_document"


@dataclass(frozen=True)
class ActionLink:
    """A link to an action."""

    label: str
    url: str


class DocumentActionView(ActionView):
    """An action on one document, possible in some of its states."""

    model = Document
    related = (
        "session",
        "enrolment__learner",
        "enrolment__employer",
        "enrolment__agreement",
        "agreement",
    )
    permission_required = ISSUE
    header_icon = "doc-full"
    states: tuple[str, ...] = ()

    @classmethod
    def applies_to(cls, document: Document) -> bool:
        """Whether the action has a meaning for this document, whatever its state."""
        return True

    def get_blockers(self) -> list[Blocker]:
        if not self.applies_to(self.record):
            return [Blocker(code="not_concerned", sentence="Ce geste ne concerne pas ce document.")]
        if self.record.state in self.states:
            return []
        return [
            Blocker(
                code="state",
                sentence=f"Ce document est à l’état « {self.record.get_state_display()} ».",
            )
        ]

    def get_return_url(self) -> str:
        if self.record.agreement_id:
            return reverse("agreements:inspect", args=[self.record.agreement_id])
        if self.record.session_id:
            return reverse("session-documents", args=[self.record.session_id])
        return reverse("register:inspect", args=[self.record.pk])

    def get_trail(self) -> list[dict[str, str]]:
        return [
            {"url": reverse("register:index"), "label": "Registre des documents"},
            {
                "url": reverse("register:inspect", args=[self.record.pk]),
                "label": self.record.label,
            },
        ]

    def about(self) -> str:
        """« Certificat de réalisation CR-2026-0001, Aïcha Morvan »."""
        return ", ".join(filter(None, [self.record.label, self.record.learner_name]))


class RetryView(DocumentActionView):
    """Render again a document that failed."""

    states = (DocumentState.FAILED,)
    page_title = "Relancer ce document"
    submit_label = "Relancer"
    success = "Le document est de nouveau en préparation."

    def get_explanation(self) -> list[str]:
        return [
            f"{self.about()} sera préparé de nouveau, avec les mêmes faits et le même numéro.",
            f"Cause de l’échec : {self.record.failure or 'non connue'}",
        ]

    def perform(self, data: dict[str, Any]) -> Document:
        return lifecycle.retry(document=self.record, actor=self.request.user)


class VoidView(DocumentActionView):
    """Give up a document that was never issued."""

    states = tuple(PENDING_STATES)
    form_class = ReasonForm
    page_title = "Annuler ce numéro"
    submit_label = "Annuler le numéro"
    success = "Le numéro est annulé ; le registre garde le motif."
    serious = True

    def get_explanation(self) -> list[str]:
        return [
            f"{self.about()} ne sera pas émis. Son numéro reste au registre, avec le motif, et ne "
            "sera pas donné à un autre document."
        ]

    def perform(self, data: dict[str, Any]) -> Document:
        return lifecycle.void(document=self.record, actor=self.request.user, **data)


class CorrectView(DocumentActionView):
    """Issue anew with today's facts; a misspelt name is corrected on the way."""

    states = (DocumentState.ISSUED,)
    form_class = CorrectionForm
    page_title = "Corriger ce document"
    submit_label = "Émettre une version corrigée"

    @cached_property
    def learner(self) -> Learner | None:
        """Whose name may be corrected here: that of the person, by a user who may change it."""
        if self.record.enrolment is None:
            return None
        may = self.request.user.has_perm("training.change_learner")
        return self.record.enrolment.learner if may else None

    @cached_property
    def others(self) -> list[Document]:
        """The other documents that bear the same name."""
        return renaming.bearing_same_name(self.record) if self.learner else []

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"learner": self.learner, "others": len(self.others)}

    def get_explanation(self) -> list[str]:
        where = (
            "Écrivez ci-dessous le nom juste ; pour le reste (employeur, émargement…), corrigez "
            "d’abord la fiche concernée."
            if self.learner
            else "Corrigez d’abord la fiche concernée (nom, employeur, émargement…)."
        )
        return [
            f"{self.about()} sera remplacé par un nouveau document ; l’ancien reste lisible ici, "
            "et sa page de vérification dira qu’il est remplacé.",
            where,
        ]

    def perform(self, data: dict[str, Any]) -> renaming.Corrected:
        reason, actor = data["reason"], self.request.user
        if not self.form.renames:
            new = requests.correct(document=self.record, actor=actor, reason=reason)
            return renaming.Corrected(queued=[new])
        return renaming.correct_name(
            document=self.record,
            first_name=data["first_name"],
            last_name=data["last_name"],
            reason=reason,
            others=self.others if data.get("with_others") else (),
            actor=actor,
        )

    def get_success(self, result: renaming.Corrected) -> str:
        for document, sentence in result.refused:
            messages.warning(self.request, f"{document.label} n’a pas été corrigé : {sentence}")
        count = len(result.queued)
        if count == 1:
            return "La version corrigée est en préparation."
        return f"{plural(count, 'version corrigée', 'versions corrigées')} en préparation."


class RevokeView(DocumentActionView):
    """Withdraw an issued document."""

    permission_required = REVOKE
    states = (DocumentState.ISSUED,)
    form_class = ReasonForm
    page_title = "Révoquer ce document"
    submit_label = "Révoquer"
    success = "Le document est révoqué ; sa page de vérification le dit."
    serious = True

    def get_explanation(self) -> list[str]:
        return [
            f"{self.about()} ne sera plus valable. Sa page de vérification dira depuis quand, "
            "sans le motif. Pour corriger une erreur, préférez une version corrigée."
        ]

    def perform(self, data: dict[str, Any]) -> Document:
        return lifecycle.revoke(document=self.record, actor=self.request.user, **data)


class SendView(DocumentActionView):
    """Send a document once more to its learner, or to the person who signs for the customer."""

    states = (DocumentState.ISSUED,)
    page_title = "Envoyer ce document"
    submit_label = "Envoyer"
    success = "Le message part, avec le document joint."

    @classmethod
    def applies_to(cls, document: Document) -> bool:
        return bool(document.agreement_id) or (
            bool(document.enrolment_id) and kinds.get(document.kind).mail is not None
        )

    def get_explanation(self) -> list[str]:
        return [
            f"{self.about()} part par courriel, tel qu’il a été émis. Sans adresse connue, il "
            "rejoint les messages à remettre par courrier ou en main propre."
        ]

    def perform(self, data: dict[str, Any]) -> None:
        actor = self.request.user
        if self.record.agreement_id:
            on_demand.send_to_customer(document=self.record, actor=actor)
        else:
            on_demand.send_again(document=self.record, actor=actor)


#: (view, name of the address, word of the address, words of the link)
ACTIONS = (
    (SendView, "send", "envoyer", "Envoyer"),
    (RetryView, "retry", "relancer", "Relancer"),
    (CorrectView, "correct", "corriger", "Corriger"),
    (RevokeView, "revoke", "revoquer", "Révoquer"),
    (VoidView, "void", "annuler", "Annuler le numéro"),
)


def actions_for(document: Document, user: User) -> list[ActionLink]:
    """What the person may do now with the document."""
    return [
        ActionLink(words, reverse(f"register:{name}", args=[document.pk]))
        for view, name, _path, words in ACTIONS
        if document.state in view.states
        and view.applies_to(document)
        and user.has_perm(view.permission_required)
    ]


ROUTES: list[URLPattern] = [
    path(f"<int:pk>/{word}/", view.as_view(), name=name) for view, name, word, _words in ACTIONS
]
