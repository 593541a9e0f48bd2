"""The door of everybody's own space: who one is decides what is shown."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.company_space import companies_of
from portal.decorators import personal_page
from portal.learner_space import courses_of, titled_documents
from training.domain import access
from training.models import Organisation


@personal_page
@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What a learner, a trainer, a company's contact finds here; somebody may be all three."""
    user = request.user
    courses = courses_of(user)
    return render(
        request,
        "portal/home.html",
        {
            "courses": courses,
            "documents": titled_documents(user),
            "several_learners": len({item.enrolment.learner_id for item in courses}) > 1,
            "absences": access.absences_to_show_for(user),
            "invitations": access.invitations_of_learner(user),
            "is_trainer": access.is_trainer(user),
            "is_staff": user.is_staff,
            "companies": companies_of(user),
            "organisation": Organisation.load(),
        },
    )
