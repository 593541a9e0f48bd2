"""Design of the training: indicators 1, 5, 6, 7 and the means of 17, 18, 21, 27."""

import datetime as dt
import re
from collections.abc import Iterator

from django.utils import timezone

from core.french import plural
from quality.domain.audited_sessions import AuditedSession
from quality.domain.items import Item
from quality.domain.referential import Referential
from quality.enums import ItemState
from training.enums import Modality
from training.programme_content import LABELS, missing_items

#: Items of the programme by indicator; the others are read by indicator 1 (public information).
DESIGN_ITEMS = {
    5: ("objectives", "assessment"),
    6: ("content", "methods", "modality", "progress_tracking"),
    17: ("means",),
    26: ("accessibility",),
}
#: Public items that the decree of 2026 added to indicator 1.
ADDED_IN_V10 = ("recognition", "financing")
#: An objective that begins so cannot be observed.
VAGUE_VERBS = frozenset(
    {"appréhender", "approfondir", "comprendre", "connaître", "découvrir", "savoir", "sensibiliser"}
)


def programme_items(
    audited: AuditedSession, referential: Referential, at: dt.datetime
) -> Iterator[Item]:
    """Indicators 1, 5, 6, 17, 26: the frozen version says every regulated item."""
    version = audited.session.programme_version
    published = timezone.localdate(version.published_at)
    missing = set(missing_items(version.content))
    asked_of_1 = [
        name
        for name in LABELS
        if name != "certification" and not (referential.id == "RNQ-V9" and name in ADDED_IN_V10)
    ]
    for indicator, names in {1: tuple(asked_of_1), **DESIGN_ITEMS}.items():
        lacking = [LABELS[name] for name in names if LABELS[name] in missing]
        for label in lacking:
            yield Item(
                indicator=indicator,
                code="programme_item",
                state=ItemState.MISSING,
                expected=f"Programme : {label.lower()}",
                since=published,
                session=audited.session.code,
                resolved_on="programme",
            )
        if not lacking:
            yield Item(
                indicator=indicator,
                code="programme",
                state=ItemState.PRESENT,
                expected="Programme complet, tel que vendu",
                proof=f"Version {version.number} du programme {version.programme.code}",
                since=published,
                session=audited.session.code,
            )


def objective_verbs(
    audited: AuditedSession, referential: Referential, at: dt.datetime
) -> Iterator[Item]:
    """Indicator 5: an objective that begins with a vague verb is to be read again."""
    for objective in audited.session.programme_version.objectives:
        words = re.findall(r"[^\W\d_]+", objective["text"].lower())
        if words and words[0] in VAGUE_VERBS:
            yield Item(
                indicator=5,
                code="objective_verb",
                state=ItemState.TO_REVIEW,
                expected="Objectif formulé par un verbe observable",
                proof=f"« {objective['text']} »",
                since=timezone.localdate(audited.session.programme_version.published_at),
                session=audited.session.code,
                resolved_on="programme",
            )


def certification(
    audited: AuditedSession, referential: Referential, at: dt.datetime
) -> Iterator[Item]:
    """Indicators 3, 7, 16: what a certifying course must show besides."""
    programme = audited.session.programme_version.programme
    start = _start(audited)
    valid = programme.certification_valid_until
    registered = valid is None or start is None or valid >= start
    for code, good, expected, proof in (
        (
            "authorisation",
            bool(programme.authorisation),
            "Habilitation à préparer la certification",
            programme.authorisation,
        ),
        (
            "certification_valid",
            registered,
            "Certification enregistrée au premier jour de la session",
            programme.certification_code,
        ),
    ):
        yield Item(
            indicator=7,
            code=code,
            state=ItemState.PRESENT if good else ItemState.MISSING,
            expected=expected,
            proof=proof if good else "",
            since=start,
            session=audited.session.code,
            resolved_on="" if good else "programme",
        )


def place(audited: AuditedSession, referential: Referential, at: dt.datetime) -> Iterator[Item]:
    """Indicator 17: where people meet, or the link of a remote half-day."""
    without = [
        half_day
        for half_day in audited.half_days
        if (half_day.modality == Modality.REMOTE and not half_day.link)
        or (
            half_day.modality != Modality.REMOTE
            and half_day.venue_id is None
            and audited.session.venue_id is None
        )
    ]
    for half_day in without:
        yield Item(
            indicator=17,
            code="place",
            state=ItemState.MISSING,
            expected=f"Lieu ou lien de la demi-journée du {half_day}",
            since=timezone.localdate(half_day.starts_at),
            session=audited.session.code,
            resolved_on="half_days",
        )
    if audited.half_days and not without:
        yield Item(
            indicator=17,
            code="place",
            state=ItemState.PRESENT,
            expected="Lieu ou lien de chaque demi-journée",
            proof=plural(len(audited.half_days), "demi-journée"),
            since=_start(audited),
            session=audited.session.code,
        )


def trainers(audited: AuditedSession, referential: Referential, at: dt.datetime) -> Iterator[Item]:
    """Indicators 17, 18, 21: who trains, at each half-day, with which titles (L6353-4)."""
    without = [item for item in audited.half_days if not audited.assignments[item.pk]]
    for indicator in (17, 18):
        for half_day in without:
            yield Item(
                indicator=indicator,
                code="trainer",
                state=ItemState.MISSING,
                expected=f"Personne formatrice de la demi-journée du {half_day}",
                since=timezone.localdate(half_day.starts_at),
                session=audited.session.code,
                resolved_on="half_days",
            )
        if audited.half_days and not without:
            yield Item(
                indicator=indicator,
                code="trainer",
                state=ItemState.PRESENT,
                expected="Personne formatrice à chaque demi-journée",
                proof=plural(len(audited.half_days), "demi-journée"),
                since=_start(audited),
                session=audited.session.code,
            )
    codes = audited.trainer_codes
    for pk, trainer in audited.trainers.items():
        known = bool(trainer.references.strip())
        yield Item(
            indicator=21,
            code="trainer_references",
            state=ItemState.PRESENT if known else ItemState.MISSING,
            expected="Titres et références de la personne formatrice",
            proof="Inscrits dans sa fiche" if known else "",
            since=_start(audited),
            session=audited.session.code,
            person=codes[pk],
            resolved_on="" if known else "trainers",
        )


def subcontracting(
    audited: AuditedSession, referential: Referential, at: dt.datetime
) -> Iterator[Item]:
    """Indicator 27: the contract and the checks of subcontractors are not kept here yet."""
    yield Item(
        indicator=27,
        code="subcontract",
        state=ItemState.MISSING,
        expected="Contrat de sous-traitance avec clause qualité, et vérification datée",
        since=_start(audited),
        session=audited.session.code,
    )


def resources(audited: AuditedSession, referential: Referential, at: dt.datetime) -> Iterator[Item]:
    """Indicator 19: what was handed out is not recorded in this software yet."""
    start = audited.starts_at
    if start is not None and start <= at:
        yield Item(
            indicator=19,
            code="resources",
            state=ItemState.MISSING,
            expected="Supports remis aux personnes (aucun n’est enregistré)",
            since=_start(audited),
            session=audited.session.code,
        )


def _start(audited: AuditedSession) -> dt.date | None:
    return timezone.localdate(audited.starts_at) if audited.starts_at else None


CHECKS = (
    programme_items,
    objective_verbs,
    certification,
    place,
    trainers,
    subcontracting,
    resources,
)
