"""What attendance leaves to staff: the tab of a session, the to-do lists, the actions."""

import pytest
import time_machine

from django.urls import reverse

from attendance.domain.recording import record_absences
from attendance.domain.signature_claims import submit_late_claim
from attendance.models import AttendanceEvent, AttendanceFlag, SigningLink
from tests.attendance.people import TEN, Room, at, link_of, room, typed
from tests.attendance_factories import (
    AttendanceDisputeFactory,
    AttendanceFlagFactory,
    WalkInFactory,
)
from tests.cast import Actor
from tests.factories import (
    EnrolmentFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _afternoon():
    with time_machine.travel(at(14), tick=False):
        yield


@pytest.fixture
def here() -> Room:
    return room(3)


def tab(actor: Actor, here: Room) -> str:
    response = actor.get(reverse("session-attendance", args=[here.session.pk]))
    assert response.status_code == 200
    return response.content.decode()


def test_the_tab_shows_what_waits_and_each_action_answers(office, here):
    aicha = here.enrolments[0]
    flag = AttendanceFlagFactory(half_day=here.half_day, enrolment=aicha, subject=f"e{aicha.pk}")
    dispute = AttendanceDisputeFactory(enrolment=aicha, comment="Je suis partie à 11 h")
    walk_in = WalkInFactory(half_day=here.half_day)
    claim = submit_late_claim(
        half_day=here.half_day,
        enrolment=here.enrolments[1],
        signature=typed("Paul Durand"),
        reason="Plus de batterie",
    )
    text = tab(office, here)
    for words in (
        "Émargement un jour férié",
        "Je suis partie à 11 h",
        "Noé Kerbrat",
        "Plus de batterie",
    ):
        assert words in text

    enrolment = EnrolmentFactory(session=here.session)
    actions = [
        ("attendance-flag", flag.pk, {"note": "Journée prévue ainsi"}),
        ("attendance-dispute", dispute.pk, {"note": "Minutes corrigées"}),
        ("walk-in-match", walk_in.pk, {"enrolment": enrolment.pk}),
        ("claim-confirm", claim.pk, {}),
        ("signing-link-send", aicha.pk, {}),
    ]
    for name, pk, data in actions:
        address = reverse(name, args=[pk])
        assert office.get(address).status_code == 200
        response = office.post(address, data)
        assert response.status_code == 302, name
        assert response["Location"] == reverse("session-attendance", args=[here.session.pk])
    text = tab(office, here)
    for words in ("Journée prévue ainsi", "Minutes corrigées", "Rattachée"):
        assert words in text
    assert "Plus de batterie" not in text
    assert set(AttendanceEvent.objects.values_list("method", flat=True)) == {"staff", "late"}
    assert SigningLink.objects.get().enrolment == aicha


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("attendance-flag", lambda here: AttendanceFlagFactory(half_day=here.half_day)),
        ("walk-in-dismiss", lambda here: WalkInFactory(half_day=here.half_day)),
        ("walk-in-match", lambda here: WalkInFactory(half_day=here.half_day)),
    ],
)
def test_nothing_is_closed_without_a_word(office, here, name, make):
    row = make(here)
    assert office.post(reverse(name, args=[row.pk]), {"note": "  "}).status_code == 422
    assert not AttendanceFlag.objects.filter(closed_at__isnull=False).exists()


def test_the_home_page_lists_what_is_to_do_by_name_and_nothing_when_all_is_done(office, here):
    assert "Émargements contestés" not in office.get("/gestion/").content.decode()
    record_absences(
        half_day=here.half_day,
        enrolments=here.enrolments[:1],
        absence_reason="unknown",
        actor=here.actor,
    )
    AttendanceDisputeFactory(enrolment=here.enrolments[1])
    WalkInFactory(half_day=here.half_day)
    AttendanceFlagFactory(half_day=here.half_day)
    text = office.get("/gestion/").content.decode()
    for words in (
        "Émargements contestés",
        "Personnes présentes non inscrites",
        "Absences au motif à préciser",
        "Points d’émargement à regarder",
        "Aïcha Morvan",
        "Paul Durand",
        "Noé Kerbrat",
    ):
        assert words in text


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_of_the_tab_does_not_grow(
    office, rows, django_assert_max_num_queries
):
    with time_machine.travel(TEN, tick=False):
        place = room(rows)
    for enrolment in place.enrolments:
        subject = f"e{enrolment.pk}"
        AttendanceFlagFactory(half_day=place.half_day, enrolment=enrolment, subject=subject)
        AttendanceDisputeFactory(enrolment=enrolment)
        WalkInFactory(half_day=place.half_day)
        link_of(enrolment)
    tab(office, place)  # permissions and content types
    with django_assert_max_num_queries(28):
        tab(office, place)
