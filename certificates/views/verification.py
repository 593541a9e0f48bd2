"""Public pages that say whether a document is ours."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import throttle
from certificates.domain import verification
from certificates.forms import FileVerificationForm, VerificationForm
from certificates.models import Document

#: Checks allowed to one network address in `WINDOW` seconds: an employer with a pile of
#: certificates passes, somebody who tries codes does not.
CHECKS = 40
WINDOW = 600
NOT_FOUND = "Aucun document émis par nous ne porte ce numéro avec ce code : vérifiez la saisie."

View = Callable[..., HttpResponse]


def unlisted_page(view: View) -> View:
    """Kept by no cache, listed by no search engine."""

    @wraps(view)
    @never_cache
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return wrapped


@unlisted_page
@require_http_methods(["GET", "HEAD", "POST"])
def verify_by_number(request: HttpRequest) -> HttpResponse:
    """Both forms; the right pair of number and code leads to the page of the document."""
    form = VerificationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not _may_check(request):
            return _too_many(request)
        if form.is_valid():
            document = verification.find_by_number(**form.cleaned_data)
            if document is not None:
                return redirect("certificates:verify", token=document.token)
            form.add_error(None, NOT_FOUND)
    return _forms(request, number_form=form)


@unlisted_page
@require_http_methods(["GET", "HEAD", "POST"])
def verify_by_file(request: HttpRequest) -> HttpResponse:
    """Whether we issued a file of exactly these bytes; only its hash is sent to us."""
    form = FileVerificationForm(_spaceless(request) if request.method == "POST" else None)
    if request.method == "POST":
        if not _may_check(request):
            return _too_many(request)
        if form.is_valid():
            document = verification.find_by_hash(form.cleaned_data["sha256"])
            if document is None:
                context = {"by_file": True}
                return render(request, "certificates/verify_unknown.html", context, status=404)
            return _verdict(request, document, same_file=True)
    return _forms(request, file_form=form)


def _spaceless(request: HttpRequest) -> dict[str, str]:
    """Some programs write a hash in groups, or in capitals."""
    return {"sha256": "".join(request.POST.get("sha256", "").split()).lower()}


def _forms(
    request: HttpRequest,
    *,
    number_form: VerificationForm | None = None,
    file_form: FileVerificationForm | None = None,
) -> HttpResponse:
    context = {
        "number_form": number_form or VerificationForm(),
        "file_form": file_form or FileVerificationForm(),
    }
    return render(request, "certificates/verify_form.html", context)


def _verdict(request: HttpRequest, document: Document, *, same_file: bool) -> HttpResponse:
    context = {"verdict": verification.verdict(document), "same_file": same_file}
    return render(request, "certificates/verify.html", context)


@unlisted_page
@require_safe
def verify(request: HttpRequest, token: str) -> HttpResponse:
    """The page reached from the QR code: authentic, replaced, revoked, or unknown (404)."""
    if not _may_check(request):
        return _too_many(request)
    document = verification.find_by_token(token)
    if document is None:
        return render(request, "certificates/verify_unknown.html", {"by_file": False}, status=404)
    return _verdict(request, document, same_file=False)


def _may_check(request: HttpRequest) -> bool:
    return throttle.take(request, action="verify", limit=CHECKS, seconds=WINDOW)


def _too_many(request: HttpRequest) -> HttpResponse:
    response = render(request, "certificates/verify_too_many.html", status=429)
    response["Retry-After"] = str(WINDOW)
    return response
