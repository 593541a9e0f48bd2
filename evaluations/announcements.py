"""Facts of evaluations that apps above show: their changes are announced by name."""

from core.models.announced import announce_changes
from evaluations.models import Answer, Invitation, ObjectiveAssessment, Response
from evaluations.signals import answers_received

announce_changes(answers_received, Answer, Invitation, ObjectiveAssessment, Response)
