"""Absences followed up: opened by the lock, documented, closed."""

import datetime as dt

import pytest
import time_machine

from django.core.files.storage import storages
from django.db import IntegrityError, transaction

from attendance.domain.absences import closing, documents, notes, opening
from attendance.domain.recording import correct
from attendance.enums import AbsenceDocumentState, FollowUpOutcome, FollowUpState, NoteKind
from attendance.models import AbsenceDocument, AbsenceFollowUp, FollowedAbsence
from attendance.tasks import follow_attendance
from certificates.domain.issuing import sheets
from core.exceptions import DomainError, TransitionRefused
from core.models import JournalEntry
from tests.attendance.absent import away, lock, picture
from tests.attendance.people import DAY, Room, at, room
from tests.factories import (
    HalfDayFactory,
    OrganisationFactory,
    RuleSettingFactory,
)
from tests.follow_up_factories import AbsenceGroundFactory
from tests.mails import opened
from training.domain.expected import expected_enrolments
from training.enums import AbsenceReason, AttendanceState, EnrolmentState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("next_day")]

NEXT_DAY = at(10, day=15)


def another_half_day(place: Room, hour: int = 14, day: int = 14):
    return HalfDayFactory(
        session=place.session,
        starts_at=at(hour, day=day),
        ends_at=at(hour + 3, day=day),
        counted_minutes=180,
        trainers=[place.trainer],
    )


def verbs(prefix: str = "absence.") -> list[str]:
    return list(
        JournalEntry.objects.filter(verb__startswith=prefix)
        .order_by("at", "pk")
        .values_list("verb", flat=True)
    )


# --- Opening --------------------------------------------------------------------------------------


def test_the_lock_opens_one_follow_up_for_whoever_is_away_and_for_nobody_else(place, follow_up):
    assert follow_up.enrolment == place.enrolments[0]
    assert (follow_up.state, follow_up.ground) == (FollowUpState.OPEN, None)
    assert [item.half_day for item in follow_up.absences.all()] == [place.half_day]
    assert opening.follow_half_day(half_day=place.half_day, actor=None) == []
    assert AbsenceFollowUp.objects.count() == 1


def test_a_run_of_absences_is_followed_once_and_another_one_after_it_is_closed(
    place, follow_up, clerk
):
    closing.close(follow_up=follow_up, outcome=FollowUpOutcome.UNEXCUSED, actor=clerk)
    for hour, day in ((9, 16), (14, 16)):
        half_day = another_half_day(place, hour, day)
        with time_machine.travel(at(hour + 3, day=day), tick=False):
            away(place, half_day=half_day, reason=AbsenceReason.TRANSPORT)
            place.sign(place.enrolments[1], half_day=half_day)
            lock(place, half_day)
    second = AbsenceFollowUp.objects.exclude(pk=follow_up.pk).get()
    assert second.absences.count() == 2
    assert second.ground.code == "transport"


def test_the_database_refuses_two_open_follow_ups_and_a_closed_one_without_outcome(follow_up):
    with pytest.raises(IntegrityError), transaction.atomic():
        AbsenceFollowUp.objects.create(enrolment=follow_up.enrolment)
    with pytest.raises(IntegrityError), transaction.atomic():
        AbsenceFollowUp.objects.filter(pk=follow_up.pk).update(
            state=FollowUpState.CLOSED, closed_at=NEXT_DAY
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        AbsenceFollowUp.objects.filter(pk=follow_up.pk).update(state=FollowUpState.AWAITED)


def test_a_correction_to_present_lifts_it_and_one_to_absent_opens_it(place, follow_up, clerk):
    correct(
        half_day=place.half_day,
        enrolment=place.enrolments[0],
        state=AttendanceState.PRESENT,
        reason="Arrivée vue par la formatrice",
        actor=clerk,
    )
    follow_up.refresh_from_db()
    assert (follow_up.state, follow_up.outcome) == (FollowUpState.CLOSED, FollowUpOutcome.LIFTED)
    assert not FollowedAbsence.objects.exists()
    correct(
        half_day=place.half_day,
        enrolment=place.enrolments[1],
        state=AttendanceState.ABSENT,
        absence_reason=AbsenceReason.WORK,
        reason="Signature donnée par erreur",
        actor=clerk,
    )
    opened = AbsenceFollowUp.objects.exclude(pk=follow_up.pk).get()
    assert (opened.enrolment, opened.ground.code) == (place.enrolments[1], "work")


def test_only_reasons_in_force_that_day_may_be_chosen_and_none_names_an_illness(follow_up, clerk):
    words = " ".join(ground.label.lower() for ground in notes.grounds_on(DAY))
    assert not any(word in words for word in ("malad", "santé", "médic", "arrêt", "hospital"))
    old = AbsenceGroundFactory(valid_to=DAY - dt.timedelta(days=1))
    with pytest.raises(DomainError) as refusal:
        notes.choose_ground(follow_up=follow_up, ground=old, actor=clerk)
    assert refusal.value.code == "bad_ground"
    good = AbsenceGroundFactory(valid_from=DAY)
    notes.choose_ground(follow_up=follow_up, ground=good, actor=clerk)
    follow_up.refresh_from_db()
    assert follow_up.ground == good


# --- Documents ------------------------------------------------------------------------------------


def test_a_document_is_asked_for_reminded_once_received_refused_then_accepted(
    follow_up, clerk, next_day
):
    documents.ask_document(follow_up=follow_up, actor=clerk)
    assert (follow_up.state, follow_up.due_on) == (FollowUpState.AWAITED, dt.date(2027, 1, 25))
    for day in (19, 20, 21):  # asked on the 15th; reminded from the 20th on, once
        next_day.move_to(at(10, day=day))
        follow_attendance()
    follow_up.refresh_from_db()
    assert follow_up.reminded_at == at(10, day=20)
    kinds = list(follow_up.messages.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["absence_document_asked", "absence_document_reminder"]

    first = documents.deposit(follow_up=follow_up, content=picture(), actor=None, by_learner=True)
    assert first.key.startswith("absence/")
    assert follow_up.state == FollowUpState.TO_CHECK
    with pytest.raises(DomainError) as refusal:
        closing.close(follow_up=follow_up, outcome=FollowUpOutcome.UNEXCUSED, actor=clerk)
    assert refusal.value.code == "document_to_check"
    documents.refuse_document(document=first, reason="La date ne se lit pas", actor=clerk)
    follow_up.refresh_from_db()
    assert follow_up.state == FollowUpState.OPEN
    assert "La date ne se lit pas" in opened(follow_up.messages.latest("pk")).body_text
    with pytest.raises(TransitionRefused):
        documents.accept_document(document=first, actor=clerk)

    second = documents.deposit(
        follow_up=follow_up, content=picture("JPEG"), actor=clerk, by_learner=False
    )
    documents.accept_document(document=second, actor=clerk)
    follow_up.refresh_from_db()
    assert follow_up.state == FollowUpState.CHECKED
    assert second.state == AbsenceDocumentState.ACCEPTED


def test_the_person_has_a_number_of_days_and_the_office_has_not(follow_up, clerk, next_day):
    RuleSettingFactory(code="absence_document_due_days", value=3, valid_from=dt.date(2027, 1, 1))
    documents.ask_document(follow_up=follow_up, actor=clerk)
    assert follow_up.due_on == dt.date(2027, 1, 18)
    next_day.move_to(at(9, day=19))
    with pytest.raises(DomainError) as refusal:
        documents.deposit(follow_up=follow_up, content=picture(), actor=None, by_learner=True)
    assert refusal.value.code == "deposit_over"
    assert not AbsenceDocument.objects.exists()
    documents.deposit(follow_up=follow_up, content=picture(), actor=clerk, by_learner=False)
    follow_attendance()
    follow_up.refresh_from_db()
    assert follow_up.reminded_at is None


@pytest.mark.parametrize(
    "content", [b"", b"<svg/>", picture("WEBP"), b"%PDF-" + b"0" * 16 * 1024 * 1024]
)
def test_what_is_no_pdf_jpeg_or_png_is_refused_and_nothing_is_kept(follow_up, clerk, content):
    before = _stored()
    with pytest.raises(DomainError):
        documents.deposit(follow_up=follow_up, content=content, actor=clerk, by_learner=False)
    assert _stored() == before


def test_the_same_file_twice_is_one_document_and_six_are_enough(follow_up, clerk):
    for grey in (1, 1, 2, 3, 4, 5, 6):
        documents.deposit(
            follow_up=follow_up, content=picture(grey=grey), actor=clerk, by_learner=False
        )
    assert follow_up.documents.count() == 6
    before = _stored()
    with pytest.raises(DomainError) as refusal:
        documents.deposit(
            follow_up=follow_up, content=picture(grey=7), actor=clerk, by_learner=False
        )
    assert refusal.value.code == "too_many_documents"
    assert _stored() == before


def _stored() -> set[str]:
    storage = storages["private"]
    return set(storage.listdir("absence")[1]) if storage.exists("absence") else set()


# --- Closing --------------------------------------------------------------------------------------


def cells(place: Room, clerk) -> list[str]:
    document = sheets.ask(session=place.session, actor=clerk)
    rows = document.context["blocks"][0]["rows"]
    return [row["cells"][0]["text"] for row in rows if "Aïcha" in row["name"]]


def test_the_sheet_prints_the_outcome_when_it_is_issued_and_never_the_reason(
    place, follow_up, clerk
):
    with pytest.raises(DomainError) as refusal:
        closing.close(follow_up=follow_up, outcome=FollowUpOutcome.EXCUSED, actor=clerk)
    assert refusal.value.code == "ground_required"
    ground = AbsenceGroundFactory(label="Convocation au tribunal")
    notes.choose_ground(follow_up=follow_up, ground=ground, actor=clerk)
    closing.close(follow_up=follow_up, outcome=FollowUpOutcome.EXCUSED, actor=clerk)
    document = sheets.ask(session=place.session, actor=clerk)
    assert "Absence excusée" in str(document.context)
    assert "tribunal" not in str(document.context)


def test_an_absence_excused_on_the_day_but_not_in_the_end_is_printed_as_an_absence(clerk):
    OrganisationFactory()
    place = room(1)
    with time_machine.travel(at(12, 25), tick=False):
        away(place, reason=AbsenceReason.EXCUSED)
        lock(place)
    follow_up = AbsenceFollowUp.objects.get()
    closing.close(follow_up=follow_up, outcome=FollowUpOutcome.UNEXCUSED, actor=clerk)
    assert cells(place, clerk) == ["Absence"]


def test_a_drop_out_is_one_action_and_leaves_due_only_what_came_before(place, follow_up, clerk):
    afternoon = another_half_day(place)
    with time_machine.travel(at(16, 55), tick=False):
        away(place, half_day=afternoon)
        place.sign(place.enrolments[1], half_day=afternoon)
        lock(place, afternoon)
    with pytest.raises(DomainError) as refusal:
        closing.close_as_drop_out(follow_up=follow_up, on=DAY, reason=" ", actor=clerk)
    assert refusal.value.code == "reason_required"
    closing.close_as_drop_out(follow_up=follow_up, on=DAY, reason="Nouvel emploi", actor=clerk)
    enrolment = place.enrolments[0]
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.ended_on) == (EnrolmentState.DROPPED_OUT, DAY)
    assert follow_up.outcome == FollowUpOutcome.DROPPED_OUT
    for half_day in (place.half_day, afternoon):
        assert list(expected_enrolments(half_day=half_day)) == [place.enrolments[1]]
    assert "Nouvel emploi" not in str(sheets.ask(session=place.session, actor=clerk).context)


def test_a_drop_out_that_is_refused_changes_nothing(place, follow_up, clerk):
    documents.deposit(follow_up=follow_up, content=picture(), actor=clerk, by_learner=False)
    with pytest.raises(DomainError):
        closing.close_as_drop_out(follow_up=follow_up, on=DAY, reason="Parti", actor=clerk)
    enrolment = place.enrolments[0]
    enrolment.refresh_from_db()
    assert enrolment.state == EnrolmentState.CONFIRMED


def test_a_closed_follow_up_is_reopened_with_a_reason_and_takes_no_note_before(follow_up, clerk):
    note = {
        "kind": NoteKind.CALL,
        "happened_on": DAY,
        "text": "Rappellera demain",
        "actor": clerk,
    }
    notes.add_note(follow_up=follow_up, **note)
    closing.close(follow_up=follow_up, outcome=FollowUpOutcome.UNEXCUSED, actor=clerk)
    with pytest.raises(DomainError) as refusal:
        notes.add_note(follow_up=follow_up, **note)
    assert refusal.value.code == "follow_up_closed"
    with pytest.raises(DomainError):
        closing.reopen(follow_up=follow_up, reason="", actor=clerk)
    closing.reopen(follow_up=follow_up, reason="Un document est arrivé", actor=clerk)
    assert (follow_up.state, follow_up.outcome) == (FollowUpState.OPEN, "")
    assert sorted(verbs()) == [
        "absence.closed",
        "absence.noted",
        "absence.opened",
        "absence.reopened",
    ]
