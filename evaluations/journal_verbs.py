"""The verbs of evaluations in the journal, in French words."""

from core.registry import describe_jobs, describe_verbs

describe_verbs(
    {
        "assessment.recorded": "Objectifs évalués",
        "questionnaire.answered": "Réponse à un questionnaire",
        "questionnaire.sent": "Questionnaire envoyé",
        "questionnaire.sent_again": "Questionnaire renvoyé",
    }
)
describe_jobs({"invite_to_questionnaires": "Envoi des questionnaires"})
