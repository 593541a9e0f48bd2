"""What was issued under the code of a session keeps it as it is."""

from collections.abc import Iterator

from django.db.models import Q

from certificates.enums import DocumentState
from certificates.models import Document
from core.french import plural
from core.registry import Blocker, keeps_value
from training.models import TrainingSession

#: Documents named one by one.
NAMED = 5


@keeps_value("training.trainingsession.code")
def documents_issued(session: TrainingSession) -> Iterator[Blocker]:
    """Its documents, those being prepared too: what they say is frozen. A voided number is none."""
    found = list(
        Document.objects.filter(Q(session=session) | Q(agreement__session=session))
        .exclude(state=DocumentState.VOIDED)
        .select_related("session", "agreement")
        .order_by("pk")
    )
    if not found:
        return
    named = ", ".join(document.label for document in found[:NAMED])
    others = f" et {plural(len(found) - NAMED, 'autre')}" if len(found) > NAMED else ""
    yield Blocker(
        code="documents_issued",
        sentence=f"Documents déjà préparés sous ce code : {named}{others}.",
        resolved_at=("session-documents", session.pk),
        link="Voir les documents",
    )
