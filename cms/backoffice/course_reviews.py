"""Courses whose page has not been read again for too long, on the home page of staff."""

import datetime as dt
from calendar import monthrange

from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from wagtail.permission_policies.pages import PagePermissionPolicy

from cms.models import CoursePage
from core.backoffice.todos import Todo, TodoPanel
from core.domain.rules import rule
from core.french import format_day


class ReviewsPanel(TodoPanel):
    """Pages to check: what they say must still be true (indicator 1)."""

    title = "Pages de formation à relire"
    nothing = "Toutes les pages ont été relues."
    order = 70

    def is_shown(self, request: HttpRequest) -> bool:
        return PagePermissionPolicy().user_has_permission(request.user, "change")

    def get_queryset(self) -> QuerySet[CoursePage]:
        today = timezone.localdate()
        limit = months_before(today, rule("course_review_months", on=today))
        return (
            CoursePage.objects.live()
            .filter(reviewed_on__lt=limit)
            .only("title", "reviewed_on")
            .order_by(F("reviewed_on").asc(), "path")
        )

    def todo(self, record: CoursePage) -> Todo:
        return Todo(
            record.title,
            f"Relue le {format_day(record.reviewed_on)}",
            reverse("wagtailadmin_pages:edit", args=[record.pk]),
        )


def months_before(day: dt.date, months: int) -> dt.date:
    """The same day so many months earlier, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
