"""Hours are shown, typed and signed by the clock of the place, in Cayenne as in Savenay."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine

from django.urls import reverse

from attendance.domain.offline import snapshot, tickets
from attendance.domain.signatures import presence_statement
from attendance.models import AttendanceEvent
from certificates.domain.kinds import attendance_sheet
from certificates.domain.kinds.document_facts import DocumentFacts
from core.mails import render
from core.models import Message
from tests.attendance.devices import refused_item
from tests.attendance.people import room
from tests.core.backoffice.pages import text_of
from tests.factories import HalfDayFactory, VenueFactory
from tests.mails import opened
from tests.words import Words, plain
from training import mails
from training.enums import EnrolmentState, HalfDayState, Modality, SessionState
from training.models import HalfDay, TrainerAssignment

pytestmark = pytest.mark.django_db

CAYENNE = ZoneInfo("America/Cayenne")
LOCAL = "heure locale (UTC−3)"


def words(text: str) -> Words:
    return Words(plain(text))


def there(hour: int, minute: int = 0, *, day: int = 14) -> dt.datetime:
    return dt.datetime(2027, 1, day, hour, minute, tzinfo=CAYENNE)


@pytest.fixture(autouse=True)
def _ten_days_before():
    with time_machine.travel(there(9, day=4)):
        yield


@pytest.fixture
def far_away():
    """The half-day of 14 January in Cayenne, 9:00 to 12:30 there, 13:00 to 16:30 in Paris."""
    place = room(2, starts_at=there(9), ends_at=there(12, 30))
    place.session.venue = VenueFactory(name="Case commune", time_zone="America/Cayenne")
    place.session.save()
    place.half_day = HalfDay.objects.with_place().get(pk=place.half_day.pk)
    return place


def test_what_people_sign_says_the_hours_of_the_place(far_away):
    statement = words(presence_statement(far_away.half_day))
    assert f"le jeudi 14 janvier 2027, de 9 h à 12 h 30, {LOCAL}" in statement


def test_mails_say_the_hours_of_the_place(far_away):
    mail = mails.enrolment_confirmed(far_away.enrolments[0])
    assert f"de 9 h à 12 h 30, {LOCAL}" in words(render(mail).text)
    assert f"de 9 h à 12 h 30, {LOCAL}" in words(render(mail).html)


def test_a_remote_half_day_keeps_the_hours_of_paris(far_away):
    HalfDay.objects.update(modality=Modality.REMOTE)
    half_day = HalfDay.objects.get()
    assert words(half_day.times_words) == "13 h à 16 h 30"


def test_a_time_typed_by_the_trainer_is_that_of_the_place(far_away, trainer):
    TrainerAssignment.objects.update(trainer=trainer.person)
    enrolment = far_away.enrolments[0]
    with time_machine.travel(there(9, 50), tick=False):
        page = text_of(trainer.get(reverse("portal:half-day", args=[far_away.half_day.pk])))
        trainer.post(
            reverse("portal:sign", args=[far_away.half_day.pk, enrolment.uuid]),
            {"signed_name": str(enrolment.learner), "consent": "on", "arrived_at": "09:40"},
        )
    assert "9 h à 12 h 30" in page
    event = AttendanceEvent.objects.get()
    assert (event.arrived_at, event.minutes) == (there(9, 40), 170)


def test_a_half_day_is_changed_by_the_clock_of_its_place(far_away, office):
    address = reverse("half-days:change", args=[far_away.half_day.pk])
    assert 'value="2027-01-14T09:00"' in office.get(address).content.decode()
    values = {
        "label": "morning",
        "starts_at": "2027-01-14T08:30",
        "ends_at": "2027-01-14T12:30",
        "counted_minutes": 210,
        "modality": "on_site",
        "trainers-TOTAL_FORMS": 0,
        "trainers-INITIAL_FORMS": 0,
    }
    office.post(address, values)
    assert HalfDay.objects.get().starts_at == there(8, 30)
    # The place changes with the hours: they are those of the new place.
    office.post(address, {**values, "venue": VenueFactory().pk})
    assert HalfDay.objects.get().starts_at == dt.datetime(
        2027, 1, 14, 8, 30, tzinfo=ZoneInfo("Europe/Paris")
    )


def test_a_half_day_is_moved_by_the_clock_of_its_place(far_away, office):
    address = reverse("half-days:move", args=[far_away.half_day.pk])
    assert 'value="2027-01-14T09:00"' in office.get(address).content.decode()
    office.post(
        address,
        {"starts_at": "2027-01-21T09:00", "ends_at": "2027-01-21T12:30", "reason": "Cyclone"},
    )
    assert HalfDay.objects.get(state=HalfDayState.PLANNED).starts_at == there(9, day=21)


def test_an_evening_belongs_to_the_day_of_its_place():
    """21:00 on the 14th is already the 15th in Paris: a person who left on the 15th is due."""
    session = room(1).session
    session.venue = VenueFactory(time_zone="America/Cayenne")
    session.save()
    evening = HalfDayFactory(session=session, starts_at=there(21), ends_at=there(23, 30))
    assert str(evening) == "14/01/2027, matin"
    enrolment = session.enrolments.get()
    enrolment.state = EnrolmentState.DROPPED_OUT
    enrolment.ended_on = dt.date(2027, 1, 15)
    enrolment.end_reason = "Déménagement"
    enrolment.state_before_end = EnrolmentState.CONFIRMED
    enrolment.save()
    from training.domain.expected import expected_enrolments

    assert enrolment in expected_enrolments(half_day=evening)


def test_every_screen_says_the_hour_of_the_place(far_away, trainer, office):
    """Signed at 9:52 in Cayenne: it is 13:52 in Paris, which no screen says."""
    TrainerAssignment.objects.update(trainer=trainer.person)
    enrolment = far_away.enrolments[0]
    half_day = reverse("portal:half-day", args=[far_away.half_day.pk])
    with time_machine.travel(there(9, 52), tick=False):
        answer = trainer.post(
            reverse("portal:sign", args=[far_away.half_day.pk, enrolment.uuid]),
            {"signed_name": str(enrolment.learner), "consent": "on"},
            follow=True,
        )
        item = refused_item(far_away.half_day, kind="presence", enrolment=far_away.enrolments[1])
        pages = [answer, trainer.get(half_day)]
        pages += [
            office.get(reverse(name, args=arguments))
            for name, arguments in [
                ("half-days:show", [far_away.half_day.pk]),
                ("presences:settle", [far_away.half_day.pk, item.pk]),
                ("session-attendance", [far_away.session.pk]),
            ]
        ]
        sheet = attendance_sheet.context(
            facts=DocumentFacts(far_away.session), enrolment=None, on=there(9).date()
        )
    for page in pages:
        said = words(text_of(page))
        assert "9 h 52" in said
        assert "13 h 52" not in said
    assert words(sheet["recorded_until"]) == "14 janvier 2027 à 9 h 52"


def test_a_device_is_given_the_clock_of_the_place(far_away):
    with time_machine.travel(there(8, 30), tick=False):
        ticket, _token = tickets.prepare(
            half_day=far_away.half_day, trainer=far_away.trainer, actor=far_away.actor
        )
        taken = snapshot.snapshot(ticket)
    assert taken["time_zone"] == "America/Cayenne"
    assert "à 8 h 30" in words(taken["ready_words"])


# --- People who were to come are notified --------------------------------------------------------


def told_of_a_change() -> list[tuple[str, Words]]:
    found = Message.objects.filter(kind="half_day_changed").order_by("pk")
    return [(message.to_name, words(opened(message).body_text)) for message in found]


def test_people_and_trainers_are_told_that_a_half_day_moves(office):
    place = room(2, starts_at=there(9), ends_at=there(12, 30))
    page = reverse("half-days:move", args=[place.half_day.pk])
    warned = text_of(office.get(page))
    assert "Un message partira à 2 personnes attendues et à 1 personne formatrice" in warned
    office.post(
        page, {"starts_at": "2027-01-21T09:00", "ends_at": "2027-01-21T12:30", "reason": "Neige"}
    )
    messages = told_of_a_change()
    people = {str(item.learner) for item in place.enrolments}
    assert {name for name, _text in messages} == people | {str(place.trainer)}
    for _name, text in messages:
        assert "jeudi 21 janvier 2027, de 9 h à 12 h 30" in text
        assert "Motif : Neige" in text


def test_nobody_is_told_of_a_half_day_that_is_over_or_of_a_draft(office):
    place = room(1, starts_at=there(9), ends_at=there(12, 30))
    cancel = reverse("half-days:cancel", args=[place.half_day.pk])
    with time_machine.travel(there(9, day=15)):
        office.post(cancel, {"reason": "Personne n’est venu"})
    assert HalfDay.objects.get().state == HalfDayState.CANCELLED
    draft = HalfDayFactory(session__state=SessionState.DRAFT)
    office.post(reverse("half-days:cancel", args=[draft.pk]), {"reason": "Erreur"})
    assert not told_of_a_change()


def test_another_time_is_told_another_label_is_not(office):
    place = room(1, starts_at=there(9), ends_at=there(12, 30))
    address = reverse("half-days:change", args=[place.half_day.pk])
    values = {
        "label": "afternoon",
        "starts_at": "2027-01-14T13:00",
        "ends_at": "2027-01-14T16:30",
        "counted_minutes": 210,
        "modality": "on_site",
        "trainers-TOTAL_FORMS": 1,
        "trainers-INITIAL_FORMS": 1,
        "trainers-0-trainer": place.trainer.pk,
        "trainers-0-role": "lead",
        "trainers-0-status": "employed",
    }
    office.post(address, values)
    assert HalfDay.objects.get().label == "afternoon"
    assert not told_of_a_change()
    office.post(address, {**values, "starts_at": "2027-01-14T12:30"})
    assert len(told_of_a_change()) == 2
    assert "de 12 h 30 à 16 h 30" in told_of_a_change()[0][1]
