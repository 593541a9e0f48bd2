"""The sheet to sign by hand, for who trains that day and for the staff."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from certificates.domain.kinds import attendance_blank
from core.domain.private_files import PDF
from core.downloads import private_file
from core.french import as_day
from training.domain import access
from training.models import HalfDay


@require_safe
@never_cache
@login_required
def blank_sheet(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The print of the day of a half-day. Raises Http404 for what is not theirs."""
    if request.user.has_perm("training.view_halfday"):
        half_day = get_object_or_404(HalfDay.objects.counting(), pk=pk)
    else:
        half_day = access.half_day_for_trainer(request.user, pk)
    session = half_day.session
    day = as_day(half_day.starts_at, zone=half_day.zone)
    return private_file(
        attendance_blank.pdf(session=session, day=day),
        name=f"feuille-a-signer-{session.code}-{day.isoformat()}.pdf",
        media_type=PDF,
    )
