"""States of an import, and the moves allowed between them."""

from django.db import models

from core.machines import Transitions


class ImportState(models.TextChoices):
    """Life of an import."""

    UPLOADED = "uploaded", "Déposé"
    PREVIEWED = "previewed", "Vérifié"
    COMMITTING = "committing", "En cours d’écriture"
    COMMITTED = "committed", "Importé"
    UNDONE = "undone", "Annulé"
    REJECTED = "rejected", "Refusé"
    FAILED = "failed", "Échoué"


IMPORT_TRANSITIONS = Transitions(
    {
        ImportState.UPLOADED: {ImportState.PREVIEWED, ImportState.REJECTED, ImportState.FAILED},
        ImportState.PREVIEWED: {ImportState.COMMITTING, ImportState.REJECTED},
        ImportState.COMMITTING: {ImportState.COMMITTED, ImportState.FAILED, ImportState.REJECTED},
        ImportState.COMMITTED: {ImportState.UNDONE},
        ImportState.UNDONE: (),
        ImportState.REJECTED: (),
        ImportState.FAILED: {ImportState.COMMITTING},
    }
)
