"""What learners reached of the objectives of a session."""

import pytest

from core.exceptions import DomainError
from core.models import JournalEntryDetails
from evaluations.domain import assessments
from evaluations.enums import ObjectiveResult
from evaluations.models import ObjectiveAssessment
from tests.evaluations.attended import mark
from tests.factories import (
    EnrolmentFactory,
    TrainerFactory,
    session_with_people,
)
from training.enums import AttendanceState, EnrolmentState, SessionState
from training.models import TrainingSession

pytestmark = pytest.mark.django_db

REACHED, PARTLY = ObjectiveResult.REACHED, ObjectiveResult.PARTLY


@pytest.fixture
def session() -> TrainingSession:
    """A confirmed session of three people, all present."""
    session = session_with_people(learners=3)
    for enrolment in session.enrolments.all():
        mark(enrolment)
    return session


def all_reached(session: TrainingSession) -> dict[tuple[int, str], str]:
    return {
        (enrolment.pk, objective["id"]): REACHED
        for enrolment in session.enrolments.all()
        for objective in session.programme_version.objectives
    }


def test_results_are_recorded_then_changed_with_their_history(session: TrainingSession) -> None:
    trainer = session.half_days.get().assignments.get().trainer
    enrolment = session.enrolments.first()
    recorded = assessments.record_assessments(
        session=session, results=all_reached(session), trainer=trainer, actor=trainer.user
    )
    assert recorded == 6
    again = assessments.record_assessments(
        session=session,
        results=all_reached(session) | {(enrolment.pk, "obj-2"): PARTLY},
        trainer=trainer,
        actor=trainer.user,
    )
    assert again == 1
    item = ObjectiveAssessment.objects.get(enrolment=enrolment, objective_id="obj-2")
    assert (item.result, item.assessed_by) == (PARTLY, trainer)
    details = JournalEntryDetails.objects.filter(
        entry__verb="assessment.recorded", entry__object_id=str(enrolment.pk)
    ).order_by("entry__at")
    assert details.last().data == {"changes": [["obj-2", "reached", "partly"]]}


def test_only_what_belongs_to_the_session_is_recorded(session: TrainingSession) -> None:
    trainer = session.half_days.get().assignments.get().trainer
    mine = session.enrolments.first().pk
    other = EnrolmentFactory().pk
    waiting = EnrolmentFactory(session=session, state=EnrolmentState.WAITLISTED).pk
    for key, result, code in (
        ((other, "obj-1"), REACHED, "assessment_enrolment"),
        ((waiting, "obj-1"), REACHED, "assessment_enrolment"),
        ((mine, "obj-9"), REACHED, "assessment_objective"),
        ((mine, "obj-1"), "excellent", "assessment_result"),
    ):
        with pytest.raises(DomainError) as refused:
            assessments.record_assessments(
                session=session,
                results={(mine, "obj-2"): REACHED, key: result},
                trainer=trainer,
                actor=None,
            )
        assert refused.value.code == code
    assert not ObjectiveAssessment.objects.exists()


def test_a_trainer_of_another_session_records_nothing(session: TrainingSession) -> None:
    with pytest.raises(DomainError) as refused:
        assessments.record_assessments(
            session=session, results=all_reached(session), trainer=TrainerFactory(), actor=None
        )
    assert refused.value.code == "trainer_not_assigned"


def test_objectives_are_not_assessed_before_the_session_is_confirmed() -> None:
    session = session_with_people(learners=1, state=SessionState.OPEN)
    with pytest.raises(DomainError) as refused:
        assessments.record_assessments(
            session=session, results=all_reached(session), trainer=None, actor=None
        )
    assert refused.value.code == "session_not_held"


def test_missing_results_name_who_attended_and_stayed(session: TrainingSession) -> None:
    absent = EnrolmentFactory(session=session)
    mark(absent, AttendanceState.ABSENT)
    gone = EnrolmentFactory(session=session, state=EnrolmentState.DROPPED_OUT, end_reason="Emploi")
    mark(gone)
    first, second, third = session.enrolments.filter(state="confirmed").exclude(pk=absent.pk)
    assessments.record_assessments(
        session=session,
        results={
            (first.pk, "obj-1"): ObjectiveResult.NOT_ASSESSED,
            (first.pk, "obj-2"): REACHED,
            (second.pk, "obj-1"): REACHED,
        },
        trainer=None,
        actor=None,
    )
    missing = {
        row.enrolment.pk: [objective["id"] for objective in row.missing]
        for row in assessments.missing_assessments(session=session)
    }
    assert missing == {second.pk: ["obj-2"], third.pk: ["obj-1", "obj-2"]}


@pytest.mark.parametrize("learners", [1, 3])
def test_the_grid_takes_the_same_queries_whatever_its_size(
    learners: int, django_assert_num_queries: object
) -> None:
    session = session_with_people(learners=learners)
    session = TrainingSession.objects.select_related("programme_version").get(pk=session.pk)
    with django_assert_num_queries(3):
        grid = assessments.assessment_grid(session=session)
        assert [str(row.enrolment.learner) for row in grid.rows]
    assert len(grid.rows) == learners
