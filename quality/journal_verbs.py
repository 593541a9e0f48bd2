"""The verbs that the room writes in the journal, in French words."""

from training.registry import describe_verbs

describe_verbs(
    {
        "audit_pack.built": "Dossier de preuves prêt",
        "audit_pack.downloaded": "Dossier de preuves téléchargé",
        "audit_pack.expired": "Dossier de preuves effacé",
        "audit_pack.exported": "Dossier de preuves exporté",
        "audit_pack.requested": "Dossier de preuves demandé",
    }
)
