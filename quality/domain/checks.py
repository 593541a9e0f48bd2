"""What the référentiel expects of a session, against what the database holds.

Each check is a function of one session's facts and of the moment `at`: what is not due yet is
not asked for. Together they never say « conforme »: that is the auditor's word.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence

from django.utils import timezone

from quality.domain import (
    checks_attendance,
    checks_before,
    checks_outcomes,
    checks_programme,
    facts,
    items,
)
from quality.domain.facts import SessionFacts
from quality.domain.items import Item
from quality.domain.referential import Referential
from quality.enums import ItemState
from training.models import Organisation

Check = Callable[[SessionFacts, Referential, dt.datetime], Iterator[Item]]

CHECKS: tuple[Check, ...] = (
    *checks_programme.CHECKS,
    *checks_before.CHECKS,
    *checks_attendance.CHECKS,
    *checks_outcomes.CHECKS,
)


def check_facts(one: SessionFacts, referential: Referential, at: dt.datetime) -> list[Item]:
    """Everything expected of one session at the moment `at`, in order of indicator."""
    found = [
        item
        for check in CHECKS
        for item in check(one, referential, at)
        if item.indicator in referential.numbers
        and items.applies(referential.indicator(item.indicator), one)
    ]
    return sorted(found, key=items.rank)


def check_sessions(
    session_ids: Sequence[int],
    *,
    referential: Referential,
    at: dt.datetime | None = None,
) -> list[Item]:
    """The same for many sessions; the number of queries does not depend on theirs."""
    moment = at or timezone.now()
    return [
        item for one in facts.load(session_ids) for item in check_facts(one, referential, moment)
    ]


def check_organisation(referential: Referential, organisation: Organisation) -> list[Item]:
    """What is asked once for the whole organisation.

    Registers that this software does not keep yet are listed as missing from the pack, so that
    nobody forgets to bring them.
    """
    found = [
        Item(
            indicator=indicator.number,
            code="organisation_evidence",
            state=ItemState.MISSING,
            expected=f"Hors de ce dossier, à présenter à part : {indicator.organisation_evidence}",
        )
        for indicator in referential.indicators
        if indicator.organisation_evidence
    ]
    contacts = [
        (26, "disability_contact", "Personne référente handicap nommée"),
        (19, "pedagogical_contact", "Contact pédagogique nommé"),
    ]
    if referential.id != "RNQ-V9":
        contacts.append(
            (12, "harassment_contact", "Contact violences, harcèlement, discriminations nommé")
        )
    found += [
        Item(
            indicator=indicator,
            code=name,
            state=ItemState.PRESENT if getattr(organisation, name) else ItemState.MISSING,
            expected=expected,
            proof="Indiqué dans la fiche de l’organisme" if getattr(organisation, name) else "",
            mend="organisation",
        )
        for indicator, name, expected in contacts
    ]
    return sorted(found, key=lambda item: (item.indicator, item.code))
