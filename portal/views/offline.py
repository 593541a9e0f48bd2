"""A half-day where there is no network: preparing it, the pages of the device, what comes back."""

import hashlib
import json
from typing import Any

from allauth.account.adapter import get_adapter

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from portal.decorators import personal_page
from training.domain import access
from training.domain.attendance import offline
from training.exceptions import DomainError
from training.models import OfflineItem

#: What the pages of the device are made of; all of it is on the device once it is prepared.
SHELL_FILES = (
    "css/tokens.css",
    "css/base.css",
    "css/layout.css",
    "css/components.css",
    "css/pages.css",
    "css/attendance.css",
    "css/offline.css",
    "img/mark.svg",
    "js/signature.js",
    "js/offline/app.js",
    "js/offline/clock.js",
    "js/offline/screens.js",
    "js/offline/store.js",
    "js/offline/sync.js",
)
#: How the answer to a device is told, by the code of the refusal.
STATUS = {
    "malformed": 400,
    "payload_too_large": 413,
    "ticket_invalid": 403,
    "ticket_revoked": 403,
    "ticket_expired": 403,
    "wrong_half_day": 403,
    "queue_gap": 409,
    "idempotency_conflict": 409,
}


@personal_page
@login_required
@require_POST
def prepare(request: HttpRequest, pk: int) -> JsonResponse:
    """A ticket for this device, and what the half-day needs."""
    half_day = access.half_day_for_trainer(request.user, pk)
    trainer = access.trainer_of(request.user)
    try:
        ticket, token = offline.prepare(half_day=half_day, trainer=trainer, actor=request.user)
    except DomainError as refusal:
        return _refused(refusal)
    return JsonResponse({"token": token, "preparation": offline.snapshot(ticket)})


@personal_page
@login_required
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """What was prepared for the half-day, on any device of this trainer, is worth nothing more."""
    half_day = access.half_day_for_trainer(request.user, pk)
    trainer = access.trainer_of(request.user)
    if offline.revoke(half_day=half_day, trainer=trainer, actor=request.user):
        messages.success(
            request,
            "Préparation révoquée : ce qu’un appareil garderait encore ne sera pas enregistré.",
        )
    return redirect("portal:half-day", pk=pk)


@never_cache
@csrf_exempt
@require_POST
def synchronise(request: HttpRequest) -> JsonResponse:
    """What a device brings back. Its ticket is the only key: neither session nor cookie count."""
    try:
        sending = offline.read_sending(request.read(offline.MAX_BYTES + 1))
        ticket = offline.read_ticket(sending.ticket, half_day_id=sending.half_day)
    except DomainError as refusal:
        return _refused(refusal)
    done = offline.synchronise(
        ticket=ticket,
        items=sending.items,
        origin=offline.Origin(
            sent_at=sending.sent_at,
            ip=str(get_adapter().get_client_ip(request)),
            user_agent=request.META.get("HTTP_USER_AGENT", ""),
        ),
    )
    answer = {
        "results": [_result(item) for item in done.taken],
        "preparation": offline.snapshot(ticket),
    }
    if done.stopped is None:
        return JsonResponse(answer)
    return _refused(done.stopped, **answer)


@require_safe
def app(request: HttpRequest) -> HttpResponse:
    """The pages of the device: the same for everybody, without anybody's data."""
    return render(request, "portal/trainer/offline.html")


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """What makes the trainer's pages an application that can be installed."""
    return JsonResponse(
        {
            "name": "Émargement",
            "short_name": "Émargement",
            "description": "Faire signer une demi-journée de formation, même sans réseau.",
            "lang": "fr",
            "id": reverse("portal:trainer-day"),
            "start_url": reverse("portal:trainer-day"),
            "scope": reverse("portal:trainer-day"),
            "display": "standalone",
            "background_color": "#fbf8f1",
            "theme_color": "#fbf8f1",
            "icons": [
                {
                    "src": static("img/mark.svg"),
                    "sizes": "any",
                    "type": "image/svg+xml",
                    "purpose": "any",
                }
            ],
        },
        content_type="application/manifest+json",
    )


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. Served here because its folder is its scope."""
    page = app(request).content
    shell = {
        "page": reverse("portal:offline"),
        "files": [static(name) for name in SHELL_FILES],
    }
    # Another page or another file, another version: the device takes the whole again.
    version = hashlib.sha256(page + json.dumps(shell).encode()).hexdigest()[:16]
    response = render(
        request,
        "portal/trainer/sw.js",
        {"shell": json.dumps(shell | {"version": version})},
        content_type="text/javascript; charset=utf-8",
    )
    add_never_cache_headers(response)
    return response


def _result(item: OfflineItem) -> dict[str, Any]:
    return {
        "key": str(item.key),
        "sequence": item.sequence,
        "outcome": item.outcome,
        "words": item.get_outcome_display(),
        "message": item.message,
    }


def _refused(refusal: DomainError, **more: Any) -> JsonResponse:
    return JsonResponse(
        {"code": refusal.code, "message": refusal.message, **more},
        status=STATUS.get(refusal.code, 422),
    )
