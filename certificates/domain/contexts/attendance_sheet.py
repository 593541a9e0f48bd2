"""Feuille d'émargement: who signed what, when and how, one column per half-day (R6313-3).

Not numbered. No empty cell without a word; the reason of an absence is never printed.
"""

import datetime as dt
from typing import Any

from certificates import kinds
from certificates.domain.contexts.attendance_marks import (
    SheetRecords,
    cell_of,
    countersignature,
    pending_countersignature,
)
from certificates.domain.contexts.attendance_sample import sample
from certificates.domain.facts import SessionFacts, organisation_facts
from certificates.enums import Subject
from training.french import (
    as_day,
    format_day,
    format_days,
    format_hours,
    format_minutes,
    format_time,
)
from training.models import Enrolment, HalfDay

#: Half-days side by side on a page laid flat.
COLUMNS = 6


def context(*, facts: SessionFacts, enrolment: Enrolment | None, on: dt.date) -> dict[str, Any]:
    """The facts of the sheet of the whole session, as recorded at this moment."""
    session, half_days = facts.session, facts.half_days_with_trainers
    records = SheetRecords.of(session)
    expected = set().union(*facts.expected.values())
    people = [
        person for person in facts.enrolments if person.pk in expected or person.pk in facts.minutes
    ]
    blocks = [
        _block(facts, records, people, half_days[start : start + COLUMNS])
        for start in range(0, len(half_days), COLUMNS)
    ]
    days = format_days(item.starts_at for item in half_days)
    planned = sum(half_day.counted_minutes for half_day in half_days)
    return {
        "organisation": organisation_facts(facts.organisation),
        "title": session.title,
        "session_code": session.code,
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
        "blocks": blocks,
        "totals": [
            {
                "name": str(person.learner),
                "followed": format_minutes(facts.minutes.get(person.pk, 0)),
            }
            for person in people
        ],
        "events": records.events,
        "chain_head": records.head,
        "recorded_until": records.recorded_until,
        "public": [
            ["Action", session.title],
            ["Session", session.code],
            ["Dates", days],
            ["Durée prévue", format_hours(planned)],
        ],
    }


def _block(
    facts: SessionFacts,
    records: SheetRecords,
    people: list[Enrolment],
    half_days: list[HalfDay],
) -> dict[str, Any]:
    """One table: a few half-days side by side, a row per person, a row for the trainers."""
    return {
        "half_days": [
            {
                "day": format_day(half_day.starts_at, weekday=True),
                "label": half_day.get_label_display(),
                "times": f"{format_time(half_day.starts_at)} – {format_time(half_day.ends_at)}"
                + _next_day(half_day),
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
                *(countersignature(lock) for lock in records.locks.get(half_day.pk, [])),
                *pending_countersignature(records, half_day),
            ]
            for half_day in half_days
        ],
    }


def _next_day(half_day: HalfDay) -> str:
    return " (lendemain)" if as_day(half_day.ends_at) != as_day(half_day.starts_at) else ""


def _distinct(texts: Any) -> list[str]:
    return list(dict.fromkeys(texts))


kinds.register(
    kinds.DocumentKind(
        code=kinds.ATTENDANCE_SHEET,
        title="Feuille d’émargement",
        slug="feuille-d-emargement",
        template="certificates/pdf/attendance_sheet.html",
        stylesheets=("attendance_sheet.css",),
        context=context,
        sample=sample,
        about=Subject.SESSION,
        trainer_may_read=True,
    )
)
