"""The paper bridge: print, scan, and the whole grid entered beside the picture."""

import datetime as dt
import io

import pytest
import time_machine
from PIL import Image

from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from attendance.domain import paper
from attendance.domain.locking import lock_half_day
from attendance.domain.verification import verify_chain
from attendance.enums import AttendanceMethod
from attendance.models import AttendanceEvent, PaperScan
from attendance.tasks import erase_attendance_details
from core.exceptions import DomainError
from core.models import JournalEntry
from core.registry import Role
from tests.attendance.people import DAY, PARIS, Room, at, room, typed
from tests.certificates.sessions import text_of
from tests.factories import (
    AgreementFactory,
    HalfDayFactory,
    OrganisationFactory,
    RuleSettingFactory,
    UserFactory,
)
from training.enums import AgreementKind, AttendanceState, HalfDayLabel
from training.models import AttendanceMark

pytestmark = pytest.mark.django_db

EVENING = at(19)


def picture(kind: str = "PNG") -> bytes:
    stream = io.BytesIO()
    Image.new("L", (40, 30), 200).save(stream, kind)
    return stream.getvalue()


@pytest.fixture
def clerk():
    return UserFactory(roles=[Role.OFFICE])


@pytest.fixture
def place() -> Room:
    """Two half-days on 14 January; three people expected at both."""
    OrganisationFactory()
    found = room(3)
    HalfDayFactory(
        session=found.session,
        label=HalfDayLabel.AFTERNOON,
        starts_at=at(13, 30),
        ends_at=at(17),
        trainers=[found.trainer],
    )
    return found


@pytest.fixture
def evening():
    with time_machine.travel(EVENING, tick=False):
        yield


def deposit(place: Room, clerk, content: bytes | None = None) -> PaperScan:
    return paper.receive_scan(
        session=place.session, day=DAY, content=content or picture(), actor=clerk
    )


def cell(place: Room, rank: int, half_day=None) -> str:
    return f"c-{(half_day or place.half_day).pk}-{place.enrolments[rank].pk}"


def test_every_cell_becomes_an_event_with_the_scan_as_its_proof(place, clerk, evening):
    scan = deposit(place, clerk)
    choices = {cell(place, 0): "transport", cell(place, 1): paper.BLANK}
    assert paper.enter(scan=scan, choices=choices, actor=clerk) == 5
    events = list(AttendanceEvent.objects.filter(session=place.session).order_by("sequence"))
    assert [event.context for event in events] == [{"scan": scan.sha256}] * 5
    assert {event.method for event in events} == {AttendanceMethod.PAPER}
    assert {event.recorded_by for event in events} == {clerk}
    states = AttendanceMark.objects.filter(half_day=place.half_day).values_list(
        "enrolment__learner__first_name", "state", "absence_reason"
    )
    assert set(states) == {
        ("Aïcha", AttendanceState.ABSENT, "transport"),
        ("Léa", AttendanceState.PRESENT, ""),
    }
    assert verify_chain(session=place.session).ok


def test_the_sheet_of_a_buyer_is_deposited_and_entered_as_ours_would_be(place, clerk, evening):
    """Subcontract received: the buyer's own sheet is what people sign."""
    agreement = AgreementFactory(
        session=place.session,
        kind=AgreementKind.SUBCONTRACT,
        company=None,
        buyer_name="Autre organisme",
    )
    place.session.enrolments.update(agreement=agreement)
    scan = deposit(place, clerk, b"%PDF-1.7 la feuille du donneur d'ordre")
    assert paper.enter(scan=scan, choices={}, actor=clerk) == 6
    assert {
        event.context["scan"] for event in AttendanceEvent.objects.filter(session=place.session)
    } == {scan.sha256}
    with storages["private"].open(scan.key) as stored:
        assert stored.read().startswith(b"%PDF-1.7 la feuille du donneur")


def test_entering_twice_adds_nothing_and_what_was_signed_elsewhere_is_left_alone(
    place, clerk, evening
):
    with time_machine.travel(at(12), tick=False):
        place.sign(place.enrolments[0])
    scan = deposit(place, clerk)
    assert paper.enter(scan=scan, choices={cell(place, 0): "family"}, actor=clerk) == 5
    assert paper.enter(scan=scan, choices={}, actor=clerk) == 0
    assert AttendanceEvent.objects.count() == 6
    mark = AttendanceMark.objects.get(half_day=place.half_day, enrolment=place.enrolments[0])
    assert (
        AttendanceEvent.objects.get(pk=mark.event_id).method
        == AttendanceMethod.TYPED_ON_TRAINER_DEVICE
    )


def test_hours_written_on_the_sheet_reduce_the_minutes(place, clerk, evening):
    scan = deposit(place, clerk)
    late, early = cell(place, 0), cell(place, 1)
    hours = {
        late: paper.WrittenHours(arrived_at=dt.time(10, 5)),
        early: paper.WrittenHours(left_at=dt.time(11, 30)),
    }
    paper.enter(scan=scan, choices={}, hours=hours, actor=clerk)
    found = {
        event.enrolment_id: (event.arrived_at, event.left_at, event.minutes)
        for event in AttendanceEvent.objects.filter(half_day=place.half_day)
    }
    assert [found[item.pk] for item in place.enrolments] == [
        (at(10, 5), None, 145),
        (None, at(11, 30), 150),
        (None, None, 210),
    ]


def test_an_hour_that_cannot_be_names_the_person_and_writes_nothing(place, clerk, evening):
    scan = deposit(place, clerk)
    hours = {cell(place, 0): paper.WrittenHours(arrived_at=dt.time(12, 45))}
    with pytest.raises(DomainError) as found:
        paper.enter(scan=scan, choices={}, hours=hours, actor=clerk)
    assert found.value.code == "times_out_of_order"
    assert found.value.message.startswith("Aïcha Morvan, matin")
    assert not AttendanceEvent.objects.exists()


def test_an_hour_is_entered_in_the_grid_then_shown_there(place, clerk, evening, office):
    scan = deposit(place, clerk)
    page = reverse("paper:scan", args=[scan.uuid])
    form = office.get(page).context["form"]
    values = {name: form[name].value() or "" for name in form.fields}
    office.post(page, values | {f"{cell(place, 0)}-arrived": "10:05"})
    assert (
        AttendanceMark.objects.get(half_day=place.half_day, enrolment=place.enrolments[0]).minutes
        == 145
    )
    again = office.get(page).content.decode()
    assert "déjà noté\u00a0: présence, arrivée 10\u00a0h\u00a005, 2\u00a0h\u00a025" in again


def test_one_bad_cell_writes_none(place, clerk, evening):
    scan = deposit(place, clerk)
    with pytest.raises(DomainError) as refusal:
        paper.enter(scan=scan, choices={cell(place, 2): "ill"}, actor=clerk)
    assert refusal.value.code == "bad_reason"
    assert not AttendanceEvent.objects.exists()


def test_a_closed_half_day_and_one_to_come_cannot_be_entered(place, clerk):
    with time_machine.travel(at(12, 25), tick=False):
        for enrolment in place.enrolments:
            place.sign(enrolment)
        lock_half_day(
            half_day=place.half_day,
            trainer=place.trainer,
            actor=place.actor,
            signature=typed(str(place.trainer)),
        )
        sheet = paper.paper_day(session=place.session, day=DAY)
        words = [[item.words for item in row.cells] for row in sheet.rows]
        assert (
            words == [["déjà noté\u00a0: présence, 3\u00a0h\u00a030", "pas encore commencée"]] * 3
        )
        assert sheet.open_cells == []


def test_the_same_file_deposited_twice_is_one_scan(place, clerk, evening):
    first = deposit(place, clerk)
    stored = storages["private"].listdir("paper")[1]
    assert deposit(place, clerk) == first
    assert PaperScan.objects.count() == 1
    assert sorted(storages["private"].listdir("paper")[1]) == sorted(stored)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "file_wrong_type"),
        (b"\x89PNG\r\n\x1a\n coup\xc3\xa9e", "file_wrong_type"),
        (b"GIF89a" + b"\0" * 50, "file_wrong_type"),
        (b"%PDF-" + b"0" * 16 * 1024 * 1024, "file_too_big"),
    ],
)
def test_a_file_that_is_no_scan_is_refused_and_nothing_is_kept(place, clerk, content, code):
    with pytest.raises(DomainError) as refusal:
        paper.receive_scan(session=place.session, day=DAY, content=content, actor=clerk)
    assert refusal.value.code == code
    assert not PaperScan.objects.exists()


def test_only_the_staff_enters_paper_and_only_for_a_day_that_takes_place(place, clerk, evening):
    scan = deposit(place, clerk)
    for call in (
        lambda: deposit(place, place.actor),
        lambda: paper.enter(scan=scan, choices={}, actor=place.actor),
    ):
        with pytest.raises(DomainError) as refusal:
            call()
        assert refusal.value.code == "not_staff"
    with pytest.raises(DomainError) as refusal:
        paper.receive_scan(
            session=place.session, day=dt.date(2027, 2, 1), content=picture(), actor=clerk
        )
    assert refusal.value.code == "no_half_day"


def test_an_evening_that_passes_midnight_is_on_the_sheet_of_its_first_day(place):
    late = HalfDayFactory(
        session=place.session,
        starts_at=at(22),
        ends_at=dt.datetime(2027, 1, 15, 0, 30, tzinfo=PARIS),
    )
    assert late in paper.paper_day(session=place.session, day=DAY).half_days
    assert paper.paper_day(session=place.session, day=dt.date(2027, 1, 15)).half_days == []


def test_the_grid_costs_the_same_queries_whatever_its_people(django_assert_max_num_queries):
    for people in (1, 3):
        session = room(people).session
        with django_assert_max_num_queries(11):
            paper.paper_day(session=session, day=DAY)


def test_a_scan_past_its_retention_is_erased_and_everything_says_so(place, clerk, office):
    RuleSettingFactory(code="paper_scan_days", value=30, valid_from=dt.date(2027, 1, 1))
    with time_machine.travel(EVENING, tick=False):
        scan = deposit(place, clerk)
        paper.enter(scan=scan, choices={}, actor=clerk)
    key, sha256 = scan.key, scan.sha256
    with time_machine.travel(dt.datetime(2027, 2, 13, 12, tzinfo=dt.UTC), tick=False):
        erase_attendance_details()
        assert storages["private"].exists(key)  # thirty days to the day: still kept
    with time_machine.travel(dt.datetime(2027, 2, 14, 12, tzinfo=dt.UTC), tick=False):
        for _twice in range(2):
            erase_attendance_details()
        assert not storages["private"].exists(key)
        scan.refresh_from_db()
        assert (scan.key, scan.sha256) == ("", sha256)
        assert {event.context["scan"] for event in AttendanceEvent.objects.all()} == {sha256}
        assert JournalEntry.objects.filter(verb="paper.erased").count() == 1
        for call in (
            lambda: deposit(place, clerk),
            lambda: paper.enter(scan=scan, choices={}, actor=clerk),
        ):
            with pytest.raises(DomainError) as refusal:
                call()
            assert refusal.value.code == "scan_erased"
    report = verify_chain(session=place.session)
    assert report.ok
    assert "preuve effacée le 14\u00a0février 2027" in report.message
    for url in (
        reverse("paper:day", args=[place.session.pk, DAY]),
        reverse("paper:scan", args=[scan.uuid]),
    ):
        page = office.get(url).content.decode().lower()
        assert "preuve effacée le 14\u00a0février 2027" in page
    assert office.get(reverse("paper:file", args=[scan.uuid])).status_code == 404


# --- Screens --------------------------------------------------------------------------------------


def test_the_office_prints_deposits_and_enters_without_any_script(evening, office, place):
    tab = office.get(reverse("sessions:half_days", args=[place.session.pk])).content.decode()
    url = reverse("paper:day", args=[place.session.pk, DAY])
    assert url in tab
    page = office.get(url).content.decode()
    printed = reverse("certificates:blank-sheet", args=[place.half_day.pk])
    assert printed in page
    text = text_of(office.get(printed).content)
    assert paper.row_code(place.enrolments[0]) in text
    assert "Aïcha Morvan" in text
    assert "13 h 30 – 17 h" in text

    refused = office.post(url, {"file": SimpleUploadedFile("a.svg", b"<svg/>")})
    assert refused.status_code == 422
    assert "Seuls les fichiers PDF" in refused.content.decode()
    answer = office.post(url, {"file": SimpleUploadedFile("a.png", picture())})
    scan = PaperScan.objects.get()
    assert answer.headers["Location"] == reverse("paper:scan", args=[scan.uuid])
    grid = office.get(answer.headers["Location"]).content.decode()
    assert grid.count('<option value="signed" selected>') == 6
    assert paper.row_code(place.enrolments[2]) in grid
    file = office.get(reverse("paper:file", args=[scan.uuid]))
    assert file.headers["Content-Type"] == "image/png"
    assert b"".join(file) == picture()

    sent = dict.fromkeys(_fields(grid), "signed")
    sent[cell(place, 1)] = "unexcused"
    assert (
        office.post(answer.headers["Location"], {**sent, cell(place, 0): "ill"}).status_code == 422
    )
    assert not AttendanceMark.objects.exists()
    assert office.post(answer.headers["Location"], sent).status_code == 302
    assert AttendanceMark.objects.count() == 6
    assert AttendanceMark.objects.filter(state=AttendanceState.ABSENT).count() == 1


def _fields(page: str) -> list[str]:
    return [part.split('"')[0] for part in page.split('<select name="')[1:]]


def test_the_trainer_reaches_the_print_and_not_that_of_others(trainer, other_trainer):
    OrganisationFactory()
    place = room(1)
    place.half_day.assignments.create(trainer=trainer.person)
    url = reverse("certificates:blank-sheet", args=[place.half_day.pk])
    assert url in trainer.get(reverse("portal:half-day", args=[place.half_day.pk])).content.decode()
    assert trainer.get(url).headers["Content-Type"] == "application/pdf"
    assert other_trainer.get(url).status_code == 404
