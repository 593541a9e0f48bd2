"""A page scheduled for later goes live by itself, and what was kept of it is forgotten."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine

from django.conf import settings as product
from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from cms.domain.scheduled import publish_due
from cms.models import CoursePage
from cms.tasks import publish_scheduled
from tests.cms.pages import open_catalogue, published_course
from tests.factories import OrganisationFactory
from training.models import ProgrammeVersion

pytestmark = pytest.mark.django_db
URL = "/formations/gouvernance-partagee/"


@pytest.fixture(autouse=True)
def _kept(settings: Any) -> Iterator[None]:
    settings.PAGE_CACHE = True
    caches["pages"].clear()
    yield
    caches["pages"].clear()


@pytest.fixture
def course() -> CoursePage:
    OrganisationFactory()
    return published_course(open_catalogue())


def _schedule(course: CoursePage, *, at: dt.datetime) -> None:
    """As the editor does: another introduction, to be published at that moment."""
    course.introduction = "Chapeau de la rentrée."
    course.go_live_at = at
    course.save_revision().publish()


def test_what_is_scheduled_goes_live_once_its_hour_has_come(
    client: Client, course: CoursePage, run_commits: Callable[[], None]
) -> None:
    _schedule(course, at=timezone.now() + dt.timedelta(hours=1))
    assert "Chapeau de la rentrée." not in client.get(URL).text  # and this page is kept

    with time_machine.travel(timezone.now() + dt.timedelta(minutes=61)):
        publish_scheduled()
        run_commits()
        assert "Chapeau de la rentrée." in client.get(URL).text


def test_what_is_scheduled_for_later_waits(client: Client, course: CoursePage) -> None:
    _schedule(course, at=timezone.now() + dt.timedelta(hours=1))
    assert publish_due() is False
    assert "Chapeau de la rentrée." not in client.get(URL).text


def test_a_second_pass_has_nothing_left_to_do(course: CoursePage) -> None:
    _schedule(course, at=timezone.now() + dt.timedelta(hours=1))
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=61)):
        assert publish_due() is True
        versions = ProgrammeVersion.objects.count()
        assert publish_due() is False
    assert ProgrammeVersion.objects.count() == versions


def test_a_page_that_expires_leaves_the_site(
    client: Client, course: CoursePage, run_commits: Callable[[], None]
) -> None:
    assert client.get(URL).status_code == 200
    CoursePage.objects.filter(pk=course.pk).update(
        expire_at=timezone.now() - dt.timedelta(minutes=1)
    )

    assert publish_due() is True
    run_commits()

    assert client.get(URL).status_code == 404
    assert publish_due() is False


def test_looking_for_what_is_due_is_short(
    course: CoursePage, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(4):
        assert publish_due() is False


def test_the_clock_looks_every_minute() -> None:
    entries = product.CELERY_BEAT_SCHEDULE.values()
    [schedule] = [
        one["schedule"] for one in entries if one["task"] == "cms.tasks.publish_scheduled"
    ]
    assert schedule == 60.0
