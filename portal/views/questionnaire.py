"""Answering a questionnaire: by a personal link, or from one's own space."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from core.decorators import personal_page
from core.exceptions import DomainError
from core.models import Organisation
from evaluations.domain import access, questionnaires
from evaluations.enums import ResponseSource
from evaluations.exceptions import AnswersRefused
from evaluations.models import Invitation
from portal.forms.questionnaire import QuestionnaireForm

#: A refusal of the domain → the status of the page that says it.
STATUSES = {"invitation_unknown": 404, "invitation_expired": 410}


@personal_page
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The person who holds the link answers, without an account; the link serves once."""
    try:
        invitation = questionnaires.find_invitation(token)
    except DomainError as refusal:
        return _refused(request, refusal)
    return _answer(request, invitation)


@personal_page
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def in_space(request: HttpRequest, pk: int) -> HttpResponse:
    """The same form for a learner who is logged in; only theirs exist."""
    return _answer(request, access.invitation_for_learner(request.user, pk))


@personal_page
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """After an answer; the address says nothing of who answered."""
    return render(request, "portal/questionnaire_done.html")


def _answer(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = QuestionnaireForm(data, questionnaire=invitation.questionnaire)
    if form.is_bound and form.is_valid():
        try:
            questionnaires.submit_response(
                invitation=invitation, answers=form.answers(), source=ResponseSource.ONLINE
            )
        except AnswersRefused as refusal:
            form.refuse(refusal)
        except DomainError as refusal:  # answered or expired since the page was opened
            return _refused(request, refusal)
        else:
            return redirect("portal:questionnaire-done")
    return render(
        request,
        "portal/questionnaire.html",
        {
            "form": form,
            "questionnaire": invitation.questionnaire,
            "session": invitation.enrolment.session,
        },
    )


def _refused(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    if refusal.code == "already_answered":
        return render(request, "portal/questionnaire_done.html", {"already": refusal})
    return render(
        request,
        "portal/questionnaire_closed.html",
        {"refusal": refusal, "organisation": Organisation.load()},
        status=STATUSES[refusal.code],
    )
