"""Signing on one's own phone: the room's code, the personal link, the signature."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import throttle
from portal.decorators import personal_page
from portal.forms.attendance import OwnSignatureForm, RoomCodeForm
from portal.own_phone import device_of, keep_device, keep_room, new_device, room_of
from training.domain import attendance
from training.domain.attendance.own_device import clock_of
from training.exceptions import DomainError
from training.french import format_time
from training.models import Enrolment, RoomCode

METHODS = ["GET", "HEAD", "POST"]
#: Wrong links and codes that one network address may try in ten minutes: people of one room
#: share theirs.
FAILURES = 60
FAILURES_SECONDS = 600


@personal_page
@require_http_methods(METHODS)
def enter(request: HttpRequest) -> HttpResponse:
    """Type the letters shown in the room."""
    form = RoomCodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _enter(request, form.cleaned_data["code"], form=form)
    return _code_page(request, form)


@personal_page
@require_safe
def enter_by_qr(request: HttpRequest, code: str) -> HttpResponse:
    """The same from the square shown in the room."""
    return _enter(request, code, form=RoomCodeForm({"code": code}))


@personal_page
@require_http_methods(METHODS)
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """A personal link: says nothing, not even whether it is good, before the room's code."""
    room = room_of(request)
    form = RoomCodeForm(request.POST if request.method == "POST" else None)
    if room is not None:
        # The square of the room was scanned a moment ago.
        del form.fields["code"]
    if request.method == "POST" and form.is_valid():
        code = attendance.code_of(room) if room else form.cleaned_data["code"]
        device = device_of(request) or new_device()
        try:
            _refuse_too_many(request)
            place, enrolment = attendance.recognise(token=token, code=code, device=device)
        except DomainError as refusal:
            return _refused(request, refusal, form, token=token, room=room)
        response = redirect("portal:sign-own", enrolment=enrolment.uuid)
        keep_device(response, device)
        keep_room(response, place)
        return response
    return _code_page(request, form, token=token, room=room)


@personal_page
@require_safe
def who(request: HttpRequest) -> HttpResponse:
    """In the room: this phone is known, or one opens one's link, or picks one's name."""
    room = room_of(request)
    if room is None:
        return _code_again(request)
    known = attendance.people_of(room=room, device=device_of(request))
    if len(known) == 1:
        return redirect("portal:sign-own", enrolment=known[0].uuid)
    others = [item for item in attendance.unsigned_people(room=room) if item not in known]
    return render(
        request,
        "portal/phone/who.html",
        {"half_day": room.half_day, "known": known, "others": others},
    )


@personal_page
@require_http_methods(METHODS)
def sign(request: HttpRequest, enrolment: uuid.UUID) -> HttpResponse:
    """One person signs on their phone; without a personal link, the trainer will confirm."""
    room = room_of(request)
    if room is None:
        return _code_again(request)
    known = attendance.people_of(room=room, device=device_of(request))
    person = _person(enrolment, [*known, *attendance.unsigned_people(room=room)])
    mark = person.marks.filter(half_day=room.half_day, state="present").first()
    if mark is not None:
        messages.info(request, "Votre présence à cette demi-journée est déjà enregistrée.")
        return redirect("portal:sign-own-done")
    form = OwnSignatureForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            sentence = _record(request, room, person, form, recognised=person in known)
        except DomainError as refusal:
            status = form.refuse(refusal)
        else:
            messages.success(request, sentence)
            return redirect("portal:sign-own-done")
    return render(
        request,
        "portal/phone/sign.html",
        {
            "half_day": room.half_day,
            "person": person,
            "recognised": person in known,
            "form": form,
            "statement": attendance.presence_statement(room.half_day),
        },
        status=status,
    )


@personal_page
@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """After a signature; the address says nothing of who signed."""
    return render(request, "portal/phone/done.html")


def _record(
    request: HttpRequest,
    room: RoomCode,
    person: Enrolment,
    form: OwnSignatureForm,
    *,
    recognised: bool,
) -> str:
    """One event, or one signature to confirm; what to tell the person."""
    device_time = form.cleaned_data["device_time"]
    device = device_of(request)
    if recognised:
        event = attendance.sign_on_own_device(
            room=room,
            enrolment=person,
            device=device,
            signature=form.signature(request),
            idempotency_key=form.cleaned_data["key"],
            device_time=device_time,
        )
        return f"Présence enregistrée à {format_time(event.received_at)}. Merci."
    attendance.claim_with_name(
        room=room,
        enrolment=person,
        signature=form.signature(request),
        device=device,
        context=clock_of(device_time),
    )
    return (
        "Signature reçue. La personne formatrice la confirme : votre présence sera alors "
        "enregistrée."
    )


def _enter(request: HttpRequest, code: str, *, form: RoomCodeForm) -> HttpResponse:
    try:
        _refuse_too_many(request)
        room = attendance.find_room(code)
    except DomainError as refusal:
        return _refused(request, refusal, form)
    response = redirect("portal:sign-who")
    keep_room(response, room)
    return response


def _refuse_too_many(request: HttpRequest) -> None:
    if throttle.reached(request, action="sign", limit=FAILURES, seconds=FAILURES_SECONDS):
        raise DomainError(
            "Trop d’essais depuis cette connexion. Patientez quelques minutes, ou signez sur "
            "l’appareil de la personne formatrice.",
            code="too_many_attempts",
        )


def _refused(
    request: HttpRequest,
    refusal: DomainError,
    form: RoomCodeForm,
    *,
    token: str = "",
    room: RoomCode | None = None,
) -> HttpResponse:
    status = 422
    if refusal.code == "access_refused":
        throttle.take(request, action="sign", limit=FAILURES, seconds=FAILURES_SECONDS)
    elif refusal.code == "too_many_attempts":
        status = 429
    form.add_error(None, refusal.message)
    response = _code_page(request, form, token=token, room=room, status=status)
    if status == 429:
        response["Retry-After"] = str(FAILURES_SECONDS)
    return response


def _code_page(
    request: HttpRequest,
    form: RoomCodeForm,
    *,
    token: str = "",
    room: RoomCode | None = None,
    status: int = 200,
) -> HttpResponse:
    return render(
        request,
        "portal/phone/code.html",
        {"form": form, "token": token, "half_day": room.half_day if room else None},
        status=status,
    )


def _code_again(request: HttpRequest) -> HttpResponse:
    messages.info(request, "Saisissez le code affiché en ce moment.")
    return redirect("portal:sign-room")


def _person(enrolment: uuid.UUID, people: list[Enrolment]) -> Enrolment:
    """Somebody expected at the half-day. Raises Http404."""
    for person in people:
        if person.uuid == enrolment:
            return person
    raise Http404
