"""What the app holds about a learner, for the export of a person's file."""

from typing import Any

from certificates.models import Document
from core.registry import personal_data
from training.models import Learner


@personal_data("documents")
def documents_about(learner: Learner) -> list[dict[str, Any]]:
    """The documents about a learner, with the facts frozen in each."""
    return [
        {
            "nature": document.title,
            "numero": document.number,
            "date": document.issued_on.isoformat(),
            "etat": document.get_state_display(),
            "faits": document.context,
        }
        for document in Document.objects.filter(enrolment__learner=learner).order_by("pk")
    ]
