"""Who gets what at every URL of ours: the table, read by `tests/test_permission_matrix.py`.

A new URL gets its line here. The key is its URL name; the line says how to call it and what
each person of the cast gets:

    "portal:half-day": line(
        {Persona.TRAINER: OK}, otherwise=HIDDEN, anonymous=LOGIN,
        arguments=lambda world: {"pk": world.half_day.pk},
    ),

`staff(OK, OFFICE, DIRECTION)` is the line of a page of the back office that these roles may open
and no one else. `method="post"` sends an empty form: a person who may is then
answered with the form's faults or a redirection, both `OK`.

The world (`World`) belongs to `learner`, `trainer` and `company_contact`; `other_learner` and
`other_trainer` have nothing to do with it.
"""

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.http import HttpResponseBase
from django.utils import timezone

from attendance.domain.room_codes import secret_hash
from attendance.enums import ClaimKind
from attendance.models import (
    AbsenceDocument,
    AttendanceReceipt,
    PaperScan,
    SignatureClaim,
    SigningLink,
)
from certificates.models import Document
from cms.models import WatchedWording
from evaluations.models import Invitation
from exchange.models import ImportBatch
from quality.models import AuditPack
from tests.requests_confirmed import confirmation_url
from training.domain.enrolments.requests import EnrolmentRequest, submit
from training.models import Enrolment, HalfDay, RemoteActivity, TrainingSession


class Persona(enum.StrEnum):
    """The cast, by the names of its fixtures."""

    ANONYMOUS = "anonymous"
    LEARNER = "learner"
    OTHER_LEARNER = "other_learner"
    COMPANY_CONTACT = "company_contact"
    TRAINER = "trainer"
    OTHER_TRAINER = "other_trainer"
    EDITOR = "editor"
    PEDAGOGY = "pedagogy"
    QUALITY = "quality"
    OFFICE = "office"
    DIRECTION = "direction"


EDITOR, PEDAGOGY, QUALITY = Persona.EDITOR, Persona.PEDAGOGY, Persona.QUALITY
OFFICE, DIRECTION = Persona.OFFICE, Persona.DIRECTION
STAFF = (EDITOR, PEDAGOGY, QUALITY, OFFICE, DIRECTION)
#: Roles that see the records of the domain.
VIEWERS = (PEDAGOGY, QUALITY, OFFICE, DIRECTION)


class Outcome(enum.StrEnum):
    """What a persona gets."""

    OK = "the page, a file, or a redirection that follows it"
    LOGIN = "sent to the login page"
    REFUSED = "refused (403), or sent back to the home of the back office"
    HIDDEN = "it does not exist (404)"
    MOVED = "sent to another URL, whatever the persona"


OK, LOGIN, REFUSED, HIDDEN, MOVED = (
    Outcome.OK,
    Outcome.LOGIN,
    Outcome.REFUSED,
    Outcome.HIDDEN,
    Outcome.MOVED,
)
LOGIN_PAGES = ("/compte/login/", "/gestion/login/")


def outcome_of(response: HttpResponseBase) -> Outcome | str:
    """What the response means; the bare status when it means nothing foreseen."""
    status = response.status_code
    if status in {301, 302, 303}:
        target = response.headers["Location"]
        if target.startswith(LOGIN_PAGES):
            return LOGIN
        if target == "/gestion/":
            return REFUSED
        return MOVED if status == 301 else OK
    if status in {200, 204, 400, 422}:
        return OK
    return {403: REFUSED, 404: HIDDEN}.get(status, str(status))


@dataclass(frozen=True, kw_only=True)
class World:
    """The objects that the URLs name."""

    session: TrainingSession
    half_day: HalfDay
    enrolment: Enrolment
    invitation: Invitation
    #: What opens the invitation without an account.
    token: str
    certificate: Document
    import_batch: ImportBatch
    audit_pack: AuditPack
    paper_scan: PaperScan
    absence_document: AbsenceDocument
    remote_activity: RemoteActivity
    platform_log: ImportBatch
    #: Primary key of one record of each list of the back office, by the namespace of its screens.
    records: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Line:
    """How to call one URL, and what each person gets."""

    expected: Mapping[Persona, Outcome]
    arguments: Callable[[World], dict[str, Any]]
    method: str = "get"


def _nothing(world: World) -> dict[str, Any]:
    return {}


def _confirmation(world: World) -> dict[str, Any]:
    """A request of the public site, whose link was just sent."""
    asked = EnrolmentRequest(
        first_name="Inès", last_name="Caradec", email=f"ines{Enrolment.objects.count()}@example.org"
    )
    submit(session=world.session, request=asked)
    return {"token": confirmation_url(asked.email).split("/")[-2]}


def _audit_pack(world: World) -> dict[str, Any]:
    return {"uuid": world.audit_pack.uuid}


def _import_batch(world: World) -> dict[str, Any]:
    return {"uuid": world.import_batch.uuid}


def line(
    expected: Mapping[Persona, Outcome] | None = None,
    *,
    otherwise: Outcome,
    anonymous: Outcome | None = None,
    arguments: Callable[[World], dict[str, Any]] = _nothing,
    method: str = "get",
) -> Line:
    """`expected` for those it names, `otherwise` for the others."""
    everybody = dict.fromkeys(Persona, otherwise)
    if anonymous:
        everybody[Persona.ANONYMOUS] = anonymous
    return Line(expected={**everybody, **(expected or {})}, arguments=arguments, method=method)


def staff(
    *allowed: Persona,
    arguments: Callable[[World], dict[str, Any]] = _nothing,
    method: str = "get",
) -> Line:
    """A page of the back office: `allowed` open it, other staff are refused, others log in."""
    expected = {role: OK if role in allowed else REFUSED for role in STAFF}
    return line(expected, otherwise=LOGIN, arguments=arguments, method=method)


def records(
    namespace: str,
    pk: Callable[[World], Any],
    *,
    see: tuple[Persona, ...] = VIEWERS,
    add: tuple[Persona, ...] = (),
    change: tuple[Persona, ...] = (),
    delete: tuple[Persona, ...] = (),
    without: tuple[str, ...] = (),
) -> dict[str, Line]:
    """The usual screens of a list of records in the back office (Wagtail's `ModelViewSet`)."""

    def one(world: World) -> dict[str, Any]:
        return {"pk": pk(world)}

    work = (*add, *change, *delete)  # Wagtail shows the history to those who may write it
    lines = {
        "index": staff(*see),
        "index_results": staff(*see),
        "add": staff(*add),
        "edit": staff(*change, arguments=one),
        "delete": staff(*delete, arguments=one),
        "history": staff(*work, arguments=one),
        "history_results": staff(*work, arguments=one),
        "usage": staff(*work, arguments=one),
    }
    return {f"{namespace}:{name}": line for name, line in lines.items() if name not in without}


def everybody(outcome: Outcome, **how: Any) -> Line:
    """The same for all."""
    return line(otherwise=outcome, **how)


def _wording(world: World) -> dict[str, Any]:
    return {"pk": WatchedWording.objects.order_by("pk").values_list("pk", flat=True)[0]}


def of_trainer(arguments: Callable[[World], dict[str, Any]], **how: Any) -> Line:
    """What only the trainers of the half-day or of the session see."""
    return line(
        {Persona.TRAINER: OK}, otherwise=HIDDEN, anonymous=LOGIN, arguments=arguments, **how
    )


def _role() -> int:
    """A role that the direction composed."""
    return Group.objects.get_or_create(name="Accueil")[0].pk


def _half_day(world: World) -> dict[str, Any]:
    return {"pk": world.half_day.pk}


def _person_there(world: World) -> dict[str, Any]:
    return {"pk": world.half_day.pk, "enrolment": world.enrolment.uuid}


def _signing_link(world: World) -> dict[str, Any]:
    SigningLink.objects.get_or_create(
        enrolment=world.enrolment,
        token_hash=secret_hash(world.token),
        defaults={"expires_at": timezone.now() + timedelta(days=1)},
    )
    return {"token": world.token}


def _receipt(world: World) -> dict[str, Any]:
    AttendanceReceipt.objects.get_or_create(
        enrolment=world.enrolment,
        token_hash=secret_hash(world.token),
        defaults={"day": timezone.localdate(), "disputable_until": timezone.now()},
    )
    return {"token": world.token}


def _claim(world: World) -> dict[str, Any]:
    claim, _created = SignatureClaim.objects.get_or_create(
        half_day=world.half_day, enrolment=world.enrolment, kind=ClaimKind.NAMED
    )
    return {"pk": world.half_day.pk, "claim": claim.uuid}


MATRIX: dict[str, Line] = {
    # --- cms
    **records(
        "watched-wordings",
        lambda world: _wording(world)["pk"],
        see=(EDITOR, DIRECTION),
        add=(DIRECTION,),
        change=(DIRECTION,),
        without=("delete", "usage"),
    ),
    "watched-wordings:inspect": staff(EDITOR, DIRECTION, arguments=_wording),
    "cms:drawing": everybody(
        OK, arguments=lambda world: {"width": 480, "height": 110, "parcels": 10, "number": 3}
    ),
    # There is no catalogue in this world.
    "cms:sessions-calendar": everybody(HIDDEN),
    "cms:sessions-feed": everybody(HIDDEN),
    "cms:session-ics": everybody(OK, arguments=lambda world: {"code": world.session.code}),
    "cms:search": everybody(OK),
    "cms:robots": everybody(OK),
    "cms:sitemap": everybody(OK),
    # --- config
    "healthz": everybody(OK),
    "readyz": everybody(OK),
    "media": everybody(HIDDEN, arguments=lambda world: {"name": "none.jpg"}),
    "admin-login-redirect": everybody(LOGIN),
    "admin-password-redirect": everybody(OK),
    "site-login-redirect": everybody(LOGIN),
    # --- accounts
    "account": everybody(OK),
    "account-email-not-offered": everybody(HIDDEN),
    "account-confirmation-not-offered": everybody(HIDDEN),
    "account-confirmation-key-not-offered": everybody(HIDDEN, arguments=lambda world: {"key": "x"}),
    # --- portal
    "portal:enrol": everybody(OK, arguments=lambda world: {"code": world.session.code}),
    "portal:enrol-confirm": everybody(OK, arguments=_confirmation),
    "portal:enrol-done": everybody(OK, arguments=lambda world: {"code": world.session.code}),
    "portal:home": line(otherwise=OK, anonymous=LOGIN),
    "portal:questionnaire": everybody(OK, arguments=lambda world: {"token": world.token}),
    "portal:questionnaire-done": everybody(OK),
    "portal:own-questionnaire": line(
        {Persona.LEARNER: OK},
        otherwise=HIDDEN,
        anonymous=LOGIN,
        arguments=lambda world: {"pk": world.invitation.pk},
    ),
    "portal:trainer-day": line(
        {Persona.TRAINER: OK, Persona.OTHER_TRAINER: OK}, otherwise=HIDDEN, anonymous=LOGIN
    ),
    "portal:sign-room": everybody(OK),
    "portal:sign-room-qr": everybody(OK, arguments=lambda world: {"code": "AAAAAA"}),
    "portal:sign-who": everybody(OK),
    "portal:sign-own": everybody(OK, arguments=lambda world: {"enrolment": world.enrolment.uuid}),
    "portal:sign-own-done": everybody(OK),
    "portal:sign-link": everybody(OK, arguments=_signing_link),
    "portal:late-statement": everybody(OK, arguments=_signing_link),
    "portal:own-late-statement": line(
        {Persona.LEARNER: OK},
        otherwise=HIDDEN,
        anonymous=LOGIN,
        arguments=lambda world: {"enrolment": world.enrolment.uuid},
    ),
    "portal:receipt": everybody(OK, arguments=_receipt),
    "portal:half-day": of_trainer(_half_day),
    "portal:live": of_trainer(_half_day),
    "portal:room-code": of_trainer(_half_day),
    "portal:walk-in": of_trainer(_half_day),
    "portal:confirm-claim": of_trainer(_claim, method="post"),
    "portal:refuse-claim": of_trainer(_claim, method="post"),
    "portal:sign": of_trainer(_person_there),
    "portal:change": of_trainer(_person_there),
    "portal:absent": of_trainer(_half_day, method="post"),
    "portal:all-absent": of_trainer(_half_day, method="post"),
    "portal:lock": of_trainer(_half_day),
    # The device's pages hold no one's data; what it sends back is judged by its ticket alone.
    "portal:offline": everybody(OK),
    "portal:offline-worker": everybody(OK),
    "portal:offline-manifest": everybody(OK),
    "portal:offline-send": everybody(OK, method="post"),
    "portal:offline-deposit": line(
        {Persona.TRAINER: OK, Persona.OTHER_TRAINER: OK}, otherwise=HIDDEN, anonymous=LOGIN
    ),
    "portal:offline-prepare": of_trainer(_half_day, method="post"),
    "portal:offline-revoke": of_trainer(_half_day, method="post"),
    "portal:assess": of_trainer(lambda world: {"code": world.session.code}),
    # --- training, in the back office
    **records(
        "sessions",
        lambda world: world.session.pk,
        add=(OFFICE, PEDAGOGY, DIRECTION),
        change=(OFFICE, PEDAGOGY, DIRECTION),
        without=("delete", "usage"),
    ),
    **records(
        "wagtailusers_groups",
        lambda world: _role(),
        see=(DIRECTION,),
        add=(DIRECTION,),
        change=(DIRECTION,),
        delete=(DIRECTION,),
        without=("usage", "history", "history_results"),
    ),
    "wagtailusers_groups:copy": staff(DIRECTION, arguments=lambda world: {"pk": _role()}),
    # Accounts of staff are made by the technical owner of the installation.
    **records("wagtailusers_users", lambda world: world.enrolment.learner.user_id, see=()),
    "wagtailusers_users:copy": staff(
        arguments=lambda world: {"pk": world.enrolment.learner.user_id}
    ),
    "sessions:show": staff(*VIEWERS, arguments=lambda world: {"pk": world.session.pk}),
    "imports:index": staff(OFFICE, DIRECTION),
    "imports:upload": staff(OFFICE, DIRECTION),
    "imports:template": staff(OFFICE, DIRECTION),
    "imports:show": staff(OFFICE, DIRECTION, arguments=_import_batch),
    "imports:problems": staff(OFFICE, DIRECTION, arguments=_import_batch),
    "imports:confirm": staff(OFFICE, DIRECTION, arguments=_import_batch, method="post"),
    "imports:reject": staff(OFFICE, DIRECTION, arguments=_import_batch, method="post"),
    "imports:undo": staff(OFFICE, DIRECTION, arguments=_import_batch),
    "imports:resume": staff(OFFICE, DIRECTION, arguments=_import_batch, method="post"),
    # --- quality, in the back office
    "audit-packs:index": staff(QUALITY, DIRECTION),
    "audit-packs:add": staff(QUALITY, DIRECTION),
    "audit-packs:show": staff(QUALITY, DIRECTION, arguments=_audit_pack),
    "audit-packs:download": staff(QUALITY, DIRECTION, arguments=_audit_pack),
    "audit-packs:retry": staff(QUALITY, DIRECTION, arguments=_audit_pack, method="post"),
    "session-quality": staff(QUALITY, DIRECTION, arguments=lambda world: {"pk": world.session.pk}),
    "session-quality-pack": staff(
        QUALITY, DIRECTION, arguments=lambda world: {"pk": world.session.pk}, method="post"
    ),
    "session-quality-ask": staff(
        QUALITY, DIRECTION, arguments=lambda world: {"pk": world.session.pk}, method="post"
    ),
    "session-quality-ask-again": staff(
        QUALITY,
        DIRECTION,
        arguments=lambda world: {
            "pk": world.session.pk,
            "invitation": world.invitation.pk,
        },
        method="post",
    ),
}
