"""The satisfaction questionnaire: by a personal link, or from one's space."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evaluations.enums import QuestionKind, ResponseSource
from evaluations.models import Answer, Invitation, Response
from tests.factories import EnrolmentFactory, InvitationFactory

pytestmark = pytest.mark.django_db
TOKEN = "un-jeton-que-personne-ne-devine"


@pytest.fixture
def invitation(db):
    return InvitationFactory(token=TOKEN)


@pytest.fixture
def own(learner):
    return InvitationFactory(enrolment=EnrolmentFactory(learner=learner.person))


def link(token=TOKEN):
    return reverse("portal:questionnaire", args=[token])


def answers(invitation, **changes):
    """Every question answered: 4, 9, a text."""
    values = {QuestionKind.SCALE: "4", QuestionKind.RECOMMENDATION: "9", QuestionKind.TEXT: "Bien."}
    questions = invitation.questionnaire.questions.all()
    given = {f"q{question.pk}": values[question.kind] for question in questions}
    return {**given, **changes}


def name_of(invitation, kind):
    return f"q{invitation.questionnaire.questions.filter(kind=kind).order_by('position')[0].pk}"


def text_of(response):
    return BeautifulSoup(response.content, "html.parser").get_text(" ", strip=True)


def test_the_link_opens_the_form_without_an_account(invitation):
    response = Client().get(link())
    page = BeautifulSoup(response.content, "html.parser")
    assert response.status_code == 200
    assert invitation.enrolment.session.title in page.get_text()
    assert len(page.select("form fieldset")) == 8
    assert "no-store" in response["Cache-Control"]
    assert "noindex" in response["X-Robots-Tag"]
    assert invitation.enrolment.learner.last_name not in page.get_text()


def test_answers_are_recorded_once_and_thanked(invitation):
    client = Client()
    response = client.post(link(), answers(invitation))
    assert response.url == reverse("portal:questionnaire-done")
    assert "Merci pour vos réponses." in text_of(client.get(response.url))
    assert Response.objects.get().source == ResponseSource.ONLINE
    assert Answer.objects.filter(number=4).count() == 7
    again = client.post(link(), answers(invitation))
    assert "Vous avez déjà répondu" in text_of(again)
    assert Response.objects.count() == 1


def test_a_question_that_is_not_asked_of_everybody_may_stay_empty(invitation):
    optional = invitation.questionnaire.questions.filter(required=False)
    given = answers(invitation)
    for question in optional:
        del given[f"q{question.pk}"]
    assert Client().post(link(), given).status_code == 302
    assert not Answer.objects.filter(question__in=optional).exists()


def test_missing_answers_are_named_and_the_others_kept(invitation):
    name = name_of(invitation, QuestionKind.RECOMMENDATION)
    response = Client().post(link(), answers(invitation, **{name: ""}))
    page = BeautifulSoup(response.content, "html.parser")
    [error] = page.select(".error-summary a")
    assert "Choisissez une réponse." in error.get_text()
    assert page.select(error["href"])
    assert len(page.select("input[checked]")) == 7
    assert not Response.objects.exists()


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (QuestionKind.SCALE, "5"),
        (QuestionKind.SCALE, "0"),
        (QuestionKind.SCALE, "trois"),
        (QuestionKind.RECOMMENDATION, "11"),
        (QuestionKind.RECOMMENDATION, "-1"),
        (QuestionKind.TEXT, "x" * 2001),
    ],
)
def test_bad_answers_are_refused_and_nothing_is_written(invitation, kind, value):
    name = name_of(invitation, kind)
    response = Client().post(link(), answers(invitation, **{name: value}))
    assert list(response.context["form"].errors) == [name]
    assert not Response.objects.exists()


def test_an_unknown_field_is_ignored(invitation):
    assert Client().post(link(), answers(invitation, q999999="4")).status_code == 302
    assert Answer.objects.count() == 9


def test_a_script_in_a_text_is_shown_as_text(invitation):
    given = answers(invitation)
    given[name_of(invitation, QuestionKind.TEXT)] = "<script>alert('x')</script>"
    given[name_of(invitation, QuestionKind.SCALE)] = ""
    page = BeautifulSoup(Client().post(link(), given).content, "html.parser")
    assert page.select_one("textarea").get_text().strip() == "<script>alert('x')</script>"


def test_an_expired_link_is_gone(invitation):
    Invitation.objects.update(expires_at=timezone.now() - dt.timedelta(minutes=1))
    for response in (Client().get(link()), Client().post(link(), answers(invitation))):
        assert response.status_code == 410
        assert "Ce lien n’est plus valable." in text_of(response)
    assert not Response.objects.exists()


@pytest.mark.parametrize("token", ["inconnu", "a" * 500, "../../etc", "%00"])
def test_an_unknown_link_is_not_found(invitation, token):
    assert Client().get(f"/questionnaire/{token}/").status_code == 404


def test_the_stored_hash_opens_nothing(invitation):
    assert Client().get(link(invitation.token_hash)).status_code == 404


def test_a_learner_answers_from_their_space(learner, own):
    address = reverse("portal:own-questionnaire", args=[own.pk])
    assert address in learner.get(reverse("portal:home")).content.decode()
    assert learner.post(address, answers(own)).url == reverse("portal:questionnaire-done")
    assert address not in learner.get(reverse("portal:home")).content.decode()
    assert learner.get(address).status_code == 404


def test_the_questionnaire_of_another_does_not_exist(own, other_learner, anonymous):
    address = reverse("portal:own-questionnaire", args=[own.pk])
    assert other_learner.get(address).status_code == 404
    assert other_learner.post(address, answers(own)).status_code == 404
    assert anonymous.get(address).url.startswith(reverse("account_login"))
    assert not Response.objects.exists()
