"""Pages of the gallery: what is seen by people, on sample data, side by side."""

import datetime

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from certificates import kinds
from certificates.domain.rendering import engine
from certificates.models import Document
from cms.blocks import BODY_BLOCKS
from core import mails
from operations.gallery.sample_forms import SampleForm
from operations.gallery.sample_mails import SAMPLES

ERROR_PAGES = {"403": 403, "403_csrf": 403, "404": 404, "500": 500}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What the gallery holds."""
    return render(
        request,
        "gallery/index.html",
        {
            "error_pages": ERROR_PAGES,
            "kinds": kinds.every(),
            "mails": [
                (slug, mails.render_subject(compose()))
                for slug, (_template, compose) in SAMPLES.items()
            ],
        },
    )


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Every component of the design system, on sample data."""
    refused = SampleForm({"email": "pas-une-adresse", "channel": ""})
    refused.is_valid()
    return render(
        request,
        "gallery/components.html",
        {
            "form": SampleForm(auto_id="free_%s"),
            "refused_form": refused,
            "page_obj": Paginator(range(60), 20).page(2),
            "sample_facts": [
                ("Durée", "14 heures, 2 jours"),
                ("Prérequis", "Aucun"),
                ("Modalité", "En présence"),
                ("Délai d’accès", "3 semaines environ"),
            ],
            "sample_day": datetime.date(2027, 1, 14),
            "blocks": [block.bind(block.get_preview_value()) for _name, block in BODY_BLOCKS],
            "seeds": ["gouvernance-partagee", "tiers-lieu", "reemploi"],
        },
    )


@require_safe
def error_page(request: HttpRequest, name: str) -> HttpResponse:
    """A page of error, as it is answered outside DEBUG."""
    if name not in ERROR_PAGES:
        raise Http404
    return render(request, f"{name}.html", status=ERROR_PAGES[name])


@require_safe
def document(request: HttpRequest, code: str, rank: int) -> HttpResponse:
    """A kind of document on one of its samples, as a PDF."""
    try:
        kind = kinds.get(code)
        sample = list(kind.samples.values())[rank]
    except LookupError:
        raise Http404 from None
    rendered = engine.render(
        Document(
            kind=code,
            number=f"{kind.prefix}-0000-0000" if kind.is_numbered else "",
            context=sample(),
            issued_on=datetime.date(2026, 12, 2),
        )
    )
    return HttpResponse(rendered, content_type="application/pdf")


@require_safe
def mail(request: HttpRequest, slug: str) -> HttpResponse:
    """A mail on sample data: its subject, and its two versions one below the other."""
    if slug not in SAMPLES:
        raise Http404
    template, compose = SAMPLES[slug]
    return render(
        request,
        "gallery/mail.html",
        {"slug": slug, "template": template, "mail": mails.render(compose())},
    )


@require_safe
def mail_html(request: HttpRequest, slug: str) -> HttpResponse:
    """The same mail, as a mailbox shows it."""
    if slug not in SAMPLES:
        raise Http404
    return HttpResponse(mails.render(SAMPLES[slug][1]()).html)
