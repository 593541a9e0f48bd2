"""Sessions that took place, and files opened as a reader would."""

import datetime as dt
import io
import subprocess
from typing import Any

import pikepdf

from django.core.files.storage import storages
from django.utils import timezone

from certificates import kinds
from certificates.domain import files
from certificates.domain.issuing.subjects import About
from certificates.enums import DocumentState
from certificates.models import Document, DocumentFile
from operations.demo.attendance import hold
from tests.factories import OrganisationFactory, SignatoryFactory, session_with_people
from training.domain.sessions import lifecycle as session_lifecycle
from training.models import Enrolment, TrainingSession


def attended_session(*, people: int = 2, absences: int = 0, **values: Any) -> TrainingSession:
    """A confirmed session of two mornings, last week, signed and locked."""
    OrganisationFactory()
    SignatoryFactory()
    session = session_with_people(
        learners=people,
        half_days=2,
        first_day=timezone.localdate() - dt.timedelta(days=7),
        **values,
    )
    hold(session, actor=None, absences=absences)
    return session


def completed_session(**values: Any) -> TrainingSession:
    """The same, completed: its documents are asked for, not rendered yet."""
    session = attended_session(**values)
    session_lifecycle.complete_session(session=session, actor=None)
    session.refresh_from_db()
    return session


def coming_session(**values: Any) -> TrainingSession:
    """A confirmed session in ten days, two people."""
    OrganisationFactory(disability_contact="Référente handicap, 02 00 00 00 00")
    SignatoryFactory()
    day = timezone.localdate() + dt.timedelta(days=10)
    return session_with_people(learners=2, half_days=2, first_day=day, **values)


def certificate_of(enrolment: Enrolment) -> Document:
    """The certificate in force."""
    return Document.objects.issued().get(kind=kinds.CERTIFICATE, enrolment=enrolment)


def certificates() -> Any:
    """Every certificate, in order of number."""
    return Document.objects.filter(kind=kinds.CERTIFICATE).order_by("year", "sequence")


def stored_bytes(document: Document) -> bytes:
    """What the private storage holds."""
    with storages["private"].open(document.files.get().key) as stored:
        return stored.read()


def plain(text: str) -> str:
    """The text with every space plain, no-break ones included."""
    return " ".join(text.split())


def text_of(content: bytes) -> str:
    """The text as pdftotext reads it, on one line, every space plain."""
    done = subprocess.run(
        ["pdftotext", "-", "-"],
        input=content,
        capture_output=True,
        check=True,
    )
    return plain(done.stdout.decode())


def opened(content: bytes) -> pikepdf.Pdf:
    """The file read by a strict parser."""
    return pikepdf.open(io.BytesIO(content))


def issued_document(enrolment: Enrolment, **values: Any) -> Document:
    """A certificate in force whose file is a few bytes: for who may read it, not for what it says.

    `kind=kinds.ATTENDANCE_SHEET` makes the sheet of the session instead.
    """
    kind = kinds.get(values.pop("kind", kinds.CERTIFICATE))
    rank = Document.objects.count() + 1
    about = enrolment if kind.per_enrolment else None
    document = Document.objects.create(
        kind=kind.code,
        **(
            {"year": 2026, "sequence": rank, "number": f"{kind.prefix}-2026-{rank:04d}"}
            if kind.is_numbered
            else {}
        ),
        session=enrolment.session,
        enrolment=about,
        subject_key=About(session=enrolment.session, enrolment=about).key,
        **(
            {
                "context": kind.sample(),
                "issued_on": dt.date(2026, 11, 23),
                "state": DocumentState.ISSUED,
                "issued_at": timezone.now(),
            }
            | values
        ),
    )
    stored = files.store(folder=kind.code, content=b"%PDF-1.7 un essai")
    DocumentFile.objects.create(
        document=document, key=stored.key, sha256=stored.sha256, size=stored.size
    )
    return document
