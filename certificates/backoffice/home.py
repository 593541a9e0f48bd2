"""What the app adds to the home page of staff."""

from django.db.models import QuerySet
from django.urls import reverse

from certificates.enums import DocumentState
from certificates.models import Document
from core.backoffice.todos import Todo, TodoPanel


class FailedDocumentsPanel(TodoPanel):
    """Documents that could not be rendered."""

    title = "Documents en échec"
    nothing = "Tous les documents demandés ont été émis."
    order = 60
    permission = "certificates.issue_document"

    def get_queryset(self) -> QuerySet[Document]:
        return (
            Document.objects.filter(state=DocumentState.FAILED)
            .select_related("session")
            .order_by("requested_at", "pk")
        )

    def todo(self, record: Document) -> Todo:
        return Todo(record.label, record.failure, reverse("register:inspect", args=[record.pk]))

    def get_all_url(self) -> str:
        return f"{reverse('register:index')}?state={DocumentState.FAILED}"
