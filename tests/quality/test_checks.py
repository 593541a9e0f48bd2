"""Gaps made on purpose are found, and only those."""

import datetime as dt
from collections.abc import Callable

import pytest

from django.utils import timezone

from certificates import kinds
from certificates.enums import DocumentState
from certificates.models import Document
from core.models import Message
from evaluations.enums import QuestionnaireKind
from evaluations.models import Invitation, ObjectiveAssessment, Response
from quality.domain import audited_sessions, referential
from quality.domain.checks import organisation as checks_organisation
from quality.domain.checks import sessions
from quality.domain.items import Item, by_indicator, concerned_by
from quality.enums import IndicatorState, ItemState
from tests import factories
from tests.quality import scenario
from training.enums import (
    AbsenceReason,
    AdaptationState,
    AgreementKind,
    AttendanceState,
    EnrolmentState,
)
from training.models import (
    Adaptation,
    Agreement,
    AttendanceMark,
    Enrolment,
    HalfDay,
    ProgrammeVersion,
    Trainer,
    TrainerAssignment,
    TrainingSession,
)

pytestmark = pytest.mark.django_db

#: Organisation, sessions, half-days, trainers, four for who is expected, enrolments, marks,
#: adaptations, assessments, invitations, messages, documents and their files, events.
QUERIES = 19

V9, V10 = (referential.by_id(name) for name in ("RNQ-V9", "RNQ-V10"))


def gaps(session: TrainingSession, of: referential.Referential = V10) -> list[Item]:
    """What is missing or to be read again, seen from `NOW`."""
    found = sessions.check_sessions([session.pk], referential=of, at=scenario.NOW)
    return [item for item in found if item.state != ItemState.PRESENT]


def concerned(session: TrainingSession) -> set[int]:
    return concerned_by(V10, audited_sessions.load([session.pk])[0])


def short(items: list[Item]) -> set[tuple[int, str, str]]:
    """(indicator, code, person) of the items that are not always missing."""
    return {
        (item.indicator, item.code, item.person)
        for item in items
        if (item.indicator, item.code) not in scenario.ALWAYS_MISSING
    }


def first(session: TrainingSession) -> Enrolment:
    return session.enrolments.order_by("pk").first()


def test_a_session_delivered_in_order_lacks_only_what_no_screen_records() -> None:
    session = scenario.delivered_session()
    found = gaps(session)
    assert {(item.indicator, item.code) for item in found} == scenario.ALWAYS_MISSING
    states = {
        view.indicator.number: view.state
        for view in by_indicator(
            V10,
            sessions.check_sessions([session.pk], referential=V10, at=scenario.NOW),
            concerned(session),
        )
    }
    assert states[11] == states[9] == states[30] == IndicatorState.GATHERED
    assert states[19] == IndicatorState.TO_COMPLETE
    assert states[3] == states[20] == states[27] == IndicatorState.NOT_APPLICABLE


# --- Fifteen gaps made on purpose ---------------------------------------------------------------


def no_accessibility(session: TrainingSession) -> None:
    content = factories.programme_content(accessibility="")
    ProgrammeVersion.objects.filter(pk=session.programme_version_id).update(content=content)


def vague_objective(session: TrainingSession) -> None:
    content = factories.programme_content(
        objectives=[
            {"id": "obj-1", "text": "Comprendre la gouvernance."},
            {"id": "obj-2", "text": "Animer une décision."},
        ]
    )
    ProgrammeVersion.objects.filter(pk=session.programme_version_id).update(content=content)


def no_positioning(session: TrainingSession) -> None:
    Response.objects.filter(
        invitation__enrolment=first(session),
        invitation__questionnaire__kind=QuestionnaireKind.POSITIONING,
    ).delete()


def agreement_never_signed(session: TrainingSession) -> None:
    Agreement.objects.filter(pk=first(session).agreement_id).update(state="sent", signed_on=None)


def agreement_signed_late(session: TrainingSession) -> None:
    Agreement.objects.filter(pk=first(session).agreement_id).update(signed_on=dt.date(2026, 9, 20))


def contract_never_signed(session: TrainingSession) -> None:
    enrolment = first(session)
    Agreement.objects.filter(pk=enrolment.agreement_id).update(
        state="sent",
        signed_on=None,
        kind=AgreementKind.CONTRACT,
        company=None,
        learner=enrolment.learner,
    )


def convocation_never_sent(session: TrainingSession) -> None:
    Message.objects.filter(enrolment=first(session)).delete()


def convocation_sent_late(session: TrainingSession) -> None:
    Message.objects.filter(enrolment=first(session), kind="enrolment_confirmed").update(
        sent_at=scenario.NOW
    )


def adaptation_undecided(session: TrainingSession) -> None:
    Adaptation.objects.create(enrolment=first(session), request="Un siège réglable.")


def adaptation_not_applied(session: TrainingSession) -> None:
    Adaptation.objects.create(
        enrolment=first(session), request="Un siège réglable.", state=AdaptationState.DECIDED
    )


def objective_not_assessed(session: TrainingSession) -> None:
    ObjectiveAssessment.objects.filter(enrolment=first(session), objective_id="obj-2").delete()


def certificate_not_issued(session: TrainingSession) -> None:
    Document.objects.filter(enrolment=first(session)).update(
        state=DocumentState.FAILED, failure="Panne", issued_at=None
    )


def sheet_not_issued(session: TrainingSession) -> None:
    Document.objects.filter(kind=kinds.ATTENDANCE_SHEET).update(
        state=DocumentState.QUEUED, issued_at=None
    )


def half_day_open(session: TrainingSession) -> None:
    last = session.half_days.order_by("starts_at").last()
    HalfDay.objects.filter(pk=last.pk).update(state="planned", held_at=None)


def presence_unresolved(session: TrainingSession) -> None:
    AttendanceMark.objects.filter(enrolment=first(session)).order_by("half_day").first().delete()


def absence_unexplained(session: TrainingSession) -> None:
    mark = AttendanceMark.objects.filter(enrolment=first(session)).order_by("half_day").first()
    mark.state, mark.minutes = AttendanceState.ABSENT, 0
    mark.absence_reason = AbsenceReason.UNKNOWN
    mark.save()


def departure_unexplained(session: TrainingSession) -> None:
    enrolment = first(session)
    Enrolment.objects.filter(pk=enrolment.pk).update(
        state=EnrolmentState.DROPPED_OUT,
        state_before_end=EnrolmentState.CONFIRMED,
        ended_on=scenario.FIRST_DAY + dt.timedelta(days=1),
        completed_at=None,
        end_reason="",
    )


def chain_tampered(session: TrainingSession) -> None:
    scenario.forge_event(session)


def no_trainer(session: TrainingSession) -> None:
    last = session.half_days.order_by("starts_at").last()
    TrainerAssignment.objects.filter(half_day=last).delete()


def trainer_without_references(session: TrainingSession) -> None:
    Trainer.objects.update(references="")


def no_place(session: TrainingSession) -> None:
    TrainingSession.objects.filter(pk=session.pk).update(venue=None)


def opinion_not_asked(session: TrainingSession) -> None:
    invitation = Invitation.objects.filter(
        enrolment=first(session), questionnaire__kind=QuestionnaireKind.SATISFACTION
    ).get()
    invitation.response.delete()
    invitation.delete()


def nobody_answered(session: TrainingSession) -> None:
    Response.objects.filter(invitation__questionnaire__kind=QuestionnaireKind.SATISFACTION).delete()
    Invitation.objects.update(expires_at=scenario.NOW)


def subcontractor(session: TrainingSession) -> None:
    TrainerAssignment.objects.update(status="independent")


GAPS_MADE: list[tuple[Callable[[TrainingSession], None], set[tuple[int, str, str]]]] = [
    (no_accessibility, {(1, "programme_item", ""), (26, "programme_item", "")}),
    (vague_objective, {(5, "objective_verb", "")}),
    (no_positioning, {(4, "needs", "A001"), (8, "positioning", "A001")}),
    (agreement_never_signed, {(9, "agreement_signed", "")}),
    (agreement_signed_late, {(9, "agreement_signed", "")}),
    (contract_never_signed, {(9, "agreement_signed", "A001")}),
    (convocation_never_sent, {(9, "convocation", "A001")}),
    (convocation_sent_late, {(9, "convocation", "A001")}),
    (adaptation_undecided, {(10, "adaptation", "")}),
    (adaptation_not_applied, {(10, "adaptation", "")}),
    (objective_not_assessed, {(11, "assessment", "A001")}),
    (certificate_not_issued, {(11, "certificate", "A001")}),
    (sheet_not_issued, {(12, "sheet", "")}),
    (half_day_open, {(12, "half_day_locked", ""), (19, "half_day_locked", "")}),
    (presence_unresolved, {(12, "attendance_resolved", "A001")}),
    (absence_unexplained, {(12, "absence_reason", "A001")}),
    (departure_unexplained, {(12, "departure_reason", "A001")}),
    (chain_tampered, {(12, "chain", ""), (19, "chain", "")}),
    (no_trainer, {(17, "trainer", ""), (18, "trainer", "")}),
    (trainer_without_references, {(21, "trainer_references", "F01")}),
    (no_place, {(17, "place", "")}),
    (opinion_not_asked, {(30, "questionnaire", "A001")}),
    (nobody_answered, {(30, "opinions", "")}),
    (subcontractor, {(27, "subcontract", "")}),
]


@pytest.mark.parametrize(
    ("make_gap", "expected"), GAPS_MADE, ids=[item[0].__name__ for item in GAPS_MADE]
)
def test_a_seeded_gap_is_found_and_only_it(
    make_gap: Callable[[TrainingSession], None], expected: set[tuple[int, str, str]]
) -> None:
    session = scenario.delivered_session()
    make_gap(session)
    assert short(gaps(session)) == expected


# --- What is due, and when ------------------------------------------------------------------------


def test_nothing_is_asked_before_it_is_due() -> None:
    session = factories.session_with_people(
        learners=2, first_day=timezone.localdate() + dt.timedelta(days=30)
    )
    Trainer.objects.update(references="Formateur depuis 2015.")
    factories.OrganisationFactory()
    found = sessions.check_sessions([session.pk], referential=V10)
    assert {item.indicator for item in found if item.state != ItemState.PRESENT} == set()
    assert {item.indicator for item in found} == {1, 5, 6, 17, 18, 21, 26}


def test_people_of_another_organisation_get_no_certificate_of_ours() -> None:
    session = scenario.delivered_session()
    Document.objects.filter(kind=kinds.CERTIFICATE).update(
        state=DocumentState.QUEUED, issued_at=None
    )
    Agreement.objects.update(kind=AgreementKind.SUBCONTRACT)
    found = gaps(session)
    assert (11, "certificate", "A001") not in short(found)
    view = by_indicator(V10, found, concerned(session))[0]
    assert (view.indicator.number, view.state) == (1, IndicatorState.NOT_APPLICABLE)
    assert view.reason


def test_a_free_session_needs_no_signed_agreement() -> None:
    session = scenario.delivered_session()
    Agreement.objects.update(kind=AgreementKind.FREE, state="draft", signed_on=None)
    assert short(gaps(session)) == set()


def test_an_adaptation_is_never_linked_to_a_person() -> None:
    session = scenario.delivered_session()
    adaptation_undecided(session)
    item = next(item for item in gaps(session) if item.code == "adaptation")
    assert (item.person, item.enrolment_id) == ("", None)
    assert "siège" not in item.expected + item.proof


# --- Referentials ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "identifier"),
    [
        (dt.date(2022, 1, 1), "RNQ-V9"),
        (dt.date(2026, 10, 31), "RNQ-V9"),
        (dt.date(2026, 11, 1), "RNQ-V10"),
        (dt.date(2030, 1, 1), "RNQ-V10"),
    ],
)
def test_the_grid_is_the_one_in_force_on_the_day_of_the_audit(
    day: dt.date, identifier: str
) -> None:
    assert referential.in_force(day).id == identifier


def test_no_grid_is_in_force_before_the_first_one() -> None:
    with pytest.raises(LookupError):
        referential.in_force(dt.date(2015, 1, 1))


def test_the_two_grids_hold_their_indicators() -> None:
    assert (len(V9.indicators), len(V10.indicators)) == (32, 33)
    assert V9.numbers == frozenset(range(1, 33))
    for grid in (V9, V10):
        major_only = {item.number for item in grid.indicators if item.major_only}
        assert major_only == {4, 5, 6, 7, 10, 11, 14, 15, 16, 20, 21, 22, 26, 27, 29, 31, 32}
        assert {item.criterion for item in grid.indicators} == set(range(1, 8))


def test_the_same_session_is_read_with_both_grids() -> None:
    session = scenario.delivered_session()
    content = factories.programme_content(recognition="")
    ProgrammeVersion.objects.filter(pk=session.programme_version_id).update(content=content)
    assert (1, "programme_item", "") in short(gaps(session, V10))
    assert (1, "programme_item", "") not in short(gaps(session, V9))


def test_the_contacts_that_a_grid_asks_for_are_named() -> None:
    organisation = factories.OrganisationFactory(disability_contact="", harassment_contact="")
    found = {
        grid.id: {
            item.code
            for item in checks_organisation.check_organisation(grid, organisation)
            if item.state == ItemState.MISSING and item.code != "organisation_evidence"
        }
        for grid in (V9, V10)
    }
    assert found["RNQ-V9"] == {"disability_contact", "pedagogical_contact"}
    assert found["RNQ-V10"] == found["RNQ-V9"] | {"harassment_contact"}


# --- Cost -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 3])
def test_the_checks_cost_the_same_queries_whatever_the_number_of_sessions(
    number: int, django_assert_max_num_queries: Callable[..., object]
) -> None:
    ids = [
        scenario.delivered_session(learners=2, half_days=1, code=f"S-{rank}", with_files=False).pk
        for rank in range(number)
    ]
    with django_assert_max_num_queries(QUERIES):
        found = sessions.check_sessions(ids, referential=V10, at=scenario.NOW)
    assert {item.session for item in found} == {f"S-{rank}" for rank in range(number)}
