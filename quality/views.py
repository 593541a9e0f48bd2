"""The public page where one complains."""

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from wagtail.models import Site

from accounts import throttle
from cms.models import ContentPage
from cms.models.visibility import visible_to_all
from quality.forms import ComplaintForm

TOO_MANY = (
    "Trop de messages sont partis de votre connexion depuis une heure. Réessayez plus tard, ou "
    "appelez-nous. Ce que vous avez écrit est toujours ci-dessous."
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def complaint(request: HttpRequest) -> HttpResponse:
    """What editors wrote for this page, then the form; a sent form is answered elsewhere."""
    if request.method != "POST":
        return _page(request, ComplaintForm())
    form = ComplaintForm(request.POST, request.FILES)
    if not form.is_valid():
        form.empty_trap()
        return _page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    if not throttle.take(request, action="complaint", limit=settings.MESSAGES_PER_HOUR):
        form.add_error(None, TOO_MANY)
        response = _page(request, form, HTTPStatus.TOO_MANY_REQUESTS)
        response["Retry-After"] = str(throttle.HOUR)
        return response
    form.send()
    return redirect(f"{request.path}?merci")


def _page(
    request: HttpRequest, form: ComplaintForm, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    site = Site.find_for_request(request)
    written = None
    if site is not None:
        path = f"{site.root_page.url_path}{request.path.lstrip('/')}"
        written = visible_to_all(ContentPage.objects.live()).filter(url_path=path).first()
    context = {"form": form, "page": written, "is_sent": "merci" in request.GET}
    return render(request, "quality/complaint.html", context, status=status)
