"""Certificat de réalisation: the ministry's model (arrêté du 21 décembre 2018, R6332-26).

One for the whole action, or one a month where the funder wants it so (*projet de transition
professionnelle*, note of the model): never both for the same hours.
"""

import datetime as dt
import re
from typing import Any

from certificates import kinds, mails
from certificates.domain.kinds import particulars, samples
from certificates.domain.kinds.document_facts import DocumentFacts, organisation_facts
from certificates.enums import DocumentState
from certificates.models import Document
from core.exceptions import DomainError
from core.french import MONTHS, format_hours
from training.domain.remote_activities import estimated_minutes
from training.enums import ActionCategory, HalfDayState
from training.models import Enrolment, HalfDay

MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


def context(*, facts: DocumentFacts, enrolment: Enrolment | None, on: dt.date) -> dict[str, Any]:
    """The facts of the certificate of one enrolment, dated `on`.

    The hours are those actually followed; the planned ones are kept apart. Raises
    `DomainError`: `no_signatory`, `nothing_attended`, `subcontract`, `seat_not_named`,
    `certified_by_month`.
    """
    enrolment, _learner = particulars.named(enrolment)
    refuse_if_not_due(facts, enrolment)
    half_days = facts.half_days_of(enrolment)
    return _certificate(
        facts=facts,
        enrolment=enrolment,
        on=on,
        half_days=half_days,
        followed_minutes=facts.followed(enrolment),
    )


def monthly_context(
    *, facts: DocumentFacts, enrolment: Enrolment | None, on: dt.date, variant: str
) -> dict[str, Any]:
    """The facts of the certificate of one month (`variant`: « 2026-11 »), for its hours only.

    A half-day belongs to the month where it begins. Raises `DomainError`: as `context`, and
    `month_unknown`, `month_not_closed` (a half-day of the month is not closed yet),
    `certified_as_a_whole`.
    """
    enrolment, _learner = particulars.named(enrolment)
    particulars.refuse_subcontract(enrolment.agreement, what="le certificat")
    if not MONTH.fullmatch(variant):
        raise DomainError("Ce mois n’existe pas.", code="month_unknown")
    if _in_force(kinds.CERTIFICATE, enrolment):
        raise DomainError(
            "Un certificat couvre déjà toute l’action : révoquez-le avant de certifier au mois.",
            code="certified_as_a_whole",
        )
    recorded = facts.minutes_by_half_day.get(enrolment.pk, {})
    expected = {item.pk for item in facts.half_days_of(enrolment)} | recorded.keys()
    half_days = [
        item for item in facts.half_days if item.pk in expected and month_of(item) == variant
    ]
    if any(item.state != HalfDayState.HELD for item in half_days):
        raise DomainError(
            f"Une demi-journée de {month_words(variant)} n’est pas encore close.",
            code="month_not_closed",
        )
    followed = sum(recorded.get(item.pk, 0) for item in half_days)
    followed += facts.remote_minutes(enrolment, variant)
    if not followed:
        raise DomainError(
            f"Aucune présence n’est enregistrée en {month_words(variant)} : il n’y a rien à "
            "certifier.",
            code="nothing_attended",
        )
    return _certificate(
        facts=facts,
        enrolment=enrolment,
        on=on,
        half_days=half_days,
        followed_minutes=followed,
        month=variant,
    )


def _certificate(
    *,
    facts: DocumentFacts,
    enrolment: Enrolment,
    on: dt.date,
    half_days: list[HalfDay],
    followed_minutes: int,
    month: str = "",
) -> dict[str, Any]:
    session = facts.session
    worked = facts.remote_days(enrolment, month)
    starts_on, ends_on = particulars.bounds(half_days, worked=worked)
    announced = estimated_minutes(session.programme_version)
    # What is to be done in one's own time belongs to no month before it is done.
    planned = sum(item.counted_minutes for item in half_days) + (
        facts.remote_minutes(enrolment, month) if month else announced
    )
    signatory = facts.signatory(kinds.CERTIFICATE, on)
    return build(
        organisation=organisation_facts(facts.organisation),
        signatory=particulars.signer(signatory),
        beneficiary=particulars.person(particulars.named(enrolment)[1]),
        employer=enrolment.employer.name if enrolment.employer else "",
        title=session.title,
        category=session.programme_version.programme.action_category,
        session_code=session.code,
        remote=bool(announced) or particulars.is_remote(half_days),
        remote_minutes=facts.followed_remotely(enrolment, half_days=half_days, month=month),
        starts_on=starts_on,
        ends_on=ends_on,
        followed_minutes=followed_minutes,
        planned_minutes=planned if particulars.stayed(enrolment) else None,
        month=month_words(month) if month else "",
    )


def refuse_if_not_due(facts: DocumentFacts, enrolment: Enrolment) -> None:
    """Raise `DomainError` when no certificate of the whole action is due to a person."""
    particulars.refuse_subcontract(enrolment.agreement, what="le certificat")
    particulars.refuse_if_not_there(facts, enrolment)
    if enrolment.pk in facts.certified_by_month:
        raise DomainError(
            "Le financement demande un certificat par mois : les heures de cette personne sont "
            "certifiées ainsi.",
            code="certified_by_month",
        )


def closed_months_of(facts: DocumentFacts, enrolment: Enrolment) -> list[str]:
    """The months, « 2026-11 », in which a person followed something and all is closed, in order."""
    recorded = facts.minutes_by_half_day.get(enrolment.pk, {})
    followed = {month_of(item) for item in facts.half_days if recorded.get(item.pk)}
    followed |= {f"{day:%Y-%m}" for day in facts.remote_days(enrolment)}
    pending = {
        month_of(item) for item in facts.half_days_of(enrolment) if item.state != HalfDayState.HELD
    }
    return sorted(followed - pending)


def month_of(half_day: HalfDay) -> str:
    """The month, « 2026-11 », where a half-day begins."""
    return f"{particulars.starts_on(half_day):%Y-%m}"


def month_words(month: str) -> str:
    """« novembre 2026 »."""
    year, rank = month.split("-")
    return f"{MONTHS[int(rank) - 1]} {year}"


def _in_force(kind: str, enrolment: Enrolment) -> bool:
    states = [DocumentState.QUEUED, DocumentState.FAILED, DocumentState.ISSUED]
    return Document.objects.filter(kind=kind, enrolment=enrolment, state__in=states).exists()


def build(
    *,
    organisation: dict[str, Any],
    signatory: dict[str, Any],
    beneficiary: dict[str, str],
    employer: str,
    title: str,
    category: str,
    session_code: str,
    remote: bool,
    remote_minutes: int,
    starts_on: dt.date,
    ends_on: dt.date,
    followed_minutes: int,
    planned_minutes: int | None,
    month: str = "",
) -> dict[str, Any]:
    """The context from plain values, for a real enrolment and for the sample alike."""
    period = particulars.period(starts_on, ends_on)
    return {
        "organisation": organisation,
        "signatory": signatory,
        "beneficiary": beneficiary,
        "employer": employer,
        "title": title,
        "natures": particulars.natures(category),
        "session_code": session_code,
        "remote": remote,
        "followed_remotely": format_hours(remote_minutes) if remote_minutes else "",
        "starts_on": starts_on.isoformat(),
        "ends_on": ends_on.isoformat(),
        "period": period,
        "month": month,
        "followed_minutes": followed_minutes,
        "followed": format_hours(followed_minutes),
        "planned": format_hours(planned_minutes) if planned_minutes is not None else "",
        "public": [
            ["Action", title],
            *([["Mois certifié", month]] if month else []),
            ["Dates", period],
            ["Durée suivie", format_hours(followed_minutes)],
            ["Initiales de la personne formée", beneficiary["initials"]],
        ],
    }


def sample(**values: Any) -> dict[str, Any]:
    """Long names, Breton and Vietnamese letters, a title between quotation marks."""
    return build(
        **{
            "organisation": samples.ORGANISATION,
            "signatory": samples.SIGNATORY,
            "beneficiary": samples.BENEFICIARY,
            "employer": samples.EMPLOYER,
            "title": samples.TITLE,
            "category": ActionCategory.TRAINING,
            "session_code": samples.SESSION_CODE,
            "remote": True,
            "remote_minutes": 180,
            "starts_on": dt.date(2026, 11, 3),
            "ends_on": dt.date(2026, 12, 1),
            "followed_minutes": 1230,
            "planned_minutes": 1260,
            **values,
        }
    )


def sample_alone() -> dict[str, Any]:
    """No one's employee, one day, on site."""
    day = dt.date(2026, 11, 3)
    return sample(
        beneficiary={"name": "Zoë Guégan", "initials": "Z. G."},
        employer="",
        remote=False,
        remote_minutes=0,
        starts_on=day,
        ends_on=day,
        followed_minutes=420,
        planned_minutes=420,
    )


def sample_month() -> dict[str, Any]:
    """One month of a longer action."""
    return sample(
        starts_on=dt.date(2026, 11, 3),
        ends_on=dt.date(2026, 11, 30),
        followed_minutes=8_430,
        planned_minutes=8_820,
        month="novembre 2026",
    )


kinds.register(
    kinds.DocumentKind(
        code=kinds.CERTIFICATE,
        title="Certificat de réalisation",
        slug="certificat-de-realisation",
        prefix="CR",
        template="certificates/pdf/certificate.html",
        stylesheets=("certificate.css",),
        context=context,
        sample=sample,
        more_samples={"sans entreprise": sample_alone},
        learner_may_read=True,
        employer_receives=True,
        mail=mails.certificate_issued,
    )
)
kinds.register(
    kinds.DocumentKind(
        code=kinds.MONTHLY_CERTIFICATE,
        title="Certificat de réalisation mensuel",
        slug="certificat-de-realisation-mensuel",
        prefix="CRM",
        template="certificates/pdf/certificate.html",
        stylesheets=("certificate.css",),
        context=monthly_context,
        sample=sample_month,
        has_variants=True,
        learner_may_read=True,
        employer_receives=True,
        mail=mails.certificate_issued,
    )
)
