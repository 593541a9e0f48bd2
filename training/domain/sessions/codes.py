"""The code of a session: the name that its documents, its URLs and its files carry."""

from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import User
from core.domain import journal
from core.domain.transitions import lock, refuse_if_blocked
from core.exceptions import DomainError
from core.registry import Blocker, why_kept
from training.domain.agreements import start_of_references
from training.domain.session_guards import refuse_if_over
from training.enums import AgreementState
from training.models import TrainingSession
from training.session_codes import typed_code, validate_session_code

#: What higher apps say of it (`core.registry.keeps_value`).
NAME = "training.trainingsession.code"


def refuse_unfit(code: str) -> None:
    """Raise `DomainError` (`session_code`) for a code that could not stand everywhere."""
    try:
        validate_session_code(code)
    except ValidationError as error:
        raise DomainError(" ".join(error.messages), code="session_code") from None


def code_blockers(session: TrainingSession) -> list[Blocker]:
    """What was issued under the code, by name: it can then no longer be corrected."""
    return [*_agreements_gone(session), *why_kept(NAME, session)]


def correct_code(
    *, session: TrainingSession, code: str, actor: User | None = None
) -> TrainingSession:
    """Give the session another code, and its draft agreements the references that follow.

    Raises `DomainError`: `session_code` for an unfit code, `session_code_taken`, `session_over`,
    `blocked` (`Blocked`) once something was issued under the present one.
    """
    code = typed_code(code)
    refuse_unfit(code)
    with transaction.atomic():
        locked = lock(session)
        former = locked.code
        if code == former:
            return locked
        refuse_if_over(locked)
        refuse_if_blocked(code_blockers(locked))
        others = TrainingSession.objects.exclude(pk=locked.pk)
        if others.filter(code__iexact=code).exists():
            raise _taken(code)
        start = start_of_references(locked)
        locked.code = code
        try:
            with transaction.atomic():
                locked.save(update_fields=["code"])
        except IntegrityError:  # written by another person since
            raise _taken(code) from None
        for agreement in locked.agreements.filter(reference__startswith=start).order_by("pk"):
            rank = agreement.reference.removeprefix(start)
            agreement.reference = f"{start_of_references(locked)}{rank}"
            agreement.save(update_fields=["reference"])
        journal.record(
            actor=actor,
            verb="session.code_corrected",
            subject=locked,
            session_id=locked.pk,
            details={"from": former, "to": code},
        )
    return locked


def _taken(code: str) -> DomainError:
    return DomainError(
        f"Une autre session porte déjà le code « {code} ».", code="session_code_taken"
    )


def _agreements_gone(session: TrainingSession) -> Iterator[Blocker]:
    gone = session.agreements.exclude(state=AgreementState.DRAFT).order_by("reference")
    if references := list(gone.values_list("reference", flat=True)):
        yield Blocker(
            code="agreements_gone",
            sentence=f"Accords déjà envoyés ou signés sous ce code : {', '.join(references)}.",
            resolved_at=("sessions:agreements", session.pk),
            link="Voir les accords",
        )
