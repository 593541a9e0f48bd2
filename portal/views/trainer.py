"""The trainer's day, and the grid of what each learner reached."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import user_of
from attendance.domain.board import Progress, progress_of
from attendance.domain.offline.eve import worth_preparing
from core.days import day_after
from core.decorators import personal_page
from core.exceptions import DomainError
from core.french import plural
from evaluations.domain import assessments
from evaluations.enums import ObjectiveResult
from training.domain import access
from training.enums import HalfDayState, SessionState
from training.models import HalfDay, RemoteActivity, TrainingSession

NEXT_SHOWN = 6
LATE_SHOWN = 20
LIVE_STATES = [SessionState.OPEN, SessionState.CONFIRMED]


@personal_page
@login_required
@require_safe
def day(request: HttpRequest) -> HttpResponse:
    """Today's half-days first, then those still to lock, then the next ones."""
    now = timezone.now()
    today = timezone.localdate(now)
    mine = access.half_days_of_trainer(request.user).filter(session__state__in=LIVE_STATES)
    present = list(mine.on_day(today).order_by("starts_at", "pk"))
    # An evening that began yesterday may not be over.
    late = list(
        mine.filter(ends_at__lt=now, state=HalfDayState.PLANNED)
        .exclude(pk__in=[half_day.pk for half_day in present])
        .order_by("-starts_at", "pk")[:LATE_SHOWN]
    )
    ongoing = list(
        mine.filter(starts_at__lt=now, ends_at__gte=now)
        .exclude(pk__in=[half_day.pk for half_day in present])
        .order_by("starts_at", "pk")
    )
    coming = list(
        mine.filter(starts_at__gte=day_after(today)).order_by("starts_at", "pk")[:NEXT_SHOWN]
    )
    progress = progress_of(half_days=[*present, *ongoing, *late, *coming])

    def lines(half_days: list[HalfDay]) -> list[dict[str, Any]]:
        return [
            {
                "half_day": item,
                "progress": progress[item.pk],
                "progress_text": _progress_text(progress[item.pk]),
            }
            for item in half_days
        ]

    return render(
        request,
        "portal/trainer/day.html",
        {
            "today": today,
            "present": lines([*ongoing, *present]),
            "late": lines(late),
            "coming": lines(coming),
            "to_prepare": worth_preparing(half_days=[*ongoing, *present, *coming], at=now),
            "to_assess": _sessions_to_assess(request, today),
            "remote": _sessions_with_remote(request),
        },
    )


def _progress_text(progress: Progress) -> str:
    if not progress.recorded:
        return plural(progress.expected, "personne")
    return f"{progress.recorded} sur {progress.expected} notées"


def _sessions_to_assess(request: HttpRequest, today: dt.date) -> QuerySet[TrainingSession]:
    """Confirmed sessions whose last half-day is today or before: what was reached can be said."""
    return (
        TrainingSession.objects.with_dates()
        .filter(
            Q(last_end__lt=day_after(today)),
            pk__in=access.sessions_of_trainer(request.user).values("pk"),
            state=SessionState.CONFIRMED,
        )
        .select_related("programme_version")
        .order_by("-last_end", "pk")[:LATE_SHOWN]
    )


def _sessions_with_remote(request: HttpRequest) -> QuerySet[TrainingSession]:
    """Confirmed sessions whose programme asks for activities at a distance."""
    return (
        TrainingSession.objects.filter(
            pk__in=access.sessions_of_trainer(request.user).values("pk"),
            state=SessionState.CONFIRMED,
            programme_version__in=RemoteActivity.objects.values("version"),
        )
        .select_related("programme_version")
        .order_by("code")[:LATE_SHOWN]
    )


@personal_page
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def assess(request: HttpRequest, code: str) -> HttpResponse:
    """One result per objective and learner; what is left empty stays to be said."""
    session = access.session_for_trainer(request.user, code)
    grid = assessments.assessment_grid(session=session)
    refusal = None
    if request.method == "POST":
        results = {
            (row.enrolment.pk, objective["id"]): chosen
            for row in grid.rows
            for objective, _result in row.cells
            if (chosen := request.POST.get(field_name(row.enrolment.pk, objective["id"])))
        }
        try:
            changed = assessments.record_assessments(
                session=session,
                results=results,
                trainer=access.trainer_of(request.user),
                actor=user_of(request),
            )
        except DomainError as error:
            refusal = error
        else:
            messages.success(
                request,
                f"{plural(changed, 'résultat enregistré', 'résultats enregistrés')}."
                if changed
                else "Rien n’a changé.",
            )
            return redirect("portal:assess", code=session.code)
    return render(
        request,
        "portal/trainer/assess.html",
        {
            "session": session,
            "people": _people(grid),
            "missing": sum(len(row.missing) for row in grid.rows if row.attended),
            "refusal": refusal,
        },
        status=422 if refusal else 200,
    )


def field_name(enrolment_id: int, objective_id: str) -> str:
    """Name of the radio buttons of one cell."""
    return f"r-{enrolment_id}-{objective_id}"


def _people(grid: assessments.AssessmentGrid) -> list[dict[str, Any]]:
    return [
        {
            "row": row,
            "cells": [
                {
                    "objective": objective,
                    "name": field_name(row.enrolment.pk, objective["id"]),
                    "choices": [
                        {"value": value, "label": label, "checked": value == result}
                        for value, label in ObjectiveResult.choices
                    ],
                }
                for objective, result in row.cells
            ],
        }
        for row in grid.rows
    ]
