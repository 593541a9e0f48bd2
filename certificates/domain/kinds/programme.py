"""Programme de formation: a published version, as a plain print (indicator 1, L6353-4).

What was sold is the version itself, which never changes; the print proves nothing by itself.
"""

from decimal import Decimal
from typing import Any

from certificates import kinds
from certificates.domain.kinds import samples
from certificates.domain.kinds.document_facts import organisation_facts
from certificates.domain.rendering import plain_prints
from certificates.enums import SignedBy, Subject
from core.french import format_day, format_euros, format_hours, format_number, plural
from core.models import Organisation
from training.enums import Modality
from training.models import ProgrammeVersion
from training.programme_content import LABELS

#: Said in the heading of the print, not as items of its table.
IN_HEADING = {"title", "duration_minutes", "duration_days", "modality"}


def context(*, version: ProgrammeVersion) -> dict[str, Any]:
    """The facts of one version."""
    return build(
        organisation=organisation_facts(Organisation.load()),
        code=version.programme.code,
        number=version.number,
        title=version.title,
        published=format_day(version.published_at),
        content=version.content,
    )


def build(
    *,
    organisation: dict[str, Any],
    code: str,
    number: int,
    title: str,
    published: str,
    content: dict[str, Any],
) -> dict[str, Any]:
    """The context from plain values, for a real version and for the sample alike."""
    return {
        "organisation": organisation,
        "title": title,
        "code": code,
        "reference": f"version {number}",
        "number": number,
        "published": published,
        "duration": duration_of(content),
        "modality": modality_of(content),
        "items": items_of(content),
    }


def duration_of(content: dict[str, Any]) -> str:
    """« 14 heures, 2 jours »."""
    hours = format_hours(content["duration_minutes"])
    days = str(content.get("duration_days") or "")
    if not days:
        return hours
    word = plural(2, "jour").split("\u00a0")[1] if Decimal(days) >= 2 else "jour"
    return f"{hours}, {format_number(days)}\u00a0{word}"


def modality_of(content: dict[str, Any]) -> str:
    """« En présence », « À distance », « Mixte »."""
    return str(Modality(content["modality"]).label)


def items_of(content: dict[str, Any]) -> list[dict[str, Any]]:
    """Each regulated item that says something, in the order of the course page.

    `lines` are paragraphs; `listed` says that they are the items of a list.
    """
    found = []
    for key, label in LABELS.items():
        value = content.get(key)
        if not value or key in IN_HEADING:
            continue
        listed = isinstance(value, list)
        if key == "price_euros":
            lines = [f"{format_euros(Decimal(value))} par personne, hors taxe"]
        elif listed:
            lines = [item["text"] if isinstance(item, dict) else str(item) for item in value]
        else:
            lines = [line.strip() for line in str(value).splitlines() if line.strip()]
        found.append({"label": label, "lines": lines, "listed": listed and len(lines) > 1})
    return found


def pdf(version: ProgrammeVersion) -> bytes:
    """The print of a version, kept in the cache."""
    return plain_prints.render_once(
        kind=kinds.PROGRAMME,
        facts=context(version=version),
        on=version.published_at.date(),
    )


def sample() -> dict[str, Any]:
    """Three pages: a long content, every item filled."""
    part = (
        "Poser un cadre qui protège : qui parle, quand, de quoi, et ce que l’on fait de ce qui "
        "est dit ; essais en petits groupes, retours croisés, notes personnelles."
    )
    return build(
        organisation=samples.ORGANISATION,
        code="faciliter-un-collectif",
        number=12,
        title=samples.TITLE,
        published="1er septembre 2026",
        content=sample_content() | {"content": [part] * 14},
    )


def sample_content() -> dict[str, Any]:
    """Every regulated item, said."""
    return {
        "title": samples.TITLE,
        "objectives": [
            {"id": "cadre", "text": "Poser le cadre d’une réunion et le faire respecter."},
            {"id": "ecoute", "text": "Écouter et reformuler sans trahir ce qui a été dit."},
            {"id": "decision", "text": "Conduire une décision « par consentement » à son terme."},
        ],
        "audience": "Toute personne qui anime, préside ou coordonne un collectif.",
        "prerequisites": "Aucun prérequis.",
        "duration_minutes": 1260,
        "duration_days": "3.5",
        "modality": Modality.MIXED.value,
        "content": [
            "Le cadre : intention, rôles, temps, règles de parole.",
            "L’écoute : questions ouvertes, reformulation, silence.",
            "La décision : proposition, objections, amendements, consentement.",
        ],
        "methods": "Mises en situation filmées, apports courts, travail entre les séances.",
        "means": "Salle équipée, livret imprimé, fiches à emporter.",
        "supervision": "Deux personnes formatrices, praticiennes depuis dix ans.",
        "progress_tracking": "Carnet de bord relu à chaque demi-journée.",
        "assessment": "Chaque objectif est évalué en situation, par une grille partagée.",
        "recognition": "Certificat de réalisation et attestation de fin de formation.",
        "further_studies": "Accompagner une dynamique de coopération territoriale.",
        "certification": "",
        "access_terms": "Inscription en ligne, puis entretien téléphonique de vingt minutes.",
        "access_delay": "Trois semaines environ entre la demande et le début.",
        "accessibility": "Salle de plain-pied ; aménagements étudiés avec la personne référente.",
        "price_euros": "980.00",
        "financing": "Prise en charge possible par votre OPCO ou votre FAF.",
        "contacts": "L’équipe pédagogique, 02 61 91 00 00, formation@example.org",
    }


kinds.register(
    kinds.DocumentKind(
        code=kinds.PROGRAMME,
        title="Programme de formation",
        slug="programme",
        template="certificates/pdf/programme.html",
        context=context,
        sample=sample,
        about=Subject.OTHER,
        is_proof=False,
        signed_by=SignedBy.NOBODY,
    )
)
