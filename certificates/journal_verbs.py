"""The verbs that the app writes in the journal, and its background jobs, in French words."""

from core.registry import describe_jobs, describe_verbs

describe_verbs(
    {
        "document.failed": "Document en échec",
        "document.issued": "Document émis",
        "document.requested": "Document demandé",
        "document.retried": "Document relancé",
        "document.revoked": "Document révoqué",
        "document.sent": "Document envoyé de nouveau, ou à la structure cliente",
        "document.sealed": "Document signé scellé",
        "document.superseded": "Document remplacé",
        "document.voided": "Numéro annulé",
        "document_batch.downloaded": "Documents groupés téléchargés",
        "document_batch.erased": "Fichier groupé effacé",
        "document_batch.finished": "Émission groupée terminée",
        "document_batch.requested": "Émission groupée demandée",
        "documenttemplate.changed": "Texte à venir modifié",
        "documenttemplate.created": "Nouvelle version d’un texte",
        "integrity_check.finished": "Contrôle d’intégrité des documents terminé",
        "integrity_check.requested": "Contrôle d’intégrité des documents demandé",
    }
)
describe_jobs(
    {
        "document": "Édition d’un document",
        "document_batch": "Émission groupée de documents",
        "integrity_check": "Contrôle d’intégrité des documents",
        "session_documents": "Documents d’une session",
    }
)
