"""Attestation d'assiduité: for the funds of the self-employed (FAF) and for remote courses.

An OPCO pays on the certificat de réalisation (R6332-26): two papers for the same hours would
only raise questions, so this one is refused beside it.
"""

import datetime as dt
from typing import Any

from certificates import kinds, mails
from certificates.domain.kinds import particulars, samples
from certificates.domain.kinds.document_facts import DocumentFacts, organisation_facts
from core.exceptions import DomainError
from core.french import format_day, format_hours, format_minutes, format_number
from training.domain.remote_activities import estimated_minutes
from training.enums import FundingScheme
from training.models import Enrolment

#: Paid by an OPCO or by the body of professional transitions.
BY_OPCO = {
    FundingScheme.APPRENTICESHIP,
    FundingScheme.PROFESSIONALISATION,
    FundingScheme.PRO_A,
    FundingScheme.CPF_TRANSITION,
    FundingScheme.SKILLS_PLAN,
}


def context(*, facts: DocumentFacts, enrolment: Enrolment | None, on: dt.date) -> dict[str, Any]:
    """The facts of the statement of one enrolment, as recorded on the day `on`.

    Raises `DomainError`: `opco_wants_the_certificate`, `neither_faf_nor_remote`,
    `nothing_attended`, `subcontract`, `seat_not_named`, `no_signatory`.
    """
    enrolment, learner = particulars.named(enrolment)
    particulars.refuse_subcontract(enrolment.agreement, what="l’attestation")
    half_days = facts.half_days_of(enrolment)
    announced = estimated_minutes(facts.session.programme_version)
    paid_by = particulars.schemes(enrolment)
    if paid_by & BY_OPCO:
        raise DomainError(
            "Le financement passe par un OPCO ou une association de transition : c’est le "
            "certificat de réalisation qui prouve, pas une attestation d’assiduité.",
            code="opco_wants_the_certificate",
        )
    if FundingScheme.FAF not in paid_by and not (announced or particulars.is_remote(half_days)):
        raise DomainError(
            "L’attestation d’assiduité sert aux fonds d’assurance formation (FAF) et aux "
            "formations à distance : ici, le certificat de réalisation suffit.",
            code="neither_faf_nor_remote",
        )
    particulars.refuse_if_not_there(facts, enrolment)
    recorded = facts.minutes_by_half_day.get(enrolment.pk, {})
    work = facts.remote_work.get(enrolment.pk, [])
    # What was followed counts, also where the person is no longer expected: as on the certificate.
    wanted = {item.pk for item in half_days} | {pk for pk, value in recorded.items() if value}
    half_days = [item for item in facts.half_days if item.pk in wanted]
    rows = [*particulars.timetable(half_days), *(_remote_row(*done) for done in work)]
    minutes = [
        *(recorded.get(half_day.pk) for half_day in half_days),
        *(value for _day, value in work),
    ]
    return build(
        organisation=organisation_facts(facts.organisation),
        signatory=particulars.signer(facts.signatory(kinds.ATTENDANCE_STATEMENT, on)),
        beneficiary=particulars.person(learner),
        employer=enrolment.employer.name if enrolment.employer else "",
        title=facts.session.title,
        session_code=facts.session.code,
        bounds=particulars.bounds(half_days, worked=[day for day, _minutes in work]),
        rows=rows,
        minutes=minutes,
        planned_minutes=sum(half_day.counted_minutes for half_day in half_days) + announced,
    )


def _remote_row(day: dt.date, minutes: int) -> dict[str, str]:
    """An activity at a distance, without an appointment: the duration that the programme gives."""
    return {
        "day": format_day(day, weekday=True),
        "times": "sans rendez-vous",
        "counted": format_minutes(minutes),
        "place": "à distance",
        "link": "",
    }


def build(
    *,
    organisation: dict[str, Any],
    signatory: dict[str, Any],
    beneficiary: dict[str, str],
    employer: str,
    title: str,
    session_code: str,
    bounds: tuple[dt.date, dt.date],
    rows: list[dict[str, str]],
    minutes: list[int | None],
    planned_minutes: int,
) -> dict[str, Any]:
    """The context from plain values; `minutes` go with `rows`, None where nothing is recorded."""
    followed_minutes = sum(value or 0 for value in minutes)
    period = particulars.period(*bounds)
    followed = format_hours(followed_minutes)
    tenths = round(followed_minutes * 1000 / planned_minutes) if planned_minutes else 0
    return {
        "organisation": organisation,
        "signatory": signatory,
        "beneficiary": beneficiary,
        "employer": employer,
        "title": title,
        "session_code": session_code,
        "period": period,
        "rows": [
            {**row, "followed": "" if value is None else format_minutes(value)}
            for row, value in zip(rows, minutes, strict=True)
        ],
        "followed": followed,
        "planned": format_hours(planned_minutes),
        "rate": f"{format_number(f'{tenths / 10:.1f}')}\u00a0%",
        "public": [
            ["Action", title],
            ["Dates", period],
            ["Durée suivie", followed],
            ["Initiales de la personne formée", beneficiary["initials"]],
        ],
    }


def sample() -> dict[str, Any]:
    """A remote course, one half-day missed, one not recorded yet."""
    days = ["mardi 3 novembre 2026", "mardi 17 novembre 2026", "mardi 1er décembre 2026"]
    rows = [
        {
            "day": day,
            "times": times,
            "counted": "3 h 30",
            "place": "à distance",
            "link": "",
        }
        for day in days
        for times in ("9 h – 12 h 30", "13 h 30 – 17 h")
    ]
    return build(
        organisation=samples.ORGANISATION,
        signatory=samples.SIGNATORY,
        beneficiary=samples.BENEFICIARY,
        employer="",
        title=samples.TITLE,
        session_code=samples.SESSION_CODE,
        bounds=(dt.date(2026, 11, 3), dt.date(2026, 12, 1)),
        rows=rows,
        minutes=[210, 210, 0, 195, 210, None],
        planned_minutes=1260,
    )


kinds.register(
    kinds.DocumentKind(
        code=kinds.ATTENDANCE_STATEMENT,
        title="Attestation d’assiduité",
        slug="attestation-d-assiduite",
        prefix="AA",
        template="certificates/pdf/attendance_statement.html",
        stylesheets=("certificate.css",),
        context=context,
        sample=sample,
        on_demand=True,
        action="Émettre des attestations d’assiduité",
        learner_may_read=True,
        mail=mails.document_issued,
    )
)
