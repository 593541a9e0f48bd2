"""Pages that end with a form: what people send lands in the back office."""

from http import HTTPMethod
from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from cms.models.content import ContentPage
from training.models.enquiries import EnquirySubject


class EnquiryPage(ContentPage):
    """Text by editors, then a form. Never kept by a cache: it carries a token of its own."""

    subject = models.CharField(
        "objet des demandes",
        max_length=12,
        choices=EnquirySubject,
        blank=True,
        help_text="Vide : la personne choisit l’objet.",
    )
    form_title = models.CharField(
        "titre du formulaire",
        max_length=100,
        default="Nous écrire",
        help_text="Au-dessus du formulaire\u00a0: ce que l’on y fait.",
    )
    thanks = models.TextField(
        "remerciement",
        max_length=400,
        default="Votre demande est arrivée. Nous vous répondons sous une semaine.",
        help_text="Lu après l’envoi : dites ce qui se passe ensuite.",
    )

    content_panels = [
        *ContentPage.content_panels,
        MultiFieldPanel(
            [FieldPanel("form_title"), FieldPanel("subject"), FieldPanel("thanks")],
            heading="Formulaire",
        ),
    ]
    template = "cms/enquiry_page.html"
    page_description = "Une page et un formulaire ; les demandes arrivent dans la gestion."
    subpage_types: list[str] = []
    allowed_http_methods = [HTTPMethod.GET, HTTPMethod.HEAD, HTTPMethod.POST, HTTPMethod.OPTIONS]

    class Meta:
        verbose_name = "page avec formulaire"
        verbose_name_plural = "pages avec formulaire"

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page and its form; `cms.views.enquiries` receives what is sent."""
        response = super().serve(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response
