"""Who gets what at the URLs of the back office.

The second half of the table of `tests/permission_matrix.py`, for the screens of `training`.
"""

import io
from collections.abc import Callable
from typing import Any

from PIL import Image

from django.utils import timezone

from core.domain import list_exports, pictures
from core.enums import PictureRole
from core.models import Job
from tests.attendance.devices import handed_in, refused_item
from tests.permission_matrix import (
    DIRECTION,
    HIDDEN,
    LOGIN,
    OFFICE,
    OK,
    PEDAGOGY,
    STAFF,
    VIEWERS,
    Line,
    Persona,
    World,
    line,
    records,
    staff,
)

#: Who moves sessions along, and whatever belongs to their days.
PLANNERS = (OFFICE, PEDAGOGY, DIRECTION)
#: Who handles people's enrolments and agreements.
HANDLERS = (OFFICE, DIRECTION)
NO_DELETE = ("delete", "usage")
READ_ONLY = ("add", "edit", "delete", "usage", "history", "history_results")
NO_ADD = ("add", "delete", "usage")


def record(kind: str) -> Callable[[World], int]:
    """The primary key of the record of a kind that the world holds."""
    return lambda world: world.records[kind]


def one(kind: str) -> Callable[[World], dict[str, Any]]:
    """The arguments of a URL about that record."""
    return lambda world: {"pk": world.records[kind]}


def each(namespace: str, names: str, *allowed: Any, method: str = "get") -> dict[str, Line]:
    """Several URLs about the record of the namespace, open to the same roles."""
    return {
        f"{namespace}:{name}": staff(*allowed, arguments=one(namespace), method=method)
        for name in names.split()
    }


def _export(_world: World) -> dict[str, Any]:
    """An export that somebody else asked for."""
    return {"uuid": Job.objects.create(task=list_exports.TASK, kind=list_exports.KIND).uuid}


#: Whoever asks for an export is alone to see it (`tests/core/test_list_exports.py`).
def _of_one_person(method: str = "get") -> Line:
    return line(dict.fromkeys(STAFF, HIDDEN), otherwise=LOGIN, arguments=_export, method=method)


def _to_settle(world: World) -> dict[str, Any]:
    """Something that came back from a device, and was refused."""
    item = refused_item(world.half_day)
    return {"pk": world.half_day.pk, "item": item.pk}


def _deposit(world: World) -> dict[str, Any]:
    """What a device of the half-day handed in, from an unknown ticket."""
    return {"pk": handed_in(world.half_day).pk}


def _document(world: World) -> dict[str, Any]:
    """A document that shows why a person was away."""
    return {"pk": world.absence_document.pk}


def remote_cell(world: World, by: str) -> dict[str, Any]:
    """The arguments of one person and one remote activity of the session."""
    return {
        by: getattr(world.session, by),
        "enrolment": world.enrolment.pk,
        "activity": world.remote_activity.pk,
    }


def _stamp(world: World) -> dict[str, Any]:
    """The stamp of the organisation."""
    encoded = io.BytesIO()
    Image.new("RGB", (4, 4), "navy").save(encoded, "PNG")
    prepared = pictures.prepare(encoded.getvalue())
    return {
        "pk": pictures.keep(picture=prepared, role=PictureRole.STAMP, actor=None).pk,
    }


BACK_OFFICE_MATRIX: dict[str, Line] = {
    # --- Sessions: their tabs, then their actions
    **each("sessions", "half_days enrolments agreements messages journal", *VIEWERS),
    **each("sessions", "open confirm complete cancel reopen archive", *PLANNERS),
    **each("sessions", "adopt_programme correct_code plan add_group", *PLANNERS),
    **each("sessions", "enrol reserve draft_agreement", *HANDLERS),
    **each("sessions", "bulk", *HANDLERS, method="post"),
    # --- First contacts
    **records("enquiries", record("enquiries"), add=PLANNERS, change=PLANNERS, without=NO_DELETE),
    **each("enquiries", "inspect", *VIEWERS),
    **each("enquiries", "plan close reopen", *PLANNERS),
    # --- Enrolments
    **records("enrolments", record("enrolments"), change=HANDLERS, without=NO_ADD),
    **each("enrolments", "inspect", *VIEWERS),
    **each("enrolments", "confirm_address accept confirm waitlist offer refuse cancel", *HANDLERS),
    **each("enrolments", "drop_out restore name", *HANDLERS),
    # --- Half-days
    **records("half-days", record("half-days"), without=READ_ONLY),
    **each("half-days", "show", *VIEWERS),
    **each("half-days", "change move cancel", *PLANNERS),
    **each("presences", "lock revoke_devices deposit", *PLANNERS),
    "offline-deposit": staff(*PLANNERS, arguments=_deposit),
    "offline-deposit-file": staff(*VIEWERS, arguments=_deposit),
    "presences:settle": staff(*PLANNERS, arguments=_to_settle),
    "presences:keep": staff(*PLANNERS, arguments=_to_settle, method="post"),
    "presences:record": staff(
        *PLANNERS,
        arguments=lambda world: {"pk": world.half_day.pk, "enrolment": world.enrolment.pk},
    ),
    # --- Attendance: the tab of a session, and what it leaves to do
    "session-attendance": staff(*VIEWERS, arguments=one("sessions")),
    "attendance-flag": staff(*PLANNERS, arguments=one("attendance-flags")),
    "attendance-dispute": staff(*PLANNERS, arguments=one("attendance-disputes")),
    "walk-in-match": staff(*PLANNERS, arguments=one("walk-ins")),
    "walk-in-dismiss": staff(*PLANNERS, arguments=one("walk-ins")),
    "claim-confirm": staff(*PLANNERS, arguments=one("signature-claims")),
    "claim-refuse": staff(*PLANNERS, arguments=one("signature-claims")),
    "signing-link-send": staff(*HANDLERS, arguments=one("enrolments")),
    # --- Absences: their follow-up; the documents themselves are for those who check them
    **records("absences", record("absences"), see=PLANNERS, without=READ_ONLY),
    **each("absences", "inspect ground ask note close reopen", *PLANNERS),
    **each("absences", "deposit leave notices", *HANDLERS),
    "absences:accept": staff(*HANDLERS, arguments=_document),
    "absences:refuse": staff(*HANDLERS, arguments=_document),
    "absences:file": staff(
        *HANDLERS, arguments=lambda world: {"uuid": world.absence_document.uuid}
    ),
    "portal:absence": line(
        {Persona.LEARNER: OK},
        otherwise=HIDDEN,
        anonymous=LOGIN,
        arguments=lambda world: {"uuid": world.absence_document.follow_up.uuid},
    ),
    **records(
        "absence-grounds",
        record("absence-grounds"),
        add=(DIRECTION,),
        change=(DIRECTION,),
        without=NO_DELETE,
    ),
    **each("absence-grounds", "inspect", *VIEWERS),
    # --- Paper sheets
    "certificates:blank-sheet": line(
        {Persona.TRAINER: OK, **dict.fromkeys(VIEWERS, OK)},
        otherwise=HIDDEN,
        anonymous=LOGIN,
        arguments=lambda world: {"pk": world.half_day.pk},
    ),
    "paper:day": staff(
        *PLANNERS,
        arguments=lambda world: {
            "pk": world.session.pk,
            "day": timezone.localdate(world.half_day.starts_at),
        },
    ),
    "paper:scan": staff(*PLANNERS, arguments=lambda world: {"uuid": world.paper_scan.uuid}),
    "paper:file": staff(*VIEWERS, arguments=lambda world: {"uuid": world.paper_scan.uuid}),
    # --- Distance learning
    "remote:tab": staff(*VIEWERS, arguments=one("sessions")),
    "remote:validate": staff(*PLANNERS, arguments=one("sessions")),
    "platform-logs:upload": staff(*HANDLERS, arguments=one("sessions")),
    "platform-logs:show": staff(
        *HANDLERS,
        arguments=lambda world: {"pk": world.session.pk, "uuid": world.platform_log.uuid},
    ),
    "remote:record": staff(*PLANNERS, arguments=lambda world: remote_cell(world, "pk")),
    "remote:withdraw": staff(*PLANNERS, arguments=lambda world: remote_cell(world, "pk")),
    "portal:remote": line(
        {Persona.TRAINER: OK},
        otherwise=HIDDEN,
        anonymous=LOGIN,
        arguments=lambda world: {"code": world.session.code},
    ),
    "portal:remote-activity": line(
        {Persona.TRAINER: OK},
        otherwise=HIDDEN,
        anonymous=LOGIN,
        arguments=lambda world: remote_cell(world, "code"),
    ),
    # --- Agreements and adaptations
    **records("agreements", record("agreements"), change=HANDLERS, without=NO_ADD),
    **each("agreements", "inspect", *VIEWERS),
    **each("agreements", "sent signed", *HANDLERS),
    **records("adaptations", record("adaptations"), without=READ_ONLY),
    **each("adaptations", "decide", *VIEWERS),
    **each("adaptations", "apply", PEDAGOGY, DIRECTION),
    # --- People
    **records("learners", record("learners"), add=HANDLERS, change=HANDLERS, without=NO_DELETE),
    **each("learners", "inspect", *VIEWERS),
    **records("companies", record("companies"), add=HANDLERS, change=HANDLERS, without=NO_DELETE),
    **each("companies", "inspect", *VIEWERS),
    **records("contacts", record("contacts"), add=HANDLERS, change=HANDLERS, without=NO_DELETE),
    **each("contacts", "inspect", *VIEWERS),
    **records("funders", record("funders"), add=HANDLERS, change=HANDLERS, without=NO_DELETE),
    **each("funders", "inspect", *VIEWERS),
    **records("trainers", record("trainers"), add=PLANNERS, change=PLANNERS, without=NO_DELETE),
    **each("trainers", "inspect", *VIEWERS),
    # --- The organisation
    **records("organisation", record("organisation"), change=(DIRECTION,), without=NO_ADD),
    **each("organisation", "inspect", *VIEWERS),
    "organisation-picture": staff(DIRECTION, arguments=_stamp),
    **records(
        "signatories",
        record("signatories"),
        add=(DIRECTION,),
        change=(DIRECTION,),
        without=NO_DELETE,
    ),
    **each("signatories", "inspect", *VIEWERS),
    **records("rules", record("rules"), add=(DIRECTION,), change=(DIRECTION,), without=NO_DELETE),
    **each("rules", "inspect", *VIEWERS),
    **records("venues", record("venues"), add=PLANNERS, change=PLANNERS, without=NO_DELETE),
    **each("venues", "inspect", *VIEWERS),
    **records("programmes", record("programmes"), add=PLANNERS, change=PLANNERS, without=NO_DELETE),
    **each("programmes", "inspect", *VIEWERS),
    **records("programme-versions", record("programme-versions"), without=READ_ONLY),
    **each("programme-versions", "inspect", *VIEWERS),
    # --- Help
    "guide": staff(*STAFF),
    # --- Long lists as files
    "list-export": _of_one_person(),
    "list-export-download": _of_one_person(),
    "list-export-retry": _of_one_person(method="post"),
    # --- What runs by itself
    **records("messages", record("messages"), without=READ_ONLY),
    **each("messages", "inspect", *VIEWERS),
    **each("messages", "retry deliver send_draft discard", *HANDLERS),
    **records("jobs", record("jobs"), without=READ_ONLY),
    **each("jobs", "inspect", *VIEWERS),
    **each("jobs", "retry", *PLANNERS),
    **records("journal", record("sessions"), without=READ_ONLY),
}
