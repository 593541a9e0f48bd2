"""The verbs that the room writes in the journal, in French words."""

from training.registry import describe_verbs

describe_verbs(
    {
        "document.failed": "Document en échec",
        "document.issued": "Document émis",
        "document.requested": "Document demandé",
        "document.retried": "Document relancé",
        "document.revoked": "Document révoqué",
        "document.superseded": "Document remplacé",
        "document.voided": "Numéro annulé",
        "documenttemplate.changed": "Texte à venir modifié",
        "documenttemplate.created": "Nouvelle version d’un texte",
    }
)
