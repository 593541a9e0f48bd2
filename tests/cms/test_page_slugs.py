"""The slugs of pages: plain, and never the URL of something else."""

import datetime as dt

import pytest

from django.test import Client
from django.urls import reverse

from wagtail.models import Page

from cms.domain.page_slugs import first_segments, plain_slug, why_reserved
from cms.models import CatalogueIndexPage, ContentPage, CoursePage, EventIndexPage, EventPage
from tests.cast import Actor
from tests.cms.pages import content_page, draft_course, open_catalogue, publish, published_course
from tests.cms.test_editing import form_of
from training.models import Programme

pytestmark = pytest.mark.django_db
TITLE = "Animer une réunion à l’été, l'œuvre"


@pytest.fixture
def catalogue() -> CatalogueIndexPage:
    return open_catalogue()


def add(editor: Actor, catalogue: CatalogueIndexPage, slug: str) -> str:
    """Publish a course under this slug; what was refused, in words."""
    url = reverse("wagtailadmin_pages:add", args=["cms", "coursepage", catalogue.pk])
    answer = editor.post(url, {**form_of(), "slug": slug, "action-publish": "1"})
    return "" if answer.status_code == 302 else str(answer.context["form"].errors["slug"])


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        (TITLE, "animer-une-reunion-a-l-ete-l-oeuvre"),
        ("animer-une-réunion-à-lété", "animer-une-reunion-a-lete"),
        ("  Straße & co. ²", "strasse-co-2"),
        ("李", ""),
    ],
)
def test_a_slug_is_plain(words: str, slug: str) -> None:
    assert plain_slug(words) == slug


def test_an_accented_slug_becomes_plain_and_the_programme_has_its_pdf(
    editor: Actor, catalogue: CatalogueIndexPage, client: Client
) -> None:
    assert add(editor, catalogue, "animer-une-réunion-à-lété") == ""
    page = CoursePage.objects.get()
    assert page.slug == page.programme.code == "animer-une-reunion-a-lete"
    assert "Programme à imprimer (PDF)" in client.get(page.url).content.decode()


def test_the_browser_parts_words_at_an_apostrophe(
    editor: Actor, catalogue: CatalogueIndexPage
) -> None:
    url = reverse("wagtailadmin_pages:add", args=["cms", "coursepage", catalogue.pk])
    page = editor.get(url).content.decode()
    assert "data-w-slug-formatters-value" in page
    assert 'data-w-slug-allow-unicode-value="true"' not in page.lower()


def test_a_slug_of_before_the_rule_stays_and_its_programme_is_printed(
    catalogue: CatalogueIndexPage, client: Client
) -> None:
    page = published_course(catalogue, slug="fête-de-lœuvre")
    assert page.programme.code == "fete-de-loeuvre"
    Programme.objects.filter(pk=page.programme_id).update(code="fête")
    page = publish(page, introduction="Autrement.")
    assert page.slug == "fête-de-lœuvre"
    text = client.get(page.url).content.decode()
    (link,) = [
        part.split('"')[0] for part in text.split('href="') if "/documents/programmes/" in part[:60]
    ]
    answer = client.get(link)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].isascii()
    assert not answer.headers["Content-Disposition"].startswith("=?")


def test_a_course_does_not_take_the_url_of_the_calendar(
    editor: Actor, catalogue: CatalogueIndexPage
) -> None:
    assert "/formations/calendrier/" in add(editor, catalogue, "calendrier")
    assert add(editor, catalogue, "calendrier-2") == ""


@pytest.mark.parametrize(
    "slug",
    [
        *("espace", "recherche", "compte", "gestion", "documents", "inscription", "flux"),
        *("static", "media", "sessions", "fichiers", "healthz", "preuves", "emargement"),
    ],
)
def test_no_page_at_the_root_takes_the_url_of_a_view(
    catalogue: CatalogueIndexPage, slug: str
) -> None:
    assert slug in first_segments()
    assert why_reserved(slug=slug, parent=catalogue.get_parent())
    assert not why_reserved(slug=slug, parent=catalogue)


def test_every_page_of_the_demonstration_could_be_made() -> None:
    assert not {"formations", "cooperative", "actualites", "contact"} & first_segments()


def test_a_copy_or_a_page_that_is_moved_does_not_either(
    editor: Actor, catalogue: CatalogueIndexPage
) -> None:
    home = Page.objects.get(pk=catalogue.get_parent().pk)
    parent = content_page(home)
    child = ContentPage(title="Espace", slug="espace")
    parent.add_child(instance=child)
    editor.post(reverse("wagtailadmin_pages:move_confirm", args=[child.pk, home.pk]))
    child.refresh_from_db()
    assert child.url == "/cooperer/espace/"
    editor.post(
        reverse("wagtailadmin_pages:copy", args=[child.pk]),
        {"new_title": "Compte", "new_slug": "compte", "new_parent_page": home.pk},
    )
    assert not Page.objects.filter(slug="compte").exists()


def test_a_draft_keeps_its_slug_when_something_else_changes(
    editor: Actor, catalogue: CatalogueIndexPage
) -> None:
    page = draft_course(catalogue, slug="été")
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    editor.post(url, {**form_of(), "slug": "été", "title": "Autre"})
    page.refresh_from_db()
    assert (page.slug, page.draft_title) == ("été", "Autre")


def test_the_calendar_of_an_event_is_a_file_whatever_its_slug(
    catalogue: CatalogueIndexPage, client: Client
) -> None:
    agenda = EventIndexPage(title="Agenda", slug="agenda")
    catalogue.get_parent().add_child(instance=agenda)
    event = EventPage(title="Fête", slug="fête-de-lœuvre", starts_on=dt.date(2027, 1, 4))
    agenda.add_child(instance=event)
    header = client.get(f"/flux/agenda/{event.pk}.ics").headers["Content-Disposition"]
    assert header.startswith("attachment; filename")
    assert header.isascii()
