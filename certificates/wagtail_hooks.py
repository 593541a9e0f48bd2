"""What the app adds to the Wagtail admin."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, include, path

from wagtail import hooks

from certificates.backoffice import batches, integrity, preparing, session_tab
from certificates.backoffice.home import FailedDocumentsPanel
from certificates.backoffice.register import DocumentViewSet
from certificates.backoffice.texts import OrganisationTextViewSet
from training.backoffice.session_tabs import SessionTab
from training.models import Agreement, TrainingSession


@hooks.register("register_admin_viewset")
def register_register() -> DocumentViewSet:
    """The register of documents, in the menu."""
    return DocumentViewSet()


@hooks.register("register_admin_viewset")
def register_texts() -> OrganisationTextViewSet:
    """The texts of the organisation, in the menu."""
    return OrganisationTextViewSet()


@hooks.register("register_admin_urls")
def register_session_urls() -> list[URLPattern]:
    """The tab of a session, and its action."""
    return [
        *session_tab.ROUTES,
        path("registre/integrite/", include((integrity.ROUTES, "document-integrity"))),
        path("registre/lots/", include((batches.ROUTES, "document-batches"))),
    ]


@hooks.register("construct_session_tabs")
def add_documents_tab(
    session: TrainingSession, request: HttpRequest, tabs: list[SessionTab]
) -> None:
    """« Documents », on the page of a session."""
    session_tab.add_tab(session, request, tabs)


@hooks.register("construct_agreement_panels")
def add_agreement_panel(agreement: Agreement, request: HttpRequest, panels: list[Any]) -> None:
    """The documents of an agreement, on its page."""
    preparing.add_agreement_panel(agreement, request, panels)


@hooks.register("construct_homepage_panels")
def add_home_panels(request: HttpRequest, panels: list[Any]) -> None:
    """What could not be issued."""
    panel = FailedDocumentsPanel()
    if panel.is_shown(request):
        panels.append(panel)
