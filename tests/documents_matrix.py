"""Who gets what at the URLs of documents, in the back office and outside it.

Part of the table of `tests/permission_matrix.py`.
"""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from certificates.domain.sealing import integrity
from certificates.models import DocumentBatch, DocumentTemplate
from core.models import Job
from tests.permission_matrix import (
    DIRECTION,
    HIDDEN,
    LOGIN,
    OFFICE,
    OK,
    QUALITY,
    VIEWERS,
    Line,
    Persona,
    World,
    everybody,
    line,
    records,
    staff,
)


def _certificate(world: World) -> dict[str, Any]:
    return {"pk": world.certificate.pk}


def _text(world: World) -> dict[str, Any]:
    return {"slug": "reglement-interieur"}


def _programme(world: World) -> dict[str, Any]:
    version = world.session.programme_version
    return {"code": version.programme.code, "number": version.number}


def _batch(world: World) -> dict[str, Any]:
    job = Job.objects.create(task="certificates.tasks.issue_batch", kind="document_batch")
    batch = DocumentBatch.objects.create(session=world.session, output="zip", job=job)
    return {"uuid": batch.uuid}


def _check(world: World) -> dict[str, Any]:
    return {"uuid": integrity.request_check(actor=None).uuid}


def _coming_text(world: World) -> int:
    coming, _created = DocumentTemplate.objects.get_or_create(
        slug="reglement-interieur",
        number=1,
        defaults={"body": "Texte.", "in_force_from": timezone.localdate() + timedelta(days=9)},
    )
    return coming.pk


DOCUMENTS_MATRIX: dict[str, Line] = {
    "certificates:verify-by-number": everybody(OK),
    "certificates:verify-by-file": everybody(OK),
    "certificates:verify": everybody(
        OK, arguments=lambda world: {"token": world.certificate.token}
    ),
    "document-batches:add": staff(OFFICE, DIRECTION),
    "document-batches:show": staff(OFFICE, DIRECTION, arguments=_batch),
    "document-batches:download": staff(OFFICE, DIRECTION, arguments=_batch),
    "document-batches:retry": staff(OFFICE, DIRECTION, arguments=_batch, method="post"),
    "document-integrity:index": staff(QUALITY, DIRECTION),
    "document-integrity:roots": staff(QUALITY, DIRECTION),
    "certificates:roots": everybody(OK),
    "certificates:roots-json": everybody(OK),
    "certificates:proof-checker": everybody(OK),
    # No root was published in this world, and no witness is known.
    "certificates:roots-year": everybody(HIDDEN, arguments=lambda world: {"year": 2020}),
    "certificates:last-root-json": everybody(HIDDEN),
    "certificates:root-timestamp": everybody(HIDDEN, arguments=lambda world: {"number": 1}),
    "certificates:proof": everybody(
        HIDDEN, arguments=lambda world: {"token": world.certificate.token}
    ),
    "certificates:witness": everybody(
        HIDDEN, arguments=lambda world: {"name": "inconnu"}, method="post"
    ),
    "document-integrity:show": staff(QUALITY, DIRECTION, arguments=_check),
    # Public texts: none is in force in this world.
    "certificates:text": everybody(HIDDEN, arguments=_text),
    "certificates:text_pdf": everybody(HIDDEN, arguments=_text),
    "certificates:text_version": everybody(
        HIDDEN, arguments=lambda world: _text(world) | {"number": 1}
    ),
    "certificates:text_version_pdf": everybody(
        HIDDEN, arguments=lambda world: _text(world) | {"number": 1}
    ),
    "certificates:programme": everybody(OK, arguments=_programme),
    "certificates:download": line(
        dict.fromkeys((*VIEWERS, Persona.LEARNER), OK),
        otherwise=HIDDEN,
        anonymous=LOGIN,
        arguments=lambda world: {"document_uuid": world.certificate.uuid},
    ),
    **records(
        "register",
        lambda world: world.certificate.pk,
        without=("add", "edit", "delete", "usage", "history", "history_results"),
    ),
    **records(
        "texts",
        _coming_text,
        add=(QUALITY, DIRECTION),
        change=(QUALITY, DIRECTION),
        without=("delete", "usage", "history", "history_results"),
    ),
    "texts:inspect": staff(*VIEWERS, arguments=lambda world: {"pk": _coming_text(world)}),
    "register:inspect": staff(*VIEWERS, arguments=_certificate),
    "register:retry": staff(OFFICE, DIRECTION, arguments=_certificate),
    "register:correct": staff(OFFICE, DIRECTION, arguments=_certificate),
    "register:send": staff(OFFICE, DIRECTION, arguments=_certificate),
    "session-documents-ask": staff(
        OFFICE,
        DIRECTION,
        arguments=lambda world: {"pk": world.session.pk, "kind": "convocation"},
    ),
    "session-documents-print": staff(
        *VIEWERS, arguments=lambda world: {"pk": world.session.pk, "kind": "enrolled_list"}
    ),
    "agreement-documents-ask": staff(
        OFFICE,
        DIRECTION,
        arguments=lambda world: {"pk": world.enrolment.agreement_id, "kind": "convention"},
    ),
    "register:void": staff(OFFICE, DIRECTION, arguments=_certificate),
    "register:revoke": staff(DIRECTION, arguments=_certificate),
    "session-documents": staff(*VIEWERS, arguments=lambda world: {"pk": world.session.pk}),
    "session-documents-issue": staff(
        OFFICE, DIRECTION, arguments=lambda world: {"pk": world.session.pk}
    ),
    "session-documents-sheet": staff(
        OFFICE, DIRECTION, arguments=lambda world: {"pk": world.session.pk}
    ),
}
