"""The verbs that the site writes in the journal, in French words."""

from core.registry import describe_verbs

describe_verbs(
    {
        "course.wording_justified": "Mots d’une page de formation justifiés",
        "watchedwording.changed": "Expression surveillée modifiée",
        "watchedwording.created": "Expression surveillée ajoutée",
    }
)
