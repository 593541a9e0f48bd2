"""Distance learning for trainers: who did what, what shows it, one activity at a time."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import user_of
from attendance.domain.remote import reading, recording
from attendance.forms.remote import RemoteDoneForm
from attendance.models import RemoteActivityDone
from core.decorators import personal_page
from core.exceptions import DomainError
from training.domain import access
from training.models import Enrolment, RemoteActivity


@personal_page
@login_required
@require_safe
def activities(request: HttpRequest, code: str) -> HttpResponse:
    """Each person and each activity of the session."""
    session = access.session_for_trainer(request.user, code)
    return render(
        request,
        "portal/trainer/remote.html",
        {"session": session, "rows": reading.remote_rows(session=session)},
    )


@personal_page
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def activity(request: HttpRequest, code: str, enrolment: int, activity: int) -> HttpResponse:
    """Write down what a person did of one activity, and validate it."""
    session = access.session_for_trainer(request.user, code)
    person = get_object_or_404(
        Enrolment.objects.taking_part().select_related("learner", "session"),
        pk=enrolment,
        session=session,
        learner__isnull=False,
    )
    asked = get_object_or_404(RemoteActivity, pk=activity, version=session.programme_version)
    known = RemoteActivityDone.objects.filter(enrolment=person, activity=asked).first()
    initial = (
        {"done_on": known.done_on, "evidence": known.evidence, "reference": known.reference}
        if known
        else {}
    )
    form = RemoteDoneForm(request.POST or None, activity=asked, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                recording.record_done(
                    enrolment=person, activity=asked, actor=user_of(request), **form.cleaned_data
                )
            except DomainError as refusal:
                form.add_error(None, refusal.message)
            else:
                messages.success(request, f"{person.learner} : « {asked} » est notée.")
                return redirect("portal:remote", code=session.code)
    return render(
        request,
        "portal/trainer/remote_activity.html",
        {"session": session, "person": person, "activity": asked, "form": form},
        status=status,
    )
