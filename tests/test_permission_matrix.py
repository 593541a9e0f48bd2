"""Who may open what: every URL of ours, for every persona of the cast."""

import pytest

from django.db import transaction
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from core.domain import jobs
from tests.attendance_factories import (
    AttendanceDisputeFactory,
    AttendanceFlagFactory,
    SignatureClaimFactory,
    WalkInFactory,
)
from tests.back_office_matrix import BACK_OFFICE_MATRIX
from tests.cast import Actor
from tests.certificates.sessions import issued_document
from tests.documents_matrix import DOCUMENTS_MATRIX
from tests.factories import (
    AdaptationFactory,
    AuditPackFactory,
    ContactFactory,
    EnrolmentFactory,
    FunderFactory,
    HalfDayFactory,
    ImportBatchFactory,
    InvitationFactory,
    JobFactory,
    MessageFactory,
    OrganisationFactory,
    RuleSettingFactory,
    SessionFactory,
    SignatoryFactory,
)
from tests.follow_up_factories import (
    AbsenceDocumentFactory,
    AbsenceFollowUpFactory,
    AbsenceGroundFactory,
    PaperScanFactory,
    RemoteActivityFactory,
)
from tests.permission_matrix import (
    HIDDEN,
    LOGIN,
    MATRIX,
    REFUSED,
    Persona,
    World,
    outcome_of,
)
from tests.project_urls import ProjectUrl, all_urls
from tests.public_factories import ComplaintFactory, EnquiryFactory
from tests.site_matrix import SITE_MATRIX

EVERY_LINE = {**MATRIX, **SITE_MATRIX, **DOCUMENTS_MATRIX, **BACK_OFFICE_MATRIX}
URLS = all_urls()
OURS = [url for url in URLS if url.is_ours]
LOG_TOTALS = {"lines": 0, "problems": 0, "to_write": 0, "already": 0, "insufficient": 0}
KNOWN = {url.name for url in OURS}
#: URLs under /gestion/ that answer people outside the staff, and why that is right.
OPEN_IN_BACK_OFFICE = {
    "admin-password-redirect": "sends to the password page of /compte/",
    "wagtailadmin_javascript_catalog": "words of the interface, no data",
    "wagtailadmin_sprite": "icons, no data",
    "wagtailadmin_logout": "logs out",
}


@pytest.fixture
def world(learner: Actor, trainer: Actor, company_contact: Actor) -> World:
    """An open session tomorrow, where `learner` is enrolled by the company and `trainer` trains."""
    # Everything is at work.
    jobs.note_run(jobs.SWEEP)
    session = SessionFactory()
    half_day = HalfDayFactory(session=session, trainers=[trainer.person])
    enrolment = EnrolmentFactory(
        session=session, learner=learner.person, employer=company_contact.person.company
    )
    token = "un-jeton-que-personne-ne-devine"
    absence = AbsenceFollowUpFactory(
        enrolment=enrolment, asked_at=timezone.now(), due_on=timezone.localdate()
    )
    return World(
        session=session,
        half_day=half_day,
        enrolment=enrolment,
        invitation=InvitationFactory(enrolment=enrolment, token=token),
        token=token,
        certificate=issued_document(enrolment),
        import_batch=ImportBatchFactory(),
        audit_pack=AuditPackFactory(),
        remote_activity=RemoteActivityFactory(version=session.programme_version),
        platform_log=ImportBatchFactory(kind="platform_log", session=session, totals=LOG_TOTALS),
        paper_scan=PaperScanFactory(session=session, day=timezone.localdate(half_day.starts_at)),
        absence_document=AbsenceDocumentFactory(follow_up=absence),
        records={
            "absences": absence.pk,
            "absence-grounds": AbsenceGroundFactory().pk,
            "sessions": session.pk,
            "half-days": half_day.pk,
            "presences": half_day.pk,
            "complaints": ComplaintFactory().pk,
            "enquiries": EnquiryFactory().pk,
            "enrolments": enrolment.pk,
            "agreements": enrolment.agreement_id,
            "adaptations": AdaptationFactory(enrolment=enrolment).pk,
            "attendance-flags": AttendanceFlagFactory(half_day=half_day).pk,
            "attendance-disputes": AttendanceDisputeFactory(enrolment=enrolment).pk,
            "walk-ins": WalkInFactory(half_day=half_day).pk,
            "signature-claims": SignatureClaimFactory(half_day=half_day, enrolment=enrolment).pk,
            "learners": learner.person.pk,
            "companies": company_contact.person.company_id,
            "contacts": ContactFactory().pk,
            "funders": FunderFactory().pk,
            "trainers": trainer.person.pk,
            "organisation": OrganisationFactory().pk,
            "signatories": SignatoryFactory().pk,
            "rules": RuleSettingFactory().pk,
            "venues": session.venue_id,
            "programmes": session.programme_version.programme_id,
            "programme-versions": session.programme_version_id,
            "messages": MessageFactory(session=session).pk,
            "jobs": JobFactory().pk,
        },
    )


def test_every_url_of_ours_has_a_name_and_its_line() -> None:
    nameless = [url.regexes for url in OURS if not url.name.rpartition(":")[2]]
    assert not nameless
    assert {url.name for url in OURS} - set(EVERY_LINE) == set(), "missing in MATRIX"
    assert set(EVERY_LINE) - {url.name for url in OURS} == set(), "no longer a URL"


@pytest.mark.django_db
@pytest.mark.parametrize("persona", Persona)
def test_every_persona_gets_what_the_matrix_says(
    persona: Persona, world: World, request: pytest.FixtureRequest
) -> None:
    actor: Actor = request.getfixturevalue(persona)
    wrong = {}
    for name, line in EVERY_LINE.items():
        if name not in KNOWN:
            continue  # the test above says so
        url = reverse(name, kwargs=line.arguments(world))
        got = _try(actor, line.method, url)
        if got != line.expected[persona]:
            wrong[f"{line.method} {name}"] = f"{got} instead of {line.expected[persona]}"
    assert wrong == {}


@pytest.mark.django_db
@pytest.mark.parametrize("persona", [Persona.OFFICE, Persona.DIRECTION])
def test_without_a_second_factor_a_role_opens_nothing_more_than_no_role_at_all(
    persona: Persona, world: World, request: pytest.FixtureRequest
) -> None:
    actor = Actor()
    actor.force_login(request.getfixturevalue(persona).user)
    opened = {}
    for name, line in EVERY_LINE.items():
        if line.expected[persona] == line.expected[Persona.OTHER_LEARNER]:
            continue
        url = reverse(name, kwargs=line.arguments(world))
        with transaction.atomic():
            response = getattr(actor, line.method)(url)
            target = response.headers.get("Location", "")
            is_refused = response.status_code in {403, 404} or target.startswith("/compte/2fa/")
            if response.streaming:
                b"".join(response)
            transaction.set_rollback(True)
        if not is_refused:
            opened[f"{line.method} {name}"] = f"{response.status_code} {target}"
    assert opened == {}


def _try(actor: Actor, method: str, url: str) -> str:
    """What the actor gets; whatever the request wrote is undone."""
    with transaction.atomic():
        response = getattr(actor, method)(url)
        if response.streaming:
            b"".join(response)  # to the end, where the file is closed
        outcome = outcome_of(response)
        transaction.set_rollback(True)
    return outcome


# --- /gestion/ is closed by default -------------------------------------------------------------


def _path_of(url: ProjectUrl) -> str | None:
    """A path that really leads to this URL; None when made-up values do not."""
    for path in url.sample_paths():
        try:
            if resolve(path).func is url.callback:
                return path
        except Resolver404:
            continue
    return None


BACK_OFFICE = [
    url
    for url in URLS
    if url.regexes[0].startswith("^gestion/") and url.name not in OPEN_IN_BACK_OFFICE
]


def test_every_url_of_the_back_office_can_be_tried() -> None:
    assert len(BACK_OFFICE) > 100
    shadowed = [url.name for url in BACK_OFFICE if _path_of(url) is None]
    # Ours stand in front of these: they would open the back office to a password alone, or take a
    # portrait that would be public.
    assert [
        name
        for name in shadowed
        if not name.startswith(("wagtailadmin_login", "wagtailadmin_pass", "wagtailadmin_account"))
    ] == []
    assert "wagtailadmin_login" in shadowed


@pytest.mark.django_db
@pytest.mark.parametrize("persona", ["anonymous", "learner", "company_contact", "trainer"])
def test_the_back_office_is_closed_to_people_outside_the_staff(
    persona: str, request: pytest.FixtureRequest
) -> None:
    actor: Actor = request.getfixturevalue(persona)
    opened = {}
    for url in BACK_OFFICE:
        response = actor.get(_path_of(url))
        if outcome_of(response) not in {LOGIN, REFUSED, HIDDEN}:
            opened[url.name] = response.status_code
    assert opened == {}
