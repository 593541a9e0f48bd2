"""The chain: intact when nothing was touched, broken by name when one byte was."""

import hashlib
import json
import re
import uuid
from io import StringIO
from pathlib import Path

import pytest
import time_machine

from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from attendance.domain import chain
from attendance.domain.chain import event_record
from attendance.domain.locking import lock_half_day
from attendance.domain.projection import rebuild_marks
from attendance.domain.recording import correct, record_absence
from attendance.domain.verification import verify_chain
from attendance.models import AttendanceEvent, AttendanceEventDetails, HalfDayLock
from core.domain.canonical import canonical_json
from core.exceptions import DomainError
from core.registry import Role
from tests.attendance.people import at, room, typed
from tests.factories import UserFactory
from training.enums import AbsenceReason
from training.models import AttendanceMark

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    """Six events: two presences, an absence, a correction, a lock, a correction after it."""
    with time_machine.travel(at(12, 25), tick=False):
        place = room(3)
        one, two, three = place.enrolments
        place.sign(one, arrived_at=at(9, 20), idempotency_key=uuid.uuid4())
        place.sign(two)
        declare = {"half_day": place.half_day, "enrolment": three}
        record_absence(**declare, absence_reason=AbsenceReason.FAMILY, actor=place.actor)
        correct(
            **declare,
            state="present",
            left_at=at(11, 0),
            reason="Venue puis partie",
            actor=place.actor,
        )
        lock_half_day(
            half_day=place.half_day,
            trainer=place.trainer,
            actor=place.actor,
            signature=typed(str(place.trainer)),
        )
        correct(
            **declare,
            state="present",
            minutes=100,
            reason="Erreur",
            actor=UserFactory(roles=[Role.OFFICE]),
        )
    return place


def in_sql(statement: str, *values: object) -> None:
    """What a person with the database at hand could do."""
    with connection.cursor() as cursor:
        postgres = connection.vendor == "postgresql"
        if postgres:
            cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        if postgres:
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def key(value: uuid.UUID) -> object:
    return value if connection.vendor == "postgresql" else value.hex


def test_an_untouched_chain_is_intact(here):
    report = verify_chain(session=here.session)
    assert report.ok
    assert (report.events, report.erased, report.first_broken) == (6, 0, None)
    assert "chaîne intacte, 6\u00a0événements" in report.message


def test_a_session_without_attendance_is_intact():
    report = verify_chain(session=room(0).session)
    assert report.ok
    assert report.events == 0


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("minutes", 209),
        ("state", "absent"),
        ("method", "drawn"),
        ("received_at", "2027-01-14 11:25:00.000001"),
        ("absence_reason", "work"),
        ("hash_version", 1),
        ("hash_version", 3),
        ("context", '{"offline": true}'),
        ("context", '{"drift_seconds": 1.5}'),
        ("prev_hash", "0" * 64),
        ("hash", "0" * 64),
        ("details_digest", "0" * 64),
        ("idempotency_key", "0" * 32),
    ],
)
def test_one_changed_column_names_the_event(here, column, value):
    in_sql(
        f"UPDATE attendance_attendanceevent SET {column} = %s "  # noqa: S608
        "WHERE session_id = %s AND sequence = 2",
        value,
        here.session.pk,
    )
    report = verify_chain(session=here.session)
    assert not report.ok
    assert report.first_broken == 2
    assert report.message.startswith(f"{here.session.code} n°\u00a02\u00a0:")


def test_an_event_of_the_first_version_still_verifies():
    here = room(1)
    event, kept = chain.build(
        after=chain.EMPTY,
        session_id=here.session.pk,
        received_at=at(9),
        details={"reason": ""},
        half_day=here.half_day,
        enrolment=here.enrolments[0],
        kind="absence",
        state="absent",
        minutes=0,
        absence_reason="work",
        method="declared",
    )
    event.hash_version = 1
    event.hash = chain.compute_hash(event)
    assert "context" not in event_record(event)
    event.save()
    kept.save()
    rebuild_marks(session=here.session)
    assert verify_chain(session=here.session).ok


def test_recomputing_the_hash_of_a_changed_event_breaks_the_next_one(here):
    event = AttendanceEvent.objects.get(sequence=2)
    event.minutes = 10
    record = event_record(event)
    del record["hash"]
    in_sql(
        "UPDATE attendance_attendanceevent SET minutes = 10, hash = %s WHERE id = %s",
        hashlib.sha256(canonical_json(record)).hexdigest(),
        key(event.pk),
    )
    assert verify_chain(session=here.session).first_broken == 3


def test_a_missing_link_is_named(here):
    second = AttendanceEvent.objects.get(sequence=2)
    AttendanceMark.objects.filter(event_id=second.pk).delete()
    AttendanceEventDetails.objects.filter(event=second).delete()
    in_sql("DELETE FROM attendance_attendanceevent WHERE id = %s", key(second.pk))
    report = verify_chain(session=here.session)
    assert report.first_broken == 2
    assert "manque" in report.message


def test_an_inserted_link_is_named(here):
    last = AttendanceEvent.objects.get(sequence=6)
    AttendanceEvent.objects.create(
        session=here.session,
        sequence=7,
        kind="presence",
        half_day=here.half_day,
        enrolment=here.enrolments[0],
        state="present",
        minutes=210,
        method="typed",
        received_at=last.received_at,
        details_digest="0" * 64,
        prev_hash=last.hash,
        hash="0" * 64,
    )
    report = verify_chain(session=here.session)
    assert report.first_broken == 7


def test_changed_details_are_named_and_so_are_details_gone_without_an_erasure(here):
    details = AttendanceEventDetails.objects.get(event__sequence=1)
    details.data["signed_name"] = "Aïcha Morvam"
    details.save()
    report = verify_chain(session=here.session)
    assert report.first_broken == 1
    assert "détail" in report.message
    details.delete()
    report = verify_chain(session=here.session)
    assert report.first_broken == 1
    assert "a disparu, sans effacement au journal" in report.message


@pytest.mark.parametrize("data", [[], 3, {"a": 1.5}, {"signed_name": None}])
def test_details_of_another_shape_are_a_broken_link_not_a_crash(here, data):
    details = AttendanceEventDetails.objects.get(event__sequence=4)
    details.data = data
    details.save()
    assert verify_chain(session=here.session).first_broken == 4


def test_a_mark_that_differs_from_the_chain_is_found_and_rebuilt(here):
    mark = AttendanceMark.objects.get(enrolment=here.enrolments[0])
    before = marks()
    AttendanceMark.objects.filter(pk=mark.pk).update(minutes=210)
    report = verify_chain(session=here.session)
    assert not report.ok
    assert "diffère de l’événement n°\u00a01" in report.message
    assert rebuild_marks(session=here.session) == 1
    assert marks() == before
    assert verify_chain(session=here.session).ok


def test_marks_and_locks_made_again_from_the_events_are_the_same(here):
    before, locks = marks(), list(HalfDayLock.objects.values_list("trainer", "event", "locked_at"))
    assert len(before) == 3
    AttendanceMark.objects.all().delete()
    HalfDayLock.objects.all().delete()
    assert not verify_chain(session=here.session).ok
    assert rebuild_marks(session=here.session) == 4
    assert marks() == before
    assert list(HalfDayLock.objects.values_list("trainer", "event", "locked_at")) == locks
    assert rebuild_marks(session=here.session) == 0


def marks() -> list[tuple[object, ...]]:
    return sorted(
        AttendanceMark.objects.values_list(
            "enrolment_id", "half_day_id", "state", "minutes", "absence_reason", "event_id"
        )
    )


def test_the_minutes_of_the_projection_are_those_computed_by_hand(here):
    # Arrived 9:20: 190. Whole half-day: 210. Corrected at the end to 100.
    assert [row[3] for row in marks()] == [190, 210, 100]


def test_every_column_of_an_event_is_hashed(here):
    columns = {field.attname for field in AttendanceEvent._meta.concrete_fields}
    assert set(event_record(AttendanceEvent.objects.get(sequence=1))) == columns


def test_events_are_never_changed_nor_deleted(here):
    event = AttendanceEvent.objects.get(sequence=1)
    event.minutes = 5
    for attempt in (
        event.save,
        event.delete,
        lambda: AttendanceEvent.objects.update(minutes=5),
        lambda: AttendanceEvent.objects.all().delete(),
    ):
        with pytest.raises(DomainError) as found:
            attempt()
        assert found.value.code == "append_only"


@pytest.mark.postgres
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE attendance_attendanceevent SET minutes = 5",
        "DELETE FROM attendance_attendanceevent WHERE sequence = 6",
    ],
)
def test_the_database_itself_refuses_to_change_an_event(here, statement):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement)
    assert verify_chain(session=here.session).ok


def test_the_documented_verifier_reads_an_export_with_the_standard_library_alone(here):
    page = Path(settings.BASE_DIR, "docs", "attendance-chain.md").read_text()
    source = re.search(r"```python\n(.*?)```", page, re.DOTALL).group(1)
    names: dict[str, object] = {"__name__": "reader"}
    exec(source, names)  # noqa: S102
    check = names["check"]
    events = here.session.attendance_events.all()
    lines = [canonical_json(event_record(event)) + b"\n" for event in events]
    assert check(lines) is None
    assert check(lines[:1] + lines[2:]) == (2, "an event is missing")
    assert check([*lines[:3], lines[3].replace(b'"minutes":120', b'"minutes":121')]) == (
        4,
        "it was changed",
    )
    for end in (b"", b"\r\n", b" \n", b"\n\n"):
        assert check([lines[0][:-1] + end]) == (1, "its line is not as exported")
    assert check([lines[0][:-1] + b"\x0b"]) == (1, "it cannot be read")


def test_an_export_names_nobody(here):
    text = "".join(json.dumps(event_record(event)) for event in AttendanceEvent.objects.all())
    for secret in ("Morvan", "Durand", "192.0.2.7", "Venue puis partie"):
        assert secret not in text


def test_a_row_edited_in_sql_makes_the_verifier_name_the_broken_link(here):
    """Probative case 5."""
    out = StringIO()
    call_command("verify_attendance", here.session.code, stdout=out)
    assert "chaîne intacte, 6\u00a0événements" in out.getvalue()
    in_sql("UPDATE attendance_attendanceevent SET minutes = 1 WHERE sequence = 4")
    err = StringIO()
    with pytest.raises(CommandError) as found:
        call_command("verify_attendance", stderr=err, stdout=StringIO())
    assert found.value.returncode == 1
    assert f"{here.session.code} n°\u00a04\u00a0: l’événement a été modifié." in err.getvalue()


def test_the_commands_refuse_an_unknown_session():
    for command in ("verify_attendance", "rebuild_attendance"):
        with pytest.raises(CommandError, match="inconnue"):
            call_command(command, "S-RIEN", stdout=StringIO())


def test_the_rebuild_command_says_what_it_repaired(here):
    AttendanceMark.objects.update(minutes=0)
    out = StringIO()
    call_command("rebuild_attendance", here.session.code, stdout=out)
    assert "3\u00a0lignes refaites" in out.getvalue()
    assert verify_chain(session=here.session).ok
