"""The search of the whole site."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wagtail.models import Page, Site

from cms.domain.catalogue.filters import TEXT_LENGTH
from cms.models.search import with_rank
from cms.models.visibility import visible_to_all
from cms.search_words import asked_stems

RESULTS_A_PAGE = 20


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Every page of the site that holds the words asked for, titles first."""
    text = request.GET.get("q", "").strip()[:TEXT_LENGTH]
    site = Site.find_for_request(request)
    found = Page.objects.none()
    if site and asked_stems(text):
        pages = visible_to_all(Page.objects.descendant_of(site.root_page).live())
        found = with_rank(pages, text).exclude(rank=None).order_by("rank", "path")
    page_obj = Paginator(found, RESULTS_A_PAGE).get_page(request.GET.get("page"))
    whole = Page.objects.filter(pk__in=[page.pk for page in page_obj]).specific().in_bulk()
    results = [
        {"title": page.title, "text": _summary_of(whole[page.pk]), "url": page.get_url(request)}
        for page in page_obj
    ]
    return render(
        request,
        "cms/search.html",
        {"text": text, "page_obj": page_obj, "results": results, "max_length": TEXT_LENGTH},
    )


def _summary_of(page: Page) -> str:
    return page.search_description or getattr(page, "introduction", "")
