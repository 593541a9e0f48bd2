"""The staff screens in a real browser: accessible, and no wider than the window."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from django.urls import reverse

from tests.cast import Actor
from tests.factories import EnrolmentFactory, MessageFactory, session_with_people
from training.enums import EnrolmentState, SessionState
from training.models import TrainingSession

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)

TABS = ("sessions:half_days", "sessions:enrolments", "session-documents", "session-quality")
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


@pytest.fixture
def session() -> TrainingSession:
    session = session_with_people(learners=2, half_days=2, state=SessionState.CONFIRMED)
    EnrolmentFactory(session=session, state=EnrolmentState.REQUESTED)
    MessageFactory(session=session)
    return session


def addresses(session: TrainingSession) -> list[str]:
    """One screen of each shape: the home page, lists with actions, a half-day, a record."""
    half_day, enrolment = session.half_days.first(), session.enrolments.first()
    assert half_day
    assert enrolment
    assert enrolment.learner
    return [
        reverse("wagtailadmin_home"),
        *(reverse(name, args=[session.pk]) for name in TABS),
        reverse("half-days:show", args=[half_day.pk]),
        reverse("learners:inspect", args=[enrolment.learner.pk]),
    ]


def test_staff_screens_are_accessible_and_fit(
    direction: Actor,
    session: TrainingSession,
    page: "Page",
    sign_in: Callable[["Page", Actor], None],
    assert_accessible: Callable[["Page"], None],
) -> None:
    sign_in(page, direction)

    for address in addresses(session):
        page.goto(address)
        assert_accessible(page)
        page.set_viewport_size(PHONE)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], address
        page.set_viewport_size(DESK)
