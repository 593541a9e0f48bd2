"""Every list of the back office leads from each row to the page of its record."""

import pytest

from wagtail import hooks
from wagtail.admin.ui.tables import TitleColumn

from core.backoffice.records import RecordViewSet

#: Lines that have no page of their own.
WITHOUT_PAGE = {"journal"}
#: A single record, which has no list.
WITHOUT_LIST = {"organisation"}


# Read the lists of every app.
hooks.search_for_hooks()


def _all_subclasses(kind: type) -> list[type]:
    return [item for child in kind.__subclasses__() for item in [child, *_all_subclasses(child)]]


VIEWSETS = [
    viewset
    for viewset in _all_subclasses(RecordViewSet)
    if viewset.__dict__.get("model") and viewset.name not in WITHOUT_LIST
]


def test_the_lists_are_those_of_every_app():
    assert len(VIEWSETS) > 20


@pytest.mark.parametrize("viewset", VIEWSETS, ids=lambda viewset: viewset.name)
def test_a_row_leads_to_its_record(viewset):
    first = viewset.list_display[0]
    leads = isinstance(first, str | TitleColumn)
    assert leads != (viewset.name in WITHOUT_PAGE)
