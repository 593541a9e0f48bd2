"""The door of everybody's own space: who one is decides what is shown."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.requests import user_of
from attendance.domain.access import absences_to_show_for
from attendance.domain.open_half_days import open_half_days
from core.decorators import personal_page
from core.models import Organisation
from evaluations.domain.access import invitations_of_learner
from portal.company_space import companies_of
from portal.learner_space import courses_of, titled_documents
from training.domain import access


@personal_page
@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What a learner, a trainer, a company's contact finds here; a person may be all three."""
    user = user_of(request)
    courses = courses_of(user)
    return render(
        request,
        "portal/home.html",
        {
            "courses": courses,
            "to_sign": open_half_days(
                enrolments=[item.enrolment for item in courses], at=timezone.now()
            ),
            "documents": titled_documents(user),
            "several_learners": len({item.enrolment.learner_id for item in courses}) > 1,
            "absences": absences_to_show_for(user),
            "invitations": invitations_of_learner(user),
            "is_trainer": access.is_trainer(user),
            "is_staff": user.belongs_to_staff,
            "companies": companies_of(user),
            "organisation": Organisation.load(),
        },
    )
