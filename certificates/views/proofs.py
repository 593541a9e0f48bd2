"""What anyone may read of the published roots, and where witnesses send their signatures."""

from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from accounts import throttle
from certificates.domain.proofs import listing, published, witnesses
from certificates.domain.proofs.publishing import last_root
from certificates.models import RootTimestamp
from core.downloads import disposition
from core.exceptions import DomainError

CHECKER = Path(__file__).resolve().parent.parent / "data" / "verificateur.py"
#: Seconds during which a file that anyone may read is kept.
MAX_AGE = 300
#: Signatures taken from one network address in an hour, right or wrong, and bytes of each.
SIGNATURES_PER_HOUR = 30
MAX_SIGNATURE = 4096
#: What each refusal of a signature is over HTTP.
REFUSALS = {"unknown_witness": 404, "unreadable": 400, "bad_signature": 403, "unknown_root": 409}

public = cache_control(public=True, max_age=MAX_AGE)


@require_safe
def roots_page(request: HttpRequest, year: int | None = None) -> HttpResponse:
    """The roots of a year, the newest one unless said otherwise, in words for anyone."""
    years = listing.years()
    if year is not None and year not in years:
        raise Http404
    shown = year or (years[0] if years else None)
    context = {
        "years": years,
        "year": shown,
        "rows": listing.rows(year=shown) if shown else [],
        "last": last_root(),
    }
    return render(request, "certificates/roots.html", context)


@require_safe
@public
def roots_json(request: HttpRequest) -> HttpResponse:
    """Every root since the first, as `verificateur.py` and `verify_attendance --roots` read it."""
    return _json(published.whole_list())


@require_safe
@public
def last_json(request: HttpRequest) -> HttpResponse:
    """The last root: what a witness reads and signs."""
    last = last_root()
    if last is None:
        raise Http404
    return _json({"schema": published.SCHEMA, **published.entries([last])[0]})


@require_safe
@public
def timestamp(request: HttpRequest, number: int) -> HttpResponse:
    """The token that dates a root (RFC 3161), as the authority gave it."""
    found = get_object_or_404(RootTimestamp, root__number=number, token__isnull=False)
    response = HttpResponse(bytes(found.token or b""), content_type="application/timestamp-reply")
    response["Content-Disposition"] = disposition(f"racine-{number}.tsr", as_attachment=True)
    return response


@require_safe
@public
def checker(request: HttpRequest) -> HttpResponse:
    """The program that checks a proof without us."""
    response = HttpResponse(CHECKER.read_bytes(), content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = disposition("verificateur.py", as_attachment=True)
    return response


@csrf_exempt  # what allows it is the signature, which no visitor's browser can make
@require_POST
def witness(request: HttpRequest, name: str) -> HttpResponse:
    """A witness's signature of a root of ours: kept and shown beside it."""
    if not throttle.take(request, action="witness", limit=SIGNATURES_PER_HOUR):
        return _json({"error": "Trop d’envois : réessayez dans une heure."}, status=429)
    body = request.read(MAX_SIGNATURE + 1)
    if len(body) > MAX_SIGNATURE:
        return _json({"error": "Ce message est trop long."}, status=413)
    try:
        row, is_new = witnesses.receive(witness=name, body=body, at=timezone.now())
    except DomainError as refusal:
        answer = {"error": str(refusal), "code": refusal.code}
        return _json(answer, status=REFUSALS.get(refusal.code, 400))
    return _json({"number": row.root.number, "line": row.root.line}, status=201 if is_new else 200)


def _json(content: object, *, status: int = 200) -> JsonResponse:
    return JsonResponse(
        content, status=status, json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
