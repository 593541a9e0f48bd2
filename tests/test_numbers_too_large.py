"""A number too large for the database is a page that does not exist, for anybody."""

import pytest

from django.urls import NoReverseMatch, reverse

from tests.permission_matrix import OK, Persona, World
from tests.test_permission_matrix import (
    EVERY_LINE,
    KNOWN,
    world,  # noqa: F401  a fixture
)

pytestmark = pytest.mark.django_db

TOO_LARGE = int("9" * 20)
#: Screens of Wagtail's own, one alike the other.
USUAL = (":usage", ":history", ":history_results", ":delete", ":edit", ":inspect", ":copy")
#: Who is asked to open a page: the first of them who may.
ASKED = (Persona.DIRECTION, Persona.TRAINER, Persona.LEARNER, Persona.ANONYMOUS, *Persona)


def test_every_number_in_a_url_may_be_too_large(
    world: World,  # noqa: F811
    request: pytest.FixtureRequest,
) -> None:
    wrong, tried = {}, 0
    for name, line in EVERY_LINE.items():
        if name not in KNOWN or name.endswith(USUAL):
            continue
        arguments = line.arguments(world)
        numbers = [key for key, value in arguments.items() if type(value) is int]
        opens = [persona for persona in ASKED if line.expected[persona] == OK]
        if not numbers or not opens:
            continue
        try:
            url = reverse(name, kwargs={**arguments, numbers[-1]: TOO_LARGE})
        except NoReverseMatch:
            continue  # no URL holds so large a number
        tried += 1
        try:
            status = getattr(request.getfixturevalue(opens[0]), line.method)(url).status_code
        except Exception as error:  # noqa: BLE001  any of them is a page that fails
            status = repr(error)[:200]
        if status not in {200, 302, 403, 404}:
            wrong[name] = status
    assert wrong == {}
    assert tried > 60


def test_a_diary_of_no_event_does_not_exist(client) -> None:
    assert client.get(f"/flux/agenda/{TOO_LARGE}.ics").status_code == 404


def test_a_ticked_row_that_is_none_is_left_aside(world: World, office) -> None:  # noqa: F811
    url = reverse("sessions:bulk", args=[world.session.pk])
    for value in (str(TOO_LARGE), "²", "٣"):
        answer = office.post(url, {"enrolment": [value], "action": "accept"})
        assert answer.status_code in {302, 422}
        url_of_person = reverse("sessions:enrol", args=[world.session.pk])
        assert office.get(url_of_person, {"person": value}).status_code in {200, 404}
