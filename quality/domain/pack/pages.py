"""Pages of the pack: static HTML, no script, no network, links relative to the page.

Frames are templates; rows, which may be thousands, are joined here.
"""

import datetime as dt
import posixpath
from collections.abc import Iterable, Sequence
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from certificates import kinds
from core.french import format_day, format_days, format_euros, format_minutes, plural
from core.models import Organisation
from quality.domain import audited_sessions as reading
from quality.domain.audited_sessions import AuditedSession
from quality.domain.items import IndicatorView, Item
from quality.domain.pack.archive import Entry
from quality.domain.referential import Referential, criteria
from quality.enums import ItemState
from training.enums import AttendanceState, Modality
from training.programme_content import LABELS

NONE = mark_safe('<span class="lack">manque</span>')


def render(name: str, *, up: str, organisation: Organisation, **context: Any) -> str:
    """A page of the pack; `up` leads from it to the root folder (« ../../ »)."""
    full = {"up": up, "organisation": organisation, "referential": None, **context}
    return render_to_string(f"quality/pack/{name}.html", full)


def up_from(path: str) -> str:
    """The way from a page to the root folder."""
    return "../" * path.count("/")


# --- Pages of a session ---------------------------------------------------------------------------


def programme(audited: AuditedSession) -> str:
    """The frozen version, item by item."""
    version = audited.session.programme_version
    return render(
        "programme",
        up="../../../",
        organisation=audited.organisation,
        version=version,
        published=format_day(version.published_at),
        items=[
            (LABELS[name], _programme_value(name, version.content[name]))
            for name in LABELS
            if version.content.get(name)
        ],
    )


def _programme_value(name: str, value: Any) -> dict[str, Any]:
    if name == "objectives":
        return {"lines": [item["text"] for item in value]}
    if isinstance(value, list):
        return {"lines": value}
    text = {
        "duration_minutes": lambda: format_minutes(value),
        "price_euros": lambda: format_euros(value),
        "modality": lambda: str(Modality(value).label),
    }.get(name, lambda: str(value))
    return {"lines": [], "text": text()}


def trainers(audited: AuditedSession) -> str:
    """Who trains, when, with which titles."""
    return render(
        "trainers",
        up="../../../",
        organisation=audited.organisation,
        session=audited.session,
        people=[
            {
                "code": audited.trainer_codes[pk],
                "trainer": trainer,
                "half_days": [
                    f"{half_day} ({assignment.get_role_display().lower()}, "
                    f"{assignment.get_status_display().lower()})"
                    for half_day in audited.half_days
                    for assignment in audited.assignments[half_day.pk]
                    if assignment.trainer_id == pk
                ],
            }
            for pk, trainer in audited.trainers.items()
        ],
    )


def synthesis(
    audited: AuditedSession,
    items: Sequence[Item],
    entries: Sequence[Entry],
    folder: str,
    title: str,
) -> str:
    """The state of one session on a page."""
    gaps = [item for item in items if item.state != ItemState.PRESENT]
    return render(
        "synthesis",
        up="../../",
        organisation=audited.organisation,
        session=audited.session,
        dates=dates_of(audited),
        matrix=_matrix(audited) if audited.enrolments else "",
        gaps=_items_table(gaps, title, with_session=False) if gaps else "",
        files=_files_table(entries, folder, with_session=False),
    )


def dates_of(audited: AuditedSession) -> str:
    """« 14 et 15 septembre 2026 »."""
    return format_days(item.starts_at for item in audited.half_days) or "Sans demi-journée"


def _matrix(audited: AuditedSession) -> SafeString:
    objectives = len(audited.session.programme_version.objectives)
    asked = {item.enrolment_id: item for item in reading.satisfaction(audited)}
    answered = {
        item.enrolment_id for item in reading.positioning(audited) if hasattr(item, "response")
    }
    issued = {item.enrolment_id: item for item in reading.issued(audited, kinds.CERTIFICATE)}
    rows = []
    for enrolment in audited.enrolments:
        pk = enrolment.pk
        sent = [item.sent_at for item in audited.convocations[pk] if item.sent_at]
        due = [item.pk for item in audited.half_days if pk in audited.expected[item.pk]]
        marks = [audited.marks.get((half_day, pk)) for half_day in due]
        present = sum(mark is not None and mark.state == AttendanceState.PRESENT for mark in marks)
        assessed = len(audited.assessments[pk])
        rows.append(
            [
                audited.person_codes[pk],
                enrolment.get_state_display(),
                format_day(min(sent)) if sent else NONE,
                "fait" if pk in answered else NONE,
                f"{present} sur {plural(len(due), 'demi-journée')}",
                f"{assessed} sur {objectives}" if assessed else NONE,
                issued[pk].number or "émis" if pk in issued else NONE,
                "envoyé" if pk in asked else NONE,
            ]
        )
    header = [
        "Personne",
        "Inscription",
        "Convocation",
        "Positionnement",
        "Présence",
        "Objectifs évalués",
        "Certificat",
        "Questionnaire",
    ]
    return table("Personnes et étapes", header, rows)


# --- Pages of the whole pack ----------------------------------------------------------------------


def indicator(
    view: IndicatorView,
    files: Sequence[Entry],
    *,
    path: str,
    organisation: Organisation,
    referential: Referential,
) -> str:
    """Everything about one indicator, with links to the single copy of each piece."""
    present = [item for item in view.items if item.state == ItemState.PRESENT]
    return render(
        "indicator",
        up=up_from(path),
        organisation=organisation,
        referential=referential,
        view=view,
        gaps=_items_table(view.gaps, "Manques") if view.gaps else "",
        present=_items_table(present, "Constats") if present else "",
        files=_files_table(files, posixpath.dirname(path)) if files else "",
    )


def indicator_tables(views: Sequence[IndicatorView], paths: dict[int, str]) -> SafeString:
    """One table per criterion."""
    parts = []
    for criterion in criteria():
        rows = [
            [
                format_html('<a href="{}">{}</a>', paths[number], f"Indicateur {number}"),
                view.indicator.title,
                state(view.state, view.state_label),
                plural(len(view.gaps), "manque") if view.gaps else "",
            ]
            for view in views
            if view.indicator.criterion == criterion.number
            for number in [view.indicator.number]
        ]
        if rows:
            caption = f"Critère {criterion.number}\u00a0: {criterion.title}"
            parts.append(
                table(
                    caption, ["Indicateur", "Ce qui est attendu", "État", "À faire"], rows, "grid"
                )
            )
    return mark_safe("".join(parts))  # noqa: S308  joined from escaped parts


def session_table(rows: Iterable[Sequence[Any]]) -> SafeString:
    """The sessions of the pack."""
    return table(
        "Sessions", ["Session", "Intitulé", "Dates", "Personnes", "Pièces", "À faire"], rows
    )


# --- Parts ----------------------------------------------------------------------------------------


def state(code: str, label: str) -> SafeString:
    """A state: a word and a shape, never a colour alone."""
    return format_html('<span class="state state--{}">{}</span>', code, label)


def _items_table(items: Sequence[Item], caption: str, *, with_session: bool = True) -> SafeString:
    header = ["Attendu", "État", "Constat", "Depuis", "Personne"]
    rows: list[list[object]] = [
        [
            item.expected,
            state(item.state, str(ItemState(item.state).label)),
            item.proof,
            _day(item.since),
            item.person,
        ]
        for item in items
    ]
    if with_session:
        header.append("Session")
        for row, item in zip(rows, items, strict=True):
            row.append(item.session)
    return table(caption, header, rows)


def _files_table(entries: Sequence[Entry], folder: str, *, with_session: bool = True) -> SafeString:
    header = ["Pièce", "Date", "Personne", "Fichier"]
    rows: list[list[object]] = []
    for entry in entries:
        evidence = entry.evidence
        link = posixpath.relpath(entry.path, folder)
        rows.append(
            [
                format_html('<a href="{}">{}</a>', link, evidence.title),
                _day(timezone.localdate(entry.created)),
                evidence.person,
                posixpath.basename(entry.path),
            ]
        )
        if with_session:
            rows[-1].append(evidence.session)
    return table("Pièces", [*header, "Session"] if with_session else header, rows)


def table(
    caption: str, header: Sequence[str], rows: Iterable[Sequence[Any]], look: str = "quiet"
) -> SafeString:
    """A table whose first column names the row; on a narrow screen each row becomes a block.

    A « quiet » table repeats in its caption the heading above it: only heard, not seen.
    """
    head = format_html_join("", '<th scope="col">{}</th>', ((name,) for name in header))
    labels = [conditional_escape(name) for name in header]
    lines = []
    for row in rows:
        cells = "".join(
            f'<td data-label="{label}">{conditional_escape(value)}</td>'
            for label, value in zip(labels[1:], row[1:], strict=True)
        )
        lines.append(f'<tr><th scope="row">{conditional_escape(row[0])}</th>{cells}</tr>')
    return mark_safe(  # noqa: S308  every cell was escaped above
        f'<div class="table table--{look}"><table class="stack">'
        f"<caption>{conditional_escape(caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
    )


def _day(day: dt.date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""
