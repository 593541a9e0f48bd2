"""The verbs of organisation, messages and jobs in the journal, in French words."""

from core.registry import describe_jobs, describe_verbs

describe_verbs(
    {
        "job.retried": "Tâche relancée",
        "message.delivered": "Message remis",
        "message.draft_discarded": "Brouillon écarté",
        "message.draft_sent": "Brouillon relu et envoyé",
        "message.retried": "Message renvoyé",
        "message.too_late": "Message écarté, trop tard pour partir",
        "organisation.changed": "Organisme modifié",
        "rulesetting.changed": "Règle modifiée",
        "rulesetting.created": "Règle ajoutée",
        "signatory.changed": "Signataire modifié",
        "signatory.created": "Signataire ajouté",
    }
)

describe_jobs({"list_export": "Export d’une liste"})
