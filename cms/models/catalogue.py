"""The catalogue: every course, filtered by plain addresses."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.http import HttpRequest, QueryDict

from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from cms.models.course import CoursePage
from cms.models.theme import Theme
from cms.models.upcoming import UpcomingSession, upcoming_sessions
from cms.models.visibility import visible_to_all
from training.enums import Modality

#: What a card needs: the rest of a course stays in the database.
ENTRY_FIELDS = [
    "title",
    "slug",
    "path",
    "depth",
    "url_path",
    "theme__name",
    "programme",
    "modality",
    "duration_hours",
    "duration_days",
    "price",
    "access_delay",
]


@dataclass(frozen=True)
class CatalogueFilters:
    """What a visitor asked of the list. Values that mean nothing are ignored, and said."""

    theme: str = ""
    modality: str = ""
    ignored: bool = False

    @classmethod
    def read(cls, query: QueryDict, themes: list[Theme]) -> "CatalogueFilters":
        """Filters of an address such as `?theme=tiers-lieux&modalite=mixed`."""
        asked = {"theme": query.get("theme", ""), "modality": query.get("modalite", "")}
        known = {"theme": {theme.slug for theme in themes}, "modality": set(Modality.values)}
        if any(value and value not in known[name] for name, value in asked.items()):
            return cls(ignored=True)
        return cls(**asked)

    @property
    def is_active(self) -> bool:
        """Whether the list is shorter than the whole catalogue for a reason of the visitor's."""
        return bool(self.theme or self.modality)


@dataclass(frozen=True)
class CatalogueEntry:
    """A course, and its next session when there is one."""

    page: CoursePage
    next_session: UpcomingSession | None


class CatalogueIndexPage(Page):
    """The list of the courses."""

    introduction = models.TextField("chapeau", max_length=400, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    template = "cms/catalogue_index_page.html"
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.CoursePage"]
    max_count = 1

    class Meta:
        verbose_name = "catalogue des formations"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `entries`, `filters`, `themes` and `modalities`; as many queries for 5 as for 60."""
        context = super().get_context(request, *args, **kwargs)
        themes = list(Theme.objects.all())
        filters = CatalogueFilters.read(request.GET, themes)
        context.update(
            themes=themes,
            modalities=Modality.choices,
            filters=filters,
            entries=self.entries(filters),
        )
        return context

    def entries(self, filters: CatalogueFilters) -> list[CatalogueEntry]:
        """Published courses that pass the filters, in the order editors gave them."""
        courses = (
            visible_to_all(CoursePage.objects.child_of(self).live())
            .select_related("theme")
            .only(*ENTRY_FIELDS)
        )
        if filters.theme:
            courses = courses.filter(theme__slug=filters.theme)
        if filters.modality:
            courses = courses.filter(modality=filters.modality)
        soonest: dict[int, UpcomingSession] = {}
        for line in upcoming_sessions():
            soonest.setdefault(line.session.programme_version.programme_id, line)
        return [
            CatalogueEntry(page=page, next_session=soonest.get(page.programme_id or 0))
            for page in courses.order_by("path")
        ]
