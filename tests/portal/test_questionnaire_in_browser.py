"""The questionnaire on a phone."""

import pytest

from django.urls import reverse

from evaluations.models import Response
from tests.factories import InvitationFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_learner_answers_on_a_phone(phone, assert_accessible):
    InvitationFactory(token="un-jeton")
    phone.goto(reverse("portal:questionnaire", args=["un-jeton"]))
    assert_accessible(phone)
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    for choice in phone.get_by_label("Tout à fait d’accord").all():
        choice.check()
    phone.get_by_role("button", name="Envoyer mes réponses").click()
    phone.get_by_role("alert").wait_for()
    assert_accessible(phone)
    phone.get_by_label("10", exact=True).check()
    phone.get_by_role("button", name="Envoyer mes réponses").click()
    phone.get_by_role("heading", name="Merci pour vos réponses.").wait_for()
    assert_accessible(phone)
    assert Response.objects.count() == 1
