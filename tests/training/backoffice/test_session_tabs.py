"""The page of a session, and how rooms add tabs to it."""

from http import HTTPStatus

import pytest

from django.test import Client, override_settings
from django.urls import reverse

from wagtail import hooks

from tests.factories import SessionFactory, UserFactory
from training.backoffice.session_tabs import SessionTab
from training.registry import Role

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def office(client: Client):
    with override_settings(DEMO=True):
        client.force_login(UserFactory(roles=[Role.OFFICE]))
        yield client


def test_a_room_adds_a_tab_through_the_hook(office: Client):
    session = SessionFactory()

    def add(session, request, tabs):
        tabs.append(SessionTab("papers", "Paperasse", f"/papers/{session.pk}/", badge=3, order=50))

    with hooks.register_temporarily("construct_session_tabs", add):
        response = office.get(reverse("sessions:show", args=[session.pk]))

    assert response.status_code == HTTPStatus.OK
    page = response.content.decode()
    assert "Paperasse" in page
    assert f'href="/papers/{session.pk}/"' in page
    assert page.index("Résumé") < page.index("Paperasse")


def test_the_editor_is_sent_back_from_the_page_of_a_session(client: Client):
    client.force_login(UserFactory(roles=[Role.EDITOR]))
    with override_settings(DEMO=True):
        response = client.get(reverse("sessions:show", args=[SessionFactory().pk]))
    assert response.status_code == HTTPStatus.FOUND
    assert response.url == reverse("wagtailadmin_home")
