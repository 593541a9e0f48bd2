"""A person was away on 14 January; tests that ask for `next_day` stand on the 15th, at 10:00."""

import pytest
import time_machine

from attendance.models import AbsenceFollowUp
from core.registry import Role
from tests.attendance.absent import somebody_away
from tests.attendance.people import Room, at
from tests.factories import UserFactory


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
