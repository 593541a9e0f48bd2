"""A name misspelt: the learner's record and every document that bears the name, in one action."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from certificates import kinds
from certificates.domain.issuing import requests
from certificates.enums import SignedBy
from certificates.models import Document
from core.domain import journal
from core.domain.transitions import lock
from core.exceptions import DomainError
from training.models import Learner


@dataclass(kw_only=True)
class Corrected:
    """What a correction of name led to."""

    #: The new documents, in preparation; the first replaces the one that was asked for.
    queued: list[Document] = field(default_factory=list)
    #: What could not be corrected, and why.
    refused: list[tuple[Document, str]] = field(default_factory=list)


def correct_name(
    *,
    document: Document,
    first_name: str,
    last_name: str,
    reason: str,
    others: Iterable[Document] = (),
    actor: User | None,
) -> Corrected:
    """Correct the name of the learner of a document, and issue anew what bears it.

    The record of the learner and the document are one: either both change or neither. Each of the
    `others` (see `bearing_same_name`) is then corrected by itself, and a refusal does not stop
    the next. Raises `DomainError` as `requests.correct`, and `nobody_named` for a document that
    is not about a person; `ValidationError` for a name that a learner may not have.
    """
    if document.enrolment is None or document.enrolment.learner is None:
        raise DomainError("Ce document ne nomme personne en particulier.", code="nobody_named")
    others = list(others)
    learner = document.enrolment.learner
    before = learner.first_name, learner.last_name
    try:
        with transaction.atomic():
            _rename(
                learner, first_name=first_name.strip(), last_name=last_name.strip(), actor=actor
            )
            new = requests.correct(document=document, actor=actor, reason=reason)
    except Exception:
        learner.first_name, learner.last_name = before
        raise
    done = Corrected(queued=[new])
    for other in others:
        try:
            # Read again: it must see the new name.
            fresh = Document.objects.select_related(*documents_related()).get(pk=other.pk)
            done.queued.append(requests.correct(document=fresh, actor=actor, reason=reason))
        except DomainError as error:
            done.refused.append((other, error.message))
    return done


def documents_related() -> tuple[str, ...]:
    """What a correction reads of a document."""
    return (
        "session__programme_version__programme",
        "enrolment__learner",
        "enrolment__employer",
        "enrolment__agreement",
        "agreement",
    )


def bearing_same_name(document: Document) -> list[Document]:
    """The other documents in force that bear the name of the learner of this one.

    Those about the person, and those about a whole session where they were. What both parties
    sign is left out: it is changed by an amendment.
    """
    if document.enrolment is None or document.enrolment.learner is None:
        return []
    learner = document.enrolment.learner
    alone = [kind.code for kind in kinds.every() if kind.signed_by != SignedBy.BOTH]
    found = (
        Document.objects.issued()
        .filter(kind__in=alone)
        .filter(
            Q(enrolment__learner=learner)
            | Q(enrolment__isnull=True, session__enrolments__learner=learner)
        )
        .exclude(pk=document.pk)
        .select_related("session", "enrolment__learner")
        .distinct()
        .order_by("-issued_at", "-pk")
    )
    return [other for other in found if _bears(other.context, learner)]


def _bears(context: object, learner: Learner) -> bool:
    if isinstance(context, str):
        return learner.first_name in context and learner.last_name in context
    if isinstance(context, dict):
        parts = list(context.values())
        # Some documents keep first and last name apart.
        joined = " ".join(part for part in parts if isinstance(part, str))
        return _bears(joined, learner) or any(_bears(part, learner) for part in parts)
    if isinstance(context, list):
        return any(_bears(part, learner) for part in context)
    return False


def _rename(learner: Learner, *, first_name: str, last_name: str, actor: User | None) -> None:
    locked = lock(learner)
    changed = [
        name
        for name, value in (("first_name", first_name), ("last_name", last_name))
        if getattr(locked, name) != value
    ]
    if not changed:
        return
    locked.first_name, locked.last_name = first_name, last_name
    locked.full_clean()
    locked.save(update_fields=changed)
    journal.record(
        actor=actor, verb="learner.changed", subject=locked, details={"fields": sorted(changed)}
    )
    learner.first_name, learner.last_name = first_name, last_name
