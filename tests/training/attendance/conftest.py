"""Somebody was away on 14 January; tests that ask for `next_day` stand on the 15th, at 10:00."""

import pytest
import time_machine

from tests.factories import UserFactory
from tests.training.attendance.absent import somebody_away
from tests.training.attendance.people import Room, at
from training.models import AbsenceFollowUp
from training.registry import Role


@pytest.fixture
def clerk():
    return UserFactory(roles=[Role.OFFICE])


@pytest.fixture
def place() -> Room:
    return somebody_away()


@pytest.fixture
def follow_up(place: Room) -> AbsenceFollowUp:
    return AbsenceFollowUp.objects.get()


@pytest.fixture
def next_day():
    with time_machine.travel(at(10, day=15), tick=False) as clock:
        yield clock
