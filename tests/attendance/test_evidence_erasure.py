"""Names, drawings and addresses go; events stay, and say so."""

import datetime as dt
from io import StringIO

import pytest
import time_machine

from django.core.management import call_command

from attendance.domain.verification import verify_chain
from attendance.models import AttendanceEvent, AttendanceEventDetails
from attendance.tasks import erase_attendance_details
from core.models import JournalEntry, RuleSetting
from tests.attendance.people import DAY, at, room

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    with time_machine.travel(at(10), tick=False):
        place = room(2)
        for enrolment in place.enrolments:
            place.sign(enrolment)
    return place


def test_details_past_their_retention_are_erased_and_the_chain_says_when(here):
    events = list(AttendanceEvent.objects.values())
    with time_machine.travel(dt.datetime(2033, 1, 14, 12, tzinfo=dt.UTC), tick=False):
        erase_attendance_details()
        assert AttendanceEventDetails.objects.count() == 2  # six years to the day: still kept
    with time_machine.travel(dt.datetime(2033, 1, 17, 12, tzinfo=dt.UTC), tick=False):
        out = StringIO()
        call_command("erase_attendance_details", "--dry-run", stdout=out)
        assert out.getvalue() == f"{here.session.code}\n"
        assert AttendanceEventDetails.objects.count() == 2
        out = StringIO()
        call_command("erase_attendance_details", stdout=out)
        assert out.getvalue() == "2\u00a0détails effacés.\n"
        call_command("erase_attendance_details", stdout=StringIO())
    assert not AttendanceEventDetails.objects.exists()
    assert list(AttendanceEvent.objects.values()) == events
    entry = JournalEntry.objects.get(verb="attendance.details_erased")
    assert (entry.session, entry.details.data) == (here.session, {"events": 2})
    report = verify_chain(session=here.session)
    assert report.ok
    assert report.erased == 2
    assert "preuve effacée le 17\u00a0janvier 2033" in report.message


def test_the_period_is_the_rule_in_force_on_the_last_day(here):
    RuleSetting.objects.create(code="attendance_details_days", value=30, valid_from=DAY)
    with time_machine.travel(dt.datetime(2027, 2, 14, 12, tzinfo=dt.UTC), tick=False):
        erase_attendance_details()
    assert not AttendanceEventDetails.objects.exists()


def test_what_is_signed_after_an_erasure_must_keep_its_details(here):
    RuleSetting.objects.create(code="attendance_details_days", value=0, valid_from=DAY)
    with time_machine.travel(at(11, day=15), tick=False):
        erase_attendance_details()
    assert verify_chain(session=here.session).ok
    # Details that vanish without the journal are a fault, those erased before are not.
    with time_machine.travel(at(11), tick=False):
        third = room(3)
        third.sign(third.enrolments[2])
        AttendanceEventDetails.objects.filter(event__session=third.session).delete()
    report = verify_chain(session=third.session)
    assert report.first_broken == 1
    assert "sans effacement au journal" in report.message
