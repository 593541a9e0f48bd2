"""The three forms of a change of state, and what higher apps say stands in the way."""

import pytest

from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from core.domain import jobs, leases
from core.domain.transitions import change_state, change_states, claim
from core.enums import JobState
from core.exceptions import Blocked, DomainError, TransitionRefused
from core.models import Job, JournalEntry
from core.registry import Blocker, blockers, registry
from tests.factories import EnrolmentFactory, SessionFactory
from training.enums import SESSION_TRANSITIONS, EnrolmentState, SessionState
from training.models import Enrolment, TrainingSession

pytestmark = pytest.mark.django_db


@pytest.fixture
def cancelling(monkeypatch):
    """What a higher app says of sessions to cancel; the test fills the list."""
    monkeypatch.setattr(registry, "blockers", {})
    found: list[Blocker] = []

    @blockers(SESSION_TRANSITIONS, SessionState.CANCELLED)
    def of_a_higher_app(session: TrainingSession) -> list[Blocker]:
        return found

    return found


def cancel(session: TrainingSession, reason: str = "") -> TrainingSession:
    return change_state(
        row=session,
        to=SessionState.CANCELLED,
        actor=None,
        verb="session.cancelled",
        stamps={"cancelled_at": timezone.now()},
        reason=reason,
    )


# --- Blockers of higher apps ----------------------------------------------------------------------


def test_a_higher_app_stands_in_the_way_of_a_lower_one(cancelling):
    session = SessionFactory()
    cancelling.append(Blocker(code="invoiced", sentence="La session est facturée."))
    with pytest.raises(Blocked) as refused:
        cancel(session, reason="Grève")
    assert refused.value.details == ["La session est facturée."]
    session.refresh_from_db()
    assert session.state == SessionState.OPEN
    cancelling.clear()
    assert cancel(session).state == SessionState.CANCELLED


def test_a_reason_overrides_only_what_says_so(cancelling):
    session = SessionFactory()
    cancelling.append(Blocker(code="late", sentence="C’est tard.", overridable=True))
    with pytest.raises(Blocked):
        cancel(session)
    assert cancel(session, reason="Grève").state == SessionState.CANCELLED


def test_what_is_registered_for_another_state_is_not_asked(cancelling):
    session = SessionFactory()
    cancelling.append(Blocker(code="invoiced", sentence="La session est facturée."))
    moved = change_state(
        row=session,
        to=SessionState.CONFIRMED,
        actor=None,
        verb="session.confirmed",
        stamps={"confirmed_at": timezone.now()},
    )
    assert moved.state == SessionState.CONFIRMED


def test_a_blocker_leads_to_the_screen_that_resolves_it():
    blocker = Blocker(
        code="x", sentence="…", resolved_at=("sessions:plan", 7), link="Prévoir les demi-journées"
    )
    assert blocker.url == reverse("sessions:plan", args=[7])
    assert Blocker(code="x", sentence="…").url == ""


# --- A set of rows --------------------------------------------------------------------------------


def end_all(session: TrainingSession, **asked):
    return change_states(
        rows=Enrolment.objects.filter(session=session),
        to=EnrolmentState.CANCELLED,
        actor=None,
        verb="enrolment.cancelled",
        stamps={
            "ended_on": timezone.localdate(),
            "end_reason": "Session annulée",
            "state_before_end": F("state"),
        },
        reason="Session annulée",
        session_id=session.pk,
        **asked,
    )


@pytest.mark.parametrize("people", [1, 3])
def test_a_set_moves_in_as_many_queries_as_one_row(people, django_assert_num_queries):
    session = SessionFactory()
    EnrolmentFactory.create_batch(people, session=session)
    with django_assert_num_queries(7):  # savepoint, lock, update, read back, journal (2), release
        moved = end_all(session)
    assert [row.state_before_end for row in moved] == ["confirmed"] * people
    lines = JournalEntry.objects.filter(verb="enrolment.cancelled")
    assert {(line.from_state, line.to_state) for line in lines} == {("confirmed", "cancelled")}
    assert lines.count() == people
    assert {line.details.data["reason"] for line in lines} == {"Session annulée"}


def test_a_set_moves_whole_or_not_at_all():
    session = SessionFactory()
    EnrolmentFactory(session=session)
    end_all(session)
    EnrolmentFactory(session=session)
    with pytest.raises(TransitionRefused):
        end_all(session)
    assert Enrolment.objects.filter(state=EnrolmentState.CONFIRMED).count() == 1


def test_the_guard_of_a_set_sees_every_row():
    session = SessionFactory()
    EnrolmentFactory.create_batch(2, session=session)

    def guard(rows):
        raise DomainError(f"{len(rows)} personnes.", code="no")

    with pytest.raises(DomainError, match="2 personnes"):
        end_all(session, guard=guard)
    assert not Enrolment.objects.filter(state=EnrolmentState.CANCELLED).exists()


# --- Workers --------------------------------------------------------------------------------------


def test_a_claim_takes_a_row_once():
    job = jobs.enqueue(task="core.tasks.sweep", kind="test")
    mine = Job.objects.filter(pk=job.pk, state=JobState.QUEUED)
    assert claim(rows=mine, to=JobState.RUNNING, stamps={"attempts": F("attempts") + 1})
    assert not claim(rows=mine, to=JobState.RUNNING)


def test_a_claim_follows_the_table():
    job = jobs.enqueue(task="core.tasks.sweep", kind="test")
    assert not claim(rows=Job.objects.filter(pk=job.pk), to=JobState.DONE)
    job.refresh_from_db()
    assert job.state == JobState.QUEUED


def test_a_machine_whose_every_move_is_journaled_has_no_claims():
    with pytest.raises(ValueError, match="journaled"):
        claim(rows=TrainingSession.objects.all(), to=SessionState.OPEN)


def test_a_worker_whose_lease_was_taken_over_ends_nothing():
    job = jobs.enqueue(task="core.tasks.sweep", kind="test")
    slow = jobs.claim(job.pk)
    Job.objects.update(lease_until=timezone.now() - leases.LEASE)
    jobs.claim(job.pk)
    jobs.fail(slow, "Trop tard.")
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.RUNNING, "")
