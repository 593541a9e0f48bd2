"""A half-day on the trainer's device: who is there, who signs, who is absent, the lock."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.decorators import personal_page
from portal.forms.attendance import (
    ChangeForm,
    LearnerSignatureForm,
    LockForm,
    times_of,
)
from training.domain import absences, access, attendance
from training.domain.attendance import Board, BoardRow, offline
from training.enums import AbsenceReason, AttendanceMethod, AttendanceState
from training.exceptions import DomainError
from training.french import format_time, plural
from training.models import AttendanceEvent, HalfDay

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
            event = attendance.record_presence(
                half_day=board.half_day,
                enrolment=row.enrolment,
                method=AttendanceMethod.DRAWN_ON_TRAINER_DEVICE
                if form.is_drawn
                else AttendanceMethod.TYPED_ON_TRAINER_DEVICE,
                signature=form.signature(request),
                actor=request.user,
                idempotency_key=form.cleaned_data["key"],
                **times_of(form.cleaned_data, board.half_day),
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
            "statement": attendance.presence_statement(board.half_day),
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
        event = attendance.record_absence(
            half_day=board.half_day,
            enrolment=row.enrolment,
            absence_reason=request.POST.get("absence_reason", ""),
            actor=request.user,
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
        events = attendance.record_absences(
            half_day=board.half_day,
            enrolments=board.blockers.missing,
            absence_reason=request.POST.get("absence_reason", ""),
            actor=request.user,
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
    initial = {
        "state": row.mark.state if row.mark else AttendanceState.PRESENT,
        "absence_reason": row.mark.absence_reason if row.mark else "",
    }
    form = ChangeForm(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            event = _declare(request, board.half_day, row, form.cleaned_data)
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
        {"board": board, "row": row, "form": form},
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
    if board.blockers:
        refusal = DomainError(board.blockers.sentences[0], code="lock_blocked")
        if request.method == "POST":
            return _page(request, board, refusal=refusal)
        return _back(request, board, refusal.message, level=messages.ERROR)
    form = LockForm(request.POST or None, early=board.blockers.early)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            attendance.lock_half_day(
                half_day=board.half_day,
                trainer=trainer,
                actor=request.user,
                signature=form.signature(request),
                early_reason=form.cleaned_data.get("early_reason", ""),
            )
        except DomainError as refusal:
            status = form.refuse(refusal)
        else:
            messages.success(request, "Demi-journée close. Merci.")
            return redirect("portal:half-day", pk=board.half_day.pk)
    return render(
        request,
        "portal/trainer/lock.html",
        {
            "board": board,
            "form": form,
            "trainer": trainer,
            "statement": attendance.lock_statement(board.half_day),
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
    request: HttpRequest, half_day: HalfDay, row: BoardRow, cleaned: dict[str, Any]
) -> AttendanceEvent:
    common = {
        "half_day": half_day,
        "enrolment": row.enrolment,
        "actor": request.user,
        "idempotency_key": cleaned["key"],
    }
    present = cleaned["state"] == AttendanceState.PRESENT
    times = times_of(cleaned, half_day) if present else {}
    if row.mark is not None:
        return attendance.correct(
            **common,
            state=cleaned["state"],
            absence_reason="" if present else cleaned["absence_reason"],
            reason=cleaned["reason"],
            **times,
        )
    if present:
        return attendance.record_presence(
            **common,
            method=AttendanceMethod.DECLARED_BY_TRAINER,
            signature=None,
            reason=cleaned["reason"],
            **times,
        )
    return attendance.record_absence(
        **common, absence_reason=cleaned["absence_reason"], comment=cleaned["reason"]
    )


# --- Shared ---------------------------------------------------------------------------------------


def _board(request: HttpRequest, pk: int) -> Board:
    found = access.half_day_for_trainer(request.user, pk)
    return attendance.half_day_board(half_day=found, at=timezone.now())


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
        "followed": absences.followed_at(half_day=board.half_day) if board.is_held else set(),
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
            "prepared_devices": len(offline.live_tickets(half_day=board.half_day)),
            "to_settle": list(offline.items_to_settle().filter(ticket__half_day=board.half_day)),
        },
        status=422 if refusal else 200,
    )


def _recorded(
    request: HttpRequest, row: BoardRow, event: AttendanceEvent, what: str
) -> HttpResponse:
    messages.success(
        request, f"{row.enrolment.learner} : {what} à {format_time(event.received_at)}."
    )
    return redirect("portal:half-day", pk=event.half_day_id)


def _back(
    request: HttpRequest, board: Board, sentence: str, *, level: int = messages.INFO
) -> HttpResponse:
    messages.add_message(request, level, sentence)
    return redirect("portal:half-day", pk=board.half_day.pk)
