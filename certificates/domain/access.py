"""Who may read the file of a document: one accessor, which raises 404."""

import uuid
from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import Http404

from accounts.models import User
from certificates import kinds
from certificates.models import Document
from training.models import Company, TrainingSession

AnyUser = User | AnonymousUser
VIEW_PERMISSION = "certificates.view_document"


def documents_for(user: AnyUser) -> QuerySet[Document]:
    """The documents that the user may read.

    Staff with the permission: all that have a file, even replaced or revoked. Others, those in
    force of the kinds that they may read: learners, about themselves or what they bought;
    trainers, about the sessions where they train; contacts of a company, about what it bought
    or about its own people alone.
    """
    documents = Document.objects.verifiable().select_related("session", "enrolment", "agreement")
    if not user.is_authenticated:
        return documents.none()
    if user.has_perm(VIEW_PERMISSION):
        return documents
    own = Q(kind__in=_codes(lambda kind: kind.learner_may_read)) & (
        Q(enrolment__learner__user_id=user.pk) | Q(agreement__learner__user_id=user.pk)
    )
    taught = Q(
        kind__in=_codes(lambda kind: kind.trainer_may_read),
        session__in=TrainingSession.objects.filter(
            half_days__assignments__trainer__user_id=user.pk
        ),
    )
    return documents.issued().filter(own | taught | _of_companies(user))


def documents_of_companies(user: AnyUser) -> QuerySet[Document]:
    """The documents in force that the user reads as a company's contact, newest first."""
    if not user.is_authenticated:
        return Document.objects.none()
    return (
        Document.objects.issued()
        .filter(_of_companies(user))
        .select_related("session__programme_version", "company", "agreement")
        .order_by("-issued_at", "-pk")
    )


def _of_companies(user: User) -> Q:
    """What the user's companies bought, and what is about their own people alone."""
    mine = Company.objects.filter(contacts__user_id=user.pk)
    return Q(kind__in=_codes(lambda kind: kind.company_may_read)) & (
        Q(agreement__company__in=mine) | Q(company__in=mine)
    )


def _codes(may_read: Callable[[kinds.DocumentKind], bool]) -> list[str]:
    return [kind.code for kind in kinds.every() if may_read(kind)]


def document_for(user: AnyUser, document_uuid: uuid.UUID) -> Document:
    """One document that the user may read. Raises Http404: what is not theirs does not exist."""
    document = documents_for(user).filter(uuid=document_uuid).first()
    if document is None:
        raise Http404
    return document


def documents_of_learner(user: AnyUser) -> QuerySet[Document]:
    """The documents in force about the user as a learner, newest first."""
    if not user.is_authenticated:
        return Document.objects.none()
    return (
        Document.objects.issued()
        .filter(
            kind__in=_codes(lambda kind: kind.learner_may_read),
            enrolment__learner__user_id=user.pk,
        )
        .select_related("session__programme_version", "enrolment__learner")
        .order_by("-issued_at", "-pk")
    )
