"""Pages that end with a form: what people send lands in the back office."""

from http import HTTPMethod, HTTPStatus
from typing import Any

from django.conf import settings
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.cache import add_never_cache_headers

from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from accounts import throttle
from cms.models.content import ContentPage
from cms.models.enquiry_form import PublicEnquiryForm
from training.models.enquiries import EnquirySubject

TOO_MANY = (
    "Trop de messages sont partis de votre connexion depuis une heure. Réessayez plus tard, ou "
    "appelez-nous. Ce que vous avez écrit est toujours ci-dessous."
)
THANKS = "merci"


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
    # For caches of pages that ask the page itself.
    cache_control = "no-store"

    class Meta:
        verbose_name = "page avec formulaire"
        verbose_name_plural = "pages avec formulaire"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `form`, and `is_sent` once the request has left."""
        context = super().get_context(request, *args, **kwargs)
        context["form"] = kwargs.get("form") or PublicEnquiryForm(subject=self.subject)
        context["is_sent"] = THANKS in request.GET
        return context

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; a sent form is answered by a redirection, or shown again with its faults."""
        response = self._send(request) if request.method == "POST" else self._show(request)
        add_never_cache_headers(response)
        return response

    def _send(self, request: HttpRequest) -> HttpResponse:
        form = PublicEnquiryForm(request.POST, subject=self.subject)
        if not form.is_valid():
            form.empty_trap()
            return self._show(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
        if not throttle.take(request, action="enquiry", limit=settings.MESSAGES_PER_HOUR):
            form.add_error(None, TOO_MANY)
            response = self._show(request, form, HTTPStatus.TOO_MANY_REQUESTS)
            response["Retry-After"] = str(throttle.HOUR)
            return response
        form.send()
        return redirect(f"{self.get_url(request)}?{THANKS}")

    def _show(
        self,
        request: HttpRequest,
        form: PublicEnquiryForm | None = None,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> HttpResponse:
        context = self.get_context(request, form=form)
        return TemplateResponse(request, self.get_template(request), context, status=status)
