"""Lists as spreadsheets: every list of ours gives its columns, or no file at all."""

from typing import Any

import pytest

from wagtail.admin.views.mixins import SpreadsheetExportMixin

from core.backoffice.exports import SafeExportMixin
from tests.cast import Actor
from tests.project_urls import ProjectUrl, all_urls

#: Wagtail's own list of users, which the owner alone opens.
OF_WAGTAIL = "wagtailusers_users:"


def _exports(url: ProjectUrl) -> bool:
    view = getattr(url.callback, "view_class", None)
    if not url.is_ours or url.name.startswith(OF_WAGTAIL):
        return False
    return isinstance(view, type) and issubclass(view, SpreadsheetExportMixin)


LISTS = [url for url in all_urls() if _exports(url)]


def test_the_lists_are_those_of_every_app() -> None:
    assert len(LISTS) > 40


@pytest.mark.parametrize("url", LISTS, ids=lambda url: url.name)
def test_a_list_exports_named_columns_or_nothing(rf: Any, url: ProjectUrl) -> None:
    """Wagtail's own would answer with blank lines where no column is named."""
    view = url.callback.view_class(**url.callback.view_initkwargs)
    assert isinstance(view, SafeExportMixin)
    view.setup(rf.get("/", {"export": "csv"}))
    assert view.is_export == bool(view.list_export)


@pytest.mark.django_db
def test_a_list_without_columns_to_export_is_shown(office: Actor) -> None:
    response = office.get("/gestion/absences/?export=csv")
    assert response["Content-Type"].startswith("text/html")
