"""Plain prints of a session: who is enrolled, name cards.

They prove nothing: neither numbered, nor sealed, nor kept.
"""

import datetime as dt
from typing import Any

from certificates import kinds
from certificates.domain.kinds import samples
from certificates.domain.kinds.attendance_sample import PEOPLE
from certificates.domain.kinds.document_facts import DocumentFacts, organisation_facts
from certificates.domain.rendering import plain_prints
from certificates.enums import SignedBy, Subject
from core.exceptions import DomainError
from core.french import format_day, format_days, plural
from training.enums import SEAT_HOLDING_STATES
from training.models import Enrolment


def print_of(*, code: str, facts: DocumentFacts, on: dt.date) -> bytes:
    """Render a plain print about a session now.

    Raises LookupError for another code; `DomainError` (`nobody_enrolled`).
    """
    kind = kinds.get(code)
    if kind.is_proof or kind.about != Subject.SESSION:
        raise LookupError(f"{code} is no plain print of a session.")
    return plain_prints.render(
        kind=code, facts=kind.context(facts=facts, enrolment=None, on=on), on=on
    )


def enrolled_list(
    *, facts: DocumentFacts, enrolment: Enrolment | None, on: dt.date
) -> dict[str, Any]:
    """Everybody who holds a seat, by name, with what the trainer and the office need."""
    people = _people(facts)
    return build_list(
        **_heading(facts),
        on=on,
        rows=[
            {
                "name": str(person.learner) if person.learner else "Place réservée",
                "company": person.employer.name if person.employer else "",
                "group": person.group.name if person.group else "",
                "state": person.get_state_display(),
            }
            for person in people
        ],
    )


def name_cards(*, facts: DocumentFacts, enrolment: Enrolment | None, on: dt.date) -> dict[str, Any]:
    """One card to fold per named person. Raises `DomainError` (`nobody_enrolled`)."""
    named = [(person, person.learner) for person in _people(facts) if person.learner]
    if not named:
        raise DomainError("Personne n’a encore de nom dans cette session.", code="nobody_enrolled")
    return {
        **_heading(facts),
        "cards": [
            {
                "first_name": learner.first_name,
                "last_name": learner.last_name,
                "company": person.employer.name if person.employer else "",
            }
            for person, learner in named
        ],
    }


def _heading(facts: DocumentFacts) -> dict[str, Any]:
    session = facts.session
    return {
        "organisation": organisation_facts(facts.organisation),
        "title": session.title,
        "reference": f"session {session.code}",
        "days": format_days(item.starts_at for item in facts.half_days),
        "places": list(dict.fromkeys(item.place for item in facts.half_days)),
    }


def _people(facts: DocumentFacts) -> list[Enrolment]:
    return list(
        Enrolment.objects.filter(session=facts.session, state__in=SEAT_HOLDING_STATES)
        .select_related("learner", "employer", "group")
        .by_name()
    )


def build_list(*, rows: list[dict[str, str]], on: dt.date, **heading: Any) -> dict[str, Any]:
    """The context of the list from plain values."""
    return {
        **heading,
        "rows": rows,
        "count": plural(len(rows), "place occupée", "places occupées"),
        "printed": format_day(on),
        "has_groups": any(row["group"] for row in rows),
    }


HEADING = {
    "organisation": samples.ORGANISATION,
    "title": samples.TITLE,
    "reference": f"session {samples.SESSION_CODE}",
    "days": "3, 4 novembre et 1er décembre 2026",
    "places": ["Ferme de l’Abbatiale, Saint-Gildas-des-Bois", "à distance"],
}


def sample_list() -> dict[str, Any]:
    """Fifteen people of a few employers, in two groups."""
    rows = [
        {
            "name": name,
            "company": company,
            "group": f"Groupe {rank % 2 + 1}",
            "state": "Confirmée",
        }
        for rank, (name, company) in enumerate(PEOPLE)
    ]
    return build_list(**HEADING, on=dt.date(2026, 12, 2), rows=rows)


def sample_cards() -> dict[str, Any]:
    """Three cards, one with the longest name."""
    cards = []
    for name, company in PEOPLE[:3]:
        first, _space, last = name.partition(" ")
        cards.append({"first_name": first, "last_name": last, "company": company})
    return {**HEADING, "cards": cards}


def _register(code: str, title: str, slug: str, **values: Any) -> None:
    kinds.register(
        kinds.DocumentKind(
            code=code,
            title=title,
            slug=slug,
            template=f"certificates/pdf/{code}.html",
            about=Subject.SESSION,
            is_proof=False,
            signed_by=SignedBy.NOBODY,
            **values,
        )
    )


_register(
    kinds.ENROLLED_LIST,
    "Liste des personnes inscrites",
    "liste-des-personnes-inscrites",
    context=enrolled_list,
    sample=sample_list,
)
_register(
    kinds.NAME_CARDS,
    "Chevalets",
    "chevalets",
    stylesheets=("name_cards.css",),
    context=name_cards,
    sample=sample_cards,
)
