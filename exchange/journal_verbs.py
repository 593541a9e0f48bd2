"""The verbs of imports in the journal, in French words."""

from core.registry import describe_jobs, describe_verbs

describe_verbs(
    {
        "agreement.import_undone": "Accord retiré avec son import",
        "company.completed": "Entreprise complétée par un import",
        "company.import_undone": "Entreprise retirée avec son import",
        "company.imported": "Entreprise importée",
        "enrolment.import_undone": "Inscription retirée avec son import",
        "import.checked": "Import vérifié",
        "import.committed": "Import écrit",
        "import.confirmed": "Import confirmé",
        "import.expired": "Fichier d’import effacé",
        "import.failed": "Import en échec",
        "import.received": "Fichier d’import déposé",
        "import.rejected": "Import refusé",
        "import.undone": "Import annulé",
        "learner.import_undone": "Personne formée retirée avec son import",
        "learner.put_back": "Personne formée remise comme avant un import",
        "learner.imported": "Personne formée importée",
        "learner.updated": "Personne formée mise à jour par un import",
    }
)
describe_jobs(
    {
        "import_preview": "Lecture d’un registre",
        "import_commit": "Écriture d’un import",
    }
)
