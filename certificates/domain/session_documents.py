"""The documents of a session: which are there, which are due, and asking for all of them."""

from dataclasses import dataclass

from accounts.models import User
from certificates import kinds
from certificates.domain import documents, renewal
from certificates.domain.contexts import certificate
from certificates.domain.facts import SessionFacts
from certificates.enums import DocumentState
from certificates.models import Document, DocumentQuerySet
from training.domain import jobs
from training.enums import EnrolmentState, JobState, SessionState
from training.exceptions import DomainError
from training.models import Enrolment, Job, TrainingSession

REQUEST_TASK = "certificates.tasks.request_session_documents"
JOB_KIND = "session_documents"
REPLACED = "Les faits ont changé depuis l’émission"
NO_LONGER_DUE = "Plus aucune présence à certifier après la reprise de la session"


@dataclass(frozen=True, kw_only=True)
class DueDocument:
    """A document that a completed session should have."""

    kind: str
    enrolment: Enrolment | None = None
    #: The month « 2026-11 » of a certificate given month by month.
    variant: str = ""

    @property
    def title(self) -> str:
        """French name of the kind."""
        return kinds.get(self.kind).title


def documents_of(session: TrainingSession) -> DocumentQuerySet:
    """Every document of the session, newest first, with what a list shows of it."""
    return (
        Document.objects.filter(session=session)
        .select_related("session", "enrolment__learner", "supersedes")
        .prefetch_related("files")
        .order_by("kind", "-requested_at", "-pk")
    )


def due(facts: SessionFacts) -> list[DueDocument]:
    """What the session calls for: once completed, its sheet and a certificate per attendance.

    Whoever dropped out after attending gets one too, for the hours followed (R6332-26). Where the
    funder wants a certificate a month, each is due as soon as the half-days of its month are
    closed, and there is none for the whole.
    """
    monthly = [
        DueDocument(kind=kinds.MONTHLY_CERTIFICATE, enrolment=enrolment, variant=month)
        for enrolment in facts.enrolments
        if enrolment.pk in facts.certified_by_month and not enrolment.agreement.is_subcontract
        for month in certificate.closed_months_of(facts, enrolment)
    ]
    if not is_over(facts.session):
        return monthly
    return [
        DueDocument(kind=kinds.ATTENDANCE_SHEET),
        *(
            DueDocument(kind=kinds.CERTIFICATE, enrolment=enrolment)
            for enrolment in facts.enrolments
            if _is_certificate_due(facts, enrolment)
        ),
        *monthly,
    ]


def _is_certificate_due(facts: SessionFacts, enrolment: Enrolment) -> bool:
    if enrolment.state not in {EnrolmentState.COMPLETED, EnrolmentState.DROPPED_OUT}:
        return False
    try:
        certificate.refuse_if_not_due(facts, enrolment)
    except DomainError:
        return False
    return True


def missing(session: TrainingSession) -> list[DueDocument]:
    """What is due and neither in force nor in preparation."""
    standing = set(
        Document.objects.filter(
            session=session,
            state__in=[DocumentState.QUEUED, DocumentState.FAILED, DocumentState.ISSUED],
        ).values_list("kind", "enrolment_id", "variant")
    )
    return [
        item
        for item in due(SessionFacts(session))
        if (item.kind, item.enrolment.pk if item.enrolment else None, item.variant) not in standing
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


def is_over(session: TrainingSession) -> bool:
    """Whether the session is completed: before that nothing is certified."""
    return session.state in {SessionState.COMPLETED, SessionState.ARCHIVED}


def _refuse_if_nothing_due(session: TrainingSession) -> None:
    if not is_over(session) and not due(SessionFacts(session)):
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
    facts = SessionFacts(session)
    wanted = due(facts)
    queued: list[Document] = []
    refusal: DomainError | None = None
    for item in wanted:
        try:
            document = documents.request_document(
                kind=item.kind,
                session=session,
                enrolment=item.enrolment,
                variant=item.variant,
                actor=actor,
                facts=facts,
            )
            # A sheet may have been asked for before the end: the one due says everything.
            if replace_changed or item.kind == kinds.ATTENDANCE_SHEET:
                document = renewal.bring_up_to_date(
                    document=document, facts=facts, actor=actor, reason=REPLACED
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
    still_due = {(item.kind, item.enrolment.pk, item.variant) for item in wanted if item.enrolment}
    stale = [
        document
        for document in Document.objects.issued()
        .filter(session=session, kind__in=[kinds.CERTIFICATE, kinds.MONTHLY_CERTIFICATE])
        .order_by("pk")
        if (document.kind, document.enrolment_id, document.variant) not in still_due
    ]
    for document in stale:
        documents.revoke(document=document, actor=actor, reason=NO_LONGER_DUE)


def last_failed_request(session: TrainingSession) -> Job | None:
    """The request of documents of the session, when the latest one failed; else None."""
    latest = Job.objects.filter(kind=JOB_KIND, subject_id=str(session.pk)).order_by("-pk").first()
    return latest if latest is not None and latest.state == JobState.FAILED else None
