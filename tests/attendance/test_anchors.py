"""The head of the chain, noted at each lock, dated by an authority outside."""

import datetime as dt

import pytest
import time_machine

from django.db import DatabaseError, connection, transaction

from attendance.domain import anchors
from attendance.domain.anchors import last_anchor
from attendance.domain.locking import lock_half_day
from attendance.domain.recording import correct
from attendance.domain.verification import verify_chain
from attendance.enums import AnchorState
from attendance.models import AttendanceEvent, AttendanceEventDetails, ChainAnchor, HalfDayLock
from core.domain import timestamping
from core.models import JournalEntry
from tests.attendance.people import at, room, typed
from tests.attendance.test_chain import in_sql
from tests.authority import Authority, open_authority, root
from training.models import AttendanceMark, HalfDay

pytestmark = pytest.mark.django_db


@pytest.fixture
def authority(settings, tmp_path):
    with open_authority() as opened:
        settings.TIMESTAMP_URL = opened.url
        path = tmp_path / "root.pem"
        path.write_bytes(root().pem)
        settings.TIMESTAMP_CA_FILE = str(path)
        yield opened


def locked(people: int = 2):
    """A half-day signed by everybody, then locked."""
    with time_machine.travel(at(12, 30), tick=False):
        here = room(people)
        for enrolment in here.enrolments:
            here.sign(enrolment)
        lock_half_day(
            half_day=here.half_day,
            trainer=here.trainer,
            actor=here.actor,
            signature=typed(str(here.trainer)),
        )
    return here


def stamp_due() -> None:
    with time_machine.travel(at(12, 31), tick=False):
        for pk in anchors.due():
            anchors.stamp(pk)


def test_each_lock_is_timestamped_by_the_authority_after_the_commit(
    authority: Authority, run_commits
):
    here = locked()
    anchor = ChainAnchor.objects.get()
    lock = AttendanceEvent.objects.get(kind="lock")
    assert (anchor.sequence, anchor.head, anchor.state) == (3, lock.hash, "unstamped")
    # Nothing is asked inside the transaction.
    assert authority.asked == []
    stamp_due()
    assert authority.asked == [bytes.fromhex(lock.hash)]
    anchor = last_anchor(session=here.session)
    assert anchor.state == AnchorState.STAMPED
    assert anchor.stamped_at == authority.at
    assert anchor.words == (
        "Horodaté le 14\u00a0janvier 2027 à 13\u00a0h\u00a031, par Horodatage d’essai"
    )
    report = verify_chain(session=here.session)
    assert report.ok
    assert report.stamped == 3
    assert "horodaté le 14" in report.message
    assert "répond" not in report.message


def test_without_an_authority_the_record_says_so_and_nobody_is_asked():
    here = locked()
    stamp_due()
    anchor = last_anchor(session=here.session)
    assert anchor.words == "Non horodaté"
    assert anchor.stamped_at is None
    report = verify_chain(session=here.session)
    assert report.ok
    assert report.message.endswith("; non horodatée.")


@pytest.mark.parametrize("mood", ["silent", "rubbish", "refuses", "other_digest", "not_a_tsa"])
def test_an_authority_that_does_not_answer_well_is_asked_again_and_never_replaced(
    authority: Authority, mood
):
    authority.mood = mood
    here = locked(1)
    stamp_due()
    anchor = last_anchor(session=here.session)
    assert (anchor.state, anchor.token, anchor.stamped_at) == ("unstamped", None, None)
    assert anchor.words == "Non horodaté"
    assert anchor.attempts == 1
    assert anchor.error
    assert verify_chain(session=here.session).ok
    # Not at once, but a minute later, and it is well again.
    authority.mood = "well"
    stamp_due()
    assert len(authority.asked) == 1
    with time_machine.travel(at(12, 33), tick=False):
        assert anchors.stamp(*anchors.due())
    anchor.refresh_from_db()
    assert anchor.state == AnchorState.STAMPED
    assert anchor.stamped_at == authority.at


def test_an_authority_that_is_away_is_no_authority(settings):
    settings.TIMESTAMP_URL = "http://127.0.0.1:9/"
    with pytest.raises(timestamping.TimestampError, match="no answer"):
        timestamping.request_token(bytes(32))


def test_a_token_changed_or_moved_is_found(authority: Authority, settings):
    here = locked()
    stamp_due()
    anchor = ChainAnchor.objects.get()
    token = bytes(anchor.token)
    changed = token[:-5] + bytes([token[-5] ^ 1]) + token[-4:]
    values = [
        {"token": changed},
        {"token": b"rien"},
        {"stamped_at": authority.at - dt.timedelta(days=1)},
    ]
    for value in values:
        in_sql_update(anchor, **value)
        report = verify_chain(session=here.session)
        assert not report.ok, value
        assert report.first_broken == 3
        in_sql_update(anchor, token=token, stamped_at=authority.at)
    assert verify_chain(session=here.session).ok
    # Its root is not among those trusted any more.
    settings.TIMESTAMP_CA_FILE = ""
    assert "personne de connu ne répond" in verify_chain(session=here.session).message


def in_sql_update(anchor: ChainAnchor, **values) -> None:
    for column, value in values.items():
        in_sql(
            f"UPDATE attendance_chainanchor SET {column} = %s WHERE id = %s",  # noqa: S608
            value,
            anchor.pk,
        )


def cut(session, *, after: int) -> None:
    """What a person with the whole database would do: no event beyond, no mark, no lock."""
    gone = AttendanceEvent.objects.filter(session=session, sequence__gt=after)
    AttendanceMark.objects.filter(event_id__in=gone.values("pk")).delete()
    HalfDayLock.objects.filter(event__in=gone).delete()
    AttendanceEventDetails.objects.filter(event__in=gone).delete()
    in_sql(
        "DELETE FROM attendance_attendanceevent WHERE session_id = %s AND sequence > %s",
        session.pk,
        after,
    )


def test_a_tail_cut_with_its_marks_and_locks_is_seen_from_the_anchor():
    here = locked()
    assert verify_chain(session=here.session).ok
    cut(here.session, after=1)
    report = verify_chain(session=here.session)
    assert not report.ok
    assert report.first_broken == 2
    assert "une ancre avait noté l’événement n°\u00a03" in report.message


def test_a_tail_cut_with_its_anchor_is_seen_from_the_half_day_that_is_closed():
    here = locked()
    in_sql("DELETE FROM attendance_chainanchor WHERE session_id = %s", here.session.pk)
    cut(here.session, after=2)
    assert "sa clôture n’est pas dans la chaîne" in verify_chain(session=here.session).message


def test_a_correction_cut_after_the_lock_is_seen_from_its_anchor_and_from_the_journal(office):
    here = locked()
    with time_machine.travel(at(15), tick=False):
        correct(
            half_day=here.half_day,
            enrolment=here.enrolments[0],
            state="present",
            minutes=100,
            reason="Erreur",
            actor=office.user,
        )
    assert list(ChainAnchor.objects.values_list("sequence", flat=True)) == [3, 4]
    in_sql("DELETE FROM attendance_chainanchor WHERE sequence = 4")
    cut(here.session, after=3)
    assert "une correction est au journal" in verify_chain(session=here.session).message


def test_a_chain_written_again_whole_does_not_match_its_anchor():
    here = locked()
    in_sql("UPDATE attendance_chainanchor SET head = %s", "0" * 64)
    report = verify_chain(session=here.session)
    assert report.first_broken == 3
    assert "n’est pas celui que l’ancre avait noté" in report.message
    assert HalfDay.objects.get(pk=here.half_day.pk).state == "held"
    assert JournalEntry.objects.filter(verb="half_day.locked").exists()


@pytest.mark.postgres
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM attendance_chainanchor",
        "UPDATE attendance_chainanchor SET head = repeat('0', 64)",
    ],
)
def test_the_database_itself_keeps_the_anchors(statement):
    locked()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement)
