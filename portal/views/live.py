"""The trainer's half-day as it goes: the live list, signatures to confirm, the room's code."""

import uuid

import segno

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import user_of
from attendance.domain import room_codes, signature_claims, walk_ins, windows
from attendance.domain.board import board_version, half_day_board
from attendance.models import SignatureClaim
from core.decorators import personal_page
from core.exceptions import DomainError
from portal.forms.attendance import WalkInForm
from portal.views.half_day import list_context
from training.domain import access
from training.models import HalfDay

METHODS = ["GET", "HEAD", "POST"]
#: htmx stops asking when it gets this.
STOP_POLLING = 286


@personal_page
@login_required
@require_safe
def live(request: HttpRequest, pk: int) -> HttpResponse:
    """The list again if it changed since the version that the page shows; else nothing (204)."""
    half_day = access.half_day_for_trainer(request.user, pk)
    now = timezone.now()
    if request.GET.get("v") == board_version(half_day=half_day, at=now):
        return HttpResponse(status=204)
    board = half_day_board(half_day=half_day, at=now)
    return render(
        request,
        "portal/trainer/live.html",
        list_context(request, board),
        status=STOP_POLLING if board.is_held else 200,
    )


@personal_page
@login_required
@require_POST
def confirm(request: HttpRequest, pk: int, claim: uuid.UUID) -> HttpResponse:
    """One tap: yes, it is this person."""
    waiting = _claim(request, pk, claim)
    try:
        signature_claims.confirm_claim(claim=waiting, actor=user_of(request))
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"{waiting.enrolment.learner} : présence confirmée.")
    return redirect("portal:half-day", pk=pk)


@personal_page
@login_required
@require_POST
def set_aside(request: HttpRequest, pk: int, claim: uuid.UUID) -> HttpResponse:
    """No: nothing is recorded from this signature."""
    waiting = _claim(request, pk, claim)
    try:
        signature_claims.refuse_claim(claim=waiting, actor=user_of(request))
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.info(
            request,
            f"{waiting.enrolment.learner} : signature écartée, rien n’est enregistré.",
        )
    return redirect("portal:half-day", pk=pk)


@personal_page
@login_required
@require_http_methods(METHODS)
def walk_in(request: HttpRequest, pk: int) -> HttpResponse:
    """A person is there whom no one expected: the office will find their enrolment."""
    half_day = access.half_day_for_trainer(request.user, pk)
    form = WalkInForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            noted = walk_ins.note_walk_in(
                half_day=half_day, actor=user_of(request), **form.cleaned_data
            )
        except DomainError as refusal:
            status = form.refuse(refusal)
        else:
            messages.success(
                request,
                f"Présence de {noted.name} : c’est noté. "
                "Le secrétariat retrouvera son inscription.",
            )
            return redirect("portal:half-day", pk=pk)
    return render(
        request,
        "portal/trainer/walk_in.html",
        {"half_day": half_day, "form": form},
        status=status,
    )


@personal_page
@login_required
@require_http_methods(METHODS)
def room_code(request: HttpRequest, pk: int) -> HttpResponse:
    """The code to show in the room or on the shared screen; a button makes another one."""
    half_day = access.half_day_for_trainer(request.user, pk)
    try:
        if request.method == "POST":
            room_codes.renew_room_code(half_day=half_day, actor=user_of(request))
            messages.success(request, "Nouveau code. L’ancien ne sert plus.")
            return redirect("portal:room-code", pk=pk)
        shown = room_codes.code_to_show(half_day=half_day, actor=user_of(request))
    except DomainError as refusal:
        messages.info(request, refusal.message)
        return redirect("portal:half-day", pk=pk)
    address = settings.SITE_URL + reverse(
        "portal:sign-room-qr", kwargs={"code": room_codes.secret_of(shown)}
    )
    code = room_codes.code_of(shown)
    return render(
        request,
        "portal/trainer/room_code.html",
        {
            "half_day": half_day,
            "window": windows.signing_window(half_day),
            "code": code,
            "letters": " ".join(code),
            "square": segno.make(address, error="m", micro=False).svg_data_uri(
                border=2, dark="#000", light="#fff"
            ),
            "address": settings.SITE_URL.partition("://")[2] + reverse("portal:sign-room"),
        },
    )


def _claim(request: HttpRequest, pk: int, claim: uuid.UUID) -> SignatureClaim:
    """A signature given at a half-day of the trainer. Raises Http404."""
    half_day: HalfDay = access.half_day_for_trainer(request.user, pk)
    found = (
        SignatureClaim.objects.filter(half_day=half_day, uuid=claim)
        .select_related("enrolment__learner", "half_day__session")
        .first()
    )
    if found is None:
        raise Http404
    return found
