"""One awkward session against a table written by hand: projection, sheet and certificate agree.

Three slots in a day, one past midnight, a group split from the second day, a person exempted, a
half-day cancelled and remade a week later, a venue at UTC−3.
"""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine

from attendance.domain.locking import lock_half_day
from attendance.domain.projection import rebuild_marks
from attendance.domain.recording import correct, record_absence, record_presence
from attendance.domain.signatures import Signature
from attendance.domain.verification import verify_chain
from attendance.enums import AttendanceMethod
from certificates.domain.kinds import attendance_sheet, certificate
from certificates.domain.kinds.document_facts import DocumentFacts
from core.exceptions import DomainError
from core.registry import Role
from tests.attendance.people import typed
from tests.factories import (
    EnrolmentFactory,
    HalfDayFactory,
    LearnerFactory,
    OrganisationFactory,
    SessionFactory,
    SignatoryFactory,
    TrainerFactory,
    UserFactory,
    VenueFactory,
)
from training.domain.expected import attended_minutes, planned_minutes
from training.domain.sessions.half_days import cancel_half_day
from training.enums import AbsenceReason, HalfDayLabel, SessionState
from training.models import AttendanceMark, EnrolmentHalfDay, SessionGroup

pytestmark = pytest.mark.django_db

CAYENNE = ZoneInfo("America/Cayenne")
#: Slot → day of February 2027, hours by the clock of Cayenne, counted minutes, group.
SLOTS = {
    "morning": (1, (9, 0), (12, 0), 180, ""),
    "afternoon": (1, (14, 0), (17, 0), 180, ""),
    "night": (1, (22, 0), (24, 30), 150, ""),
    "second A": (2, (9, 0), (12, 0), 180, "A"),
    "second B": (2, (14, 0), (17, 0), 180, "B"),
    "remade": (9, (9, 0), (12, 0), 165, ""),
}
#: The table written by hand: minutes followed, « - » not expected, « abs » absent.
TABLE = {
    # ............ morning  afternoon  night  second A  second B  remade
    "Aïcha Morvan": [180, 180, 150, 180, "-", 165],
    "Paul Durand": [150, 180, 150, "-", 180, "abs"],
    "Léa Martin": [180, "-", 120, "-", 180, 165],
}
FOLLOWED = {"Aïcha Morvan": 855, "Paul Durand": 660, "Léa Martin": 645}
PLANNED = {"Aïcha Morvan": 855, "Paul Durand": 855, "Léa Martin": 675}


def clock(day: int, hours: tuple[int, int]) -> dt.datetime:
    """A moment by the clock of Cayenne; hour 24 is the next day's midnight."""
    start = dt.datetime(2027, 2, day, tzinfo=CAYENNE)
    return start + dt.timedelta(hours=hours[0], minutes=hours[1])


@pytest.fixture
def story():
    """The session lived through, signature by signature."""
    OrganisationFactory()
    SignatoryFactory()
    office = UserFactory(roles=[Role.OFFICE])
    venue = VenueFactory(name="Maison des métiers", city="", time_zone="America/Cayenne")
    session = SessionFactory(state=SessionState.CONFIRMED, venue=venue)
    trainer = TrainerFactory()
    groups = {name: SessionGroup.objects.create(session=session, name=name) for name in "AB"}
    people = {
        name: EnrolmentFactory(
            session=session,
            learner=LearnerFactory(first_name=name.split()[0], last_name=name.split()[1]),
            group=groups["A" if name == "Aïcha Morvan" else "B"],
        )
        for name in TABLE
    }
    half_days = {}
    for slot, (day, start, end, minutes, group) in SLOTS.items():
        if slot == "remade":
            continue
        half_days[slot] = HalfDayFactory(
            session=session,
            label=HalfDayLabel.MORNING,
            starts_at=clock(day, start),
            ends_at=clock(day, end),
            counted_minutes=minutes,
            trainers=[trainer],
        )
        if group:
            half_days[slot].groups.add(groups[group])
    EnrolmentHalfDay.objects.create(
        enrolment=people["Léa Martin"],
        half_day=half_days["afternoon"],
        expected=False,
        reason="Acquis reconnus",
    )
    with time_machine.travel(clock(1, (7, 0)), tick=False):
        lost = HalfDayFactory(
            session=session,
            starts_at=clock(3, (9, 0)),
            ends_at=clock(3, (12, 0)),
            counted_minutes=165,
            trainers=[trainer],
        )
        cancel_half_day(half_day=lost, reason="Cyclone annoncé", actor=office)
    day, start, end, minutes, _group = SLOTS["remade"]
    half_days["remade"] = HalfDayFactory(
        session=session,
        starts_at=clock(day, start),
        ends_at=clock(day, end),
        counted_minutes=minutes,
        trainers=[trainer],
    )
    for rank, (slot, half_day) in enumerate(half_days.items()):
        _live(half_day, rank, people, trainer, SLOTS[slot])
    return session, half_days, people, office


def _live(half_day, rank, people, trainer, times) -> None:
    day, start, end, minutes, _group = times
    # At twenty past: signing late takes nothing off.
    with time_machine.travel(clock(day, (start[0], 20)), tick=False):
        for name, row in TABLE.items():
            if row[rank] == "-":
                with pytest.raises(DomainError) as refusal:
                    _sign(half_day, people[name], trainer)
                assert refusal.value.code == "not_expected"
            elif row[rank] == minutes:
                _sign(half_day, people[name], trainer)
        if rank == 0:
            with pytest.raises(DomainError) as refusal:
                _lock(half_day, trainer)
            assert refusal.value.code == "lock_blocked"
    with time_machine.travel(clock(day, (end[0], end[1])), tick=False):
        for name, row in TABLE.items():
            if row[rank] == "abs":
                record_absence(
                    half_day=half_day,
                    enrolment=people[name],
                    absence_reason=AbsenceReason.FAMILY,
                    actor=trainer.user,
                )
            elif row[rank] not in {"-", minutes}:
                late = half_day.starts_at + dt.timedelta(minutes=minutes - row[rank])
                _sign(half_day, people[name], trainer, arrived_at=late)
        _lock(half_day, trainer)


def _sign(half_day, enrolment, trainer, **values) -> None:
    record_presence(
        half_day=half_day,
        enrolment=enrolment,
        method=AttendanceMethod.TYPED_ON_TRAINER_DEVICE,
        signature=Signature(signed_name=str(enrolment.learner), consent=True),
        actor=trainer.user,
        **values,
    )


def _lock(half_day, trainer) -> None:
    lock_half_day(
        half_day=half_day,
        trainer=trainer,
        actor=trainer.user,
        signature=typed(str(trainer)),
    )


def test_projection_sheet_and_certificate_equal_the_table_written_by_hand(story):
    session, half_days, people, _office = story
    # The projection.
    found = {
        (mark.enrolment_id, mark.half_day_id): "abs" if mark.state == "absent" else mark.minutes
        for mark in AttendanceMark.objects.filter(half_day__session=session)
    }
    assert {
        name: [found.get((people[name].pk, item.pk), "-") for item in half_days.values()]
        for name in TABLE
    } == TABLE
    named = {enrolment.pk: name for name, enrolment in people.items()}
    assert {named[pk]: m for pk, m in attended_minutes(session=session).items()} == FOLLOWED
    assert {named[pk]: m for pk, m in planned_minutes(session=session).items()} == PLANNED
    # The sheet: same cells, same totals, hours of Cayenne, the lost half-day said.
    facts = DocumentFacts(session)
    sheet = attendance_sheet.context(facts=facts, enrolment=None, on=dt.date(2027, 2, 10))
    (block,) = sheet["blocks"]
    columns = list(half_days)
    for row in block["rows"]:
        for slot, expected, cell in zip(columns, TABLE[row["name"]], row["cells"], strict=True):
            if expected == "-":
                assert cell["text"] == "présence non prévue"
            elif expected == "abs":
                assert cell["text"].startswith("Absence")
            else:
                assert cell["typed"] == row["name"]
                shortened = any("suivies" in note for note in cell["notes"])
                assert shortened == (expected != SLOTS[slot][3])
    assert {total["name"]: total["followed"] for total in sheet["totals"]} == {
        "Aïcha Morvan": "14\u00a0h\u00a015",
        "Paul Durand": "11\u00a0h",
        "Léa Martin": "10\u00a0h\u00a045",
    }
    times = [item["times"].replace("\u00a0", " ") for item in block["half_days"]]
    assert times[0] == "9 h – 12 h, heure locale (UTC−3)"
    assert times[2] == "22 h – 0 h 30 (lendemain), heure locale (UTC−3)"
    assert sheet["changes"] == ["mercredi 3\u00a0février 2027, matin\u00a0: annulée"]
    # The certificates.
    for name, enrolment in people.items():
        paper = certificate.context(facts=facts, enrolment=enrolment, on=dt.date(2027, 2, 10))
        assert paper["followed_minutes"] == FOLLOWED[name]
    assert verify_chain(session=session).ok


def test_the_projection_is_made_again_from_the_events_alone(story):
    session, half_days, people, office = story
    with time_machine.travel(clock(10, (9, 0)), tick=False):
        correct(
            half_day=half_days["remade"],
            enrolment=people["Paul Durand"],
            state="present",
            minutes=100,
            reason="Arrivé par la route du fleuve",
            actor=office,
        )
    before = sorted(
        AttendanceMark.objects.values_list("enrolment", "half_day", "minutes", "event_id")
    )
    AttendanceMark.objects.filter(half_day=half_days["night"]).update(minutes=1)
    AttendanceMark.objects.filter(half_day=half_days["morning"]).delete()
    assert not verify_chain(session=session).ok
    assert rebuild_marks(session=session) == 6
    assert before == sorted(
        AttendanceMark.objects.values_list("enrolment", "half_day", "minutes", "event_id")
    )
    assert attended_minutes(session=session)[people["Paul Durand"].pk] == 760
