"""Closed lists of the app: states of a document, moves allowed, roles of files."""

from django.db import models

from core.machines import Transitions


class DocumentState(models.TextChoices):
    """Life of a document. Only an issued one has proved something to a person."""

    QUEUED = "queued", "En préparation"
    FAILED = "failed", "En échec"
    ISSUED = "issued", "Émis"
    SUPERSEDED = "superseded", "Remplacé"
    REVOKED = "revoked", "Révoqué"
    VOIDED = "voided", "Numéro annulé"
    PURGED = "purged", "Effacé"


TRANSITIONS = Transitions(
    {
        DocumentState.QUEUED: {DocumentState.ISSUED, DocumentState.FAILED, DocumentState.VOIDED},
        DocumentState.FAILED: {DocumentState.QUEUED, DocumentState.VOIDED},
        DocumentState.ISSUED: {
            DocumentState.SUPERSEDED,
            DocumentState.REVOKED,
            DocumentState.PURGED,
        },
        DocumentState.SUPERSEDED: {DocumentState.PURGED},
        DocumentState.REVOKED: {DocumentState.PURGED},
        DocumentState.VOIDED: (),
        DocumentState.PURGED: (),
    }
)

#: A number was taken, no file exists yet.
PENDING_STATES = (DocumentState.QUEUED, DocumentState.FAILED)
#: What stands for its subject: in preparation or in force.
CURRENT_STATES = (*PENDING_STATES, DocumentState.ISSUED)
#: A file left the organisation one day: the verification page answers about these.
VERIFIABLE_STATES = (
    DocumentState.ISSUED,
    DocumentState.SUPERSEDED,
    DocumentState.REVOKED,
    DocumentState.PURGED,
)


class FileRole(models.TextChoices):
    """What a stored file is to its document."""

    ISSUED = "issued", "Fichier émis"
    SIGNED = "signed", "Fichier signé"
    SCAN = "scan", "Numérisation"


class Subject(models.TextChoices):
    """What a document is about."""

    ENROLMENT = "enrolment", "Une personne dans une session"
    SESSION = "session", "Une session"
    AGREEMENT = "agreement", "Un accord"
    OTHER = "other", "Autre chose"


class SignedBy(models.TextChoices):
    """Who signs a document."""

    ORGANISATION = "organisation", "L’organisme seul"
    BOTH = "both", "Les deux parties"
    NOBODY = "nobody", "Personne"


class TextSlug(models.TextChoices):
    """Texts of the organisation, each with its versions and its public address."""

    INTERNAL_RULES = "reglement-interieur", "Règlement intérieur"
    WELCOME_BOOKLET = "livret-d-accueil", "Livret d’accueil"
    GENERAL_TERMS = "conditions-generales", "Conditions générales de vente"


class TimestampState(models.TextChoices):
    """Whether an authority other than us said when a document was sealed."""

    NONE = "none", "Sans horodatage"
    DONE = "done", "Horodaté"
    FAILED = "failed", "Non horodaté"


class BatchOutput(models.TextChoices):
    """What gathers documents issued together."""

    ZIP = "zip", "Une archive ZIP, un fichier par document"
    PDF = "pdf", "Un seul PDF, à imprimer"
    NONE = "none", "Aucun fichier"
