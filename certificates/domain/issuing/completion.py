"""The documents of a session: which are there, which are due, and asking for all of them."""

from dataclasses import dataclass

from accounts.models import User
from certificates import kinds
from certificates.domain.issuing import lifecycle, requests
from certificates.domain.issuing.subjects import About
from certificates.domain.kinds import certificate
from certificates.domain.kinds.document_facts import DocumentFacts
from certificates.enums import DocumentState
from certificates.models import Document, DocumentQuerySet
from core.domain import jobs
from core.enums import JobState
from core.exceptions import DomainError
from core.models import Job
from training.enums import EnrolmentState
from training.models import Enrolment, TrainingSession

REQUEST_TASK = "certificates.tasks.request_session_documents"
JOB_KIND = "session_documents"
REPLACED = "Les faits ont changé depuis l’émission"
NO_LONGER_DUE = "Plus aucune présence à certifier après la reprise de la session"


@dataclass(frozen=True, kw_only=True)
class DueDocument:
    """A document that a completed session should have."""

    kind: str
    #: The session, and the person of a certificate; of one given month by month, its month.
    about: About

    @property
    def title(self) -> str:
        """French name of the kind."""
        return kinds.get(self.kind).title

    @property
    def session_code(self) -> str:
        """Code of the session that calls for it."""
        return self.about.session.code if self.about.session else ""


def documents_of(session: TrainingSession) -> DocumentQuerySet:
    """Every document of the session, newest first, with what a list shows of it."""
    return (
        Document.objects.filter(session=session)
        .select_related("session", "enrolment__learner", "supersedes")
        .prefetch_related("files")
        .order_by("kind", "-requested_at", "-pk")
    )


def due(facts: DocumentFacts) -> list[DueDocument]:
    """What the session calls for: once completed, its sheet and a certificate per attendance.

    A learner who dropped out after attending gets one too, for the hours followed (R6332-26).
    Where the funder wants a certificate a month, each is due as soon as the half-days of its
    month are closed, and there is none for the whole.
    """
    monthly = [
        DueDocument(
            kind=kinds.MONTHLY_CERTIFICATE,
            about=About(session=facts.session, enrolment=enrolment, variant=month),
        )
        for enrolment in facts.enrolments
        if enrolment.pk in facts.certified_by_month and not enrolment.agreement.is_subcontract
        for month in certificate.closed_months_of(facts, enrolment)
    ]
    if not facts.session.is_delivered:
        return monthly
    return [
        DueDocument(kind=kinds.ATTENDANCE_SHEET, about=About(session=facts.session)),
        *(
            DueDocument(
                kind=kinds.CERTIFICATE, about=About(session=facts.session, enrolment=enrolment)
            )
            for enrolment in facts.enrolments
            if _is_certificate_due(facts, enrolment)
        ),
        *monthly,
    ]


def _is_certificate_due(facts: DocumentFacts, enrolment: Enrolment) -> bool:
    if enrolment.state not in {EnrolmentState.COMPLETED, EnrolmentState.DROPPED_OUT}:
        return False
    try:
        certificate.refuse_if_not_due(facts, enrolment)
    except DomainError:
        return False
    return True


def missing(session: TrainingSession) -> list[DueDocument]:
    """What is due and neither in force nor in preparation."""
    current = set(
        Document.objects.current().filter(session=session).values_list("kind", "subject_key")
    )
    return [
        item for item in due(DocumentFacts(session)) if (item.kind, item.about.key) not in current
    ]


def enqueue_all(
    *, session: TrainingSession, actor: User | None, replace_changed: bool = False
) -> Job:
    """Ask, in the background, for every document due; see `request_all`.

    Raises `DomainError` (`session_not_completed`): before the end nothing is certified but the
    months of those whose funder wants it so.
    """
    _refuse_if_nothing_due(session)
    return jobs.enqueue(
        task=REQUEST_TASK,
        kind=JOB_KIND,
        subject_id=str(session.pk),
        arguments={"replace_changed": replace_changed},
        actor=actor,
    )


def request_now(*, session: TrainingSession, actor: User | None) -> list[Document]:
    """Ask at once for every document due and missing. Raises `DomainError` as `enqueue_all`."""
    _refuse_if_nothing_due(session)
    return request_all(session=session, actor=actor)


def _refuse_if_nothing_due(session: TrainingSession) -> None:
    if not session.is_delivered and not due(DocumentFacts(session)):
        raise DomainError(
            "Terminez d’abord la session : ses documents en découlent.",
            code="session_not_completed",
        )


def request_all(
    *, session: TrainingSession, actor: User | None, replace_changed: bool = False
) -> list[Document]:
    """Ask for every document due, each in its own short transaction; returns those queued.

    What is already in force is kept. With `replace_changed` (a session completed again), a
    document whose facts differ is superseded, and one no longer due is revoked. One document
    that cannot be asked for does not stop the others: the first refusal is raised at the end.
    """
    facts = DocumentFacts(session)
    wanted = due(facts)
    queued: list[Document] = []
    refusal: DomainError | None = None
    for item in wanted:
        try:
            # A sheet may have been asked for before the end: the one due says everything.
            if replace_changed or item.kind == kinds.ATTENDANCE_SHEET:
                document, _is_new = requests.up_to_date(
                    kind=item.kind, about=item.about, actor=actor, reason=REPLACED, facts=facts
                )
            else:
                document = requests.request_document(
                    kind=item.kind, about=item.about, actor=actor, facts=facts
                )
        except DomainError as error:
            refusal = refusal or error
        else:
            if document.state == DocumentState.QUEUED:
                queued.append(document)
    if replace_changed:
        _withdraw_undue(session, wanted, actor)
    if refusal is not None:
        raise refusal
    return queued


def _withdraw_undue(
    session: TrainingSession, wanted: list[DueDocument], actor: User | None
) -> None:
    still_due = {(item.kind, item.about.key) for item in wanted}
    stale = [
        document
        for document in Document.objects.issued()
        .filter(session=session, kind__in=[kinds.CERTIFICATE, kinds.MONTHLY_CERTIFICATE])
        .order_by("pk")
        if (document.kind, document.subject_key) not in still_due
    ]
    for document in stale:
        lifecycle.revoke(document=document, actor=actor, reason=NO_LONGER_DUE)


def last_failed_request(session: TrainingSession) -> Job | None:
    """The request of documents of the session, when the latest one failed; else None."""
    latest = Job.objects.filter(kind=JOB_KIND, subject_id=str(session.pk)).order_by("-pk").first()
    return latest if latest is not None and latest.state == JobState.FAILED else None
