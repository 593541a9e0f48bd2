"""A half-day where there is no network: preparing it, the pages of the device, what comes back."""

import datetime as dt
import hashlib
import json
import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.addresses import address_of
from accounts.requests import user_of
from attendance.domain.offline import deposits, items, snapshot, synchronising, tickets
from attendance.models import OfflineItem
from core.decorators import personal_page, takes_files
from core.exceptions import DomainError
from training.domain import access
from training.models import HalfDay

#: What the pages of the device are made of; all of it is on the device once it is prepared.
SHELL_FILES = (
    "css/tokens.css",
    "css/base.css",
    "css/layout.css",
    "css/components.css",
    "css/site.css",
    "css/forms.css",
    "css/drawings.css",
    "css/pages.css",
    "css/attendance.css",
    "css/offline.css",
    "img/apple-touch-icon.png",
    "img/mark.svg",
    "js/in-use.js",
    "js/signature.js",
    "js/text.js",
    "js/offline/app.js",
    "js/offline/clock.js",
    "js/offline/device.js",
    "js/offline/files.js",
    "js/offline/rules.js",
    "js/offline/screens.js",
    "js/offline/store.js",
    "js/offline/sync.js",
    "js/offline/words.js",
)
#: How the answer to a device is given, by the code of the refusal.
STATUS = {
    "malformed": 400,
    "payload_too_large": 413,
    "ticket_invalid": 403,
    "ticket_revoked": 403,
    "ticket_expired": 403,
    "wrong_half_day": 403,
    "queue_gap": 409,
    "idempotency_conflict": 409,
    "protocol_unknown": 400,
    "deposit_unreadable": 400,
    "deposit_changed": 400,
}


@personal_page
@login_required
@require_POST
def prepare(request: HttpRequest, pk: int) -> JsonResponse:
    """A ticket for this device, and what the half-day needs.

    `device`: the number that the browser made for itself. `ticket`: the one that the device brings
    up to date without anybody asking for it.
    """
    half_day = access.half_day_for_trainer(request.user, pk)
    trainer = access.trainer_of(request.user)
    try:
        ticket, token = tickets.prepare(
            half_day=half_day,
            trainer=trainer,
            actor=user_of(request),
            device=_number(request.POST.get("device", "")),
            known=_number(request.POST.get("ticket", "")),
        )
    except DomainError as refusal:
        return _refused(refusal)
    return JsonResponse({"token": token, "preparation": snapshot.snapshot(ticket)})


@personal_page
@login_required
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """What was prepared for the half-day, on any device of this trainer, is worth nothing more."""
    half_day = access.half_day_for_trainer(request.user, pk)
    trainer = access.trainer_of(request.user)
    if tickets.revoke(half_day=half_day, trainer=trainer, actor=user_of(request)):
        messages.success(
            request,
            "Préparation révoquée : ce qu’un appareil garderait encore n’est plus enregistré de "
            "lui-même. Il reste lisible sur cet appareil, et peut être remis au secrétariat.",
        )
    return redirect("portal:half-day", pk=pk)


@never_cache
@csrf_exempt
@require_POST
def synchronise(request: HttpRequest) -> JsonResponse:
    """What a device brings back. Its ticket is the only key: neither session nor cookie count."""
    try:
        sending = items.read_sending(request.read(items.MAX_SENDING_BYTES + 1))
        ticket = tickets.read_ticket(sending.ticket, half_day_id=sending.half_day)
    except DomainError as refusal:
        return _refused(refusal)
    done = synchronising.synchronise(
        ticket=ticket,
        items=sending.items,
        origin=synchronising.Origin(
            sent_at=sending.sent_at,
            ip=address_of(request),
            user_agent=request.META.get("HTTP_USER_AGENT", ""),
        ),
    )
    answer = {
        "results": [_result(item) for item in done.taken],
        "preparation": snapshot.snapshot(ticket),
    }
    if done.stopped is None:
        return JsonResponse(answer)
    return _refused(done.stopped, **answer)


@takes_files(up_to=deposits.MAX_BYTES)
@personal_page
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def deposit(request: HttpRequest) -> JsonResponse:
    """What a device could not send by itself, handed in by its trainer as a file.

    GET answers what the pages of the device, the same for everybody, need to do so.
    """
    access.trainer_of(request.user)
    if request.method != "POST":
        return JsonResponse({"token": get_token(request)})
    raw = request.read(deposits.MAX_BYTES + 1)
    try:
        handed = deposits.read_file(raw)
        row, done = deposits.deposit(
            raw=raw,
            actor=user_of(request),
            reason=request.headers.get("X-Reason", ""),
            # A ticket that is not known any more says nothing: the trainer's own half-days do.
            half_day=_half_day_of(request, handed.half_day),
            sent_at=_moment(request.headers.get("X-Sent-At", "")),
            ip=address_of(request),
            user_agent=request.META.get("HTTP_USER_AGENT", ""),
        )
    except DomainError as refusal:
        return _refused(refusal)
    return JsonResponse(
        {
            "deposit": str(row.pk),
            "origin": row.origin,
            "words": row.get_origin_display(),
            "left": row.left_count,
            "results": [_result(item) for item in done.taken],
        }
    )


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
                _icon("img/mark.svg", "any", kind="image/svg+xml"),
                _icon("img/icon-192.png", "192x192"),
                _icon("img/icon-512.png", "512x512"),
                _icon("img/icon-maskable-512.png", "512x512", purpose="maskable"),
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
        "half_day": reverse("portal:half-day", args=[0]),
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


def _icon(
    name: str, sizes: str, *, kind: str = "image/png", purpose: str = "any"
) -> dict[str, str]:
    return {"src": static(name), "sizes": sizes, "type": kind, "purpose": purpose}


def _number(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _moment(text: str) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _half_day_of(request: HttpRequest, pk: int) -> HalfDay | None:
    try:
        return access.half_day_for_trainer(request.user, pk)
    except Http404:
        return None


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
