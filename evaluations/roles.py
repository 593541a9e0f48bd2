"""What each role of staff may do with questionnaires and assessments."""

from core.registry import EVERYDAY_ROLES, Role, grant_models


def declare() -> None:
    """Register the permissions of the app."""
    grant_models(
        "evaluations",
        ["objectiveassessment", "questionnaire", "response"],
        ["view"],
        to=EVERYDAY_ROLES,
    )
    grant_models("evaluations", ["questionnaire"], ["add", "change"], to=[Role.QUALITY])
