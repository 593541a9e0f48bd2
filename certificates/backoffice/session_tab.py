"""The tab of a session that shows its documents, and what is still to be issued."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse

from certificates.backoffice import preparing
from certificates.backoffice.document_actions import ISSUE, actions_for
from certificates.backoffice.session_actions import IssueMissingView, SheetView
from certificates.domain.issuing import completion
from certificates.enums import VERIFIABLE_STATES, DocumentState
from certificates.models import Document
from training.backoffice.session_tabs import SessionTab, SessionTabView
from training.models import TrainingSession

VIEW = "certificates.view_document"


class DocumentsTabView(SessionTabView):
    """The documents of the session, in force first; what failed, what is missing, and why."""

    tab_name = "documents"
    page_title = "Documents"
    permission_required = VIEW
    template_name = "certificates/backoffice/session_documents.html"

    def get_tab_context(self) -> dict[str, Any]:
        user = self.request.user
        found = list(completion.documents_of(self.session))
        past = {DocumentState.SUPERSEDED, DocumentState.REVOKED, DocumentState.VOIDED}
        return {
            "rows": [
                {
                    "document": document,
                    "who": document.learner_name,
                    "has_file": document.state in VERIFIABLE_STATES and document.files.all(),
                    "actions": actions_for(document, user),
                    "past": document.state in past,
                }
                for document in sorted(
                    found, key=lambda item: (item.state in past, item.kind, item.sequence or 0)
                )
            ],
            "missing": completion.missing(self.session),
            "failed_request": completion.last_failed_request(self.session),
            "is_over": self.session.is_delivered,
            "may_issue": user.has_perm(ISSUE),
            "offered": preparing.session_actions(self.session, user),
            "prints": preparing.session_prints_links(self.session),
        }


def add_tab(session: TrainingSession, request: HttpRequest, tabs: list[SessionTab]) -> None:
    """The tab, for users who may see documents; its badge counts those that failed."""
    if request.user.has_perm(VIEW):
        failed = Document.objects.filter(session=session, state=DocumentState.FAILED).count()
        url = reverse("session-documents", args=[session.pk])
        tabs.append(SessionTab("documents", "Documents", url, badge=failed, order=50))


ROUTES: list[URLPattern] = [
    path("sessions/<int:pk>/documents/", DocumentsTabView.as_view(), name="session-documents"),
    path(
        "sessions/<int:pk>/documents/emettre/",
        IssueMissingView.as_view(),
        name="session-documents-issue",
    ),
    path(
        "sessions/<int:pk>/documents/emargement/",
        SheetView.as_view(),
        name="session-documents-sheet",
    ),
    *preparing.ROUTES,
]
