"""A correction starts from what is recorded: what is not touched stays as it was."""

import datetime as dt
import importlib
import pkgutil
from typing import Any

import pytest
import time_machine

from django import forms
from django.urls import reverse

import attendance.forms
import portal.forms
from attendance.domain.offline import settling
from attendance.domain.recording import correct, record_absence
from attendance.domain.versions import Version
from attendance.enums import AttendanceMethod
from attendance.forms.recorded import RECORDED_FIELDS, RecordedForm
from attendance.models import AttendanceEvent, OfflineItem
from tests.attendance.devices import STROKES, bring_back, prepared
from tests.attendance.people import Room, at, room
from tests.cast import Actor
from tests.core.backoffice.pages import text_of
from tests.words import plain
from training.models import AttendanceMark, HalfDay, TrainerAssignment

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(trainer: Actor) -> Room:
    place = room(2)
    TrainerAssignment.objects.filter(half_day=place.half_day).update(trainer=trainer.person)
    place.trainer = trainer.person
    return place


@pytest.fixture(autouse=True)
def _before_noon():
    with time_machine.travel(at(11, 30), tick=False):
        yield


def shown(actor: Actor, url: str) -> dict[str, Any]:
    """The values that a browser would send of the form as it is shown."""
    context = actor.get(url).context
    form = context["form"]
    return {
        name: "" if value is None else value
        for name in form.fields
        if (value := form[name].value()) is not False
    }


def pages(here: Room, office: Actor, trainer: Actor) -> list[tuple[Actor, str]]:
    enrolment = here.enrolments[0]
    return [
        (trainer, reverse("portal:change", args=[here.half_day.pk, enrolment.uuid])),
        (office, reverse("presences:record", args=[here.half_day.pk, enrolment.pk])),
    ]


def recorded(here: Room) -> tuple[Any, ...]:
    mark = AttendanceMark.objects.get(enrolment=here.enrolments[0])
    event = AttendanceEvent.objects.get(pk=mark.event_id)
    return (mark.state, mark.minutes, mark.absence_reason, event.arrived_at, event.left_at)


def came_late(here: Room) -> None:
    here.sign(here.enrolments[0], arrived_at=at(9, 40), left_at=at(11, 10))


def was_given_minutes(here: Room) -> None:
    here.sign(here.enrolments[0], arrived_at=at(9, 40))
    correct(
        half_day=here.half_day,
        enrolment=here.enrolments[0],
        state="present",
        minutes=45,
        arrived_at=at(9, 40),
        reason="Sortie deux fois",
        actor=here.actor,
    )


def was_absent(here: Room) -> None:
    record_absence(
        half_day=here.half_day,
        enrolment=here.enrolments[0],
        absence_reason="transport",
        actor=here.actor,
    )


@pytest.mark.parametrize("before", [came_late, was_given_minutes, was_absent])
@pytest.mark.parametrize("rank", [0, 1])
def test_a_form_sent_as_it_was_shown_changes_nothing(before, rank, here, office, trainer):
    before(here)
    actor, url = pages(here, office, trainer)[rank]
    was, events = recorded(here), AttendanceEvent.objects.count()
    values = shown(actor, url)
    answer = actor.post(url, values | {"reason": "Relecture"})
    assert "Rien n’est changé" in text_of(answer)
    assert recorded(here) == was
    assert AttendanceEvent.objects.count() == events


@pytest.mark.parametrize("rank", [0, 1])
def test_a_departure_added_keeps_the_late_arrival(rank, here, office, trainer):
    here.sign(here.enrolments[0], arrived_at=at(9, 40))
    actor, url = pages(here, office, trainer)[rank]
    assert "arrivée 9 h 40" in plain(text_of(actor.get(url)))
    values = shown(actor, url) | {"left_at": "11:00", "reason": "Partie plus tôt"}
    assert actor.post(url, values).status_code == 302
    assert recorded(here) == ("present", 80, "", at(9, 40), at(11))


def test_minutes_that_somebody_entered_stay_when_an_hour_is_corrected(here, office, trainer):
    was_given_minutes(here)
    for actor, url in pages(here, office, trainer):
        left = "11:00" if actor is trainer else "11:15"
        values = shown(actor, url)
        assert values["minutes"] == 45
        assert actor.post(url, values | {"left_at": left, "reason": "Partie"}).status_code == 302
        assert recorded(here)[1] == 45
    url = pages(here, office, trainer)[1][1]
    office.post(url, shown(office, url) | {"minutes": "", "reason": "Au vu des heures"})
    assert recorded(here)[1] == 95


def test_an_hour_is_shown_and_kept_by_the_clock_of_the_place(here, office, trainer):
    here.session.venue.time_zone = "America/Cayenne"
    here.session.venue.save()
    here.half_day = HalfDay.objects.with_place().get(pk=here.half_day.pk)
    came_late(here)
    for actor, url in pages(here, office, trainer):
        assert str(shown(actor, url)["arrived_at"])[:5] == "05:40"


def every_form() -> list[type[forms.Form]]:
    """The forms of attendance, those of the office and those of trainers and learners."""
    found = []
    for package in (attendance.forms, portal.forms):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            loaded = importlib.import_module(module.name)
            found += [
                item
                for item in vars(loaded).values()
                if isinstance(item, type)
                and issubclass(item, forms.Form)
                and item.__module__ == module.name
            ]
    return found


#: What a person says by signing is new: nothing is changed by it.
NEW = {"LearnerSignatureForm"}
#: It starts from what came back from the device.
BROUGHT_BACK = {"SettleForm"}


def test_every_form_that_changes_a_presence_starts_from_what_is_recorded():
    """A form with an hour, minutes or a reason of absence is one, whatever its name."""
    about = set(RECORDED_FIELDS) - {"state"}
    changing = {item for item in every_form() if about & set(item.base_fields)}
    assert {"ChangeForm", "StaffRecordForm", "RecordedForm"} <= {item.__name__ for item in changing}
    others = {item.__name__ for item in changing if not issubclass(item, RecordedForm)}
    assert others == NEW | BROUGHT_BACK


def test_the_form_of_a_presence_shows_every_value_that_is_recorded():
    half_day = room(0).half_day
    version = Version(
        half_day=half_day,
        state="present",
        minutes=45,
        arrived_at=at(9, 40),
        left_at=at(11),
    )
    form = RecordedForm(half_day=half_day, recorded=version)
    assert {name: form[name].value() for name in RECORDED_FIELDS} == {
        "state": "present",
        "minutes": 45,
        "arrived_at": dt.time(9, 40),
        "left_at": dt.time(11),
        "absence_reason": "",
    }


# --- Two versions of one presence -----------------------------------------------------------------


def settle_page(item: OfflineItem) -> str:
    return reverse("presences:settle", args=[item.ticket.half_day_id, item.pk])


@pytest.fixture
def conflict(here: Room) -> OfflineItem:
    """Declared present by the office, drawn late on the device: the two do not agree."""
    with time_machine.travel(at(8, 30), tick=False):
        device = prepared(here)
    here.sign(here.enrolments[0])
    device.sign(here.enrolments[0], at(10, 50), arrived_at="10:50")
    bring_back(device)
    return OfflineItem.objects.get()


def test_both_versions_are_shown_whole(conflict, office):
    answer = office.get(settle_page(conflict))
    words = plain(text_of(answer))
    assert "Présence, 3 h 30" in words
    assert "Présence, arrivée 10 h 50, 1 h 40" in words
    assert "<em>Aïcha Morvan</em>" in answer.text
    assert answer.text.count('class="bo-signature"') == 1
    assert 'value="10:50"' in answer.text


def test_what_is_taken_from_a_device_is_taken_whole(conflict, here, office):
    with time_machine.travel(at(20), tick=False):
        values = shown(office, settle_page(conflict)) | {
            "choice": "take",
            "reason": "Vue à 10 h 50",
        }
        assert office.post(settle_page(conflict), values).status_code == 302
    event = AttendanceEvent.objects.latest("sequence")
    assert recorded(here) == ("present", 100, "", at(10, 50), None)
    assert event.method == AttendanceMethod.DRAWN_ON_TRAINER_DEVICE
    assert event.details.data["strokes"] == STROKES
    assert event.details.data["reason"] == "Vue à 10 h 50"
    assert (event.kind, event.happened_at, event.is_offline) == ("correction", at(10, 50), True)
    assert event.supersedes.method == AttendanceMethod.TYPED_ON_TRAINER_DEVICE


def test_what_a_rule_refused_is_taken_with_its_hour_and_its_drawing(here, office):
    """An hour of arrival past the end: the office puts it right, the drawing stays."""
    with time_machine.travel(at(8, 30), tick=False):
        device = prepared(here)
    device.sign(here.enrolments[0], at(9, 50), arrived_at="15:00")
    device.sign(here.enrolments[1], at(9, 5), strokes=None, signed_name="Paul", consent=True)
    bring_back(device)
    drawn, typed = settling.items_to_settle()
    with time_machine.travel(at(20), tick=False):
        values = shown(office, settle_page(drawn)) | {"choice": "take", "reason": "Vue"}
        assert str(values["arrived_at"])[:5] == "15:00"
        assert office.post(settle_page(drawn), values).status_code == 422
        values["arrived_at"] = "9:50"
        assert office.post(settle_page(drawn), values).status_code == 302
        values = shown(office, settle_page(typed)) | {"choice": "take", "reason": "Prénom seul"}
        assert office.post(settle_page(typed), values).status_code == 302
    events = {event.enrolment_id: event for event in AttendanceEvent.objects.all()}
    first, second = (events[item.pk] for item in here.enrolments)
    assert (first.kind, first.method, first.minutes) == ("presence", "drawn", 160)
    assert first.details.data["strokes"] == STROKES
    assert (second.method, second.details.data["signed_name"]) == ("typed", "Paul")
