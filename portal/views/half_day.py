"""A half-day on the trainer's device: who is there, who signs, who is absent, the lock."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import user_of
from attendance.domain import locking, recording, signatures
from attendance.domain.absences import outcomes
from attendance.domain.board import Board, BoardRow, half_day_board
from attendance.domain.offline import settling, tickets
from attendance.domain.versions import recorded_version
from attendance.enums import AttendanceMethod
from attendance.forms.recorded import hours_of
from attendance.models import AttendanceEvent
from core.decorators import personal_page
from core.exceptions import DomainError
from core.french import format_time, plural
from portal.forms.attendance import (
    ChangeForm,
    LearnerSignatureForm,
    LockForm,
)
from portal.messages import say_recorded
from training.domain import access
from training.enums import AbsenceReason, AttendanceState
from training.models import HalfDay

METHODS = ["GET", "HEAD", "POST"]


@personal_page
@login_required
@require_safe
def half_day(request: HttpRequest, pk: int) -> HttpResponse:
    """The people expected, the state of each in words, and what keeps from locking."""
    return _page(request, _board(request, pk))


@personal_page
@login_required
@require_http_methods(METHODS)
def sign(request: HttpRequest, pk: int, enrolment: uuid.UUID) -> HttpResponse:
    """One person signs, the device in their hands."""
    board = _board(request, pk)
    row = _row(board, enrolment)
    form = LearnerSignatureForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            event = recording.record_presence(
                half_day=board.half_day,
                enrolment=row.enrolment,
                method=AttendanceMethod.DRAWN_ON_TRAINER_DEVICE
                if form.is_drawn
                else AttendanceMethod.TYPED_ON_TRAINER_DEVICE,
                signature=form.signature(request),
                actor=user_of(request),
                idempotency_key=form.cleaned_data["key"],
                arrived_at=hours_of(form, board.half_day, None)["arrived_at"],
            )
        except DomainError as refusal:
            status = form.refuse(refusal)
        else:
            return _recorded(request, row, event, "signature enregistrée")
    elif request.method != "POST" and (row.is_present or not board.may_sign):
        return _back(request, board, why_not(board, row))
    return render(
        request,
        "portal/trainer/sign.html",
        {
            "board": board,
            "row": row,
            "form": form,
            "statement": signatures.presence_statement(board.half_day),
        },
        status=status,
    )


@personal_page
@login_required
@require_POST
def absent(request: HttpRequest, pk: int) -> HttpResponse:
    """One button: this person is absent, for this reason."""
    board = _board(request, pk)
    chosen = request.POST.get("enrolment", "")
    if not chosen:
        return _page(
            request, board, refusal=DomainError("Choisissez la personne.", code="nobody_chosen")
        )
    row = _row(board, _uuid(chosen))
    try:
        event = recording.record_absence(
            half_day=board.half_day,
            enrolment=row.enrolment,
            absence_reason=request.POST.get("absence_reason", ""),
            actor=user_of(request),
        )
    except DomainError as refusal:
        return _page(request, board, refusal=refusal)
    return _recorded(request, row, event, "absence enregistrée")


@personal_page
@login_required
@require_POST
def all_absent(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody of whom nothing is recorded is absent, for the same reason."""
    board = _board(request, pk)
    try:
        events = recording.record_absences(
            half_day=board.half_day,
            enrolments=board.readiness.missing,
            absence_reason=request.POST.get("absence_reason", ""),
            actor=user_of(request),
        )
    except DomainError as refusal:
        return _page(request, board, refusal=refusal)
    messages.success(
        request, f"{plural(len(events), 'absence enregistrée', 'absences enregistrées')}."
    )
    return redirect("portal:half-day", pk=board.half_day.pk)


@personal_page
@login_required
@require_http_methods(METHODS)
def change(request: HttpRequest, pk: int, enrolment: uuid.UUID) -> HttpResponse:
    """Declare a presence that could not be signed, or correct what is recorded, with a reason."""
    board = _board(request, pk)
    row = _row(board, enrolment)
    recorded = recorded_version(half_day=board.half_day, enrolment=row.enrolment)
    form = ChangeForm(
        request.POST or None,
        half_day=board.half_day,
        recorded=recorded,
        initial=None if recorded else {"state": AttendanceState.PRESENT},
    )
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            event = _declare(request, board.half_day, row, form)
        except DomainError as refusal:
            status = form.refuse(refusal)
        else:
            return _recorded(
                request,
                row,
                event,
                "correction enregistrée" if row.mark else "déclaration enregistrée",
            )
    elif request.method != "POST" and (board.is_locked or board.not_open_yet):
        return _back(request, board, why_not(board, row))
    return render(
        request,
        "portal/trainer/change.html",
        {"board": board, "row": row, "form": form, "recorded": recorded},
        status=status,
    )


@personal_page
@login_required
@require_http_methods(METHODS)
def lock(request: HttpRequest, pk: int) -> HttpResponse:
    """The trainer reads the whole, then countersigns it."""
    board = _board(request, pk)
    trainer = access.trainer_of(request.user)
    if trainer not in board.to_lock or board.is_held:
        return _back(request, board, "Cette demi-journée est déjà close.")
    if board.readiness.missing:
        refusal = DomainError(board.readiness.sentences[0], code="lock_blocked")
        if request.method == "POST":
            return _page(request, board, refusal=refusal)
        messages.error(request, refusal.message)
        return redirect("portal:half-day", pk=pk)
    form = LockForm(request.POST or None, early=board.readiness.early)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            locking.lock_half_day(
                half_day=board.half_day,
                trainer=trainer,
                actor=user_of(request),
                signature=form.signature(request),
                early_reason=form.cleaned_data.get("early_reason", ""),
            )
        except DomainError as refusal:
            status = form.refuse(refusal)
        else:
            say_recorded(request, "Demi-journée close. Merci.")
            return redirect("portal:half-day", pk=board.half_day.pk)
    return render(
        request,
        "portal/trainer/lock.html",
        {
            "board": board,
            "form": form,
            "trainer": trainer,
            "statement": signatures.lock_statement(board.half_day),
        },
        status=status,
    )


def why_not(board: Board, row: BoardRow) -> str:
    """The sentence that says why nothing can be signed or changed now."""
    if board.is_locked:
        return (
            "Cette demi-journée est close : seul l’organisme peut encore corriger, avec un motif."
        )
    if row.is_present:
        return f"{row.enrolment.learner} : une présence est déjà enregistrée."
    zone = board.half_day.zone
    if board.not_open_yet:
        return f"L’émargement ouvre à {format_time(board.window.opens_at, zone=zone)}."
    return (
        f"La signature a fermé à {format_time(board.window.closes_at, zone=zone)} : "
        "vous pouvez encore déclarer la présence, avec un motif."
    )


def _declare(
    request: HttpRequest, half_day: HalfDay, row: BoardRow, form: ChangeForm
) -> AttendanceEvent:
    cleaned, change = form.cleaned_data, form.change
    common: dict[str, Any] = {
        "half_day": half_day,
        "enrolment": row.enrolment,
        "actor": user_of(request),
        "idempotency_key": cleaned["key"],
    }
    if row.mark is not None:
        return recording.correct(**common, **change, reason=cleaned["reason"])
    if change["state"] == AttendanceState.PRESENT:
        return recording.record_presence(
            **common,
            method=AttendanceMethod.DECLARED_BY_TRAINER,
            signature=None,
            reason=cleaned["reason"],
            arrived_at=change["arrived_at"],
            left_at=change["left_at"],
        )
    return recording.record_absence(
        **common, absence_reason=change["absence_reason"], comment=cleaned["reason"]
    )


# --- Shared ---------------------------------------------------------------------------------------


def _board(request: HttpRequest, pk: int) -> Board:
    found = access.half_day_for_trainer(request.user, pk)
    return half_day_board(half_day=found, at=timezone.now())


def _row(board: Board, enrolment: uuid.UUID) -> BoardRow:
    for row in [*board.rows, *board.others]:
        if row.enrolment.uuid == enrolment:
            return row
    raise Http404


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Http404 from None


def list_context(request: HttpRequest, board: Board) -> dict[str, Any]:
    """What the list of people needs, in the page and when it is sent again alone."""
    return {
        "board": board,
        "half_day": board.half_day,
        "trainer": access.trainer_of(request.user),
        "reasons": AbsenceReason.choices,
        # The office follows absences once the half-day is closed; why is not the trainer's affair.
        "followed": outcomes.followed_at(half_day=board.half_day) if board.is_held else set(),
    }


def _page(
    request: HttpRequest, board: Board, *, refusal: DomainError | None = None
) -> HttpResponse:
    return render(
        request,
        "portal/trainer/half_day.html",
        list_context(request, board)
        | {
            "refusal": refusal,
            "prepared_devices": len(tickets.live_tickets(half_day=board.half_day)),
            "to_settle": list(settling.items_to_settle().filter(ticket__half_day=board.half_day)),
        },
        status=422 if refusal else 200,
    )


def _recorded(
    request: HttpRequest, row: BoardRow, event: AttendanceEvent, what: str
) -> HttpResponse:
    at = format_time(event.received_at, zone=event.half_day.zone)
    say_recorded(request, f"{row.enrolment.learner} : {what} à {at}.")
    return redirect("portal:half-day", pk=event.half_day_id)


def _back(
    request: HttpRequest, board: Board, sentence: str, *, level: int = messages.INFO
) -> HttpResponse:
    say_recorded(request, sentence, level=level)
    return redirect("portal:half-day", pk=board.half_day.pk)
