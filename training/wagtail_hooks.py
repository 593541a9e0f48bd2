"""What the app adds to the Wagtail admin."""

from typing import Any

from django.http import HttpRequest

from wagtail import hooks

from training.backoffice import (
    agreements,
    enquiries,
    enrolments,
    half_days,
    people,
    programmes,
    session_pages,
    sessions,
    todos,
    venues,
)
from training.backoffice.session_tabs import SessionTab
from training.models import TrainingSession


@hooks.register("register_admin_viewset")
def register_viewsets() -> list[object]:
    """The records of the domain."""
    return [
        sessions.SessionViewSet(),
        enquiries.EnquiryViewSet(),
        enrolments.EnrolmentViewSet(),
        enrolments.AdaptationViewSet(),
        half_days.HalfDayViewSet(),
        agreements.AgreementViewSet(),
        people.LearnerViewSet(),
        people.CompanyViewSet(),
        people.ContactViewSet(),
        people.TrainerViewSet(),
        people.FunderViewSet(),
        venues.VenueViewSet(),
        programmes.ProgrammeViewSet(),
        programmes.ProgrammeVersionViewSet(),
    ]


@hooks.register("construct_session_tabs")
def add_session_tabs(
    session: TrainingSession, request: HttpRequest, tabs: list[SessionTab]
) -> None:
    """The tabs of the domain on the page of a session."""
    session_pages.add_domain_tabs(session, request, tabs)


@hooks.register("construct_homepage_panels")
def add_home_panels(request: HttpRequest, panels: list[Any]) -> None:
    """What is to be done, before what is being written."""
    todos.add_panels(request, panels)
    enquiries.add_enquiries_panel(request, panels)
