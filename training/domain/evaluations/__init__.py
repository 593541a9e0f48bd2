"""Evaluations: what learners say of a session, and what they reached of its objectives."""

from training.domain.evaluations.assessments import (
    AssessmentGrid,
    AssessmentRow,
    assessment_grid,
    missing_assessments,
    record_assessments,
)
from training.domain.evaluations.questionnaires import (
    RANGES,
    TEXT_MAX_LENGTH,
    ensure_default_questionnaire,
    find_invitation,
    invite_to_questionnaire,
    invite_when_over,
    resend_invitation,
    submit_response,
)
from training.domain.evaluations.satisfaction import (
    REPRESENTATIVE_ANSWERS,
    SatisfactionSummary,
    satisfaction_summary,
)

__all__ = [
    "RANGES",
    "REPRESENTATIVE_ANSWERS",
    "TEXT_MAX_LENGTH",
    "AssessmentGrid",
    "AssessmentRow",
    "SatisfactionSummary",
    "assessment_grid",
    "ensure_default_questionnaire",
    "find_invitation",
    "invite_to_questionnaire",
    "invite_when_over",
    "missing_assessments",
    "record_assessments",
    "resend_invitation",
    "satisfaction_summary",
    "submit_response",
]
