"""What each learner reached of each objective of the programme as sold (indicator 11)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.domain import journal
from core.domain.transitions import lock
from core.exceptions import DomainError
from evaluations.enums import AssessmentMoment, ObjectiveResult
from evaluations.models import ObjectiveAssessment
from training.enums import AttendanceState, EnrolmentState, SessionState
from training.models import AttendanceMark, Enrolment, Trainer, TrainerAssignment, TrainingSession
from training.programme_content import Objective

#: A learner who left early may have been assessed before; one who never came may not.
ASSESSABLE_STATES = (
    EnrolmentState.CONFIRMED,
    EnrolmentState.COMPLETED,
    EnrolmentState.DROPPED_OUT,
)


@dataclass(frozen=True, kw_only=True)
class AssessmentRow:
    """One learner of the grid: a result per objective, in the order of the programme."""

    enrolment: Enrolment
    attended: bool
    #: (objective, value of `ObjectiveResult` or "" while nothing is recorded)
    cells: list[tuple[Objective, str]]

    @property
    def missing(self) -> list[Objective]:
        """Objectives on which nothing is recorded."""
        return [objective for objective, result in self.cells if not result]


@dataclass(frozen=True, kw_only=True)
class AssessmentGrid:
    """Learners × objectives at the end of a session."""

    objectives: list[Objective]
    rows: list[AssessmentRow]


def assessment_grid(*, session: TrainingSession) -> AssessmentGrid:
    """The results recorded at the end of the session, learner by learner (two queries)."""
    objectives: list[Objective] = session.programme_version.content["objectives"]
    present = set(
        AttendanceMark.objects.filter(
            enrolment__session=session, state=AttendanceState.PRESENT
        ).values_list("enrolment_id", flat=True)
    )
    enrolments = Enrolment.objects.filter(
        session=session, state__in=ASSESSABLE_STATES, learner__isnull=False
    ).select_related("learner")
    results: dict[int, dict[str, str]] = defaultdict(dict)
    recorded = ObjectiveAssessment.objects.filter(
        enrolment__session=session, moment=AssessmentMoment.END
    ).values_list("enrolment_id", "objective_id", "result")
    for enrolment_id, objective_id, result in recorded:
        results[enrolment_id][objective_id] = result
    return AssessmentGrid(
        objectives=objectives,
        rows=[
            AssessmentRow(
                enrolment=enrolment,
                attended=enrolment.pk in present,
                cells=[
                    (objective, results[enrolment.pk].get(objective["id"], ""))
                    for objective in objectives
                ],
            )
            for enrolment in enrolments
        ],
    )


def missing_assessments(*, session: TrainingSession) -> list[AssessmentRow]:
    """Learners who attended, did not leave, and lack a result on some objective.

    « Non évalué » is a result: the trainer chose it.
    """
    return [
        row
        for row in assessment_grid(session=session).rows
        if row.attended and row.missing and row.enrolment.state != EnrolmentState.DROPPED_OUT
    ]


def record_assessments(
    *,
    session: TrainingSession,
    results: Mapping[tuple[int, str], str],
    trainer: Trainer | None,
    actor: User | None,
) -> int:
    """Write end-of-session results, {(enrolment id, objective id): `ObjectiveResult`}.

    All or nothing; returns how many were new or changed. Each change is journaled, old → new.
    Raises `DomainError`: `session_not_held`, `trainer_not_assigned`, `assessment_enrolment`,
    `assessment_objective`, `assessment_result`.
    """
    with transaction.atomic():
        locked = lock(session)
        _refuse_unless_held(locked)
        _refuse_stranger(locked, trainer)
        enrolments = _checked(locked, results)
        known = {
            (item.enrolment_id, item.objective_id): item
            for item in ObjectiveAssessment.objects.filter(
                enrolment__session=locked, moment=AssessmentMoment.END
            )
        }
        new: list[ObjectiveAssessment] = []
        changed: list[ObjectiveAssessment] = []
        changes: dict[int, list[list[str]]] = defaultdict(list)
        for key, result in results.items():
            before = known.get(key)
            if before is not None and before.result == result:
                continue
            changes[key[0]].append([key[1], before.result if before else "", result])
            item = before or ObjectiveAssessment(
                enrolment_id=key[0], objective_id=key[1], moment=AssessmentMoment.END
            )
            item.result = result
            item.assessed_by = trainer
            item.assessed_at = timezone.now()
            (changed if before else new).append(item)
        ObjectiveAssessment.objects.bulk_create(new)
        ObjectiveAssessment.objects.bulk_update(changed, ["result", "assessed_by", "assessed_at"])
        for enrolment_id, lines in changes.items():
            journal.record(
                actor=actor,
                verb="assessment.recorded",
                subject=enrolments[enrolment_id],
                session_id=locked.pk,
                details={"changes": lines},
            )
    return len(new) + len(changed)


def _refuse_unless_held(session: TrainingSession) -> None:
    if session.state not in {SessionState.CONFIRMED, SessionState.COMPLETED}:
        raise DomainError(
            "Les objectifs s’évaluent dans une session confirmée ou terminée.",
            code="session_not_held",
        )


def _refuse_stranger(session: TrainingSession, trainer: Trainer | None) -> None:
    if (
        trainer is not None
        and not TrainerAssignment.objects.filter(
            half_day__session=session, trainer=trainer
        ).exists()
    ):
        raise DomainError("Vous n’intervenez pas dans cette session.", code="trainer_not_assigned")


def _checked(
    session: TrainingSession, results: Mapping[tuple[int, str], str]
) -> dict[int, Enrolment]:
    enrolments = {
        enrolment.pk: enrolment
        for enrolment in Enrolment.objects.filter(
            session=session, state__in=ASSESSABLE_STATES, learner__isnull=False
        )
    }
    objectives = {objective["id"] for objective in session.programme_version.objectives}
    for (enrolment_id, objective_id), result in results.items():
        if enrolment_id not in enrolments:
            raise DomainError(
                "Une des personnes ne fait pas partie de cette session.",
                code="assessment_enrolment",
            )
        if objective_id not in objectives:
            raise DomainError(
                "Un des objectifs ne fait pas partie du programme de cette session.",
                code="assessment_objective",
            )
        if result not in ObjectiveResult.values:
            raise DomainError("Un des résultats n’est pas connu.", code="assessment_result")
    return enrolments
