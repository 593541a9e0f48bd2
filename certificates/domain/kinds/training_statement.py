"""Attestation de fin de formation: the objectives and their results (indicator 11).

No text of the Code asks for it since the law of 5 September 2018: it cites none.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from certificates import kinds, mails
from certificates.domain.kinds import particulars, samples
from certificates.domain.kinds.document_facts import DocumentFacts, organisation_facts
from certificates.domain.kinds.programme import sample_content
from core.exceptions import DomainError
from core.french import format_hours
from evaluations.enums import AssessmentMoment, ObjectiveResult
from evaluations.models import ObjectiveAssessment
from training.enums import ActionCategory
from training.models import Enrolment

#: The result kept is that of the latest moment.
RANK: dict[str, int] = {
    AssessmentMoment.START: 0,
    AssessmentMoment.DURING: 1,
    AssessmentMoment.END: 2,
}


def context(*, facts: DocumentFacts, enrolment: Enrolment | None, on: dt.date) -> dict[str, Any]:
    """The facts of the statement of one enrolment, dated `on`.

    Raises `DomainError`: `session_not_completed`, `no_signatory`, `nothing_attended`,
    `subcontract`, `seat_not_named`.
    """
    enrolment, learner = particulars.named(enrolment)
    particulars.refuse_subcontract(enrolment.agreement, what="l’attestation")
    session = facts.session
    if not session.is_delivered:
        raise DomainError(
            "L’attestation de fin de formation attend la fin de la session.",
            code="session_not_completed",
        )
    particulars.refuse_if_not_there(facts, enrolment)
    half_days = facts.half_days_of(enrolment)
    version = session.programme_version
    return build(
        organisation=organisation_facts(facts.organisation),
        signatory=particulars.signer(facts.signatory(kinds.TRAINING_STATEMENT, on)),
        beneficiary=particulars.person(learner),
        employer=enrolment.employer.name if enrolment.employer else "",
        title=session.title,
        category=version.programme.action_category,
        session_code=session.code,
        bounds=particulars.bounds(half_days, worked=facts.remote_days(enrolment)),
        followed_minutes=facts.followed(enrolment),
        objectives=version.objectives,
        results=_results(enrolment),
        assessment=version.content.get("assessment", ""),
        recognition=version.content.get("recognition", ""),
    )


def _results(enrolment: Enrolment) -> dict[str, str]:
    """By id of objective, the result of the latest moment."""
    found = ObjectiveAssessment.objects.filter(enrolment=enrolment).order_by("pk")
    latest: dict[str, ObjectiveAssessment] = {}
    for item in found:
        known = latest.get(item.objective_id)
        if known is None or RANK[item.moment] >= RANK[known.moment]:
            latest[item.objective_id] = item
    return {objective: item.result for objective, item in latest.items()}


def build(
    *,
    organisation: dict[str, Any],
    signatory: dict[str, Any],
    beneficiary: dict[str, str],
    employer: str,
    title: str,
    category: str,
    session_code: str,
    bounds: tuple[dt.date, dt.date],
    followed_minutes: int,
    objectives: list[dict[str, str]],
    results: Mapping[str, str],
    assessment: str,
    recognition: str,
) -> dict[str, Any]:
    """The context from plain values, for a real enrolment and for the sample alike."""
    period = particulars.period(*bounds)
    followed = format_hours(followed_minutes)
    rows = [
        {
            "text": objective["text"],
            "code": results.get(objective["id"], ObjectiveResult.NOT_ASSESSED.value),
        }
        for objective in objectives
    ]
    return {
        "organisation": organisation,
        "signatory": signatory,
        "beneficiary": beneficiary,
        "employer": employer,
        "title": title,
        "nature": particulars.NATURES[ActionCategory(category)],
        "session_code": session_code,
        "period": period,
        "followed": followed,
        "objectives": [{**row, "result": str(ObjectiveResult(row["code"]).label)} for row in rows],
        "assessment": assessment,
        "recognition": recognition,
        "public": [
            ["Action", title],
            ["Dates", period],
            ["Durée suivie", followed],
            ["Initiales de la personne formée", beneficiary["initials"]],
        ],
    }


def sample() -> dict[str, Any]:
    """One result of each sort, one objective not assessed."""
    content = sample_content()
    more = {"id": "suite", "text": "Transmettre ce qui a été appris à son propre collectif."}
    return build(
        organisation=samples.ORGANISATION,
        signatory=samples.SIGNATORY,
        beneficiary=samples.BENEFICIARY,
        employer=samples.EMPLOYER,
        title=samples.TITLE,
        category=ActionCategory.TRAINING,
        session_code=samples.SESSION_CODE,
        bounds=(dt.date(2026, 11, 3), dt.date(2026, 12, 1)),
        followed_minutes=1230,
        objectives=[*content["objectives"], more],
        results={
            "cadre": ObjectiveResult.REACHED,
            "ecoute": ObjectiveResult.PARTLY,
            "decision": ObjectiveResult.NOT_REACHED,
        },
        assessment=content["assessment"],
        recognition=content["recognition"],
    )


kinds.register(
    kinds.DocumentKind(
        code=kinds.TRAINING_STATEMENT,
        title="Attestation de fin de formation",
        slug="attestation-de-fin-de-formation",
        prefix="AF",
        template="certificates/pdf/training_statement.html",
        stylesheets=("certificate.css",),
        context=context,
        sample=sample,
        on_demand=True,
        action="Émettre des attestations de fin de formation",
        learner_may_read=True,
        mail=mails.document_issued,
    )
)
