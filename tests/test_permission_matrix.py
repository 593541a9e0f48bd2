"""Who may open what: every address of ours, by everybody of the cast."""

import pytest

from django.db import transaction
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from tests.addresses import Address, all_addresses
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
from tests.public_factories import ComplaintFactory, EnquiryFactory
from tests.site_matrix import SITE_MATRIX

EVERY_LINE = {**MATRIX, **SITE_MATRIX, **DOCUMENTS_MATRIX, **BACK_OFFICE_MATRIX}
ADDRESSES = all_addresses()
OURS = [address for address in ADDRESSES if address.is_ours]
LOG_TOTALS = {"lines": 0, "problems": 0, "to_write": 0, "already": 0, "insufficient": 0}
KNOWN = {address.name for address in OURS}
#: Addresses under /gestion/ that answer people outside the staff, and why that is right.
OPEN_IN_BACK_OFFICE = {
    "admin-password-redirect": "sends to the password page of /compte/",
    "wagtailadmin_javascript_catalog": "words of the interface, no data",
    "wagtailadmin_sprite": "icons, no data",
    "wagtailadmin_logout": "logs out",
}


@pytest.fixture
def world(learner: Actor, trainer: Actor, company_contact: Actor) -> World:
    """An open session tomorrow, where `learner` is enrolled by the company and `trainer` trains."""
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


def test_every_address_of_ours_has_a_name_and_its_line() -> None:
    nameless = [address.regexes for address in OURS if not address.name.rpartition(":")[2]]
    assert not nameless
    assert {address.name for address in OURS} - set(EVERY_LINE) == set(), "missing in MATRIX"
    assert set(EVERY_LINE) - {address.name for address in OURS} == set(), "no longer an address"


@pytest.mark.django_db
@pytest.mark.parametrize("persona", Persona)
def test_everybody_gets_what_the_matrix_says(
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


def _path_of(address: Address) -> str | None:
    """A path that really leads to this address; None when made-up values do not."""
    for path in address.sample_paths():
        try:
            if resolve(path).func is address.callback:
                return path
        except Resolver404:
            continue
    return None


BACK_OFFICE = [
    address
    for address in ADDRESSES
    if address.regexes[0].startswith("^gestion/") and address.name not in OPEN_IN_BACK_OFFICE
]


def test_every_address_of_the_back_office_can_be_tried() -> None:
    assert len(BACK_OFFICE) > 100
    shadowed = [address.name for address in BACK_OFFICE if _path_of(address) is None]
    # Ours stand in front of these: they would open the back office to a password alone.
    assert [
        name
        for name in shadowed
        if not name.startswith(("wagtailadmin_login", "wagtailadmin_pass"))
    ] == []
    assert "wagtailadmin_login" in shadowed


@pytest.mark.django_db
@pytest.mark.parametrize("persona", ["anonymous", "learner", "company_contact", "trainer"])
def test_the_back_office_is_closed_to_people_outside_the_staff(
    persona: str, request: pytest.FixtureRequest
) -> None:
    actor: Actor = request.getfixturevalue(persona)
    opened = {}
    for address in BACK_OFFICE:
        response = actor.get(_path_of(address))
        if outcome_of(response) not in {LOGIN, REFUSED, HIDDEN}:
            opened[address.name] = response.status_code
    assert opened == {}
