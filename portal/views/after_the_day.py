"""After the day: a late statement, and what a learner answers to the receipt."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from portal.decorators import personal_page
from portal.forms.attendance import DisputeForm, LateStatementForm
from training.domain import access, attendance
from training.exceptions import DomainError
from training.models import Enrolment, Organisation

METHODS = ["GET", "HEAD", "POST"]


@personal_page
@require_http_methods(METHODS)
def late_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """« I was there, and did not sign », by whoever holds the personal link."""
    link = attendance.valid_link(token)
    if link is None:
        return _closed(
            request,
            DomainError(
                "Ce lien n’est pas connu, ou n’est plus valable. Reprenez-le dans le dernier "
                "message reçu.",
                code="link_unknown",
            ),
        )
    return _late(request, link.enrolment)


@personal_page
@login_required
@require_http_methods(METHODS)
def late_in_space(request: HttpRequest, enrolment: uuid.UUID) -> HttpResponse:
    """The same for a learner who is logged in."""
    return _late(request, access.enrolment_for_learner(request.user, enrolment))


@personal_page
@require_http_methods(METHODS)
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """What is recorded of the day; a button, and only the button, says that it is not exact."""
    try:
        found = attendance.find_receipt(token)
    except DomainError as refusal:
        return _closed(request, refusal)
    form = DisputeForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            attendance.open_dispute(receipt=found, comment=form.cleaned_data["comment"])
        except DomainError as refusal:
            status = form.refuse(refusal)
        else:
            return redirect("portal:receipt", token=token)
    return render(
        request,
        "portal/phone/receipt.html",
        {
            "receipt": found,
            "lines": attendance.recorded_day(enrolment=found.enrolment, day=found.day),
            "dispute": getattr(found, "dispute", None),
            "form": form,
            "organisation": Organisation.load(),
        },
        status=status,
    )


def _late(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    half_days = attendance.half_days_to_state(enrolment=enrolment)
    form = LateStatementForm(
        request.POST if request.method == "POST" else None, half_days=half_days
    )
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            attendance.claim_late(
                half_day=form.cleaned_data["half_day"],
                enrolment=enrolment,
                signature=form.signature(request),
                reason=form.cleaned_data["reason"],
            )
        except DomainError as refusal:
            status = form.refuse(refusal)
        else:
            messages.success(
                request,
                "Signature reçue. Elle sera confirmée par la personne formatrice ou par "
                "l’organisme, et portée comme tardive, à sa date.",
            )
            return redirect("portal:sign-own-done")
    return render(
        request,
        "portal/phone/late.html",
        {"enrolment": enrolment, "half_days": half_days, "form": form},
        status=status,
    )


def _closed(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    return render(
        request,
        "portal/phone/closed.html",
        {"refusal": refusal, "organisation": Organisation.load()},
        status=404,
    )
