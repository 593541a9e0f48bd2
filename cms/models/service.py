"""Pages of service: results, certification, plan of the site."""

from django.db import models

from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from cms.models.content import ContentPage


class ResultsPage(ContentPage):
    """Rates of the last twelve months, each with its formula (indicator 2)."""

    template = "cms/results_page.html"
    page_description = "Les taux des douze derniers mois, calculés, avec leur formule."
    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    max_count = 1

    class Meta:
        verbose_name = "page des résultats"


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
