"""What the verbs of quality mean in the journal."""

from core.registry import describe_jobs, describe_verbs

describe_verbs(
    {
        "audit_pack.built": "Dossier d’audit prêt",
        "audit_pack.downloaded": "Dossier d’audit téléchargé",
        "audit_pack.expired": "Dossier d’audit effacé",
        "audit_pack.exported": "Dossier d’audit écrit dans un fichier",
        "audit_pack.requested": "Dossier d’audit demandé",
        "complaint.received": "Réclamation reçue",
    }
)
describe_jobs({"audit_pack": "Dossier d’audit"})
