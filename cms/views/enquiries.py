"""Pages that end with a form: what visitors send lands in the back office."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers

from accounts import throttle
from cms.forms.enquiry import PublicEnquiryForm
from cms.models import EnquiryPage
from cms.views.pages import context_of

TOO_MANY = (
    "Trop de messages sont partis de votre connexion depuis une heure. Réessayez plus tard, ou "
    "appelez-nous. Ce que vous avez écrit est toujours ci-dessous."
)
THANKS = "merci"


@context_of.register
def _enquiry(
    page: EnquiryPage,
    request: HttpRequest,
    *,
    form: PublicEnquiryForm | None = None,
    **options: Any,
) -> dict[str, Any]:
    """`form`, and `is_sent` once the request has left."""
    return {
        "form": form or PublicEnquiryForm(subject=page.subject),
        "is_sent": THANKS in request.GET,
    }


def receive(page: EnquiryPage, request: HttpRequest) -> HttpResponse:
    """A sent form is answered by a redirection, or shown again with its faults."""
    response = _answer(page, request)
    add_never_cache_headers(response)
    return response


def _answer(page: EnquiryPage, request: HttpRequest) -> HttpResponse:
    form = PublicEnquiryForm(request.POST, subject=page.subject)
    if not form.is_valid():
        form.empty_trap()
        return _again(page, request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    if not throttle.take(request, action="enquiry", limit=settings.MESSAGES_PER_HOUR):
        form.add_error(None, TOO_MANY)
        response = _again(page, request, form, HTTPStatus.TOO_MANY_REQUESTS)
        response["Retry-After"] = str(throttle.HOUR)
        return response
    form.send()
    return redirect(f"{page.get_url(request)}?{THANKS}")


def _again(
    page: EnquiryPage, request: HttpRequest, form: PublicEnquiryForm, status: HTTPStatus
) -> HttpResponse:
    response = page.serve(request, form=form)
    response.status_code = status
    return response
