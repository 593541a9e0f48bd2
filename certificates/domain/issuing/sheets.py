"""Asking for an attendance sheet: of a session, of one company's people, of one person."""

from accounts.models import User
from certificates import kinds
from certificates.domain.issuing import requests
from certificates.domain.issuing.subjects import About
from certificates.domain.kinds.document_facts import DocumentFacts
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
    """The sheet as recorded now: the current one when nothing changed, byte for byte.

    When something was recorded since, a new version supersedes it. Raises `DomainError`
    (`nobody_there`, `already_queued`).
    """
    about = About(session=session, enrolment=enrolment, company=company)
    document, _is_new = requests.up_to_date(
        kind=_kind(about), about=about, actor=actor, reason=NEWER
    )
    return document


def subjects(session: TrainingSession) -> tuple[list[Company], list[Enrolment]]:
    """The companies and the people that a sheet can be narrowed to, each in order of name."""
    people = DocumentFacts(session).enrolments
    companies = {person.employer.pk: person.employer for person in people if person.employer}
    return sorted(companies.values(), key=lambda company: company.sort_key), people


def _kind(about: About) -> str:
    if about.enrolment is not None:
        return kinds.LEARNER_SHEET
    return kinds.COMPANY_SHEET if about.company is not None else kinds.ATTENDANCE_SHEET
