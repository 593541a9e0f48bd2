"""Pages of service: results, certification, plan of the site."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils import timezone

from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page

from cms.models.content import ContentPage
from cms.models.visibility import visible_to_all
from training.domain.evaluations.published import published_results
from training.models import Organisation


class ResultsPage(ContentPage):
    """Rates of the last twelve months, each with its formula (indicator 2)."""

    template = "cms/results_page.html"
    page_description = "Les taux des douze derniers mois, calculés, avec leur formule."
    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    max_count = 1

    class Meta:
        verbose_name = "page des résultats"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `results`, computed on the day."""
        context = super().get_context(request, *args, **kwargs)
        context["results"] = published_results(on=timezone.localdate())
        return context


class CertificationPage(ContentPage):
    """The certificate itself, which must be shown; its facts come from the organisation."""

    certificate_file = models.ForeignKey(
        "wagtaildocs.Document",
        verbose_name="le certificat",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Le fichier PDF remis par le certificateur. Ne pas l’afficher est une "
        "non-conformité majeure.",
    )
    qualiopi_logo = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name="logo Qualiopi",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Celui que votre certificateur vous a remis, sans le modifier. Sans lui, un "
        "dessin neutre le remplace. Il ne paraît que sur les pages générales, avec sa mention.",
    )

    content_panels = [
        *ContentPage.content_panels,
        MultiFieldPanel(
            [FieldPanel("certificate_file"), FieldPanel("qualiopi_logo")], heading="Qualiopi"
        ),
    ]
    template = "cms/certification_page.html"
    page_description = "Le certificat Qualiopi, son logo et ses mentions."
    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    max_count = 1

    class Meta:
        verbose_name = "page de la certification"


class SitemapPage(ContentPage):
    """Every page of the site, as a list that follows its tree."""

    template = "cms/sitemap_page.html"
    page_description = "Le plan du site, tenu à jour tout seul."
    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    max_count = 1

    class Meta:
        verbose_name = "plan du site"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `branches`: (page, pages under it), one query."""
        context = super().get_context(request, *args, **kwargs)
        home = self.get_parent()
        pages = visible_to_all(Page.objects.descendant_of(home).live()).order_by("path")
        branches: list[tuple[Page, list[Page]]] = []
        for page in pages:
            if page.depth == home.depth + 1:
                branches.append((page, []))
            elif branches:
                branches[-1][1].append(page)
        context.update(home=home, branches=branches)
        return context


def certification() -> CertificationPage | None:
    """The published page of the certificate, with its logo and its file."""
    organisation = Organisation.objects.filter(pk=1).exclude(certificate_number="").exists()
    if not organisation:
        return None
    return (
        visible_to_all(CertificationPage.objects.live())
        .select_related("certificate_file", "qualiopi_logo")
        .first()
    )
