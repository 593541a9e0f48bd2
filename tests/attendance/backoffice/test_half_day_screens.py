"""Half-days planned from days and hours, changed until the first signature, recorded by staff."""

import datetime as dt
from http import HTTPStatus
from zoneinfo import ZoneInfo

import pytest

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from attendance.domain import recording
from tests.core.backoffice.pages import messages_shown, text_of
from tests.factories import (
    EnrolmentFactory,
    HalfDayFactory,
    SessionFactory,
    TrainerFactory,
    VenueFactory,
    session_with_people,
)
from training.domain.sessions.planning import days_in_a_row
from training.enums import AttendanceState, HalfDayState, SessionState
from training.forms.half_days import read_days
from training.models import AttendanceMark, HalfDay, SessionGroup

pytestmark = [pytest.mark.django_db]

PARIS = ZoneInfo("Europe/Paris")
YESTERDAY = timezone.localdate() - dt.timedelta(days=1)


def plan(session):
    return reverse("sessions:plan", args=[session.pk])


def plan_data(**values):
    """Two usual half-days a day, on the days that `values` give."""
    return {
        "morning_used": "on",
        "morning_starts": "09:00",
        "morning_ends": "12:30",
        "morning_minutes": 210,
        "afternoon_used": "on",
        "afternoon_starts": "13:30",
        "afternoon_ends": "17:00",
        "afternoon_minutes": 210,
        "weekdays": [0, 1, 2, 3, 4],
        **values,
    }


# --- Planned --------------------------------------------------------------------------------------


def test_half_days_are_made_from_a_first_day_and_the_days_of_the_week(office):
    session, trainer = SessionFactory(state=SessionState.DRAFT), TrainerFactory()

    response = office.post(
        plan(session),
        plan_data(first_day="2027-01-14", day_count=3, trainers=[trainer.pk], weekdays=[3, 4]),
    )

    assert messages_shown(response) == ["6 demi-journées ajoutées."]
    days = [timezone.localdate(item.starts_at) for item in session.half_days.all()]
    assert sorted(set(days)) == [dt.date(2027, 1, 14), dt.date(2027, 1, 15), dt.date(2027, 1, 21)]
    first = session.half_days.first()
    assert first.starts_at == dt.datetime(2027, 1, 14, 9, 0, tzinfo=PARIS)
    assert [item.trainer for item in first.assignments.all()] == [trainer]


def test_half_days_are_made_on_dates_written_one_by_one(office):
    session = SessionFactory(state=SessionState.DRAFT)

    office.post(plan(session), plan_data(days="14/01/2027\n2027-02-02, 14/01/2027"))

    assert session.half_days.count() == 4


def test_an_evening_may_pass_midnight(office):
    session = SessionFactory(state=SessionState.DRAFT)
    data = plan_data(
        first_day="2027-01-14",
        evening_used="on",
        evening_starts="22:00",
        evening_ends="00:30",
        evening_minutes=150,
    )
    del data["morning_used"], data["afternoon_used"]

    office.post(plan(session), data)

    evening = session.half_days.get()
    assert evening.ends_at == dt.datetime(2027, 1, 15, 0, 30, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "Indiquez un premier jour, ou des dates précises."),
        ({"days": "31/02/2027"}, "« 31/02/2027 » n’est pas une date."),
        ({"days": "bientôt"}, "« bientôt » n’est pas une date."),
        ({"first_day": "14 janvier"}, "Saisissez une date valide."),
        ({"first_day": "2027-01-14", "day_count": 900}, "inférieure ou égale à 60"),
        ({"first_day": "2027-01-14", "weekdays": []}, "au moins un jour de la semaine"),
        ({"first_day": "2027-01-14", "morning_minutes": 300}, "dépassent la durée"),
        ({"first_day": "2027-01-14", "morning_ends": ""}, "le début, la fin et les minutes"),
        (
            {"first_day": "2027-01-14", "morning_used": "", "afternoon_used": ""},
            "au moins un moment de la journée",
        ),
    ],
)
def test_bad_days_and_hours_are_named_and_nothing_is_made(office, values, sentence):
    session = SessionFactory(state=SessionState.DRAFT)

    response = office.post(plan(session), plan_data(**values))

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert sentence in text_of(response)
    assert not session.half_days.exists()


def test_no_half_day_is_planned_in_a_session_that_is_over(office):
    session = SessionFactory(state=SessionState.CANCELLED)

    response = office.post(plan(session), plan_data(first_day="2027-01-14"))

    assert "Cette session est terminée ou annulée." in text_of(response)


def test_a_list_of_dates_is_read_in_both_writings():
    assert read_days("1/3/2027 ; 2027-03-02") == [dt.date(2027, 3, 1), dt.date(2027, 3, 2)]
    with pytest.raises(ValidationError, match="bad"):
        read_days("bad")


def test_days_in_a_row_skip_the_days_left_out():
    friday = dt.date(2027, 1, 15)
    assert days_in_a_row(first=friday, count=2) == [friday, dt.date(2027, 1, 18)]
    assert days_in_a_row(first=friday, count=2, weekdays=[]) == []


def test_groups_are_added_once_by_name(office):
    session = SessionFactory()
    page = reverse("sessions:add_group", args=[session.pk])

    office.post(page, {"name": "Groupe A"})
    again = office.post(page, {"name": "groupe a"})

    assert "Ce groupe existe déjà dans la session." in text_of(again)
    assert SessionGroup.objects.get().name == "Groupe A"


# --- Changed, moved, cancelled --------------------------------------------------------------------


def half_day_data(half_day, *trainers, **values):
    """The form of a half-day as its page gives it."""
    start, end = timezone.localtime(half_day.starts_at), timezone.localtime(half_day.ends_at)
    rows = {
        f"trainers-{rank}-{name}": value
        for rank, trainer in enumerate(trainers)
        for name, value in (("trainer", trainer.pk), ("role", "lead"), ("status", "volunteer"))
    }
    return {
        "label": half_day.label,
        "starts_at": f"{start:%Y-%m-%dT%H:%M}",
        "ends_at": f"{end:%Y-%m-%dT%H:%M}",
        "counted_minutes": half_day.counted_minutes,
        "modality": half_day.modality,
        "venue": "",
        "link": "",
        "trainers-TOTAL_FORMS": len(trainers),
        "trainers-INITIAL_FORMS": 0,
        **rows,
        **values,
    }


def change(client, half_day, *trainers, **values):
    return client.post(
        reverse("half-days:change", args=[half_day.pk]),
        half_day_data(half_day, *trainers, **values),
    )


def test_a_half_day_changes_its_hours_its_place_and_its_trainers(office):
    former, new, venue = TrainerFactory(), TrainerFactory(), VenueFactory()
    half_day = HalfDayFactory(trainers=[former])

    change(office, half_day, new, venue=venue.pk, counted_minutes=180)

    half_day.refresh_from_db()
    assert (half_day.venue, half_day.counted_minutes) == (venue, 180)
    assignment = half_day.assignments.get()
    assert (assignment.trainer, assignment.status) == (new, "volunteer")


def test_the_same_trainer_twice_is_refused_and_nothing_changes(office):
    trainer = TrainerFactory()
    half_day = HalfDayFactory()

    response = change(office, half_day, trainer, trainer, counted_minutes=100)

    assert "La même personne formatrice est indiquée deux fois." in text_of(response)
    half_day.refresh_from_db()
    assert half_day.counted_minutes == 210


def test_counted_minutes_cannot_exceed_the_clock(office):
    half_day = HalfDayFactory()

    response = change(office, half_day, counted_minutes=700)

    assert "dépassent la durée" in text_of(response)


def attended_half_day():
    """A half-day of yesterday where the first of two people is recorded present."""
    session = session_with_people(learners=2, first_day=YESTERDAY)
    half_day = session.half_days.get()
    return half_day, list(session.enrolments.order_by("learner__last_name", "pk"))


def record(half_day, enrolment, actor):
    return recording.record_presence(
        half_day=half_day,
        enrolment=enrolment,
        method="staff",
        signature=None,
        actor=actor,
        reason="feuille de papier",
    )


def test_once_somebody_signed_a_half_day_stays_as_it_is(office):
    half_day, (first, _second) = attended_half_day()
    record(half_day, first, office.user)

    response = office.post(
        reverse("half-days:change", args=[half_day.pk]),
        half_day_data(half_day, reason="Salle prise", counted_minutes=100),
    )

    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Une présence est déjà enregistrée" in text_of(response)
    half_day.refresh_from_db()
    assert (half_day.state, half_day.counted_minutes) == (HalfDayState.PLANNED, 210)


def test_a_half_day_is_moved_with_its_trainers_and_a_reason(office):
    trainer = TrainerFactory()
    half_day = HalfDayFactory(trainers=[trainer])
    page = reverse("half-days:move", args=[half_day.pk])
    day = timezone.localdate() + dt.timedelta(days=30)
    data = {"starts_at": f"{day}T09:00", "ends_at": f"{day}T08:00", "reason": "Neige"}

    wrong = office.post(page, data)
    assert "La fin doit suivre le début." in text_of(wrong)
    assert "Neige" in wrong.content.decode()

    office.post(page, {**data, "ends_at": f"{day}T12:30"})
    half_day.refresh_from_db()
    assert half_day.state == HalfDayState.MOVED
    assert half_day.moved_to.assignments.get().trainer == trainer


def test_a_half_day_is_cancelled_with_a_reason(office):
    half_day = HalfDayFactory()

    office.post(reverse("half-days:cancel", args=[half_day.pk]), {"reason": "Grève"})

    half_day.refresh_from_db()
    assert half_day.state == HalfDayState.CANCELLED


# --- Attendance -----------------------------------------------------------------------------------


def sheet(half_day):
    return reverse("half-days:show", args=[half_day.pk])


def record_page(half_day, enrolment):
    return reverse("presences:record", args=[half_day.pk, enrolment.pk])


def test_the_list_counts_who_came_out_of_who_was_expected(office):
    half_day, (first, _second) = attended_half_day()
    record(half_day, first, office.user)

    words = text_of(office.get(reverse("sessions:half_days", args=[half_day.session_id])))

    assert "À clore" in words
    assert "1 sur 2 1 sans réponse" in words


def test_the_sheet_says_who_is_there_and_how_it_is_known(office):
    half_day, (first, second) = attended_half_day()
    record(half_day, first, office.user)

    words = text_of(office.get(sheet(half_day)))

    assert f"{first.learner} — Présence, 3 h 30 Saisie de l’organisme" in words
    assert f"{second.learner} — rien d’enregistré" in words


def test_staff_record_a_presence_then_correct_it_with_a_reason(office):
    half_day, (first, _second) = attended_half_day()
    page = record_page(half_day, first)

    empty = office.post(page, {"state": "present", "reason": ""})
    assert "Indiquez pourquoi." in text_of(empty)

    office.post(page, {"state": "present", "reason": "Feuille de papier"})
    mark = AttendanceMark.objects.get(half_day=half_day, enrolment=first)
    assert (mark.state, mark.minutes) == (AttendanceState.PRESENT, 210)

    office.post(page, {"state": "present", "minutes": 120, "reason": "Partie à 11 h"})
    mark.refresh_from_db()
    assert mark.minutes == 120
    assert half_day.attendance_events.count() == 2


def test_an_absence_needs_a_reason_from_the_list(office):
    half_day, (first, _second) = attended_half_day()
    page = record_page(half_day, first)

    wrong = office.post(page, {"state": "absent", "reason": "Feuille de papier"})
    assert "Choisissez le motif de l’absence." in text_of(wrong)

    office.post(page, {"state": "absent", "absence_reason": "work", "reason": "Feuille de papier"})
    assert AttendanceMark.objects.get().state == AttendanceState.ABSENT


def test_nobody_of_another_session_is_recorded(office):
    half_day, _people = attended_half_day()

    response = office.get(record_page(half_day, EnrolmentFactory()))

    assert response.status_code == HTTPStatus.NOT_FOUND


def test_staff_close_a_half_day_only_when_everybody_is_resolved(office):
    half_day, (first, second) = attended_half_day()
    record(half_day, first, office.user)
    page = reverse("presences:lock", args=[half_day.pk])

    refused = office.post(page, {"reason": "Formateur hospitalisé"})
    assert str(second.learner) in text_of(refused)

    record(half_day, second, office.user)
    office.post(page, {"reason": "Formateur indisponible"})
    half_day.refresh_from_db()
    assert half_day.state == HalfDayState.HELD
    assert "Close par l’organisme" in text_of(office.get(sheet(half_day)))


def test_the_sheet_costs_the_same_for_one_person_as_for_three(
    office, django_assert_max_num_queries
):
    for count in (1, 3):
        session = session_with_people(learners=count, first_day=YESTERDAY)
        half_day = session.half_days.get()
        for enrolment in session.enrolments.all():
            record(half_day, enrolment, office.user)
        with django_assert_max_num_queries(29):
            assert office.get(sheet(half_day)).status_code == HTTPStatus.OK


def test_the_list_of_half_days_costs_the_same_for_one_as_for_three(
    office, django_assert_max_num_queries
):
    for count in (1, 2):
        session_with_people(half_days=count)
        with django_assert_max_num_queries(13):
            assert office.get(reverse("half-days:index")).status_code == HTTPStatus.OK
    assert HalfDay.objects.count() == 3
