"""Distance learning without an appointment: announced, shown by evidence, validated, counted."""

import datetime as dt

import pytest

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from attendance.domain.remote import reading, recording
from attendance.models import RemoteActivityDone
from certificates.domain.kinds import (
    agreement,
    attendance_sheet,
    attendance_statement,
    certificate,
    convocation,
)
from certificates.domain.kinds.document_facts import DocumentFacts
from core.exceptions import DomainError
from core.french import format_day
from core.registry import Role
from exchange.domain.platform_logs import lifecycle
from exchange.enums import ImportState
from exchange.models import ImportBatch
from operations.demo.attendance import hold
from quality.domain.checks.sessions import check_sessions
from quality.domain.referential import in_force
from quality.enums import ItemState
from tests.factories import (
    HalfDayFactory,
    OrganisationFactory,
    ProgrammeFactory,
    SignatoryFactory,
    TrainerFactory,
    UserFactory,
    programme_content,
    session_with_people,
)
from training.domain import programmes, remote_activities
from training.enums import EvidenceKind, FundingScheme, SessionState
from training.models import FundingLine, RemoteActivity

pytestmark = pytest.mark.django_db

ACTIVITIES = [
    {"id": "lire", "title": "Lire le livret", "minutes": 60, "evidence": "quiz"},
    {"id": "ecrire", "title": "Écrire une règle", "minutes": 120, "evidence": "work"},
    {"id": "relire", "title": "Relire la règle d’un pair", "minutes": 90, "evidence": "exchange"},
]


@pytest.fixture
def clerk():
    return UserFactory(roles=[Role.OFFICE])


@pytest.fixture
def session(db):
    """Four half-days of 3 h 30 last week, signed and locked; three remote activities."""
    OrganisationFactory()
    SignatoryFactory()
    version, _made = programmes.publish_version(
        programme=ProgrammeFactory(), content=programme_content(remote_activities=ACTIVITIES)
    )
    found = session_with_people(
        learners=2,
        half_days=4,
        first_day=timezone.localdate() - dt.timedelta(days=7),
        trainer=TrainerFactory(),
        programme_version=version,
    )
    hold(found, actor=None)
    return found


def done(session, rank: int, clerk, *, evidence: str = "", validated: bool = False):
    return recording.record_done(
        enrolment=session.enrolments.order_by("pk")[0],
        activity=remote_activities.activities_of(session.programme_version)[rank],
        done_on=timezone.localdate() - dt.timedelta(days=1),
        evidence=evidence,
        reference="Règle de la commission" if evidence else "",
        actor=clerk,
        validated=validated,
    )


def refused(code: str, call) -> None:
    with pytest.raises(DomainError) as refusal:
        call()
    assert refusal.value.code == code


def test_activities_belong_to_the_version_and_are_announced_with_their_duration(session):
    assert remote_activities.announced(session.programme_version)[:2] == [
        {
            "title": "Lire le livret",
            "duration": "1\u00a0h",
            "evidence": "Résultat d’un questionnaire",
        },
        {"title": "Écrire une règle", "duration": "2\u00a0h", "evidence": "Travail rendu"},
    ]
    assert remote_activities.estimated_minutes(session.programme_version) == 270
    assert RemoteActivity.objects.filter(version=session.programme_version).count() == 3
    # A version that asks for nothing says nothing of it: its hash is what it was.
    assert "remote_activities" not in programme_content()


def test_certificate_statement_and_sheet_of_a_mixed_course_agree_on_minutes_and_days(
    session, clerk
):
    done(session, 0, clerk, evidence=EvidenceKind.QUIZ, validated=True)
    done(session, 1, clerk, evidence=EvidenceKind.WORK, validated=True)
    done(session, 2, clerk)  # ticked, nothing handed in
    enrolment, other = session.enrolments.select_related(
        "learner", "employer", "agreement", "session"
    ).order_by("pk")
    facts, today = DocumentFacts(session), timezone.localdate()
    paper = certificate.context(facts=facts, enrolment=enrolment, on=today)
    assert paper["followed_minutes"] == 17 * 60
    assert paper["followed"] == "17\u00a0heures"
    assert paper["followed_remotely"] == "3\u00a0heures"
    assert paper["planned"] == "18\u00a0heures\u00a030"
    sheet = attendance_sheet.context(facts=facts, enrolment=None, on=today)
    totals = {total["name"]: total for total in sheet["totals"]}
    assert totals[str(enrolment.learner)] == {
        "name": str(enrolment.learner),
        "followed": "17\u00a0h",
        "remotely": "3\u00a0h",
    }
    assert totals[str(other.learner)]["followed"] == "14\u00a0h"
    FundingLine.objects.create(agreement=enrolment.agreement, scheme=FundingScheme.FAF)
    statement = attendance_statement.context(facts=facts, enrolment=enrolment, on=today)
    assert statement["followed"] == paper["followed"]
    assert statement["planned"] == paper["planned"]
    # The last activity was done after the last half-day: all three say so.
    last_day = format_day(today - dt.timedelta(days=1))
    assert paper["ends_on"] == (today - dt.timedelta(days=1)).isoformat()
    assert last_day in statement["period"]
    assert last_day in sheet["days"]
    mine = next(row for row in sheet["remote"] if row["name"] == str(enrolment.learner))
    assert mine["counted"] == "3\u00a0h"
    assert mine["activities"][2].endswith("insuffisant\u00a0: aucun travail rendu")


def test_a_tick_without_returned_work_is_insufficient_by_name_for_indicator_19(session, clerk):
    done(session, 0, clerk, evidence=EvidenceKind.QUIZ, validated=True)
    done(session, 1, clerk, evidence=EvidenceKind.WORK)
    done(session, 2, clerk)
    found = {
        item.code: item
        for item in check_sessions([session.pk], referential=in_force(timezone.localdate()))
        if item.code.startswith("remote")
    }
    assert set(found) == {"remote_validated", "remote_to_validate", "remote_insufficient"}
    insufficient = found["remote_insufficient"]
    assert (insufficient.indicator, insufficient.state) == (19, ItemState.MISSING)
    assert "Relire la règle d’un pair" in insufficient.expected
    assert insufficient.person == "A001"


def test_nothing_counts_before_somebody_has_looked_at_it(session, clerk):
    row = done(session, 1, clerk, evidence=EvidenceKind.WORK)
    assert reading.validated_minutes(session=session) == {}
    assert recording.validate(rows=[row], actor=clerk) == 1
    assert recording.validate(rows=[row], actor=clerk) == 0
    assert reading.validated_minutes(session=session) == {row.enrolment_id: 120}
    refused("already_validated", lambda: done(session, 1, clerk))
    refused("reason_required", lambda: recording.withdraw(row=row, actor=clerk, reason=" "))
    recording.withdraw(row=row, actor=clerk, reason="Travail d’une autre personne")
    assert reading.validated_minutes(session=session) == {}


def test_what_cannot_be_recorded_is_refused(session, clerk):
    insufficient = done(session, 2, clerk)
    refused("no_evidence", lambda: recording.validate(rows=[insufficient], actor=clerk))
    refused("bad_evidence", lambda: done(session, 0, clerk, evidence="time"))
    refused("not_allowed", lambda: done(session, 0, UserFactory()))
    other = session_with_people(learners=1)
    refused(
        "other_programme",
        lambda: recording.record_done(
            enrolment=other.enrolments.get(),
            activity=insufficient.activity,
            done_on=timezone.localdate(),
            evidence="",
            reference="",
            actor=clerk,
        ),
    )
    refused(
        "date_in_future",
        lambda: recording.record_done(
            enrolment=insufficient.enrolment,
            activity=insufficient.activity,
            done_on=timezone.localdate() + dt.timedelta(days=1),
            evidence="",
            reference="",
            actor=clerk,
        ),
    )
    type(session).objects.filter(pk=session.pk).update(
        state=SessionState.COMPLETED, completed_at=timezone.now()
    )
    refused("session_over", lambda: done(session, 0, clerk, evidence=EvidenceKind.QUIZ))


# --- The log of a platform ------------------------------------------------------------------------


def log(*lines: str) -> bytes:
    heading = "Courriel;Activité;Terminé le;Trace;Résultat;Temps passé"
    return "\r\n".join([heading, *lines]).encode("cp1252")


def test_a_log_is_checked_then_written_whole_and_once(session, clerk):
    first, second = (item.learner.email for item in session.enrolments.order_by("pk"))
    content = log(
        f"{first};Lire le livret;02/11/2026;quiz;18/20;00:07",
        f"{first.upper()};ÉCRIRE UNE RÈGLE;2026-11-03T10:12;travail rendu;Règle;04:00",
        f"{second};relire;03/11/2026;;;00:01",
    )
    batch = lifecycle.receive(content=content, name="log.csv", session=session, actor=clerk)
    assert batch.state == ImportState.PREVIEWED
    assert batch.totals == {
        "lines": 3,
        "problems": 0,
        "to_write": 3,
        "already": 0,
        "insufficient": 1,
    }
    assert not RemoteActivityDone.objects.exists()
    assert lifecycle.confirm(batch=batch, actor=clerk) == 3
    assert set(RemoteActivityDone.objects.values_list("minutes", "evidence", "validated_at")) == {
        (60, "quiz", None),
        (120, "work", None),
        (90, "", None),
    }
    refused("transition_refused", lambda: lifecycle.confirm(batch=batch, actor=clerk))
    again = lifecycle.receive(content=content, name="log.csv", session=session, actor=clerk)
    assert (again.totals["to_write"], again.totals["already"]) == (0, 3)
    assert RemoteActivityDone.objects.count() == 3


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("personne@example.org;Lire le livret;02/11/2026;quiz;", "aucune personne"),
        ("{email};Chanter;02/11/2026;quiz;", "pas d’activité « Chanter »"),
        ("{email};Lire le livret;31/02/2026;quiz;", "date"),
        ("{email};Lire le livret;01/01/2090;quiz;", "date"),
        ("{email};Lire le livret;02/11/2026;cinq minutes;", "trace"),
    ],
)
def test_one_bad_line_stops_everything(session, clerk, line, word):
    email = session.enrolments.order_by("pk")[0].learner.email
    content = log(f"{email};Écrire une règle;02/11/2026;travail;", line.format(email=email))
    batch = lifecycle.receive(content=content, name="log.csv", session=session, actor=clerk)
    (problem,) = batch.report["problems"]
    assert problem["line"] == 3
    assert word in problem["message"]
    refused("import_has_problems", lambda: lifecycle.confirm(batch=batch, actor=clerk))
    assert not RemoteActivityDone.objects.exists()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "import_empty"),
        (b"Courriel;Temps\r\na;b", "import_headings_missing"),
        (b"Courriel;Activite;Date\r\n", "import_no_line"),
        (b"PK\x03\x04....", "import_wrong_type"),
    ],
)
def test_a_file_that_is_no_log_is_refused(session, clerk, content, code):
    refused(
        code,
        lambda: lifecycle.receive(content=content, name="x", session=session, actor=clerk),
    )
    assert not ImportBatch.objects.exists()


# --- Screens --------------------------------------------------------------------------------------


def test_the_office_imports_a_log_then_validates_what_was_handed_in(office, session):
    email = session.enrolments.order_by("pk")[0].learner.email
    tab = reverse("remote:tab", args=[session.pk])
    assert tab in office.get(reverse("sessions:show", args=[session.pk])).content.decode()
    content = log(f"{email};lire;02/11/2026;quiz;18/20", f"{email};ecrire;02/11/2026;;")
    upload = reverse("platform-logs:upload", args=[session.pk])
    shown = office.post(upload, {"file": SimpleUploadedFile("log.csv", content)})
    assert "sera notée" in office.get(shown.headers["Location"]).content.decode()
    assert office.post(shown.headers["Location"]).headers["Location"] == tab
    page = office.get(tab).content.decode()
    assert "aucun travail rendu" in page
    validate = reverse("remote:validate", args=[session.pk])
    assert "18/20" in office.get(validate).content.decode()
    assert office.post(validate).status_code == 302
    assert list(reading.validated_minutes(session=session).values()) == [60]
    index = office.get(reverse("imports:index")).content.decode()
    assert "log.csv" not in index


def test_the_trainer_notes_and_validates_from_their_own_space(trainer, session):
    HalfDayFactory(session=session, trainers=[trainer.person])
    enrolment = session.enrolments.order_by("pk")[0]
    activity = remote_activities.activities_of(session.programme_version)[1]
    assert (
        reverse("portal:remote", args=[session.code])
        in trainer.get(reverse("portal:trainer-day")).content.decode()
    )
    url = reverse("portal:remote-activity", args=[session.code, enrolment.pk, activity.pk])
    assert trainer.get(url).status_code == 200
    values = {"done_on": "2026-11-02", "evidence": "", "reference": "", "validated": "on"}
    assert trainer.post(url, values).status_code == 422
    assert trainer.post(url, values | {"evidence": "work"}).status_code == 302
    row = RemoteActivityDone.objects.get()
    assert row.validated_by == trainer.user
    assert "validée" in trainer.get(reverse("portal:remote", args=[session.code])).content.decode()


def test_convention_and_convocation_tell_the_activities_and_their_duration(session):
    enrolment = session.enrolments.select_related("learner", "agreement", "session")[0]
    facts, today = DocumentFacts(session), timezone.localdate()
    announced = convocation.context(facts=facts, enrolment=enrolment, on=today)["remote_activities"]
    assert [item["duration"] for item in announced] == ["1\u00a0h", "2\u00a0h", "1\u00a0h\u00a030"]
    sold = agreement.convention(facts=facts, agreement=enrolment.agreement, on=today)
    assert sold["remote_activities"] == announced
