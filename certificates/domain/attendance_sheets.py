"""Asking for an attendance sheet: of a session, of one company's people, of one person."""

from accounts.models import User
from certificates import kinds
from certificates.domain import documents, renewal
from certificates.domain.facts import SessionFacts
from certificates.models import Document
from training.models import Company, Enrolment, TrainingSession

NEWER = "De nouveaux événements ont été enregistrés depuis"


def ask(
    *,
    session: TrainingSession,
    actor: User | None,
    enrolment: Enrolment | None = None,
    company: Company | None = None,
) -> Document:
    """The sheet as recorded now: the one that stands when nothing changed, byte for byte.

    When something was recorded since, a new version supersedes it. Raises `DomainError`
    (`nobody_there`, `already_queued`).
    """
    facts = SessionFacts(session)
    document = documents.request_document(
        kind=_kind(enrolment, company),
        session=session,
        enrolment=enrolment,
        company=company,
        actor=actor,
        facts=facts,
    )
    return renewal.bring_up_to_date(document=document, facts=facts, actor=actor, reason=NEWER)


def subjects(session: TrainingSession) -> tuple[list[Company], list[Enrolment]]:
    """The companies and the people that a sheet can be narrowed to, each in order of name."""
    people = SessionFacts(session).enrolments
    companies = {person.employer.pk: person.employer for person in people if person.employer}
    return sorted(companies.values(), key=lambda company: company.name), people


def _kind(enrolment: Enrolment | None, company: Company | None) -> str:
    if enrolment is not None:
        return kinds.LEARNER_SHEET
    return kinds.COMPANY_SHEET if company is not None else kinds.ATTENDANCE_SHEET
