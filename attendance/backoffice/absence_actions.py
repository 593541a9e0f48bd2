"""Actions on the follow-up of an absence, and on its documents."""

from typing import Any

from django import forms
from django.db.models import Model
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views import View

from accounts.requests import user_of
from attendance.domain.absences import closing, documents, notes, notices
from attendance.forms.absences import AbsenceDocumentForm, AbsenceNoteForm, GroundForm, OutcomeForm
from attendance.models import AbsenceDocument, AbsenceFollowUp
from core.backoffice.actions import ActionView, NamedPermissionMixin
from core.decorators import takes_files
from core.domain import private_files
from core.domain.private_files import MAX_FILE_BYTES
from core.downloads import private_file
from core.forms.reasons import DatedReasonForm, ReasonForm
from core.french import format_day, plural

OPERATE = "attendance.operate_absencefollowup"
#: The document itself may speak of health.
READ_DOCUMENT = "attendance.view_absencedocument"


class FollowUpAction(ActionView):
    """An action on a follow-up."""

    model: type[Model] = AbsenceFollowUp
    related: tuple[str, ...] = (
        "enrolment__learner",
        "enrolment__session__programme_version",
        "ground",
    )
    permission_required = OPERATE
    header_icon = "time"

    @property
    def follow_up(self) -> AbsenceFollowUp:
        """The follow-up that the record is, or belongs to."""
        return self.record

    def get_return_url(self) -> str:
        return reverse("absences:inspect", args=[self.follow_up.pk])

    def get_trail(self) -> list[dict[str, str]]:
        return [
            {"url": reverse("absences:index"), "label": "Absences"},
            {"url": self.get_return_url(), "label": str(self.follow_up.enrolment.learner)},
        ]

    def get_explanation(self) -> list[str]:
        enrolment = self.follow_up.enrolment
        return [f"{enrolment.learner}, session {enrolment.session}."]


class GroundView(FollowUpAction):
    """Write why."""

    form_class = GroundForm
    page_title = "Indiquer le motif"
    submit_label = "Enregistrer"
    success = "Le motif est noté."

    def get_form_kwargs(self) -> dict[str, Any]:
        first = self.record.absences.select_related(
            "half_day__venue", "half_day__session__venue"
        ).first()
        day = first.half_day.day if first else timezone.localdate()
        return {"day": day, "initial": {"ground": self.record.ground_id}}

    def perform(self, data: dict[str, Any]) -> Any:
        return notes.choose_ground(follow_up=self.record, actor=user_of(self.request), **data)


class AskView(FollowUpAction):
    """Ask for a document."""

    page_title = "Demander un justificatif"
    submit_label = "Demander"
    success = "La demande part. Un seul rappel suivra, si rien n’arrive."

    def get_explanation(self) -> list[str]:
        return [
            *super().get_explanation(),
            "La personne recevra un message : elle pourra déposer une photo ou un PDF depuis son "
            "espace, ou vous l’apporter. Sans adresse de courriel, la lettre attendra dans les "
            "messages à remettre.",
        ]

    def perform(self, data: dict[str, Any]) -> Any:
        return documents.ask_document(follow_up=self.record, actor=user_of(self.request))


@takes_files(up_to=MAX_FILE_BYTES)
class DepositView(FollowUpAction):
    """Keep what came by post or by hand."""

    form_class = AbsenceDocumentForm
    permission_required = READ_DOCUMENT
    page_title = "Déposer un justificatif reçu"
    submit_label = "Déposer"
    success = "Le justificatif est déposé. Vérifiez-le, puis acceptez-le ou refusez-le."

    def get_form(self) -> forms.Form:
        if self.request.method == "POST":
            return AbsenceDocumentForm(self.request.POST, self.request.FILES)
        return AbsenceDocumentForm()

    def get_explanation(self) -> list[str]:
        return [
            *super().get_explanation(),
            "Seules les personnes qui vérifient les justificatifs pourront l’ouvrir.",
        ]

    def perform(self, data: dict[str, Any]) -> Any:
        return documents.deposit(
            follow_up=self.record,
            content=data["file"].read(),
            actor=user_of(self.request),
            by_learner=False,
        )


class NoteView(FollowUpAction):
    """Keep how one was in touch."""

    form_class = AbsenceNoteForm
    page_title = "Noter un échange"
    submit_label = "Noter"
    success = "C’est noté."

    def perform(self, data: dict[str, Any]) -> Any:
        return notes.add_note(follow_up=self.record, actor=user_of(self.request), **data)


class CloseView(FollowUpAction):
    """Say how it ended."""

    form_class = OutcomeForm
    page_title = "Clore ce suivi"
    submit_label = "Clore"
    success = "Le suivi est clos. Les feuilles établies à partir de maintenant le diront."

    def get_explanation(self) -> list[str]:
        ground = self.record.ground or "pas encore indiqué"
        return [*super().get_explanation(), f"Motif : {ground}."]

    def perform(self, data: dict[str, Any]) -> Any:
        return closing.close(follow_up=self.record, actor=user_of(self.request), **data)


class LeaveView(FollowUpAction):
    """The person has left: one action for the drop-out and the follow-up."""

    form_class = DatedReasonForm
    permission_required = "training.operate_enrolment"
    page_title = "Noter un abandon"
    submit_label = "Noter l’abandon et clore"
    serious = True
    success = "L’abandon est noté et le suivi clos. Pensez aux avis à l’employeur et au financeur."

    def get_form_kwargs(self) -> dict[str, Any]:
        first = self.record.absences.select_related(
            "half_day__venue", "half_day__session__venue"
        ).first()
        return {
            "initial": {"on": first.half_day.day if first else timezone.localdate()},
            "help_text": "Une raison que la personne accepterait de relire ; jamais de santé.",
        }

    def get_explanation(self) -> list[str]:
        return [
            *super().get_explanation(),
            "Seules restent dues les demi-journées d’avant cette date, et celles signées ce "
            "jour-là.",
        ]

    def perform(self, data: dict[str, Any]) -> Any:
        return closing.close_as_drop_out(follow_up=self.record, actor=user_of(self.request), **data)


class ReopenView(FollowUpAction):
    """Take it up again."""

    form_class = ReasonForm
    page_title = "Rouvrir ce suivi"
    submit_label = "Rouvrir"
    success = "Le suivi est rouvert."

    def perform(self, data: dict[str, Any]) -> Any:
        return closing.reopen(follow_up=self.record, actor=user_of(self.request), **data)


class NoticesView(FollowUpAction):
    """Prepare what the employer and the funder are sent."""

    permission_required = "training.operate_enrolment"
    page_title = "Préparer les avis à l’employeur et au financeur"
    submit_label = "Préparer les brouillons"

    def get_explanation(self) -> list[str]:
        return [
            *super().get_explanation(),
            "Des brouillons sont écrits avec les demi-journées manquées et, s’il y en a un, "
            "l’abandon ; jamais le motif. Rien ne part : vous les relisez, les corrigez, puis les "
            "envoyez ou les écartez.",
            "Un financeur doit connaître les interruptions (article L6353-10 du code du travail).",
        ]

    def perform(self, data: dict[str, Any]) -> Any:
        return notices.prepare_notices(follow_up=self.record, actor=user_of(self.request))

    def get_success(self, result: Any) -> str:
        return f"{plural(len(result), 'brouillon')} à relire, plus bas sur cette page."


class DocumentAction(FollowUpAction):
    """An action on a document."""

    model = AbsenceDocument
    related = (
        "follow_up__enrolment__learner",
        "follow_up__enrolment__session__programme_version",
    )
    permission_required = READ_DOCUMENT

    @property
    def follow_up(self) -> AbsenceFollowUp:
        return self.record.follow_up

    def get_explanation(self) -> list[str]:
        return [
            *super().get_explanation(),
            f"Justificatif reçu le {format_day(self.record.received_at)}.",
        ]


class AcceptView(DocumentAction):
    """It does."""

    page_title = "Accepter ce justificatif"
    submit_label = "Accepter"
    success = "Le justificatif est accepté. Il reste à clore le suivi."

    def perform(self, data: dict[str, Any]) -> Any:
        return documents.accept_document(document=self.record, actor=user_of(self.request))


class RefuseView(DocumentAction):
    """It does not."""

    form_class = ReasonForm
    page_title = "Refuser ce justificatif"
    submit_label = "Refuser"
    serious = True
    success = "Le justificatif est refusé, la personne est prévenue avec votre motif."

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"help_text": "La personne lira ce motif tel que vous l’écrivez."}

    def perform(self, data: dict[str, Any]) -> Any:
        return documents.refuse_document(document=self.record, actor=user_of(self.request), **data)


class DocumentFileView(NamedPermissionMixin, View):
    """The file itself, for the staff who check it; each reading is in the journal."""

    permission_required = READ_DOCUMENT

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        document = get_object_or_404(
            AbsenceDocument.objects.select_related("follow_up__enrolment__session"),
            uuid=self.kwargs["uuid"],
        )
        content = private_files.opened(document.key)
        if content is None:
            raise Http404
        documents.note_reading(document=document, actor=user_of(request))
        return private_file(content, name="justificatif", media_type=document.media_type)


ROUTES: list[URLPattern] = [
    path("<int:pk>/motif/", GroundView.as_view(), name="ground"),
    path("<int:pk>/demander/", AskView.as_view(), name="ask"),
    path("<int:pk>/deposer/", DepositView.as_view(), name="deposit"),
    path("<int:pk>/echange/", NoteView.as_view(), name="note"),
    path("<int:pk>/clore/", CloseView.as_view(), name="close"),
    path("<int:pk>/abandon/", LeaveView.as_view(), name="leave"),
    path("<int:pk>/rouvrir/", ReopenView.as_view(), name="reopen"),
    path("<int:pk>/avis/", NoticesView.as_view(), name="notices"),
    path("justificatifs/<int:pk>/accepter/", AcceptView.as_view(), name="accept"),
    path("justificatifs/<int:pk>/refuser/", RefuseView.as_view(), name="refuse"),
    path("justificatifs/<uuid:uuid>/", DocumentFileView.as_view(), name="file"),
]
