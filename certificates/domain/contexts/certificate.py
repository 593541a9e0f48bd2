"""Certificat de réalisation: the ministry's model (arrêté du 21 décembre 2018, R6332-26)."""

import datetime as dt
from typing import Any

from django.utils import timezone

from certificates import kinds, mails
from certificates.domain.contexts import samples
from certificates.domain.facts import SessionFacts, organisation_facts
from training.enums import ActionCategory, EnrolmentState, Modality
from training.exceptions import DomainError
from training.french import format_day, format_hours
from training.models import Enrolment

#: The four natures of L6313-1, in the order and the words of the model.
NATURES = {
    ActionCategory.TRAINING: "Action de formation",
    ActionCategory.SKILLS_ASSESSMENT: "Bilan de compétences",
    ActionCategory.PRIOR_LEARNING: "Action de VAE",
    ActionCategory.APPRENTICESHIP: "Action de formation par apprentissage",
}


def context(*, facts: SessionFacts, enrolment: Enrolment | None, on: dt.date) -> dict[str, Any]:
    """The facts of the certificate of one enrolment, dated `on`.

    The hours are those actually followed; the planned ones are kept apart. Raises
    `DomainError`: `no_signatory`, `nothing_attended`, `subcontract`, `seat_not_named`.
    """
    if enrolment is None or enrolment.learner is None:
        raise DomainError("Cette place n’a pas encore de nom.", code="seat_not_named")
    refuse_if_not_due(facts, enrolment)
    learner = enrolment.learner
    half_days = facts.half_days_of(enrolment)
    starts_on = timezone.localdate(half_days[0].starts_at)
    ends_on = timezone.localdate(max(half_day.ends_at for half_day in half_days))
    signatory = facts.signatory(kinds.CERTIFICATE, on)
    session = facts.session
    followed = facts.minutes[enrolment.pk]
    # Somebody who left is no longer expected afterwards: what was planned would read too low.
    stayed = enrolment.state != EnrolmentState.DROPPED_OUT
    return build(
        organisation=organisation_facts(facts.organisation),
        signatory={"name": signatory.name, "quality": signatory.quality},
        beneficiary={
            "name": " ".join(filter(None, [learner.title, learner.first_name, learner.last_name])),
            "initials": learner.initials,
        },
        employer=enrolment.employer.name if enrolment.employer else "",
        title=session.title,
        category=session.programme_version.programme.action_category,
        session_code=session.code,
        remote=any(half_day.modality != Modality.ON_SITE for half_day in half_days),
        starts_on=starts_on,
        ends_on=ends_on,
        followed_minutes=followed,
        planned_minutes=sum(item.counted_minutes for item in half_days) if stayed else None,
    )


def refuse_if_not_due(facts: SessionFacts, enrolment: Enrolment) -> None:
    """Raise `DomainError` when no certificate of ours is due to somebody.

    Under a subcontract received, the buyer's paperwork applies, even in a mixed session.
    """
    if enrolment.agreement.is_subcontract:
        raise DomainError(
            "Cette personne relève d’une sous-traitance reçue : le certificat vient du donneur "
            "d’ordre.",
            code="subcontract",
        )
    if not facts.minutes.get(enrolment.pk):
        raise DomainError(
            "Aucune présence n’est enregistrée pour cette personne : il n’y a rien à certifier.",
            code="nothing_attended",
        )


def build(
    *,
    organisation: dict[str, Any],
    signatory: dict[str, str],
    beneficiary: dict[str, str],
    employer: str,
    title: str,
    category: str,
    session_code: str,
    remote: bool,
    starts_on: dt.date,
    ends_on: dt.date,
    followed_minutes: int,
    planned_minutes: int | None,
) -> dict[str, Any]:
    """The context from plain values, for a real enrolment and for the sample alike."""
    period = _period(starts_on, ends_on)
    return {
        "organisation": organisation,
        "signatory": signatory,
        "beneficiary": beneficiary,
        "employer": employer,
        "title": title,
        "natures": [
            {"label": label, "ticked": code == category} for code, label in NATURES.items()
        ],
        "session_code": session_code,
        "remote": remote,
        "starts_on": starts_on.isoformat(),
        "ends_on": ends_on.isoformat(),
        "period": period,
        "followed_minutes": followed_minutes,
        "followed": format_hours(followed_minutes),
        "planned": format_hours(planned_minutes) if planned_minutes is not None else "",
        "public": [
            ["Action", title],
            ["Dates", period],
            ["Durée suivie", format_hours(followed_minutes)],
            ["Initiales de la personne formée", beneficiary["initials"]],
        ],
    }


def _period(starts_on: dt.date, ends_on: dt.date) -> str:
    if starts_on == ends_on:
        return f"le {format_day(starts_on)}"
    return f"du {format_day(starts_on)} au {format_day(ends_on)}"


def sample() -> dict[str, Any]:
    """Long names, Breton and Vietnamese letters, a title between quotation marks."""
    return build(
        organisation=samples.ORGANISATION,
        signatory=samples.SIGNATORY,
        beneficiary=samples.BENEFICIARY,
        employer=samples.EMPLOYER,
        title=samples.TITLE,
        category=ActionCategory.TRAINING,
        session_code=samples.SESSION_CODE,
        remote=True,
        starts_on=dt.date(2026, 11, 3),
        ends_on=dt.date(2026, 12, 1),
        followed_minutes=1230,
        planned_minutes=1260,
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
        learner_may_read=True,
        mail=mails.certificate_issued,
    )
)
