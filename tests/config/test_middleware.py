"""What every request goes through."""

import pytest

from tests.cast import Actor

pytestmark = pytest.mark.django_db


def test_an_address_with_a_null_character_does_not_exist(anonymous: Actor) -> None:
    assert anonymous.get("/inscription/a%00b/").status_code == 404


def test_a_null_character_is_left_out_of_a_query(anonymous: Actor) -> None:
    response = anonymous.get("/compte/login/?next=/espace/%00")
    assert response.status_code == 200
    assert response.wsgi_request.GET["next"] == "/espace/"
