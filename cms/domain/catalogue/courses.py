"""Courses of the catalogue, as plain rows."""

from dataclasses import dataclass, fields
from decimal import Decimal

from django.db.models import F

from wagtail.models import Page

from cms.models import CoursePage
from cms.models.search import with_rank
from cms.models.visibility import visible_to_all
from core import french
from training.enums import Modality

#: What a card needs: the rest of a course stays in the database.
COURSE_COLUMNS = {
    "theme_name": F("theme__name"),
    "theme_slug": F("theme__slug"),
    "theme_order": F("theme__sort_order"),
}


@dataclass(frozen=True, kw_only=True)
class CourseSummary:
    """A published course as the catalogue reads it: a plain row, not an object."""

    title: str
    slug: str
    programme_id: int | None
    modality: str
    duration_hours: Decimal | None
    price: Decimal | None
    without_prerequisites: bool
    theme_name: str | None
    theme_slug: str | None
    theme_order: int | None
    rank: int | None

    @property
    def summary(self) -> str:
        """« 14 heures, en présence »."""
        return summary_of(self.duration_hours, self.modality)


def every_course(catalogue: Page, *, text: str) -> list[CourseSummary]:
    """Published courses in the order of the editors, each with its `rank` for the words `text`
    (`cms.models.search.with_rank`): one query, from which the choices of the filters come too."""
    pages = visible_to_all(CoursePage.objects.child_of(catalogue).live())
    rows = (
        with_rank(pages, text)
        .annotate(**COURSE_COLUMNS)
        .order_by("path")
        .values(*(column.name for column in fields(CourseSummary)))
    )
    return [CourseSummary(**row) for row in rows]


def summary_of(hours: Decimal | None, modality: str) -> str:
    """« 14 heures, en présence »: a course on one line of a list."""
    length = french.format_hours(int(hours * 60)) if hours else ""
    return ", ".join(filter(None, [length, Modality(modality).label.lower()]))
