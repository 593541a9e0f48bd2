"""Enrolling in a real browser: on a phone, by keyboard, without JavaScript, for everybody."""

import pytest

from django.urls import reverse

from tests.factories import EnrolmentFactory, HalfDayFactory, SessionFactory
from tests.requests_confirmed import confirmation_url
from training.enums import EnrolmentState
from training.models import Enrolment

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def session(db):
    session = SessionFactory(max_seats=2)
    HalfDayFactory(session=session)
    return session


def address(session):
    return reverse("portal:enrol", args=[session.code])


def fill(page):
    page.get_by_label("Prénom").fill("Inès")
    page.get_by_label("Nom d’usage").fill("Caradec")
    page.get_by_label("Courriel").fill("ines@example.org")
    page.get_by_label("En emploi salarié").check()
    page.get_by_label("Mon employeur ou ma structure").check()
    page.get_by_label("Nom de l’employeur").fill("Terres d’ici")


def fits(page):
    """Nothing is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("device", ["page", "phone"])
def test_the_form_is_accessible_before_and_after_a_refusal(
    session, request, device, assert_accessible
):
    screen = request.getfixturevalue(device)
    screen.goto(address(session))
    assert_accessible(screen)
    assert fits(screen)
    screen.get_by_text("Ce que nous gardons, pourquoi").click()
    screen.get_by_role("button", name="Envoyer ma demande").click()
    screen.get_by_role("alert").wait_for()
    assert_accessible(screen)
    assert fits(screen)


def test_a_dark_screen_is_accessible_too(session, page, assert_accessible):
    page.emulate_media(color_scheme="dark")
    page.goto(address(session))
    assert_accessible(page)


def test_a_full_session_is_accessible_and_the_waiting_list_one_tap_away(
    session, phone, assert_accessible
):
    phone.goto(address(session))
    fill(phone)
    EnrolmentFactory.create_batch(2, session=session)
    phone.get_by_role("button", name="Envoyer ma demande").click()
    phone.get_by_text("Rien n’a été enregistré.").wait_for()
    assert_accessible(phone)
    phone.get_by_role("button", name="M’inscrire sur la liste d’attente").click()
    phone.get_by_role("heading", name="Encore une étape : confirmez votre adresse.").wait_for()
    assert_accessible(phone)
    phone.goto(confirmation_url("ines@example.org"))
    assert_accessible(phone)
    assert fits(phone)
    phone.get_by_role("button", name="Confirmer ma demande").click()
    phone.get_by_role("heading", name="Votre demande est enregistrée.").wait_for()
    assert_accessible(phone)
    assert Enrolment.objects.filter(state=EnrolmentState.WAITLISTED).count() == 1


def test_the_fields_of_the_employer_show_when_they_concern_the_person(session, page):
    page.goto(address(session))
    employer = page.get_by_label("Nom de l’employeur")
    assert employer.is_hidden()
    page.get_by_label("En recherche d’emploi").check()
    assert employer.is_hidden()
    page.get_by_label("Mon employeur ou ma structure").check()
    assert employer.is_visible()
    page.get_by_label("Moi", exact=True).check()
    assert employer.is_hidden()
    page.get_by_label("En emploi salarié").check()
    assert employer.is_visible()


def test_the_whole_form_is_filled_and_sent_by_keyboard(session, page):
    page.goto(address(session))
    page.get_by_label("Prénom").focus()
    for text in ("Inès", "Caradec", "ines@example.org", "06 12 34 56 78"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Space")  # first situation
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # I pay
    page.keyboard.press("Tab")
    page.keyboard.type("Terres d’ici")
    # SIRET, adaptation, message, the notice, the button: the trap is not on the way.
    for _rank in range(5):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Envoyer ma demande"
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Encore une étape : confirmez votre adresse.").wait_for()
    enrolment = Enrolment.objects.get()
    assert enrolment.learner.phone == "06 12 34 56 78"
    assert enrolment.employer.name == "Terres d’ici"


def test_the_summary_leads_to_the_field_by_keyboard(session, page):
    page.goto(address(session))
    page.get_by_role("button", name="Envoyer ma demande").click()
    page.get_by_role("link", name="Indiquez votre courriel.").focus()
    page.keyboard.press("Enter")
    # Following a link inside the page is not done when the key is up.
    page.locator("[name=email]:focus").wait_for()
    page.keyboard.type("ines@example.org")
    assert page.get_by_label("Courriel").input_value() == "ines@example.org"


def test_it_works_without_javascript(session, chromium, live_server):
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(address(session))
    assert page.get_by_label("Nom de l’employeur").is_visible()
    fill(page)
    page.get_by_role("button", name="Envoyer ma demande").click()
    page.get_by_role("heading", name="Encore une étape : confirmez votre adresse.").wait_for()
    context.close()
    assert Enrolment.objects.count() == 1
