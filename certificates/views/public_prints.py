"""Texts in force and published programmes, for everybody: pages, and plain prints."""

import hashlib

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from certificates.domain import texts
from certificates.domain.kinds import organisation_text, programme, text_blocks
from certificates.models import DocumentTemplate
from core.downloads import disposition
from training.enums import ProgrammeOrigin
from training.models import ProgrammeVersion

#: Browsers and proxies may keep a print for this long, in seconds.
MAX_AGE = 3600


@require_safe
def text(request: HttpRequest, slug: str) -> HttpResponse:
    """The version in force, as a page."""
    return _page(request, _in_force(slug), is_current=True)


@require_safe
def text_version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A version that is or was in force: what a convention annexes is found again here."""
    found = _published(slug, number)
    return _page(request, found, is_current=found == texts.in_force(slug))


@require_safe
def text_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """The version in force, as a PDF."""
    return _text_pdf(request, _in_force(slug))


@require_safe
def text_version_pdf(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A version that is or was in force, as a PDF."""
    return _text_pdf(request, _published(slug, number))


@require_safe
def programme_pdf(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """A published version of a public programme; anything else does not exist."""
    version = get_object_or_404(
        ProgrammeVersion.objects.select_related("programme"),
        programme__code=code,
        number=number,
        origin=ProgrammeOrigin.PAGE,
    )
    return _pdf(request, programme.pdf(version), f"programme-{code}-v{number}.pdf")


def _in_force(slug: str) -> DocumentTemplate:
    found = texts.in_force(slug)
    if found is None:
        raise Http404
    return found


def _published(slug: str, number: int) -> DocumentTemplate:
    found = texts.published(slug, number)
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, found: DocumentTemplate, *, is_current: bool) -> HttpResponse:
    values = {"text": found, "blocks": text_blocks.blocks(found.body), "is_current": is_current}
    return render(request, "certificates/text.html", values)


def _text_pdf(request: HttpRequest, found: DocumentTemplate) -> HttpResponse:
    return _pdf(request, organisation_text.pdf(found), f"{found.slug}-v{found.number}.pdf")


def _pdf(request: HttpRequest, content: bytes, name: str) -> HttpResponse:
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(content, content_type="application/pdf")
        response["Content-Disposition"] = disposition(name)
        response["X-Content-Type-Options"] = "nosniff"
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={MAX_AGE}"
    return response
