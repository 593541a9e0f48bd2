"""After the day: a late statement, and what a learner answers to the receipt."""

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from attendance.domain import own_device, receipts, signature_claims
from attendance.domain.open_half_days import open_half_days
from core.decorators import personal_page
from core.exceptions import DomainError
from core.models import Organisation
from core.registry import evidence_note
from portal.forms.attendance import DisputeForm, LateStatementForm
from portal.messages import say_recorded
from training.domain import access
from training.models import Enrolment

METHODS = ["GET", "HEAD", "POST"]


@personal_page
@require_http_methods(METHODS)
def late_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """« I was there, and did not sign », by the person who holds the personal link."""
    link = own_device.valid_link(token)
    if link is None:
        return _closed(
            request,
            DomainError(
                "Ce lien n’est pas connu, ou n’est plus valable. Reprenez-le dans le dernier "
                "message reçu.",
                code="link_unknown",
            ),
        )
    return _late(
        request,
        link.enrolment,
        sign_url=reverse("portal:sign-link", args=[token]),
        context={"link_id": link.pk},
    )


@personal_page
@login_required
@require_http_methods(METHODS)
def late_in_space(request: HttpRequest, enrolment: uuid.UUID) -> HttpResponse:
    """The same for a learner who is logged in."""
    mine = access.enrolment_for_learner(request.user, enrolment)
    sign_url = reverse("portal:sign-room")
    return _late(request, mine, sign_url=sign_url, context={"factor": "account"})


@personal_page
@require_http_methods(METHODS)
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """What is recorded of the day; a button, and only the button, says that it is not exact."""
    try:
        found = receipts.find_receipt(token)
    except DomainError as refusal:
        return _closed(request, refusal)
    form = DisputeForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            receipts.open_dispute(receipt=found, comment=form.cleaned_data["comment"])
        except DomainError as refusal:
            status = form.refuse(refusal)
        else:
            return redirect("portal:receipt", token=token)
    return render(
        request,
        "portal/phone/receipt.html",
        {
            "receipt": found,
            "lines": receipts.recorded_day(enrolment=found.enrolment, day=found.day),
            "dispute": getattr(found, "dispute", None),
            "form": form,
            "organisation": Organisation.load(),
            "last_root": evidence_note(found.sent_at),
        },
        status=status,
    )


def _late(
    request: HttpRequest, enrolment: Enrolment, *, sign_url: str, context: dict[str, Any]
) -> HttpResponse:
    half_days = signature_claims.half_days_to_state(enrolment=enrolment)
    form = LateStatementForm(
        request.POST if request.method == "POST" else None, half_days=half_days
    )
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            signature_claims.submit_late_claim(
                half_day=form.cleaned_data["half_day"],
                enrolment=enrolment,
                signature=form.signature(request),
                reason=form.cleaned_data["reason"],
                context=context,
            )
        except DomainError as refusal:
            status = form.refuse(refusal)
        else:
            say_recorded(
                request,
                "Signature reçue. Elle sera confirmée par la personne formatrice ou par "
                "l’organisme, et portée comme tardive, à sa date.",
            )
            return redirect("portal:sign-own-done")
    return render(
        request,
        "portal/phone/late.html",
        {
            "enrolment": enrolment,
            "half_days": half_days,
            "form": form,
            "open_half_days": open_half_days(enrolments=[enrolment], at=timezone.now()),
            "sign_url": sign_url,
        },
        status=status,
    )


def _closed(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    return render(
        request,
        "portal/phone/closed.html",
        {"refusal": refusal, "organisation": Organisation.load()},
        status=404,
    )
