"""Signing on one's own phone: the room's code, the personal link, the signature."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.throttle import Attempt
from attendance.domain import guessing, own_device, room_codes, signature_claims, signatures
from attendance.domain.own_device import clock_of
from attendance.models import RoomCode
from core.decorators import personal_page
from core.exceptions import DomainError
from core.french import format_time
from portal.forms.attendance import CarriedSignatureForm, OwnSignatureForm, RoomCodeForm
from portal.messages import say_recorded
from portal.own_phone import (
    attempt_code,
    device_of,
    keep_device,
    keep_room,
    new_device,
    room_of,
)
from training.models import Enrolment

METHODS = ["GET", "HEAD", "POST"]


@personal_page
@require_http_methods(METHODS)
def enter(request: HttpRequest) -> HttpResponse:
    """Type the letters shown in the room; a signature that waited for them is offered again."""
    form = RoomCodeForm(request.POST if request.method == "POST" else None)
    carried = _carried(request)
    if request.method == "POST" and form.is_valid():
        return _enter(request, form.cleaned_data["code"], form=form, carried=carried)
    return _code_page(request, form, carried=carried)


@personal_page
@require_safe
def enter_by_qr(request: HttpRequest, code: str) -> HttpResponse:
    """The same from the square shown in the room, or from letters that waited for their turn."""
    if not room_codes.is_secret(code):
        return _enter(request, code, form=RoomCodeForm({"code": code}))
    try:
        room = room_codes.find_room_by_secret(code)
    except DomainError as refusal:
        form = RoomCodeForm({})
        form.errors.clear()
        return _refused(request, refusal, form)
    response = redirect("portal:sign-who")
    keep_room(response, room)
    return response


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
        code = room_codes.code_of(room) if room else form.cleaned_data["code"]
        device = device_of(request) or new_device()
        attempt = attempt_code(request, token=token)
        if attempt.wait:
            return _wait(request, attempt, form, token=token, room=room)
        try:
            place, enrolment = own_device.recognise(token=token, code=code, device=device)
        except DomainError as refusal:
            _count(refusal, attempt)
            return _refused(request, refusal, form, token=token, room=room)
        attempt.succeeded()
        response = redirect("portal:sign-own", enrolment=enrolment.uuid)
        keep_device(response, device)
        keep_room(response, place)
        return response
    return _code_page(request, form, token=token, room=room)


@personal_page
@require_safe
def who(request: HttpRequest) -> HttpResponse:
    """In the room: this phone is known, or one opens one's link, or picks one's name.

    A phone known for one person who has not signed goes straight to their signature, unless
    another person holds it (`autre`).
    """
    room = room_of(request)
    if room is None:
        return _code_again(request)
    known = own_device.people_of(room=room, device=device_of(request))
    unsigned = own_device.unsigned_people(room=room)
    if len(known) == 1 and known[0] in unsigned and "autre" not in request.GET:
        return redirect("portal:sign-own", enrolment=known[0].uuid)
    return render(
        request,
        "portal/phone/who.html",
        {
            "half_day": room.half_day,
            "known": [(person, person not in unsigned) for person in known],
            "others": [person for person in unsigned if person not in known],
        },
    )


@personal_page
@require_http_methods(METHODS)
def sign(request: HttpRequest, enrolment: uuid.UUID) -> HttpResponse:
    """One person signs on their phone; without a personal link, the trainer will confirm."""
    room = room_of(request)
    if room is None:
        carried = CarriedSignatureForm(request.POST, enrolment=enrolment)
        return _code_again(request, carried if request.method == "POST" else None)
    person = own_device.expected_person(room=room, uuid=enrolment)
    if person is None:
        raise Http404
    recognised = person in own_device.people_of(room=room, device=device_of(request))
    if sentence := _already(room, person, recognised=recognised):
        say_recorded(request, sentence, level=messages.INFO)
        return redirect("portal:sign-own-done")
    form = OwnSignatureForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            sentence = _record(request, room, person, form, recognised=recognised)
        except DomainError as refusal:
            status = form.refuse(refusal)
        else:
            say_recorded(request, sentence)
            return redirect("portal:sign-own-done")
    return _sign_page(request, room, person, form, recognised=recognised, status=status)


@personal_page
@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """After a signature; the URL says nothing of who signed. The phone may be lent to another."""
    return render(request, "portal/phone/done.html", {"may_lend": room_of(request) is not None})


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
        event = own_device.sign_on_own_device(
            room=room,
            enrolment=person,
            device=device,
            signature=form.signature(request),
            idempotency_key=form.cleaned_data["key"],
            device_time=device_time,
        )
        at = format_time(event.received_at, zone=room.half_day.zone)
        return f"Présence de {person.learner} : enregistrée à {at}. Merci."
    signature_claims.submit_named_claim(
        room=room,
        enrolment=person,
        signature=form.signature(request),
        device=device,
        context=clock_of(device_time),
    )
    return (
        f"Signature de {person.learner} : reçue. La personne formatrice la confirme : votre "
        "présence sera alors enregistrée."
    )


def _already(room: RoomCode, person: Enrolment, *, recognised: bool) -> str:
    """What is known of the person already, by name: the phone may be in other hands."""
    if own_device.is_recorded_present(room=room, enrolment=person):
        return f"Présence de {person.learner} : déjà enregistrée."
    if not recognised and signature_claims.is_waiting(half_day=room.half_day, enrolment=person):
        return (
            f"Signature de {person.learner} : déjà reçue, la personne formatrice doit encore "
            "la confirmer."
        )
    return ""


def _sign_page(
    request: HttpRequest,
    room: RoomCode,
    person: Enrolment,
    form: OwnSignatureForm,
    *,
    recognised: bool,
    status: int = 200,
) -> HttpResponse:
    return render(
        request,
        "portal/phone/sign.html",
        {
            "half_day": room.half_day,
            "person": person,
            "recognised": recognised,
            "form": form,
            "statement": signatures.presence_statement(room.half_day),
        },
        status=status,
    )


# --- The code of the room -------------------------------------------------------------------------


def _enter(
    request: HttpRequest,
    code: str,
    *,
    form: RoomCodeForm,
    carried: CarriedSignatureForm | None = None,
) -> HttpResponse:
    attempt = attempt_code(request)
    if attempt.wait:
        return _wait(request, attempt, form, code=code, carried=carried)
    try:
        room = room_codes.find_room(code)
    except DomainError as refusal:
        _count(refusal, attempt)
        return _refused(request, refusal, form, carried=carried)
    attempt.succeeded()
    response = _offer_again(request, room, carried) if carried else None
    response = response or redirect("portal:sign-who")
    keep_room(response, room)
    return response


def _carried(request: HttpRequest) -> CarriedSignatureForm | None:
    """The signature that a page of the code brings along, if it brings one."""
    if not request.POST.get("enrolment"):
        return None
    form = CarriedSignatureForm(request.POST)
    form.is_valid()
    return form if form.cleaned_data.get("enrolment") else None


def _offer_again(
    request: HttpRequest, room: RoomCode, carried: CarriedSignatureForm
) -> HttpResponse | None:
    """The page to sign with what was given before the code had to be typed again."""
    person = own_device.expected_person(room=room, uuid=carried.cleaned_data["enrolment"])
    if person is None:
        return None
    recognised = person in own_device.people_of(room=room, device=device_of(request))
    if _already(room, person, recognised=recognised):
        return redirect("portal:sign-own", enrolment=person.uuid)
    return _sign_page(
        request, room, person, OwnSignatureForm(initial=carried.given()), recognised=recognised
    )


def _count(refusal: DomainError, attempt: Attempt) -> None:
    """A wrong code or link counts; a right one that comes too early does not."""
    if refusal.code == "access_refused":
        guessing.note_failure()
    else:
        attempt.succeeded()


def _refused(
    request: HttpRequest,
    refusal: DomainError,
    form: RoomCodeForm,
    *,
    token: str = "",
    room: RoomCode | None = None,
    carried: CarriedSignatureForm | None = None,
) -> HttpResponse:
    form.add_error(None, refusal.message)
    return _code_page(request, form, token=token, room=room, carried=carried, status=422)


def _wait(
    request: HttpRequest,
    attempt: Attempt,
    form: RoomCodeForm,
    *,
    token: str = "",
    room: RoomCode | None = None,
    carried: CarriedSignatureForm | None = None,
    code: str = "",
) -> HttpResponse:
    """Each attempt in its turn: the page sends this one again by itself."""
    response = _code_page(
        request,
        form,
        token=token,
        room=room,
        carried=carried,
        # Without a script, the page comes back by itself at the URL of the letters; a signature
        # that goes along is sent by hand.
        letters=code.strip()[:20] if carried is None else "",
        wait=attempt.wait,
        status=429,
    )
    response["Retry-After"] = str(attempt.wait)
    return response


def _code_page(
    request: HttpRequest,
    form: RoomCodeForm,
    *,
    token: str = "",
    room: RoomCode | None = None,
    carried: CarriedSignatureForm | None = None,
    letters: str = "",
    wait: int = 0,
    status: int = 200,
) -> HttpResponse:
    return render(
        request,
        "portal/phone/code.html",
        {
            "wait": wait,
            "letters": letters if letters.isalpha() else "",
            "form": form,
            "token": token,
            "half_day": room.half_day if room else None,
            "carried": carried,
        },
        status=status,
    )


def _code_again(request: HttpRequest, carried: CarriedSignatureForm | None = None) -> HttpResponse:
    """Ask for the code in force; a signature given meanwhile goes along, and is offered again."""
    if carried is not None:
        return _code_page(request, RoomCodeForm(), carried=carried, status=422)
    messages.info(request, "Saisissez le code affiché en ce moment.")
    return redirect("portal:sign-room")
