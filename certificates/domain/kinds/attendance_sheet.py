"""Feuille d'émargement: who signed what, when and how, one column per half-day (R6313-3).

Of a session, of one company's people, or of one person: an employer must not see the others. Not
numbered. No empty cell without a word; the reason of an absence is never printed.
"""

import datetime as dt
import math
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from attendance.domain.remote.reading import remote_rows
from certificates import kinds
from certificates.domain.kinds.attendance_marks import (
    SheetRecords,
    cell_of,
    countersignature,
    pending_countersignature,
)
from certificates.domain.kinds.attendance_sample import sample
from certificates.domain.kinds.document_facts import DocumentFacts, organisation_facts
from certificates.enums import Subject
from core.exceptions import DomainError
from core.french import as_day, format_days, format_hours, format_minutes
from core.registry import evidence_note
from training.enums import HalfDayState
from training.models import Company, Enrolment, HalfDay

#: The most half-days side by side on a page laid flat; above six, the table is set closer.
COLUMNS = 10
DENSE = 6


def context(
    *,
    facts: DocumentFacts,
    enrolment: Enrolment | None,
    on: dt.date,
    company: Company | None = None,
) -> dict[str, Any]:
    """The facts of the sheet as recorded at this moment, narrowed to one person or one company.

    Raises `DomainError` (`nobody_there`): no one to print.
    """
    session = facts.session
    people = _people(facts, enrolment, company)
    half_days = facts.half_days_with_trainers
    narrow = enrolment is not None or company is not None
    if narrow:
        half_days = _concerning(facts, people, half_days)
    records = SheetRecords.of(session)
    days = format_days(
        [
            *(as_day(item.starts_at, zone=item.zone) for item in half_days),
            *(day for person in people for day in facts.remote_days(person)),
        ]
    )
    planned = sum(half_day.counted_minutes for half_day in half_days)
    return {
        "organisation": organisation_facts(facts.organisation),
        "title": session.title,
        "session_code": session.code,
        "only": _only(people, enrolment, company),
        "programme_version": session.programme_version.number,
        "modality": session.get_modality_display(),
        "days": days,
        "planned": format_hours(planned),
        "places": _distinct(half_day.place for half_day in half_days),
        "trainers": _distinct(
            str(assignment.trainer)
            for half_day in half_days
            for assignment in half_day.assignments.all()
        ),
        "blocks": [_block(facts, records, people, columns) for columns in _columns(half_days)],
        "remote": _remote(facts, people),
        "changes": [] if narrow else _changes(facts),
        "totals": [
            {
                "name": str(person.learner),
                "followed": format_minutes(facts.followed(person)),
                "remotely": (
                    format_minutes(facts.followed_remotely(person))
                    if facts.followed_remotely(person)
                    else ""
                ),
            }
            for person in people
        ],
        "events": records.events,
        "chain_head": records.head,
        "recorded_until": records.recorded_until,
        "last_root": evidence_note(timezone.now()),
        "public": [
            ["Action", session.title],
            ["Session", session.code],
            ["Dates", days],
            ["Durée prévue", format_hours(planned)],
        ],
    }


def _people(
    facts: DocumentFacts, enrolment: Enrolment | None, company: Company | None
) -> list[Enrolment]:
    """Those expected or recorded, within the person or the company asked for."""
    expected = set().union(*facts.expected.values())
    people = [
        person
        for person in facts.enrolments
        if (person.pk in expected or facts.followed(person) or person.pk in facts.minutes)
        and (enrolment is None or person.pk == enrolment.pk)
        and (company is None or person.employer_id == company.pk)
    ]
    if not people and (enrolment is not None or company is not None):
        raise DomainError(
            "Personne n’est attendu ni noté à cette session : il n’y a pas de feuille à établir.",
            code="nobody_there",
        )
    return people


def _concerning(
    facts: DocumentFacts, people: list[Enrolment], half_days: list[HalfDay]
) -> list[HalfDay]:
    """The half-days where one of the people is expected or recorded."""
    wanted = {person.pk for person in people}
    return [
        half_day
        for half_day in half_days
        if wanted
        & (facts.expected.get(half_day.pk, set()) | facts.recorded.get(half_day.pk, set()))
    ]


def _only(people: list[Enrolment], enrolment: Enrolment | None, company: Company | None) -> str:
    """Whom the sheet is narrowed to; empty for the whole session."""
    if company is not None:
        return f"Personnes de l’entreprise {company.name} seulement"
    if enrolment is not None:
        return f"{people[0].learner} seulement"
    return ""


def _columns(half_days: list[HalfDay]) -> list[list[HalfDay]]:
    """The half-days in as few tables as possible, all of about the same width."""
    if not half_days:
        return []
    width = math.ceil(len(half_days) / math.ceil(len(half_days) / COLUMNS))
    return [half_days[start : start + width] for start in range(0, len(half_days), width)]


def _block(
    facts: DocumentFacts,
    records: SheetRecords,
    people: list[Enrolment],
    half_days: list[HalfDay],
) -> dict[str, Any]:
    """One table: a few half-days side by side, a row per person, a row for the trainers."""
    return {
        "dense": len(half_days) > DENSE,
        "half_days": [
            {
                "day": half_day.day_words,
                "label": half_day.get_label_display(),
                "times": half_day.times_range,
                "counted": format_minutes(half_day.counted_minutes),
                "place": half_day.place,
            }
            for half_day in half_days
        ],
        "rows": [
            {
                "name": str(person.learner),
                "company": person.employer.name if person.employer else "",
                "cells": [
                    cell_of(
                        records=records,
                        half_day=half_day,
                        enrolment=person,
                        expected=person.pk in facts.expected.get(half_day.pk, ()),
                    )
                    for half_day in half_days
                ],
            }
            for person in people
        ],
        "trainers": [
            [
                *(countersignature(lock, half_day) for lock in records.locks_of(half_day)),
                *pending_countersignature(records, half_day),
            ]
            for half_day in half_days
        ],
    }


def _remote(facts: DocumentFacts, people: list[Enrolment]) -> list[dict[str, Any]]:
    """What each person did without an appointment, and what counts of it."""
    return [
        {
            "name": str(row.enrolment.learner),
            "activities": [
                f"{cell.activity.title} ({format_minutes(cell.activity.estimated_minutes)}) : "
                + cell.words
                for cell in row.cells
            ],
            "counted": format_minutes(row.minutes),
        }
        for row in remote_rows(session=facts.session, people=people)
    ]


def _changes(facts: DocumentFacts) -> list[str]:
    """The half-days that did not take place, and where they went."""
    sentences = []
    for half_day in facts.half_days_not_held:
        when = f"{half_day.day_words}, {half_day.get_label_display()}"
        if half_day.state == HalfDayState.MOVED and half_day.moved_to is not None:
            sentences.append(f"{when} : déplacée au {half_day.moved_to.day_words}")
        else:
            sentences.append(f"{when} : annulée")
    return sentences


def _distinct(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))


def _sample_of(only: str, kept: slice) -> Any:
    """The sample narrowed to some of its rows."""

    def narrowed() -> dict[str, Any]:
        whole = sample()
        blocks = [{**block, "rows": block["rows"][kept]} for block in whole["blocks"]]
        totals = whole["totals"][kept]
        return {**whole, "only": only, "blocks": blocks, "totals": totals, "changes": []}

    return narrowed


TEMPLATE = "certificates/pdf/attendance_sheet.html"
STYLES = ("attendance_sheet.css",)

kinds.register(
    kinds.DocumentKind(
        code=kinds.ATTENDANCE_SHEET,
        title="Feuille d’émargement",
        slug="feuille-d-emargement",
        template=TEMPLATE,
        stylesheets=STYLES,
        context=context,
        sample=sample,
        about=Subject.SESSION,
        trainer_may_read=True,
    )
)
kinds.register(
    kinds.DocumentKind(
        code=kinds.COMPANY_SHEET,
        title="Feuille d’émargement par entreprise",
        slug="feuille-d-emargement-entreprise",
        template=TEMPLATE,
        stylesheets=STYLES,
        context=context,
        sample=_sample_of("Personnes de l’entreprise Les Hauts Prés seulement", slice(2, 4)),
        about=Subject.SESSION,
        company_may_read=True,
    )
)
kinds.register(
    kinds.DocumentKind(
        code=kinds.LEARNER_SHEET,
        title="Feuille d’émargement individuelle",
        slug="feuille-d-emargement-individuelle",
        template=TEMPLATE,
        stylesheets=STYLES,
        context=context,
        sample=_sample_of("Maï-Lan O’Connor seulement", slice(4, 5)),
        learner_may_read=True,
    )
)
