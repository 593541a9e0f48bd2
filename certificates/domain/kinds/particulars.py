"""What several kinds say alike: the person, the period, the days, who may not be served by us."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse

from certificates.domain import texts
from certificates.domain.kinds.document_facts import DocumentFacts
from certificates.domain.rendering import branding
from certificates.enums import TextSlug
from core.exceptions import DomainError
from core.french import as_day, format_day, format_minutes
from core.models import Signatory
from training.enums import ActionCategory, EnrolmentState, Modality
from training.models import Agreement, Enrolment, FundingLine, HalfDay, Learner

#: The four natures of L6313-1, in the order and the words of the ministry's model.
NATURES = {
    ActionCategory.TRAINING: "Action de formation",
    ActionCategory.SKILLS_ASSESSMENT: "Bilan de compétences",
    ActionCategory.PRIOR_LEARNING: "Action de VAE",
    ActionCategory.APPRENTICESHIP: "Action de formation par apprentissage",
}


def natures(category: str) -> list[dict[str, Any]]:
    """The four boxes, one ticked."""
    return [{"label": label, "ticked": code == category} for code, label in NATURES.items()]


def named(enrolment: Enrolment | None) -> tuple[Enrolment, Learner]:
    """The enrolment and its learner. Raises `DomainError` (`seat_not_named`)."""
    if enrolment is None or enrolment.learner is None:
        raise DomainError("Cette place n’a pas encore de nom.", code="seat_not_named")
    return enrolment, enrolment.learner


def person(learner: Learner) -> dict[str, str]:
    """How a document names a person, and the initials that a public page may show."""
    return {
        "name": " ".join(filter(None, [learner.title, learner.first_name, learner.last_name])),
        "initials": learner.initials,
    }


def signer(signatory: Signatory) -> dict[str, Any]:
    """Who signs for the organisation."""
    return {
        "name": signatory.name,
        "quality": signatory.quality,
        **branding.of_signatory(signatory),
    }


def refuse_subcontract(agreement: Agreement, *, what: str) -> None:
    """Raise `DomainError` (`subcontract`) for a person sent by another training organisation.

    The buyer's paperwork applies to them, even in a session shared with people of ours.
    """
    if agreement.is_subcontract:
        raise DomainError(
            f"Cette personne relève d’une sous-traitance reçue : {what} vient du donneur d’ordre.",
            code="subcontract",
        )


def refuse_if_not_there(facts: DocumentFacts, enrolment: Enrolment) -> None:
    """Raise `DomainError` (`nothing_attended`) for a person never recorded present."""
    if not facts.followed(enrolment):
        raise DomainError(
            "Aucune présence n’est enregistrée pour cette personne : il n’y a rien à certifier.",
            code="nothing_attended",
        )


def stayed(enrolment: Enrolment) -> bool:
    """Whether a person was expected to the end: what was planned for others reads too low."""
    return enrolment.state != EnrolmentState.DROPPED_OUT


def schemes(enrolment: Enrolment) -> set[str]:
    """Who pays for a person: the lines of their own, and those of the whole agreement."""
    lines = FundingLine.objects.filter(agreement=enrolment.agreement_id).order_by("pk")
    return {line.scheme for line in lines if line.enrolment_id in {None, enrolment.pk}}


def starts_on(half_day: HalfDay) -> dt.date:
    """The day to which a half-day belongs, even when it ends after midnight."""
    return half_day.day


def bounds(half_days: list[HalfDay], *, worked: Iterable[dt.date] = ()) -> tuple[dt.date, dt.date]:
    """The first day and the last one, of half-days and of the days worked at a distance alike."""
    days = [*worked]
    if half_days:
        last = max(half_days, key=lambda half_day: half_day.ends_at)
        days += [starts_on(half_days[0]), as_day(last.ends_at, zone=last.zone)]
    return min(days), max(days)


def period(first: dt.date, last: dt.date) -> str:
    """« le 3 novembre 2026 », « du 3 novembre 2026 au 1er décembre 2026 »."""
    if first == last:
        return f"le {format_day(first)}"
    return f"du {format_day(first)} au {format_day(last)}"


def is_remote(half_days: Iterable[HalfDay]) -> bool:
    """Whether any of it is followed at a distance."""
    return any(half_day.modality != Modality.ON_SITE for half_day in half_days)


def timetable(half_days: Iterable[HalfDay]) -> list[dict[str, str]]:
    """One row per half-day: day, hours, duration, place (with its link when there is one)."""
    return [
        {
            "day": half_day.day_words,
            "times": half_day.times_range,
            "counted": format_minutes(half_day.counted_minutes),
            "place": half_day.place,
            "link": half_day.link,
        }
        for half_day in half_days
    ]


def text_reference(slug: TextSlug, on: dt.date) -> dict[str, str]:
    """A text of the organisation in force on a day: name, version, URL; empty without one."""
    found = texts.in_force(slug, on=on)
    if found is None:
        return {}
    address = reverse("certificates:text_version", args=[found.slug, found.number])
    return {
        "title": found.get_slug_display(),
        "version": f"version {found.number} du {format_day(found.in_force_from)}",
        "address": settings.SITE_URL + address,
    }
