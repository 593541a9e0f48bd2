"""What attendance leaves to decide: the same count everywhere, and a session waits for it."""

import pytest
import time_machine

from django.urls import reverse

from attendance.backoffice.todos import PANELS
from attendance.domain import waiting
from attendance.domain.locking import lock_half_day
from attendance.domain.offline.settling import items_to_settle
from attendance.domain.recording import record_absence
from attendance.models import AttendanceEvent, OfflineItem
from core.exceptions import Blocked
from core.models import JournalEntry
from tests.attendance.devices import bring_back, prepared, refused_item
from tests.attendance.people import Room, at, room, typed
from tests.attendance_factories import (
    AttendanceDisputeFactory,
    AttendanceFlagFactory,
    SignatureClaimFactory,
    WalkInFactory,
)
from tests.cast import Actor
from tests.core.backoffice.pages import text_of
from tests.words import plain
from training.backoffice.session_tabs import tabs_for
from training.domain.sessions.lifecycle import complete_session
from training.enums import SessionState

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_the_evening():
    with time_machine.travel(at(20), tick=False):
        yield


@pytest.fixture
def here() -> Room:
    return room(3)


def one_of_each(here: Room) -> None:
    first, second, third = here.enrolments
    refused_item(here.half_day, kind="presence", enrolment=first)
    SignatureClaimFactory(half_day=here.half_day, enrolment=second)
    WalkInFactory(half_day=here.half_day)
    AttendanceDisputeFactory(enrolment=third)
    AttendanceFlagFactory(half_day=here.half_day)


def everybody_absent(here: Room, office: Actor) -> None:
    """Closed by the office, so that nothing but what waits keeps the session."""
    for enrolment in here.enrolments:
        record_absence(
            half_day=here.half_day, enrolment=enrolment, absence_reason="work", actor=office.user
        )
    lock_half_day(
        half_day=here.half_day, trainer=None, actor=office.user, signature=None, reason="Essai"
    )


def badge(here: Room, office: Actor, rf) -> int | None:
    request = rf.get("/")
    request.user = office.user
    return next(tab.badge for tab in tabs_for(here.session, request) if tab.name == "attendance")


def test_the_home_page_the_tab_its_number_and_the_count_agree(here, office, rf):
    other = room(3)
    for place in (here, other):
        one_of_each(place)
    counts = waiting.waiting_counts(here.session)
    assert counts == dict.fromkeys([kind.code for kind in waiting.KINDS], 1)
    assert badge(here, office, rf) == waiting.waiting_total(here.session) == 5
    page = office.get(reverse("session-attendance", args=[here.session.pk]))
    words = plain(text_of(page))
    for kind in waiting.KINDS:
        assert kind.of(here.session).count() == 1
        assert plain(kind.words(1)) in words
    home = plain(text_of(office.get(reverse("wagtailadmin_home"))))
    shown = {kind.rows().model: kind.rows().count() for kind in waiting.KINDS}
    panels = {panel().get_queryset().model: panel() for panel in PANELS}
    for model, total in shown.items():
        assert panels[model].get_queryset().count() == total == 2
        assert panels[model].title in home


def test_a_session_is_completed_once_all_is_decided_or_with_a_reason(here, office):
    one_of_each(here)
    everybody_absent(here, office)
    with pytest.raises(Blocked) as found:
        complete_session(session=here.session, actor=office.user)
    assert "1 signature à confirmer" in plain(found.value.message)
    page = reverse("sessions:complete", args=[here.session.pk])
    shown = plain(text_of(office.get(page)))
    assert "Émargement, reste à décider" in shown
    assert "Motif" in shown
    assert office.post(page, {"reason": " "}).status_code == 422
    here.session.refresh_from_db()
    assert here.session.state == SessionState.CONFIRMED
    assert office.post(page, {"reason": "Le financeur attend"}).status_code == 302
    here.session.refresh_from_db()
    assert here.session.state == SessionState.COMPLETED
    line = JournalEntry.objects.get(verb="session.completed")
    assert line.details.data["reason"] == "Le financeur attend"
    tab = text_of(office.get(reverse("session-attendance", args=[here.session.pk])))
    assert "Le financeur attend" in tab


def test_a_session_where_nothing_waits_asks_no_reason(here, office):
    everybody_absent(here, office)
    waiting.open_flags().update(closed_at=at(20), note="Vu")
    page = reverse("sessions:complete", args=[here.session.pk])
    assert 'name="reason"' not in office.get(page).text
    assert office.post(page).status_code == 302
    here.session.refresh_from_db()
    assert here.session.state == SessionState.COMPLETED
    tab = text_of(office.get(reverse("session-attendance", args=[here.session.pk])))
    assert "alors que tout n’était pas décidé" not in tab


def test_what_matters_no_more_settles_itself(here):
    """The person signed since; the half-day was closed since."""
    with time_machine.travel(at(8, 30), tick=False):
        device = prepared(here)
    device.sign(here.enrolments[0], at(9), arrived_at="15:00")
    device.lock(str(here.trainer), at(12, 25))
    with time_machine.travel(at(12, 26), tick=False):
        bring_back(device, at(12, 26))
        assert items_to_settle().count() == 2
    with time_machine.travel(at(12, 28), tick=False):
        here.sign(here.enrolments[0])
        assert [item.kind for item in items_to_settle()] == ["lock"]
        for enrolment in here.enrolments[1:]:
            here.sign(enrolment)
        lock_half_day(
            half_day=here.half_day,
            trainer=here.trainer,
            actor=here.actor,
            signature=typed(str(here.trainer)),
            early_reason="Fini",
        )
    assert not items_to_settle().exists()


def test_a_presence_declared_since_does_not_hide_what_was_signed(here):
    with time_machine.travel(at(8, 30), tick=False):
        device = prepared(here)
    device.sign(here.enrolments[0], at(9, 50), arrived_at="15:00")
    bring_back(device, at(12, 26))
    with time_machine.travel(at(12, 28), tick=False):
        here.sign(here.enrolments[0], method="declared", signature=None, reason="Vue")
    assert items_to_settle().count() == 1


def test_one_click_keeps_what_is_recorded(here, office):
    item = refused_item(here.half_day, kind="presence", enrolment=here.enrolments[0])
    tab = reverse("session-attendance", args=[here.session.pk])
    keep = reverse("presences:keep", args=[here.half_day.pk, item.pk])
    assert keep in office.get(tab).text
    answer = office.post(keep, {"next": tab})
    assert answer["Location"] == tab
    item = OfflineItem.objects.get()
    assert (item.settled_at, item.settled_by) == (at(20), office.user)
    assert not AttendanceEvent.objects.exists()
    line = JournalEntry.objects.get(verb="offline.settled")
    assert (line.to_state, line.details.data["reason"]) == (
        "kept",
        "Ce qui est enregistré est juste",
    )


def test_a_claim_is_the_trainers_until_the_half_day_is_over(here):
    SignatureClaimFactory(half_day=here.half_day, enrolment=here.enrolments[0])
    with time_machine.travel(at(10), tick=False):
        assert not waiting.claims_to_decide().exists()
    assert waiting.claims_to_decide().count() == 1
    with time_machine.travel(at(12, 50), tick=False):
        here.sign(here.enrolments[0])
    assert not waiting.claims_to_decide().exists()
