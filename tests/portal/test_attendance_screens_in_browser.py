"""The screens around attendance, one after the other: axe, keyboard, a phone with large text.

One set of data and one window for each audience: a browser is dear to open.
"""

import datetime as dt
import io
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.urls import reverse
from django.utils import timezone

from attendance.domain.absences import notices
from attendance.domain.recording import record_absence
from attendance.domain.room_codes import secret_hash
from attendance.enums import FollowUpState
from attendance.models import AttendanceReceipt, FollowedAbsence
from tests.attendance.people import Room, about_to_end, link_of
from tests.cast import Actor
from tests.factories import EnrolmentFactory, ImportBatchFactory, OrganisationFactory
from tests.follow_up_factories import (
    AbsenceDocumentFactory,
    AbsenceFollowUpFactory,
    PaperScanFactory,
    RemoteActivityFactory,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[["Page", Actor], None]
Check = Callable[["Page"], None]

#: What is shown and takes an action, yet is not reached by the keyboard or does not say so.
UNREACHED = """() => [...document.querySelectorAll(
    'main :is(a[href], button, input:not([type=hidden]), select, textarea, summary)'
  )].filter((item) => {
    if (!item.checkVisibility({checkVisibilityCSS: true}) || item.disabled) return false;
    item.focus();
    if (document.activeElement !== item) return true;
    const style = getComputedStyle(item);
    return style.outlineStyle === 'none' && style.boxShadow === 'none';
  }).map((item) => item.outerHTML.slice(0, 120))"""
#: Text twice as large, as a person sets it in their browser.
LARGE = "document.documentElement.style.fontSize = '200%'"
#: What makes the page wider than the window, but for the heading of Wagtail's own
#: lists, and their tables, which scroll in their box.
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll('main *')]
    .filter((item) => !item.closest('header, .w-slim-header, #listing-results')
      && item.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 4).map((item) => item.outerHTML.slice(0, 120))"""


@pytest.fixture
def here(trainer: Actor, learner: Actor) -> Room:
    """A half-day about to end: a person away, a person to sign, and what follows each."""
    OrganisationFactory()
    place = about_to_end().taught_by(trainer.person)
    place.enrolments.append(EnrolmentFactory(session=place.session, learner=learner.person))
    return place


def follow(here: Room, **values: Any) -> Any:
    follow_up = AbsenceFollowUpFactory(
        enrolment=here.enrolments[-1],
        state=FollowUpState.AWAITED,
        asked_at=timezone.now(),
        due_on=timezone.localdate() + dt.timedelta(days=5),
        **values,
    )
    FollowedAbsence.objects.create(
        follow_up=follow_up, enrolment=follow_up.enrolment, half_day=here.half_day
    )
    return follow_up


def look(page: "Page", addresses: Iterable[str], assert_accessible: Check) -> None:
    """Each page as it is, on the keyboard, then with large text on a phone."""
    wide, narrow = page.viewport_size, {"width": 390, "height": 844}
    faults = {}
    for address in addresses:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        assert_accessible(page)
        found = page.evaluate(UNREACHED)
        page.set_viewport_size(narrow)
        page.evaluate(LARGE)
        found += page.evaluate(TOO_WIDE)
        if found:
            faults[address] = found
        page.set_viewport_size(wide)
    assert faults == {}


def test_what_a_trainer_and_a_learner_hold_in_their_hand(
    phone: "Page",
    here: Room,
    trainer: Actor,
    learner: Actor,
    sign_in: SignIn,
    assert_accessible: Check,
) -> None:
    activity = RemoteActivityFactory(version=here.session.programme_version)
    person = here.enrolments[0]
    AttendanceReceipt.objects.create(
        enrolment=person,
        token_hash=secret_hash("recu"),
        day=timezone.localdate(),
        disputable_until=timezone.now() + dt.timedelta(hours=2),
    )
    pk, code = here.half_day.pk, here.session.code
    sign_in(phone, trainer)
    look(
        phone,
        [
            reverse("portal:half-day", args=[pk]),
            reverse("portal:sign", args=[pk, person.uuid]),
            reverse("portal:change", args=[pk, person.uuid]),
            reverse("portal:walk-in", args=[pk]),
            reverse("portal:room-code", args=[pk]),
            reverse("portal:offline"),
            reverse("portal:remote", args=[code]),
            reverse("portal:remote-activity", args=[code, person.pk, activity.pk]),
            reverse("portal:late-statement", args=[link_of(person)]),
            reverse("portal:receipt", args=["recu"]),
        ],
        assert_accessible,
    )
    for enrolment in here.enrolments:
        record_absence(
            half_day=here.half_day,
            enrolment=enrolment,
            absence_reason="unknown",
            actor=trainer.user,
        )
    look(phone, [reverse("portal:lock", args=[pk])], assert_accessible)
    follow_up = follow(here)
    sign_in(phone, learner)
    look(phone, [reverse("portal:absence", args=[follow_up.uuid])], assert_accessible)


def test_what_the_office_reads_at_its_desk(
    page: "Page", here: Room, office: Actor, sign_in: SignIn, assert_accessible: Check
) -> None:
    RemoteActivityFactory(version=here.session.programme_version)
    follow_up = follow(here)
    AbsenceDocumentFactory(follow_up=follow_up)
    draft = notices.prepare_notices(follow_up=follow_up, actor=office.user)[0]
    stream = io.BytesIO()
    Image.new("L", (400, 300), 200).save(stream, "PNG")
    scan = PaperScanFactory(
        session=here.session,
        day=here.half_day.day,
        key=storages["private"].save("paper/essai", ContentFile(stream.getvalue())),
        media_type="image/png",
    )
    log = ImportBatchFactory(
        kind="platform_log",
        session=here.session,
        totals={"lines": 2, "problems": 1, "to_write": 1, "already": 0, "insufficient": 0},
    )
    session = here.session.pk
    sign_in(page, office)
    look(
        page,
        [
            reverse("paper:day", args=[session, here.half_day.day]),
            reverse("paper:scan", args=[scan.uuid]),
            reverse("remote:tab", args=[session]),
            reverse("platform-logs:upload", args=[session]),
            reverse("platform-logs:show", args=[session, log.uuid]),
            reverse("session-attendance", args=[session]),
            reverse("absences:index"),
            reverse("absences:inspect", args=[follow_up.pk]),
            reverse("absences:deposit", args=[follow_up.pk]),
            reverse("messages:send_draft", args=[draft.pk]),
        ],
        assert_accessible,
    )
