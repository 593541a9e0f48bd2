"""The sheet to sign by hand, for who trains that day and for the staff."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from certificates.domain.contexts import attendance_blank
from training.domain import access
from training.french import as_day
from training.models import HalfDay


@require_safe
@never_cache
@login_required
def blank_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The print of the day of a half-day. Raises Http404 for what is not theirs."""
    if request.user.has_perm("training.view_halfday"):
        half_day = get_object_or_404(HalfDay.objects.counting(), pk=pk)
    else:
        half_day = access.half_day_for_trainer(request.user, pk)
    session = half_day.session
    day = as_day(half_day.starts_at, zone=half_day.zone)
    response = HttpResponse(
        attendance_blank.pdf(session=session, day=day), content_type="application/pdf"
    )
    response["Content-Disposition"] = (
        f'inline; filename="feuille-a-signer-{session.code}-{day.isoformat()}.pdf"'
    )
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
