"""Documents that staff ask for by hand, from the page of a session or of an agreement."""

import datetime as dt
from typing import Any

from django import forms
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views import View

from wagtail.admin import messages
from wagtail.admin.ui.components import Component

from accounts.models import User
from certificates import kinds
from certificates.backoffice.document_actions import ISSUE, ActionLink, actions_for
from certificates.domain.issuing import on_demand
from certificates.domain.kinds import agreement as agreement_context
from certificates.domain.kinds import session_prints
from certificates.domain.kinds.document_facts import DocumentFacts
from certificates.enums import VERIFIABLE_STATES
from certificates.forms import PeopleForm
from certificates.models import Document
from core.backoffice.actions import ActionView
from core.backoffice.refusals import tell_refusal
from core.domain.private_files import PDF
from core.downloads import private_file
from core.exceptions import DomainError
from core.french import as_day, format_day, plural
from core.registry import Blocker
from training.backoffice.session_heading import session_trail
from training.backoffice.session_tabs import SessionScreenMixin
from training.models import Agreement, Enrolment, HalfDay, TrainingSession

VIEW = "certificates.view_document"


def action_words(kind: kinds.DocumentKind) -> str:
    """Words of the link that asks for a kind."""
    return kind.action or f"Préparer : {kind.title.lower()}"


def session_actions(session: TrainingSession, user: User) -> list[ActionLink]:
    """What the person may ask for, on the page of a session."""
    if not user.has_perm(ISSUE):
        return []
    return [
        ActionLink(
            action_words(kind), reverse("session-documents-ask", args=[session.pk, kind.code])
        )
        for kind in on_demand.offered_for_people()
    ]


def session_prints_links(session: TrainingSession) -> list[ActionLink]:
    """The plain prints of a session, and a sheet to sign on paper for each of its days."""
    prints = [
        ActionLink(kind.title, reverse("session-documents-print", args=[session.pk, kind.code]))
        for kind in on_demand.prints_of_session()
    ]
    first_of_day: dict[dt.date, int] = {}
    half_days = HalfDay.objects.counting().filter(session=session).order_by("starts_at", "pk")
    for pk, starts_at in half_days.values_list("pk", "starts_at"):
        first_of_day.setdefault(as_day(starts_at), pk)
    return prints + [
        ActionLink(
            f"Feuille à signer, {format_day(day)}", reverse("certificates:blank-sheet", args=[pk])
        )
        for day, pk in first_of_day.items()
    ]


class AskForPeopleView(ActionView):
    """Ask for one kind of document for some people of a session, or for all."""

    model = TrainingSession
    related = ("programme_version__programme", "venue")
    permission_required = ISSUE
    header_icon = "doc-full"
    submit_label = "Continuer"

    @cached_property
    def kind(self) -> kinds.DocumentKind:
        """The kind of the address. Raises Http404."""
        for kind in on_demand.offered_for_people():
            if kind.code == self.kwargs["kind"]:
                return kind
        raise Http404

    @property
    def page_title(self) -> str:
        return action_words(self.kind)

    @cached_property
    def people(self) -> list[Enrolment]:
        """Those that take part, with a name."""
        return DocumentFacts(self.record).enrolments

    @cached_property
    def ours(self) -> list[Enrolment]:
        """Those whom our paperwork concerns."""
        return [item for item in self.people if not item.agreement.is_subcontract]

    def get_explanation(self) -> list[str]:
        sentences = []
        if self.kind.mail is not None:
            sentences.append(
                "Chaque personne cochée reçoit le sien par courriel. Sans adresse, il rejoint les "
                "messages à remettre par courrier ou en main propre."
            )
        if self.kind.sends_again:
            sentences.append(
                "Ce qui n’a pas changé depuis l’envoi précédent repart tel quel ; ce qui a changé "
                "part dans une nouvelle version, qui remplace l’ancienne."
            )
        if others := [item for item in self.people if item.agreement.is_subcontract]:
            names = ", ".join(str(item.learner) for item in others)
            sentences.append(
                f"{names} : sous-traitance reçue, ce document vient du donneur d’ordre."
            )
        return sentences

    def get_blockers(self) -> list[Any]:
        self.kind  # noqa: B018  an unknown kind is an unknown page
        if self.ours:
            return []
        return [
            Blocker(
                code="no_one",
                sentence="Personne de confirmé, avec un nom, n’est à servir dans cette session.",
            )
        ]

    def get_form(self) -> forms.Form:
        served = set(
            Document.objects.issued()
            .filter(session=self.record, kind=self.kind.code)
            .values_list("enrolment_id", flat=True)
        )
        data = self.request.POST if self.request.method == "POST" else None
        return PeopleForm(data, people=self.ours, served=served)

    def perform(self, data: dict[str, Any]) -> on_demand.Outcome:
        return on_demand.ask_for_people(
            kind=self.kind.code,
            session=self.record,
            enrolments=data["people"],
            actor=self.request.user,
        )

    def get_success(self, result: on_demand.Outcome) -> str:
        for name, sentence in result.refused:
            messages.warning(self.request, f"{name} : {sentence}")
        parts = []
        if result.asked:
            parts.append(f"{plural(len(result.asked), 'document')} en préparation")
        if result.sent_again:
            parts.append(f"{plural(len(result.sent_again), 'envoi')} de nouveau")
        if result.kept:
            parts.append(f"{plural(len(result.kept), 'document')} sans changement")
        return f"{', '.join(parts)}." if parts else ""

    def get_return_url(self) -> str:
        return reverse("session-documents", args=[self.record.pk])

    def get_trail(self) -> list[dict[str, str]]:
        return session_trail(self.record, leads_to="session-documents")


class SessionPrintView(SessionScreenMixin, View):
    """A plain print of a session, rendered now."""

    permission_required = VIEW

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            content = session_prints.print_of(
                code=kwargs["kind"], facts=DocumentFacts(self.session), on=timezone.localdate()
            )
        except LookupError:
            raise Http404 from None
        except DomainError as error:
            tell_refusal(request, error)
            return redirect("session-documents", self.session.pk)
        name = f"{kinds.get(kwargs['kind']).slug}-{self.session.code}.pdf"
        return private_file(content, name=name, media_type=PDF)


class AskForAgreementView(ActionView):
    """Prepare the convention, the contract or the quote of an agreement."""

    model = Agreement
    related = (
        "session__programme_version__programme",
        "programme_version__programme",
        "company",
        "learner",
        "funder",
    )
    permission_required = ISSUE
    header_icon = "doc-full"
    submit_label = "Préparer"

    @cached_property
    def kind(self) -> kinds.DocumentKind:
        """The kind of the address. Raises Http404."""
        if self.kwargs["kind"] not in agreement_context.kinds_for(self.record):
            raise Http404
        return kinds.get(self.kwargs["kind"])

    @property
    def page_title(self) -> str:
        return action_words(self.kind)

    def get_explanation(self) -> list[str]:
        return [
            f"{self.kind.title}, accord {self.record}. Le document est numéroté et conservé. Si "
            "un autre est en vigueur et que l’accord a changé depuis, le nouveau le remplace.",
            "Relisez-le avant de l’envoyer.",
        ]

    def get_blockers(self) -> list[Any]:
        self.kind  # noqa: B018  an unknown kind is an unknown page
        return []

    def perform(self, data: dict[str, Any]) -> Document:
        return on_demand.ask_for_agreement(
            kind=self.kind.code, agreement=self.record, actor=self.request.user
        )

    def get_success(self, result: Document) -> str:
        if result.state in VERIFIABLE_STATES:
            return f"Rien n’a changé : {result.label} est toujours en vigueur."
        return f"{result.label} se prépare."

    def get_return_url(self) -> str:
        return reverse("agreements:inspect", args=[self.record.pk])

    def get_trail(self) -> list[dict[str, str]]:
        return [
            {"url": reverse("agreements:index"), "label": "Accords"},
            {"url": self.get_return_url(), "label": self.record.reference},
        ]


class AgreementDocumentsPanel(Component):
    """The documents of an agreement, on its page."""

    template_name = "certificates/backoffice/agreement_documents.html"

    def __init__(self, agreement: Agreement, user: User) -> None:
        self.agreement = agreement
        self.user = user

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        documents = (
            Document.objects.filter(agreement=self.agreement)
            .select_related("session", "enrolment", "agreement")
            .prefetch_related("files")
            .order_by("-requested_at", "-pk")
        )
        offered = agreement_context.kinds_for(self.agreement) if self.user.has_perm(ISSUE) else []
        return {
            "agreement": self.agreement,
            "rows": [
                {
                    "document": document,
                    "has_file": document.state in VERIFIABLE_STATES and document.files.all(),
                    "actions": actions_for(document, self.user),
                }
                for document in documents
            ],
            "offered": [
                ActionLink(
                    action_words(kinds.get(code)),
                    reverse("agreement-documents-ask", args=[self.agreement.pk, code]),
                )
                for code in offered
            ],
        }


def add_agreement_panel(agreement: Agreement, request: HttpRequest, panels: list[Any]) -> None:
    """« Documents », on the page of an agreement."""
    if request.user.has_perm(VIEW):
        panels.append(AgreementDocumentsPanel(agreement, request.user))


ROUTES: list[URLPattern] = [
    path(
        "sessions/<int:pk>/documents/demander/<slug:kind>/",
        AskForPeopleView.as_view(),
        name="session-documents-ask",
    ),
    path(
        "sessions/<int:pk>/documents/imprimer/<slug:kind>.pdf",
        SessionPrintView.as_view(),
        name="session-documents-print",
    ),
    path(
        "accords/<int:pk>/documents/<slug:kind>/",
        AskForAgreementView.as_view(),
        name="agreement-documents-ask",
    ),
]
