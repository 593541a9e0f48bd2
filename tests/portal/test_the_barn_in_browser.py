"""A morning in a barn without network, from the evening before to the sheet of the office."""

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from attendance.domain.offline.settling import items_to_settle
from attendance.domain.verification import verify_chain
from attendance.domain.walk_ins import match_walk_in
from attendance.enums import AttendanceMethod
from attendance.models import AttendanceEvent, WalkIn
from certificates.domain.kinds import attendance_sheet
from certificates.domain.kinds.document_facts import DocumentFacts
from tests.attendance.people import Room, about_to_end
from tests.cast import Actor
from tests.factories import EnrolmentFactory, LearnerFactory, OrganisationFactory
from tests.portal.test_offline_in_browser import draw, left_on_the_device, sign
from training.models import AttendanceMark

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)
PENDING = "En attente de confirmation"
PEOPLE = [
    *(("Aïcha", "Morvan"), ("Josette", "Œillet"), ("Łukasz", "Kowalski"), ("Inès", "Caradec")),
    *(("Jean-Pierre", "d’Hérouville"), ("Minh", "Đặng"), ("Maëlle", "Hervouët"), ("Léa", "Martin")),
    *(("Paul", "Durand"), ("Bastien", "Lefeuvre"), ("Soazig", "Arzel")),
]
LATE_BY = 80  # minutes


@pytest.fixture
def here(trainer: Actor) -> Room:
    OrganisationFactory()
    place = about_to_end(0)
    # A notebook has no seconds.
    for name in ("starts_at", "ends_at"):
        moment = getattr(place.half_day, name).replace(second=0, microsecond=0)
        setattr(place.half_day, name, moment)
    place.half_day.save()
    place.enrolments = [
        EnrolmentFactory(
            session=place.session, learner=LearnerFactory(first_name=first, last_name=last)
        )
        for first, last in PEOPLE
    ]
    return place.taught_by(trainer.person)


def restarted(page: "Page", here: Room) -> "Page":
    """The telephone is started again; the browser opens on the half-day, still without network.

    Chromium cuts the network page by page: a page that is there before the next keeps it cut.
    """
    again = page.context.new_page()
    page.context.set_offline(True)
    again.goto(f"/espace/formateur/demi-journee/{here.half_day.pk}/")
    page.close()
    again.bring_to_front()
    again.get_by_text("Hors ligne", exact=True).wait_for()
    return again


def wait_for_pending(page: "Page", count: int) -> None:
    page.get_by_text(PENDING, exact=True).nth(count - 1).wait_for()
    assert page.get_by_text(PENDING, exact=True).count() == count


def test_a_morning_in_a_barn_is_recorded_once_and_the_sheet_is_the_notebook(
    phone: "Page", trainer: Actor, office: Actor, here: Room, sign_in: Callable[..., None]
):
    names = [str(item.learner) for item in here.enrolments]
    notebook = dict.fromkeys(names, 180)

    # The evening before: two taps from « Ma journée ».
    sign_in(phone, trainer)
    phone.goto("/espace/formateur/")
    phone.get_by_role("link", name="Gouvernance partagée").first.click()
    phone.get_by_role("button", name="Préparer cet appareil").click()
    phone.get_by_text("Prêt hors ligne, jusqu’au").first.wait_for()

    # The barn.
    phone.context.set_offline(True)
    page = restarted(phone, here)
    for name in names[:5]:
        sign(page, name)
    wait_for_pending(page, 5)
    page = restarted(page, here)
    wait_for_pending(page, 5)
    for name in names[5:9]:
        sign(page, name)

    # One comes late, and says at what time.
    arrived = here.half_day.starts_at.astimezone(here.half_day.zone) + dt.timedelta(minutes=LATE_BY)
    late = names[9]
    page.get_by_role("link", name=f"Signer pour {late}").click()
    page.get_by_role("heading", name=late).wait_for()
    draw(page)
    page.get_by_text("Arrivée tardive").click()
    page.get_by_label("Heure d’arrivée").fill(f"{arrived:%H:%M}")
    page.get_by_role("button", name="Signer ma présence").click()
    wait_for_pending(page, 10)
    notebook[late] = 180 - LATE_BY

    # One has a broken arm.
    page = restarted(page, here)
    declared = names[10]
    page.get_by_role("listitem").filter(has_text=declared).get_by_text("Ne peut pas signer").click()
    page.get_by_label("Motif").fill("Ne peut pas tenir un stylo ce jour")
    page.get_by_role("button", name="Déclarer la présence").click()
    wait_for_pending(page, 11)

    # One is there whom no one expected.
    page.get_by_role("link", name="Ajouter une personne non inscrite").click()
    page.get_by_role("button", name="Noter sa présence").click()
    page.get_by_role("alert").filter(has_text="Indiquez le prénom et le nom.").wait_for()
    page.get_by_label("Prénom et nom").fill("Robert Guéguen")
    page.get_by_label("Téléphone ou courriel").fill("06 11 22 33 44")
    page.get_by_role("button", name="Noter sa présence").click()
    wait_for_pending(page, 12)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.get_by_role("link", name="Demander la clôture").click()
    draw(page)
    page.get_by_role("button", name="Signer et demander la clôture").click()
    page.get_by_text("Clôture demandée, en attente de confirmation").wait_for()
    assert not AttendanceEvent.objects.exists()

    # At home: the application opens on its first page, and everything leaves from there.
    page.context.set_offline(False)
    page.goto("/espace/formateur/")
    for _try in range(200):
        if left_on_the_device(page)["queue"] == 0:
            break
        page.wait_for_timeout(100)  # milliseconds
    events = list(AttendanceEvent.objects.order_by("sequence"))
    assert [event.kind for event in events] == ["presence"] * 11 + ["lock"]
    assert [event.enrolment_id for event in events[:11]] == [item.pk for item in here.enrolments]
    assert events[10].method == AttendanceMethod.DECLARED_BY_TRAINER
    here.half_day.refresh_from_db()
    assert here.half_day.state == "held"
    assert not items_to_settle().exists()

    # The office enrols the twelfth, who was noted there.
    walk_in = WalkIn.objects.get()
    assert (walk_in.name, walk_in.contact) == ("Robert Guéguen", "06 11 22 33 44")
    twelfth = EnrolmentFactory(
        session=here.session, learner=LearnerFactory(first_name="Robert", last_name="Guéguen")
    )
    match_walk_in(walk_in=walk_in, enrolment=twelfth, actor=office.user)
    notebook["Robert Guéguen"] = 180

    marks = AttendanceMark.objects.filter(half_day=here.half_day)
    assert {str(mark.enrolment.learner): mark.minutes for mark in marks} == notebook
    sheet = attendance_sheet.context(
        facts=DocumentFacts(here.session), enrolment=None, on=here.half_day.day
    )
    assert sorted(row["name"] for row in sheet["blocks"][0]["rows"]) == sorted(notebook)
    assert sorted(total["name"] for total in sheet["totals"]) == sorted(notebook)
    report = verify_chain(session=here.session)
    assert report.ok, report.message
