"""Convocation: when, where, with whom, what to read before, whom to call (indicator 9).

No text asks for it; it is what people keep on their phone the morning of the first day.
"""

import datetime as dt
from typing import Any

from django.conf import settings

from certificates import kinds, mails
from certificates.domain.kinds import particulars, samples
from certificates.domain.kinds.document_facts import DocumentFacts, organisation_facts
from certificates.domain.kinds.programme import sample_content
from certificates.enums import SignedBy, TextSlug
from core.exceptions import DomainError
from core.french import format_days, format_hours
from core.models import Organisation
from training.domain.remote_activities import Announced, announced
from training.enums import EnrolmentState, Modality, SessionState
from training.models import Enrolment, HalfDay, Venue

#: Where anybody may say that something went wrong.
COMPLAINTS = "/reclamation/"


def context(*, facts: DocumentFacts, enrolment: Enrolment | None, on: dt.date) -> dict[str, Any]:
    """The facts of the convocation of one confirmed person.

    Raises `DomainError`: `seat_not_named`, `subcontract`, `not_confirmed`, `session_not_running`,
    `no_half_day`.
    """
    enrolment, learner = particulars.named(enrolment)
    particulars.refuse_subcontract(enrolment.agreement, what="la convocation")
    if enrolment.state not in {EnrolmentState.CONFIRMED, EnrolmentState.COMPLETED}:
        raise DomainError(
            "L’inscription n’est pas confirmée : confirmez-la avant de convoquer.",
            code="not_confirmed",
        )
    session = facts.session
    if session.state in {SessionState.DRAFT, SessionState.CANCELLED}:
        raise DomainError(
            "La session n’est pas ouverte : personne n’est à convoquer.",
            code="session_not_running",
        )
    if not facts.half_days:
        raise DomainError(
            "Aucune demi-journée n’est prévue : planifiez la session avant de convoquer.",
            code="no_half_day",
        )
    facts.half_days_with_trainers  # noqa: B018  reads them for all the people of the session
    half_days = facts.half_days_of(enrolment)
    content = session.programme_version.content
    return build(
        organisation=organisation_facts(facts.organisation),
        beneficiary=particulars.person(learner),
        employer=enrolment.employer.name if enrolment.employer else "",
        title=session.title,
        session_code=session.code,
        days=format_days(item.starts_at for item in half_days),
        planned=format_hours(sum(item.counted_minutes for item in half_days)),
        rows=particulars.timetable(half_days),
        venues=[_venue(venue) for venue in _venues(half_days)],
        remote=particulars.is_remote(half_days),
        remote_activities=announced(session.programme_version),
        trainers=_trainers(half_days),
        prerequisites=content.get("prerequisites", ""),
        means=content.get("means", ""),
        contacts=contacts_of(facts.organisation),
        rules=particulars.text_reference(TextSlug.INTERNAL_RULES, on),
        booklet=particulars.text_reference(TextSlug.WELCOME_BOOKLET, on),
        complaints=settings.SITE_URL + COMPLAINTS,
    )


def _venues(half_days: list[HalfDay]) -> list[Venue]:
    found = {
        venue.pk: venue
        for item in half_days
        if item.modality != Modality.REMOTE and (venue := item.venue or item.session.venue)
    }
    return list(found.values())


def _venue(venue: Venue) -> dict[str, Any]:
    address = ", ".join(filter(None, [venue.address, f"{venue.postcode} {venue.city}".strip()]))
    return {
        "name": venue.name,
        "address": address,
        "access": venue.access,
        "step_free": venue.step_free,
        "equipment": venue.equipment,
    }


def _trainers(half_days: list[HalfDay]) -> list[str]:
    names = (str(item.trainer) for half_day in half_days for item in half_day.assignments.all())
    return list(dict.fromkeys(names))


def contacts_of(organisation: Organisation) -> dict[str, str]:
    """Whom to call, and for what."""
    return {
        "pedagogical": organisation.pedagogical_contact,
        "administrative": organisation.administrative_contact
        or ", ".join(filter(None, [organisation.phone, organisation.email])),
        "disability": organisation.disability_contact,
        "harassment": organisation.harassment_contact,
    }


def build(
    *,
    organisation: dict[str, Any],
    beneficiary: dict[str, str],
    employer: str,
    title: str,
    session_code: str,
    days: str,
    planned: str,
    rows: list[dict[str, str]],
    venues: list[dict[str, Any]],
    remote: bool,
    remote_activities: list[Announced],
    trainers: list[str],
    prerequisites: str,
    means: str,
    contacts: dict[str, str],
    rules: dict[str, str],
    booklet: dict[str, str],
    complaints: str,
) -> dict[str, Any]:
    """The context from plain values, for a real enrolment and for the sample alike."""
    return {
        "organisation": organisation,
        "beneficiary": beneficiary,
        "employer": employer,
        "title": title,
        "session_code": session_code,
        "days": days,
        "planned": planned,
        "rows": rows,
        "links": list(dict.fromkeys(row["link"] for row in rows if row["link"])),
        "venues": venues,
        "remote": remote,
        "remote_activities": list(remote_activities),
        "whole_day": len({row["day"] for row in rows}) < len(rows),
        "trainers": trainers,
        "prerequisites": prerequisites,
        "means": means,
        "contacts": contacts,
        "rules": rules,
        "booklet": booklet,
        "complaints": complaints,
        "public": [
            ["Action", title],
            ["Dates", days],
            ["Initiales de la personne convoquée", beneficiary["initials"]],
        ],
    }


def sample() -> dict[str, Any]:
    """Two days in a barn, one at a distance."""
    content = sample_content()
    day = {"counted": "3 h 30", "link": ""}
    barn = "Ferme de l’Abbatiale, Saint-Gildas-des-Bois"
    rows = [
        {**day, "day": "mardi 3 novembre 2026", "times": "9 h – 12 h 30", "place": barn},
        {**day, "day": "mardi 3 novembre 2026", "times": "13 h 30 – 17 h", "place": barn},
        {**day, "day": "mercredi 4 novembre 2026", "times": "9 h – 12 h 30", "place": barn},
        {
            **day,
            "day": "mardi 1er décembre 2026",
            "times": "9 h – 12 h 30",
            "place": "à distance",
            "link": "https://visio.example.org/faciliter-un-collectif",
        },
    ]
    version = "version 12 du 1er septembre 2026"
    address = "https://example.org/documents/textes/"
    return build(
        organisation=samples.ORGANISATION,
        beneficiary=samples.BENEFICIARY,
        employer=samples.EMPLOYER,
        title=samples.TITLE,
        session_code=samples.SESSION_CODE,
        days="3, 4 novembre et 1er décembre 2026",
        planned="14 heures",
        rows=rows,
        venues=[
            {
                "name": "Ferme de l’Abbatiale",
                "address": "2, route de Redon, 44530 Saint-Gildas-des-Bois",
                "access": "Parking sur place ; le réseau mobile passe mal dans la grange.",
                "step_free": True,
                "equipment": "Grange chauffée, poêle, tableaux.",
            }
        ],
        remote=True,
        remote_activities=[],
        trainers=["Yann Le Goff", "Marie-Odile Quéméneur"],
        prerequisites=content["prerequisites"],
        means=content["means"],
        contacts={
            "pedagogical": "L’équipe pédagogique, 02 61 91 00 00",
            "administrative": "Le secrétariat, formation@example.org",
            "disability": "La personne référente handicap, 02 61 91 00 00",
            "harassment": "La personne référente, 02 61 91 00 00",
        },
        rules={
            "title": "Règlement intérieur",
            "version": version,
            "address": f"{address}reglement-interieur/v12/",
        },
        booklet={
            "title": "Livret d’accueil",
            "version": version,
            "address": f"{address}livret-d-accueil/v12/",
        },
        complaints="https://example.org/reclamation/",
    )


kinds.register(
    kinds.DocumentKind(
        code=kinds.CONVOCATION,
        title="Convocation",
        slug="convocation",
        prefix="CO",
        template="certificates/pdf/convocation.html",
        context=context,
        sample=sample,
        signed_by=SignedBy.NOBODY,
        on_demand=True,
        sends_again=True,
        action="Envoyer des convocations",
        learner_may_read=True,
        mail=mails.convocation,
    )
)
