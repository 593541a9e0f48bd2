"""A blank sheet to sign by hand: one day of a session, its rows carry a code.

A plain print: what proves is its scan, and the events entered from it.
"""

import datetime as dt
from typing import Any

from attendance.domain import paper
from certificates import kinds
from certificates.domain.kinds import samples
from certificates.domain.kinds.document_facts import organisation_facts
from certificates.domain.rendering import plain_prints
from certificates.enums import SignedBy, Subject
from core.french import format_day, format_minutes
from core.models import Organisation
from training.models import HalfDay, TrainingSession

#: Empty rows at the end, for people found in the room who were not enrolled.
SPARE_ROWS = 2


def pdf(*, session: TrainingSession, day: dt.date) -> bytes:
    """The print of a day, rendered now."""
    facts = context(sheet=paper.paper_day(session=session, day=day))
    return plain_prints.render(kind=kinds.BLANK_SHEET, facts=facts, on=day)


def context(*, sheet: paper.PaperDay) -> dict[str, Any]:
    """The facts of the sheet of one day."""
    return build(
        organisation=organisation_facts(Organisation.load()),
        title=sheet.session.title,
        session_code=sheet.session.code,
        day=format_day(sheet.day, weekday=True),
        half_days=[_half_day(half_day) for half_day in sheet.half_days],
        rows=[
            {
                "code": row.code,
                "name": str(row.enrolment.learner),
                "company": row.enrolment.employer.name if row.enrolment.employer else "",
                "expected": [cell.words != paper.NOT_EXPECTED for cell in row.cells],
            }
            for row in sheet.rows
        ],
    )


def build(
    *,
    organisation: dict[str, Any],
    title: str,
    session_code: str,
    day: str,
    half_days: list[dict[str, Any]],
    rows: list[dict[str, Any]],
) -> dict[str, Any]:
    """The context from plain values, for a real day and for the sample alike."""
    return {
        "organisation": organisation,
        "title": title,
        "reference": f"session {session_code}, {day}",
        "day": day,
        "half_days": half_days,
        "rows": rows,
        "spare": list(range(SPARE_ROWS)),
    }


def _half_day(half_day: HalfDay) -> dict[str, Any]:
    return {
        "label": half_day.get_label_display(),
        "times": half_day.times_range,
        "counted": format_minutes(half_day.counted_minutes),
        "place": half_day.place,
        "trainers": [str(assignment.trainer) for assignment in half_day.assignments.all()],
    }


def sample() -> dict[str, Any]:
    """Two half-days, names with their letters, a person expected in the morning alone."""
    slots = [("matin", "9 h – 12 h 30"), ("après-midi", "13 h 30 – 17 h")]
    return build(
        organisation=samples.ORGANISATION,
        title="Faciliter un collectif : poser le cadre, écouter, décider « par consentement »",
        session_code="S-2026-01",
        day="mardi 3 novembre 2026",
        half_days=[
            {
                "label": label,
                "times": times,
                "counted": "3 h 30",
                "place": "La Source, Savenay",
                "trainers": ["Yann Le Goff"],
            }
            for label, times in slots
        ],
        rows=[
            {"code": code, "name": name, "company": company, "expected": expected}
            for code, name, company, expected in [
                ("K7QM2", "Nguyễn Thị Phương-Thảo", "Les Hauts Prés", [True, True]),
                ("B4XR9", "Gwenc’hlan de Kergariou-Penn ar C’hoadoù", "", [True, False]),
                ("T2WJD", "Aïcha Morvan", "Ferme du Bout du Pont", [True, True]),
            ]
        ],
    )


kinds.register(
    kinds.DocumentKind(
        code=kinds.BLANK_SHEET,
        title="Feuille d’émargement à signer sur papier",
        slug="feuille-a-signer",
        template="certificates/pdf/attendance_blank.html",
        stylesheets=("attendance_blank.css",),
        context=context,
        sample=sample,
        about=Subject.OTHER,
        is_proof=False,
        signed_by=SignedBy.NOBODY,
        trainer_may_read=True,
    )
)
