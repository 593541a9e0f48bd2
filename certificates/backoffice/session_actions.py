"""Actions on a session that give documents."""

from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property

from certificates.backoffice.document_actions import ISSUE
from certificates.domain.issuing import completion, sheets
from certificates.enums import PENDING_STATES
from certificates.forms import SheetForm
from certificates.models import Document
from core.backoffice.actions import ActionView
from core.french import plural
from core.registry import Blocker
from training.backoffice.session_heading import session_trail
from training.models import TrainingSession


class IssueMissingView(ActionView):
    """Ask for what a completed session should have and has not."""

    model = TrainingSession
    related = ("programme_version__programme",)
    permission_required = ISSUE
    header_icon = "doc-full"
    page_title = "Émettre les documents manquants"
    submit_label = "Émettre"
    success = "Les documents de la session {record.code} se préparent."

    @cached_property
    def missing(self) -> list[completion.DueDocument]:
        """What the session should have and has not."""
        return completion.missing(self.record)

    def get_explanation(self) -> list[str]:
        if not self.missing:
            return []
        count = plural(len(self.missing), "document")
        return [f"{count} à émettre. Ce qui est déjà émis ne change pas."]

    def get_nothing_to_do(self) -> str:
        return "" if self.missing else "Tous les documents de cette session sont émis."

    def get_blockers(self) -> list[Blocker]:
        if self.record.is_delivered or self.missing:
            return []
        return [
            Blocker(
                code="session_not_completed",
                sentence="Les documents découlent de la fin de la session.",
                resolved_at=("sessions:show", self.record.pk),
                link="Voir la session",
            )
        ]

    def perform(self, data: dict[str, Any]) -> Any:
        return completion.enqueue_all(session=self.record, actor=self.request.user)

    def get_return_url(self) -> str:
        return reverse("session-documents", args=[self.record.pk])

    def get_trail(self) -> list[dict[str, str]]:
        return session_trail(self.record, leads_to="session-documents")


class SheetView(ActionView):
    """Ask for an attendance sheet as recorded now."""

    model = TrainingSession
    related = ("programme_version__programme",)
    permission_required = ISSUE
    header_icon = "doc-full"
    form_class = SheetForm
    page_title = "Établir une feuille d’émargement"
    submit_label = "Établir la feuille"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"session": self.record}

    def get_explanation(self) -> list[str]:
        return [
            "La feuille dit ce qui est enregistré maintenant. Si rien n’a changé depuis la "
            "dernière, c’est la même, octet pour octet ; sinon une nouvelle version la remplace."
        ]

    def perform(self, data: dict[str, Any]) -> Document:
        return sheets.ask(session=self.record, actor=self.request.user, **data)

    def get_success(self, result: Document) -> str:
        if result.state in PENDING_STATES:
            return "La feuille d’émargement se prépare."
        return "La feuille en vigueur est à jour : rien n’a été enregistré depuis."

    def get_return_url(self) -> str:
        return reverse("session-documents", args=[self.record.pk])

    def get_trail(self) -> list[dict[str, str]]:
        return session_trail(self.record, leads_to="session-documents")
