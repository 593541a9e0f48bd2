"""Panels of the home page of staff: what is to be done, by name, not figures.

An app adds its own panel: a subclass of `TodoPanel` appended to the list through Wagtail's hook
`construct_homepage_panels`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from wagtail.admin.ui.components import Component

SHOWN = 8


@dataclass(frozen=True)
class Todo:
    """One thing to do: what, a few words more, where."""

    label: str
    detail: str
    url: str


class TodoPanel(Component):
    """A list of things to do, of which the first few show.

    A subclass gives `title`, `nothing` (said when there is nothing to do), `order`,
    `permission`, and writes `get_queryset`, `todo` and, when there is one, `get_all_url`.
    A user without the permission does not see the panel at all.
    """

    template_name = "core/backoffice/todo_panel.html"
    title = ""
    nothing = ""
    order = 100
    permission = ""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether the person may do something about it."""
        return request.user.has_perm(self.permission)

    def get_queryset(self) -> QuerySet[Any]:
        """What is to be done, the most pressing first."""
        raise NotImplementedError

    def todo(self, record: Any) -> Todo:
        """How one thing to do is shown."""
        raise NotImplementedError

    def get_all_url(self) -> str:
        """The list of everything, when the panel shows only a part."""
        return ""

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        records = list(self.get_queryset()[: SHOWN + 1])
        more = len(records) > SHOWN
        return {
            "title": self.title,
            "nothing": self.nothing,
            "todos": [self.todo(record) for record in records[:SHOWN]],
            "all_url": self.get_all_url() if more else "",
            "more": more,
        }
