"""The trainer's day and the grid of what was reached."""

import datetime as dt
import re

import pytest
import time_machine

from django.urls import reverse

from evaluations.models import ObjectiveAssessment
from tests.attendance.people import DAY, TEN, at, room
from tests.factories import EnrolmentFactory, HalfDayFactory, SessionFactory
from training.enums import EnrolmentState, HalfDayState, SessionState
from training.models import HalfDay

pytestmark = pytest.mark.django_db
DAY_PAGE = "/espace/formateur/"


@pytest.fixture(autouse=True)
def _ten_o_clock():
    with time_machine.travel(TEN, tick=False):
        yield


def half_day(trainer, days: int, *, state: str = SessionState.CONFIRMED, **values) -> HalfDay:
    session = values.pop("session", None) or SessionFactory(state=state)
    return HalfDayFactory(
        session=session, day=DAY + dt.timedelta(days=days), trainers=[trainer.person], **values
    )


def test_today_comes_first_then_what_is_to_lock_then_the_next(trainer):
    next_week, today, past = (half_day(trainer, days) for days in (7, 0, -2))
    held = half_day(trainer, -3)
    HalfDay.objects.filter(pk=held.pk).update(state=HalfDayState.HELD, held_at=at(18))
    text = trainer.get(DAY_PAGE).content.decode()
    places = [text.index(f"session {item.session.code}") for item in (today, past, next_week)]
    assert places == sorted(places)
    assert text.index("À clore") < text.index("À venir")
    assert f"demi-journee/{held.pk}/" not in text


def test_other_peoples_half_days_and_dead_sessions_are_not_listed(trainer, other_trainer):
    others = [
        half_day(other_trainer, 0),
        half_day(trainer, 0, state=SessionState.CANCELLED),
        half_day(trainer, 0, state=SessionState.DRAFT),
    ]
    text = trainer.get(DAY_PAGE).content.decode()
    assert "Aucune demi-journée aujourd’hui" in text
    for item in others:
        assert f"demi-journee/{item.pk}/" not in text


def test_an_evening_that_is_not_over_after_midnight_is_still_of_the_day(trainer):
    evening = half_day(trainer, 0, starts_at=at(20), ends_at=at(1, day=15))
    with time_machine.travel(at(0, 30, day=15), tick=False):
        text = trainer.get(DAY_PAGE).content.decode()
    assert f"demi-journee/{evening.pk}/" in text
    assert "Aucune demi-journée aujourd’hui" not in text


@pytest.mark.parametrize("size", [1, 3])
def test_the_number_of_queries_does_not_grow(trainer, size, django_assert_max_num_queries):
    for days in (-1, 0, 1):
        for _rank in range(size):
            item = half_day(trainer, days)
            for _person in range(size):
                EnrolmentFactory(session=item.session)
    with django_assert_max_num_queries(20):
        trainer.get(DAY_PAGE)


def assess_page(session) -> str:
    return reverse("portal:assess", kwargs={"code": session.code})


@pytest.fixture
def here(trainer):
    place = room(2).taught_by(trainer.person)
    place.sign(place.enrolments[0])
    return place


def test_a_session_at_its_last_half_day_is_to_be_assessed(trainer, here):
    assert assess_page(here.session) in trainer.get(DAY_PAGE).content.decode()
    half_day(trainer, 1, session=here.session)
    assert assess_page(here.session) not in trainer.get(DAY_PAGE).content.decode()


def test_the_trainer_says_what_each_person_reached(trainer, here):
    text = trainer.get(assess_page(here.session)).content.decode()
    assert "Aïcha Morvan" in text
    assert "Animer une décision par consentement." in text
    assert "Il reste 2\u00a0résultats à renseigner." in text
    one, two = here.enrolments
    response = trainer.post(
        assess_page(here.session),
        {f"r-{one.pk}-obj-1": "reached", f"r-{one.pk}-obj-2": "partly", f"r-{two.pk}-obj-1": ""},
    )
    assert response.status_code == 302
    results = ObjectiveAssessment.objects.order_by("objective_id")
    assert [(item.enrolment_id, item.result, item.assessed_by) for item in results] == [
        (one.pk, "reached", trainer.person),
        (one.pk, "partly", trainer.person),
    ]
    text = trainer.get(assess_page(here.session)).content.decode()
    assert "2\u00a0résultats enregistrés." in text
    assert "Tous les résultats sont renseignés." in text
    assert text.count(" checked") == 2


def test_an_unknown_result_writes_nothing(trainer, here):
    one = here.enrolments[0]
    response = trainer.post(
        assess_page(here.session),
        {f"r-{one.pk}-obj-1": "reached", f"r-{one.pk}-obj-2": "brilliant"},
    )
    assert response.status_code == 422
    assert "Rien n’a été enregistré." in response.content.decode()
    assert not ObjectiveAssessment.objects.exists()


def test_only_the_sessions_trainers_assess(other_trainer, here):
    assert other_trainer.get(assess_page(here.session)).status_code == 404
    assert other_trainer.post(assess_page(here.session), {}).status_code == 404


def test_somebody_who_left_stays_in_the_grid_and_a_request_does_not_enter(trainer, here):
    EnrolmentFactory(
        session=here.session, learner__first_name="Zoé", state=EnrolmentState.REQUESTED
    )
    EnrolmentFactory(
        session=here.session, learner__first_name="Malo", state=EnrolmentState.DROPPED_OUT
    )
    text = trainer.get(assess_page(here.session)).content.decode()
    assert "Zoé" not in text
    assert "Malo" in text


def offered(page: str) -> list[int]:
    return [int(pk) for pk in re.findall(r'data-half-day="(\d+)"', page)]


def test_what_is_left_of_today_and_the_next_day_are_prepared_at_once(trainer):
    over = half_day(trainer, 0, starts_at=at(7), ends_at=at(9, 30))
    today = half_day(trainer, 0, starts_at=at(14), ends_at=at(17))
    morning, evening = (
        half_day(trainer, 2, starts_at=at(hour, day=16), ends_at=at(hour + 3, day=16))
        for hour in (9, 18)
    )
    later = half_day(trainer, 3)
    page = trainer.get(DAY_PAGE).content.decode()
    assert offered(page) == [today.pk, morning.pk, evening.pk]
    assert "Préparer ces 3 demi-journées" in page
    assert {over.pk, later.pk}.isdisjoint(offered(page))


def test_nothing_is_offered_to_prepare_before_a_preparation_would_hold(trainer):
    half_day(trainer, 12)
    assert offered(trainer.get(DAY_PAGE).content.decode()) == []
