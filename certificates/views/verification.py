"""Public pages that say whether a document is ours."""

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import throttle
from certificates.domain import verification
from certificates.domain.proofs import proving
from certificates.forms import FileVerificationForm, VerificationForm
from certificates.models import Document
from core.decorators import personal_page
from core.downloads import private_file

#: Checks that found nothing, from one network address in `WINDOW` seconds, before each number and
#: code waits for its turn. A document that is found never counts: an employer has a pile of them.
ACTION = "verify"
FAILURES = 40
WINDOW = 600
NOT_FOUND = "Aucun document émis par nous ne porte ce numéro avec ce code : vérifiez la saisie."


@personal_page
@require_http_methods(["GET", "HEAD", "POST"])
def verify_by_number(request: HttpRequest) -> HttpResponse:
    """Both forms; the right pair of number and code leads to the page of the document."""
    form = VerificationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        attempt = throttle.attempt(request, action=ACTION, limit=FAILURES, seconds=WINDOW)
        if attempt.wait:
            response = _forms(request, number_form=form, wait=attempt.wait)
            response.status_code = 429
            response["Retry-After"] = str(attempt.wait)
            return response
        document = verification.find_by_number(**form.cleaned_data)
        if document is not None:
            attempt.succeeded()
            return redirect("certificates:verify", token=document.token)
        form.add_error(None, NOT_FOUND)
    return _forms(request, number_form=form)


@personal_page
@require_http_methods(["GET", "HEAD", "POST"])
def verify_by_file(request: HttpRequest) -> HttpResponse:
    """Whether we issued a file of exactly these bytes; only its hash is sent to us."""
    form = FileVerificationForm(_spaceless(request) if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        document = verification.find_by_hash(form.cleaned_data["sha256"])
        if document is None:
            return _unknown(request, by_file=True)
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
    wait: int = 0,
) -> HttpResponse:
    context = {
        "wait": wait,
        "number_form": number_form or VerificationForm(),
        "file_form": file_form or FileVerificationForm(),
    }
    return render(request, "certificates/verify_form.html", context)


def _verdict(request: HttpRequest, document: Document, *, same_file: bool) -> HttpResponse:
    context = {
        "verdict": verification.verdict(document),
        "same_file": same_file,
        "token": document.token,
        "covered_on": proving.covered_on(document),
    }
    return render(request, "certificates/verify.html", context)


@personal_page
@require_safe
def verify(request: HttpRequest, token: str) -> HttpResponse:
    """The page reached from the QR code: authentic, replaced, revoked, or unknown (404)."""
    document = verification.find_by_token(token)
    if document is None:
        return _unknown(request, by_file=False)
    return _verdict(request, document, same_file=False)


@personal_page
@require_safe
def proof(request: HttpRequest, token: str) -> HttpResponseBase:
    """The proof that a document is under a published root, as a file; 404 before its first root."""
    document = verification.find_by_token(token)
    found = proving.proof_of_document(document) if document else None
    if document is None or found is None:
        raise Http404
    name = f"preuve-{document.file_name.removesuffix('.pdf')}.json"
    content = json.dumps(found, indent=1).encode()
    return private_file(content, name=name, media_type="application/json", as_attachment=True)


def _unknown(request: HttpRequest, *, by_file: bool) -> HttpResponse:
    """No document has this hash or this address. It counts as a wrong code does."""
    if not throttle.take(request, action=ACTION, limit=FAILURES, seconds=WINDOW):
        response = render(request, "certificates/verify_too_many.html", status=429)
        response["Retry-After"] = str(WINDOW)
        return response
    return render(request, "certificates/verify_unknown.html", {"by_file": by_file}, status=404)
