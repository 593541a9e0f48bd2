"""The personal space: everybody sees what is theirs, and only that."""

import datetime as dt
import uuid

import pytest
from bs4 import BeautifulSoup

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from attendance.domain.open_half_days import open_half_days
from portal.learner_space import courses_of, titled_documents
from tests.certificates.sessions import issued_document
from tests.factories import EnrolmentFactory, HalfDayFactory, SessionFactory, TrainerFactory
from training.enums import EnrolmentState
from training.models import AttendanceMark, EnrolmentHalfDay, SessionGroup

pytestmark = pytest.mark.django_db


def space(actor):
    response = actor.get(reverse("portal:home"))
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def course_of(person, days=(10,), **values):
    session = SessionFactory()
    for day in days:
        HalfDayFactory(session=session, day=timezone.localdate() + dt.timedelta(days=day))
    return EnrolmentFactory(session=session, learner=person, **values)


def test_a_stranger_is_sent_to_the_login_page(anonymous):
    response = anonymous.get(reverse("portal:home"))
    assert response.url == f"{reverse('account_login')}?next=/espace/"


def test_a_learner_sees_their_courses_their_state_and_the_next_dates(learner):
    enrolment = course_of(learner.person, days=(-1, 10))
    page = space(learner)
    assert enrolment.session.code in page.get_text()
    assert "Inscription confirmée" in page.get_text()
    assert len(page.select(".timetable > li")) == 1


def test_a_learner_sees_nothing_of_another(learner, other_learner):
    enrolment = course_of(learner.person)
    page = space(other_learner)
    assert enrolment.session.code not in page.get_text()
    assert "Aucune formation pour le moment." in page.get_text()


@pytest.mark.parametrize("state", EnrolmentState.values)
def test_every_state_is_told_in_words(learner, state):
    course_of(learner.person, state=state)
    assert len(space(learner).select(".my-course .tag")) == 1


def test_the_dates_of_another_group_are_not_shown(learner):
    enrolment = course_of(learner.person)
    mine, other = (
        SessionGroup.objects.create(session=enrolment.session, name=name) for name in "AB"
    )
    enrolment.group = mine
    enrolment.save()
    for rank, group in enumerate((mine, other)):
        day = timezone.localdate() + dt.timedelta(days=20 + rank)
        HalfDayFactory(session=enrolment.session, day=day).groups.add(group)
    assert len(space(learner).select(".timetable > li")) == 2


def test_a_half_day_from_which_one_is_exempted_is_not_shown(learner):
    enrolment = course_of(learner.person, days=(10, 11))
    EnrolmentHalfDay.objects.create(
        enrolment=enrolment, half_day=enrolment.session.half_days.first(), expected=False
    )
    assert len(space(learner).select(".timetable > li")) == 1


def test_somebody_who_trains_and_learns_sees_both(learner):
    course_of(learner.person)
    TrainerFactory(user=learner.user)
    page = space(learner).get_text()
    assert "Mes animations" in page
    assert "Mes formations" in page


def test_a_trainer_is_led_to_their_day(trainer):
    assert "Mes animations" in space(trainer).get_text()


def test_the_contact_of_a_company_is_told_how_documents_come(company_contact):
    page = space(company_contact).get_text()
    assert company_contact.person.company.name in page
    assert "vous sont envoyés par courriel" in page


def test_staff_find_the_back_office(office):
    assert "/gestion/" in [link["href"] for link in space(office).select("main a")]


def test_a_learner_downloads_their_documents_and_no_other(learner, other_learner):
    document = issued_document(course_of(learner.person))
    other = issued_document(course_of(other_learner.person))
    address = reverse("certificates:download", args=[document.uuid])
    page = space(learner)
    assert address in [link["href"] for link in page.select("main a")]
    assert document.number in page.get_text()
    assert other.number not in page.get_text()
    response = learner.get(address)
    assert b"".join(response) == b"%PDF-1.7 un essai"
    assert other_learner.get(address).status_code == 404


@pytest.mark.parametrize("documents", [1, 3])
def test_the_documents_cost_the_same_queries(learner, documents):
    for _rank in range(documents):
        issued_document(course_of(learner.person))
    with CaptureQueriesContext(connection) as queries:
        titles = [
            f"{title} {document.session.title}"
            for title, document in titled_documents(learner.user)
        ]
    assert len(titles) == documents
    assert len(queries) == 1


@pytest.mark.parametrize("courses", [1, 3])
def test_the_courses_cost_the_same_queries(learner, courses):
    for _rank in range(courses):
        course_of(learner.person, days=(10, 11))
    with CaptureQueriesContext(connection) as queries:
        assert len(courses_of(learner.user)) == courses
    assert len(queries) <= 6


def half_day_of(person, *, starts_in: dt.timedelta, **values):
    now = timezone.now()
    half_day = HalfDayFactory(
        starts_at=now + starts_in,
        ends_at=now + starts_in + dt.timedelta(hours=3),
        counted_minutes=180,
        **values,
    )
    return half_day, EnrolmentFactory(session=half_day.session, learner=person)


def test_a_learner_whose_half_day_is_open_finds_first_where_to_sign(learner):
    half_day, enrolment = half_day_of(learner.person, starts_in=dt.timedelta(hours=-1))
    half_day_of(learner.person, starts_in=dt.timedelta(days=1))
    page = space(learner)
    first = page.select_one("main section")
    assert first.h2.get_text() == "En ce moment"
    assert [link["href"] for link in first.select("a")] == [reverse("portal:sign-room")]
    assert half_day.session.title in first.get_text()
    AttendanceMark.objects.create(
        half_day=half_day, enrolment=enrolment, state="present", minutes=180, event_id=uuid.uuid4()
    )
    assert "En ce moment" not in space(learner).get_text()


@pytest.mark.parametrize("courses", [1, 3])
def test_what_is_open_costs_the_same_few_queries(courses, learner, django_assert_max_num_queries):
    enrolments = [
        half_day_of(learner.person, starts_in=dt.timedelta(hours=-1))[1]
        for _course in range(courses)
    ]
    with django_assert_max_num_queries(8):
        found = open_half_days(enrolments=enrolments, at=timezone.now())
    assert len(found) == courses
