"""The guide in the help of the back office."""

import pytest
from bs4 import BeautifulSoup

from django.urls import reverse

from core.backoffice import guide

pytestmark = pytest.mark.django_db


@pytest.fixture
def _read_again():
    guide.read_guide.cache_clear()
    yield
    guide.read_guide.cache_clear()


def test_the_guide_is_read_from_the_help_menu_with_its_chapters(editor):
    assert reverse("guide") in editor.get("/gestion/").content.decode()
    soup = BeautifulSoup(editor.get(reverse("guide")).content, "html.parser")
    chapters = soup.select(".bo-guide nav a")
    assert "Se connecter" in [chapter.get_text() for chapter in chapters]
    for chapter in chapters:
        assert soup.select_one(f"h2[id='{chapter['href'][1:]}']").get_text() == chapter.get_text()
    assert len(soup.select("h1")) == 1


def test_the_guide_leads_nowhere_that_the_back_office_does_not_know():
    body, _chapters = guide.read_guide()
    links = BeautifulSoup(body, "html.parser").select("a, img")
    assert all(link.get("href", "").startswith(("#", "/")) for link in links)


@pytest.mark.usefixtures("_read_again")
def test_html_in_the_text_is_shown_as_it_is_written(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "guide.md").write_text("# Guide\n\n## Un\n\n<script>alert()</script>\n")
    body, chapters = guide.read_guide()
    assert "&lt;script&gt;" in body
    assert chapters == [("un", "Un")]
