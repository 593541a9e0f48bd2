"""What shows why a person was away, deposited from their own space, with a phone."""

import uuid as uuids

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.requests import user_of
from attendance.domain import access
from attendance.domain.absences import documents
from attendance.forms.absences import AbsenceDocumentForm
from core.decorators import personal_page, takes_files
from core.domain.private_files import MAX_FILE_BYTES
from core.exceptions import DomainError
from core.models import Organisation


@takes_files(up_to=MAX_FILE_BYTES)
@personal_page
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def absence(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """Which half-days, what was received, and one more file to deposit while there is time."""
    follow_up = access.absence_for_learner(request.user, uuid)
    posted = request.method == "POST"
    form = AbsenceDocumentForm(request.POST, request.FILES) if posted else AbsenceDocumentForm()
    status = 200
    if posted:
        status = 422
        if form.is_valid():
            try:
                documents.deposit(
                    follow_up=follow_up,
                    content=form.cleaned_data["file"].read(),
                    actor=user_of(request),
                    by_learner=True,
                )
            except DomainError as refusal:
                form.add_error("file", refusal.message)
            else:
                messages.success(
                    request, "Justificatif reçu, merci. Le secrétariat va le vérifier."
                )
                return redirect("portal:absence", uuid=follow_up.uuid)
    return render(
        request,
        "portal/absence.html",
        {
            "follow_up": follow_up,
            "half_days": [
                item.half_day
                for item in follow_up.absences.select_related(
                    "half_day__venue", "half_day__session__venue"
                )
            ],
            "documents": follow_up.documents.order_by("received_at", "pk"),
            "may_deposit": documents.may_deposit(follow_up),
            "form": form,
            "organisation": Organisation.load(),
        },
        status=status,
    )
