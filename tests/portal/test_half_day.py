"""The half-day on the trainer's device, without a script."""

import json
import uuid

import pytest
import time_machine
from bs4 import BeautifulSoup

from django.urls import reverse

from attendance.domain.recording import record_absence
from attendance.domain.verification import verify_chain
from attendance.models import AttendanceEvent, HalfDayLock
from tests.attendance.people import TEN, Room, at, room
from tests.cast import Actor
from training.enums import AbsenceReason, HalfDayState
from training.models import AttendanceMark, Enrolment, HalfDay, TrainerAssignment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ten_o_clock():
    with time_machine.travel(TEN, tick=False):
        yield


@pytest.fixture
def here(trainer: Actor) -> Room:
    """The half-day of 14 January, 9:00 to 12:30, with Aïcha, Paul and Léa; `trainer` trains."""
    return room(3).taught_by(trainer.person)


def address(name: str, here: Room, enrolment: Enrolment | None = None) -> str:
    arguments = {"pk": here.half_day.pk}
    if enrolment is not None:
        arguments["enrolment"] = enrolment.uuid
    return reverse(f"portal:{name}", kwargs=arguments)


def page(actor: Actor, here: Room) -> str:
    response = actor.get(address("half-day", here))
    assert response.status_code == 200
    return response.content.decode()


def sign(actor: Actor, here: Room, enrolment: Enrolment, **values: object):
    data = {"signed_name": str(enrolment.learner), "consent": "on", **values}
    return actor.post(address("sign", here, enrolment), data)


def test_the_page_names_everybody_and_who_is_missing(trainer, here):
    here.sign(here.enrolments[0])
    text = page(trainer, here)
    for name in ("Aïcha Morvan", "Paul Durand", "Léa Martin"):
        assert name in text
    assert "Signé<br>10\u00a0h" in text
    assert "Il manque 2 personnes\u00a0: Paul Durand, Léa Martin." in text


@pytest.mark.parametrize("people", [1, 3])
def test_the_number_of_queries_does_not_grow(trainer, people, django_assert_max_num_queries):
    place = room(people).taught_by(trainer.person)
    for enrolment in place.enrolments:
        place.sign(enrolment)
    with django_assert_max_num_queries(28):
        page(trainer, place)


def test_a_person_signs_by_typing_their_name(trainer, here):
    paul = here.enrolments[1]
    form = trainer.get(address("sign", here, paul)).content.decode()
    assert "J’atteste ma présence à la formation «\u00a0Gouvernance partagée\u00a0»" in form
    response = sign(trainer, here, paul)
    assert response.status_code == 302
    assert response["Location"] == address("half-day", here)
    event = AttendanceEvent.objects.get()
    assert (event.enrolment, event.method, event.trainer) == (paul, "typed", trainer.person)
    assert event.recorded_by == trainer.user
    assert event.details.data["ip"] == "127.0.0.1"
    assert "Paul Durand\u00a0: signature enregistrée à 10\u00a0h." in page(trainer, here)


def test_a_person_signs_by_drawing(trainer, here):
    strokes = [[[10, 10], [500, 400], [900, 100]], [[50, 60], [70, 80]]]
    aicha = here.enrolments[0]
    response = trainer.post(address("sign", here, aicha), {"strokes": json.dumps(strokes)})
    assert response.status_code == 302
    event = AttendanceEvent.objects.get()
    assert event.method == "drawn"
    assert event.details.data["strokes"] == strokes


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"signed_name": ""}, "Saisissez votre prénom et votre nom."),
        ({"consent": ""}, "Cochez la case d’accord"),
        ({"signed_name": "Léa Martin"}, "ne correspond pas à celui de Paul Durand"),
        ({"strokes": "[[[1,1]]]"}, "Un simple point n’est pas une signature"),
        ({"strokes": "[[[1,1],[1,99999]]]"}, "n’a pas pu être lu"),
        ({"strokes": "{"}, "n’a pas pu être lu"),
        ({"strokes": '{"a":1}'}, "n’a pas pu être lu"),
        ({"strokes": "[" * 50_000}, "n’a pas pu être lu"),
        ({"strokes": "[" + "1" * 60_000 + "]"}, "trop long"),
        ({"arrived_at": "25:00"}, "Indiquez une heure"),
        ({"arrived_at": "10:30"}, "dans le futur"),
        ({"key": "x"}, "UUID"),
    ],
)
def test_a_signature_that_cannot_be_kept_is_explained(trainer, here, values, sentence):
    response = sign(trainer, here, here.enrolments[1], **values)
    assert response.status_code == 200
    text = response.content.decode()
    assert sentence in text
    assert 'role="alert"' in text
    assert not AttendanceEvent.objects.exists()


def test_a_double_click_signs_once(trainer, here):
    key = str(uuid.uuid4())
    for _click in range(2):
        assert sign(trainer, here, here.enrolments[0], key=key).status_code == 302
    assert AttendanceEvent.objects.count() == 1


def test_a_late_arrival_reduces_the_minutes(trainer, here):
    sign(trainer, here, here.enrolments[0], arrived_at="09:40")
    assert AttendanceMark.objects.get().minutes == 170
    assert "2\u00a0h\u00a050 suivies" in page(trainer, here)


def test_an_evening_past_midnight_takes_times_of_the_next_day(trainer):
    evening = room(1, starts_at=at(20), ends_at=at(1, day=15), counted_minutes=300)
    TrainerAssignment.objects.update(trainer=trainer.person)
    evening.trainer = trainer.person
    with time_machine.travel(at(0, 50, day=15), tick=False):
        sign(trainer, evening, evening.enrolments[0], arrived_at="00:20")
    # 20:00 to 0:20 missed: 260 of 300.
    assert AttendanceMark.objects.get().minutes == 40


def test_before_the_window_nothing_can_be_signed(trainer, here):
    with time_machine.travel(at(8, 44), tick=False):
        assert "L’émargement ouvre à 8\u00a0h\u00a045." in page(trainer, here)
        assert trainer.get(address("sign", here, here.enrolments[0])).status_code == 302
        response = sign(trainer, here, here.enrolments[0])
    assert response.status_code == 422
    assert "Il est trop tôt" in response.content.decode()
    assert not AttendanceEvent.objects.exists()


def test_after_the_window_the_trainer_declares(trainer, here):
    with time_machine.travel(at(15), tick=False):
        text = page(trainer, here)
        assert "La signature a fermé à 13\u00a0h." in text
        assert address("change", here, here.enrolments[0]) in text
        assert sign(trainer, here, here.enrolments[0]).status_code == 422
        values = {"state": "present"}
        response = trainer.post(address("change", here, here.enrolments[0]), values)
        assert "Indiquez le motif." in response.content.decode()
        response = trainer.post(
            address("change", here, here.enrolments[0]), values | {"reason": "Tablette en panne"}
        )
    assert response.status_code == 302
    event = AttendanceEvent.objects.get()
    assert (event.method, event.kind) == ("declared", "presence")
    assert "Présence<br>déclarée" in page(trainer, here)


def test_an_absence_has_six_buttons_one_of_which_says_that_the_reason_is_not_known(trainer, here):
    buttons = BeautifulSoup(page(trainer, here), "html.parser").select(
        f"form[action='{address('absent', here)}']:has([value='{here.enrolments[0].uuid}']) button"
    )
    assert [button["value"] for button in buttons] == AbsenceReason.values
    assert len(buttons) == 6
    assert "Non connue à ce stade" in buttons[-1].get_text()


def test_one_button_records_an_absence_and_the_person_may_still_come(trainer, here):
    values = {"enrolment": here.enrolments[0].uuid, "absence_reason": "transport"}
    response = trainer.post(address("absent", here), values)
    assert response.status_code == 302
    text = page(trainer, here)
    assert "Absence" in text
    assert address("sign", here, here.enrolments[0]) in text
    assert sign(trainer, here, here.enrolments[0], arrived_at="9:50").status_code == 302
    assert AttendanceMark.objects.get().state == "present"


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({}, 422),
        ({"enrolment": "pas-un-uuid", "absence_reason": "work"}, 404),
        ({"enrolment": str(uuid.uuid4()), "absence_reason": "work"}, 404),
    ],
)
def test_an_absence_of_nobody_is_refused(trainer, here, values, status):
    assert trainer.post(address("absent", here), values).status_code == status
    assert not AttendanceEvent.objects.exists()


def test_an_absence_without_a_known_reason_is_refused(trainer, here):
    values = {"enrolment": here.enrolments[0].uuid, "absence_reason": "malade"}
    response = trainer.post(address("absent", here), values)
    assert response.status_code == 422
    assert "Choisissez un motif d’absence" in response.content.decode()


def test_all_the_others_are_absent_in_one_action(trainer, here):
    here.sign(here.enrolments[0])
    response = trainer.post(address("all-absent", here), {"absence_reason": "unknown"})
    assert response.status_code == 302
    assert list(AttendanceMark.objects.order_by("pk").values_list("state", flat=True)) == [
        "present",
        "absent",
        "absent",
    ]
    assert trainer.post(address("all-absent", here), {"absence_reason": "x"}).status_code == 302


def test_a_correction_keeps_what_was_there(trainer, here):
    here.sign(here.enrolments[0])
    form = trainer.get(address("change", here, here.enrolments[0])).content.decode()
    assert "ce qui est enregistré reste visible" in form
    with time_machine.travel(at(11, 30), tick=False):
        response = trainer.post(
            address("change", here, here.enrolments[0]),
            {"state": "present", "left_at": "11:00", "reason": "Rendez-vous"},
        )
    assert response.status_code == 302
    assert AttendanceEvent.objects.count() == 2
    assert AttendanceMark.objects.get().minutes == 120
    assert "Présence<br>corrigée" in page(trainer, here)


def test_a_correction_to_absence_needs_its_reason(trainer, here):
    here.sign(here.enrolments[0])
    url = address("change", here, here.enrolments[0])
    response = trainer.post(url, {"state": "absent", "reason": "Erreur"})
    assert "Choisissez le motif de l’absence." in response.content.decode()
    response = trainer.post(url, {"state": "absent", "absence_reason": "work", "reason": "Erreur"})
    assert response.status_code == 302
    assert AttendanceMark.objects.get().state == "absent"


def everybody(here: Room) -> None:
    here.sign(here.enrolments[0])
    here.sign(here.enrolments[1])
    record_absence(
        half_day=here.half_day,
        enrolment=here.enrolments[2],
        absence_reason="excused",
        actor=here.actor,
    )


def test_the_lock_is_refused_by_name_while_somebody_is_missing(trainer, here):
    here.sign(here.enrolments[0])
    response = trainer.get(address("lock", here), follow=True)
    assert response.redirect_chain == [(address("half-day", here), 302)]
    sentence = "Il manque 2 personnes\u00a0: Paul Durand, Léa Martin."
    assert response.content.decode().count(sentence) == 2
    signature = {"signed_name": str(trainer.person), "consent": "on"}
    response = trainer.post(address("lock", here), signature)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not HalfDayLock.objects.exists()


def test_the_trainer_reads_then_signs_and_the_half_day_is_closed(trainer, here):
    everybody(here)
    with time_machine.travel(at(12, 31), tick=False):
        text = trainer.get(address("lock", here)).content.decode()
        assert "Présence, 3\u00a0h\u00a030" in text
        assert "Absence excusée" in text
        assert "early_reason" not in text
        response = trainer.post(
            address("lock", here), {"signed_name": str(trainer.person), "consent": "on"}
        )
        assert response.status_code == 302
        text = page(trainer, here)
        assert "Demi-journée close" in text
        assert f"Close à 12\u00a0h\u00a031 par {trainer.person}." in text
        assert address("sign", here, here.enrolments[0]) not in text
        # Closed twice, or changed afterwards: sent back.
        for name in ("lock", "change"):
            enrolment = here.enrolments[0] if name == "change" else None
            assert trainer.get(address(name, here, enrolment)).status_code == 302
    here.half_day.refresh_from_db()
    assert here.half_day.state == HalfDayState.HELD
    assert verify_chain(session=here.session).ok


def test_closing_early_asks_why(trainer, here):
    everybody(here)
    signature = {"signed_name": str(trainer.person), "consent": "on"}
    text = trainer.get(address("lock", here)).content.decode()
    assert "indiquez pourquoi" in text
    response = trainer.post(address("lock", here), signature)
    assert response.status_code == 200
    assert not HalfDayLock.objects.exists()
    response = trainer.post(address("lock", here), signature | {"early_reason": "Neige"})
    assert response.status_code == 302
    assert HalfDayLock.objects.get().event.details.data["early_reason"] == "Neige"


def test_the_countersignature_must_be_the_trainers(trainer, here):
    everybody(here)
    with time_machine.travel(at(12, 31), tick=False):
        response = trainer.post(address("lock", here), {"signed_name": "Paul", "consent": "on"})
    assert response.status_code == 200
    assert "ne correspond pas" in response.content.decode()


def test_the_second_trainer_is_told_what_remains(trainer, other_trainer, here):
    TrainerAssignment.objects.create(half_day=here.half_day, trainer=other_trainer.person)
    everybody(here)
    with time_machine.travel(at(12, 31), tick=False):
        signature = {"signed_name": str(trainer.person), "consent": "on"}
        trainer.post(address("lock", here), signature)
        assert f"reste à clore par\u00a0: {other_trainer.person}" in page(trainer, here)
        assert address("lock", here) in page(other_trainer, here)


def test_somebody_elses_half_day_does_not_exist(other_trainer, learner, here):
    for actor in (other_trainer, learner):
        assert actor.get(address("half-day", here)).status_code == 404
        assert sign(actor, here, here.enrolments[0]).status_code == 404
        values = {"enrolment": here.enrolments[0].uuid, "absence_reason": "work"}
        assert actor.post(address("absent", here), values).status_code == 404
    assert not AttendanceEvent.objects.exists()


def test_a_person_of_another_session_does_not_exist_here(trainer, here):
    stranger = room(1).enrolments[0]
    assert trainer.get(address("sign", here, stranger)).status_code == 404
    assert sign(trainer, here, stranger).status_code == 404


def test_a_cancelled_half_day_does_not_exist(trainer, here):
    HalfDay.objects.update(state=HalfDayState.CANCELLED)
    assert trainer.get(address("half-day", here)).status_code == 404


def test_pages_with_names_are_kept_by_no_cache(trainer, here):
    response = trainer.get(address("half-day", here))
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex, nofollow"
