"""What the app adds to the Wagtail admin: presence, absences, paper, distance work."""

from typing import Any

from django.http import HttpRequest

from wagtail import hooks

from attendance.backoffice import absences, deposits, paper, remote, session_tab
from attendance.backoffice import half_days as half_day_attendance
from attendance.backoffice.todos import add_attendance_panels
from training.backoffice.half_days import HalfDayPanel
from training.backoffice.session_tabs import SessionTab
from training.models import HalfDay, TrainingSession


@hooks.register("register_admin_viewset")
def register_absence_viewsets() -> list[object]:
    """Absences that are followed, and the grounds that may be given."""
    return [absences.AbsenceViewSet(), absences.AbsenceGroundViewSet()]


@hooks.register("construct_session_tabs")
def add_attendance_tabs(
    session: TrainingSession, request: HttpRequest, tabs: list[SessionTab]
) -> None:
    """« À distance » and « Émargement » on the page of a session."""
    remote.add_tab(session, request, tabs)
    session_tab.add_attendance_tab(session, request, tabs)


@hooks.register("construct_half_day_panels")
def add_half_day_panels(
    half_day: HalfDay, request: HttpRequest, panels: list[HalfDayPanel]
) -> None:
    """Who came, and what proves it, on the page of a half-day."""
    panels.append(half_day_attendance.AttendancePanel(half_day, request))


@hooks.register("construct_homepage_panels")
def add_attendance_todos(request: HttpRequest, panels: list[Any]) -> None:
    """What attendance leaves to be settled."""
    add_attendance_panels(request, panels)


@hooks.register("register_admin_urls")
def register_attendance_urls() -> list[object]:
    """The attendance tab of a session, and the actions on what it shows."""
    return [
        *session_tab.urlpatterns,
        *half_day_attendance.urlpatterns,
        *deposits.urlpatterns,
        *paper.urlpatterns,
        *remote.urlpatterns,
    ]
