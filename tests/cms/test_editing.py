"""Editors in the back office: what they may do, what publishing asks for."""

from typing import Any

import pytest

from django.urls import reverse

from wagtail.test.utils.form_data import nested_form_data, streamfield

from cms.models import CatalogueIndexPage, CoursePage
from tests.cast import Actor
from tests.cms.pages import course_values, draft_course, open_catalogue, published_course

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue() -> CatalogueIndexPage:
    return open_catalogue()


def form_of(**changes: Any) -> dict[str, Any]:
    """What the browser sends from the form of a course."""
    values = course_values(
        objectives=streamfield([("objective", "Animer une décision.")]),
        content=streamfield([("part", "Les formes.")]),
    )
    values["theme"] = values["theme"].pk
    values.update(
        remote_activities=streamfield([]),
        modality="on_site",
        seo_title="",
        search_description="",
        certification="",
    )
    return nested_form_data({**values, **changes})


def edit(editor: Actor, page: CoursePage, **data: Any) -> Any:
    return editor.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data)


def test_an_editor_publishes_a_complete_course(
    editor: Actor, catalogue: CatalogueIndexPage
) -> None:
    url = reverse("wagtailadmin_pages:add", args=["cms", "coursepage", catalogue.pk])
    response = editor.post(url, {**form_of(), "action-publish": "1"})
    assert response.status_code == 302
    page = CoursePage.objects.get()
    assert page.live
    version = page.programme.versions.get()
    assert version.published_by == editor.user
    assert version.objectives[0]["id"]


def test_publishing_an_incomplete_course_names_what_is_missing(
    editor: Actor, catalogue: CatalogueIndexPage
) -> None:
    page = draft_course(catalogue)
    incomplete = form_of(audience="", price="", duration_hours="", objectives=streamfield([]))
    response = edit(editor, page, **incomplete, **{"action-publish": "1"})
    assert response.status_code == 200
    assert (
        "La page ne peut pas être publiée\u00a0: il manque Objectifs, Public, Durée, Tarif."
        in response.content.decode()
    )
    page.refresh_from_db()
    assert not page.live


def test_an_incomplete_draft_is_kept(editor: Actor, catalogue: CatalogueIndexPage) -> None:
    page = draft_course(catalogue)
    response = edit(editor, page, **form_of(audience="", objectives=streamfield([])))
    assert response.status_code == 302
    page.refresh_from_db()
    assert page.get_latest_revision_as_object().audience == ""


def test_a_draft_of_a_published_course_may_be_incomplete(
    editor: Actor, catalogue: CatalogueIndexPage
) -> None:
    page = published_course(catalogue)
    response = edit(editor, page, **form_of(methods=""))
    assert response.status_code == 302
    page.refresh_from_db()
    assert page.methods
    assert page.live


@pytest.mark.parametrize(
    ("field", "value"), [("price", "-1"), ("duration_hours", "0"), ("duration_days", "peu")]
)
def test_a_nonsense_figure_is_refused_at_its_field(
    editor: Actor, catalogue: CatalogueIndexPage, field: str, value: str
) -> None:
    page = draft_course(catalogue)
    response = edit(editor, page, **form_of(**{field: value}), **{"action-publish": "1"})
    assert response.status_code == 200
    assert field in response.context["form"].errors
    page.refresh_from_db()
    assert not page.live


def test_a_free_course_may_be_published(editor: Actor, catalogue: CatalogueIndexPage) -> None:
    page = draft_course(catalogue)
    response = edit(editor, page, **form_of(price="0"), **{"action-publish": "1"})
    assert response.status_code == 302
    page.refresh_from_db()
    assert page.programme.versions.get().content["price_euros"] == "0.00"


def test_a_draft_is_previewed_as_it_stands(editor: Actor, catalogue: CatalogueIndexPage) -> None:
    page = draft_course(catalogue)
    url = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    sent = editor.post(url, form_of(audience="", price=""))
    assert sent.json()["is_valid"]
    response = editor.get(url)
    assert response.status_code == 200
    assert "À la fin, vous saurez" in response.content.decode()


def test_editors_write_pages_themes_and_pictures(
    editor: Actor, catalogue: CatalogueIndexPage
) -> None:
    for name, arguments in [
        ("wagtailadmin_explore", [catalogue.pk]),
        ("wagtailimages:add", []),
        ("wagtaildocs:add", []),
        ("wagtailsnippets_cms_theme:add", []),
    ]:
        assert editor.get(reverse(name, args=arguments)).status_code == 200, name


def test_the_office_does_not_write_pages(office: Actor, catalogue: CatalogueIndexPage) -> None:
    page = draft_course(catalogue)
    assert edit(office, page, **form_of()).status_code == 302
    assert not page.revisions.exists()


def test_a_theme_in_use_is_not_deleted(editor: Actor, catalogue: CatalogueIndexPage) -> None:
    page = draft_course(catalogue)
    url = reverse("wagtailsnippets_cms_theme:delete", args=[page.theme.pk])
    assert editor.post(url).status_code != 500
    page.refresh_from_db()
    assert page.theme is not None


def test_every_kind_of_page_opens_in_the_editor(
    editor: Actor, catalogue: CatalogueIndexPage
) -> None:
    home = catalogue.get_parent()
    for kind, parent in [
        ("contentpage", home),
        ("coursepage", catalogue),
    ]:
        url = reverse("wagtailadmin_pages:add", args=["cms", kind, parent.pk])
        assert editor.get(url).status_code == 200, kind
    for page in (home, catalogue):
        url = reverse("wagtailadmin_pages:edit", args=[page.pk])
        assert editor.get(url).status_code == 200, page
